// A case as its file says it (cases/README.md is the form), and its parts. Values without behaviour; strings
// may still hold `$role` references, which bind() resolves for one trial.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/world.h"
#include "base/json.h"
#include "scenario/probe_plan.h"
#include "wire/encode.h"
#include "wire/sign.h"

namespace diconform::scenario {

using Replacements = std::vector<std::pair<std::string, std::string>>;  // from, to

// What becomes of the headers of one name.
struct HeaderChange {
  std::vector<std::string> values;  // one header each; none and no `replace` = removed
  Replacements replace;             // instead of `values`: in the value that is there
  friend bool operator==(const HeaderChange&, const HeaderChange&) = default;
};

// Changes to an HTTP request, before or after it is signed.
struct HttpChange {
  std::optional<std::string> method, target, body;
  std::vector<std::pair<std::string, HeaderChange>> headers;
  Replacements replace;  // in target and body
  friend bool operator==(const HttpChange&, const HttpChange&) = default;
};

// How a request is signed where that differs from the right way.
struct SignPlan {
  bool off = false;
  bool wrong_key = false;
  bool unsigned_payload = false;
  std::optional<std::string> service, date, terminator, algorithm, host, signature;
  std::vector<std::string> signed_headers;
  std::optional<std::uint64_t> nonce;
  friend bool operator==(const SignPlan&, const SignPlan&) = default;
};

// Common parameters other than the usual. An inner nothing leaves the parameter out.
struct CommonPlan {
  std::optional<std::optional<std::string>> action, version, region, language, secret_id, token;
  bool without_nonce = false;         // of v1
  std::int64_t timestamp_offset = 0;  // seconds
  friend bool operator==(const CommonPlan&, const CommonPlan&) = default;
};

// Replies that will do: any of the parts that are set.
struct ReplyMatch {
  bool success = false;
  bool any_error = false;
  bool http_error = false;  // refused below the API: 4xx, 501, 505, or closed without a reply
  std::vector<std::string> codes;
  bool empty() const { return !success && !any_error && !http_error && codes.empty(); }
  friend bool operator==(const ReplyMatch&, const ReplyMatch&) = default;
};
std::string to_text(const ReplyMatch& match);  // "success or InvalidImageId.NotFound"

struct WorldExpectation {
  enum class Kind { kAsWanted, kUnchanged, kGone };
  Kind kind = Kind::kAsWanted;    // after an error unchanged, after a success what the call asks for
  std::vector<std::string> gone;  // image ids and snapshot ids
  friend bool operator==(const WorldExpectation&, const WorldExpectation&) = default;
};

struct Answer {
  ReplyMatch reply;
  WorldExpectation world;
  friend bool operator==(const Answer&, const Answer&) = default;
};

struct Expectation {
  ReplyMatch reply;    // empty where a choice decides
  std::string choice;  // name in choices.json; the answers then say what is lawful
  std::map<std::string, Answer> answers;
  std::vector<std::string> true_errors;  // each is true; one must be named
  WorldExpectation world;
  Json fields;                         // members Response must have; null = none
  std::optional<std::size_t> winners;  // with `together`
  ReplyMatch losers;
  std::string clause;  // default: the case's first
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

// The gate of the rate limit: `quiet_ms` of silence, `lawful_per_second` evenly, `over_per_second` open loop.
struct RatePlan {
  std::int64_t quiet_ms = 1500;
  std::int64_t lawful_per_second = 8, lawful_seconds = 8;
  std::int64_t over_per_second = 25, over_seconds = 8;
  bool mixed = false;  // the calls go in each encoding by turns
  friend bool operator==(const RatePlan&, const RatePlan&) = default;
};

struct Step {
  enum class Kind { kCall, kRaw, kAdvance, kPause, kRate };
  Kind kind = Kind::kCall;
  std::optional<Json> call;  // typed parameters; absent where `http` writes the whole body
  CommonPlan common;
  HttpChange http, after_signing;
  SignPlan sign;
  std::string raw;
  bool as_other = false;
  std::size_t times = 1, together = 1;
  std::vector<Json> beside;      // typed parameters of other calls, at the same moment as `call`
  std::int64_t duration_ms = 0;  // of kAdvance and kPause
  RatePlan rate;
  Expectation expect;
  std::size_t at_once() const { return together + beside.size(); }  // calls at one moment
};

struct Role {
  std::string name;
  api::Image image;  // id empty = minted
};

struct AccountPlan {
  std::string token;
  std::optional<std::int64_t> rate_limit;  // nothing = lifted
  bool own_rate_limit = false;             // the endpoint's own default: `"rateLimit": "default"`
  std::set<std::string> snapshots;
};

// What a target must offer for a case to mean anything there.
struct Needs {
  std::set<std::string> states, facets, actions;
  bool virtual_clock = false, real_clock = false, auth = false, world = false, bytes = false;
  std::optional<std::int64_t> max_image_ids;  // that the endpoint announces exactly this limit
};

// The runnable part of a case, shared by its trials.
struct Body {
  std::vector<std::string> covers;
  std::vector<Role> given, other;
  bool has_other = false;
  AccountPlan account;
  Needs needs;
  std::vector<Step> steps;  // none where there is a probe
  std::optional<ProbePlan> probe;
};

}  // namespace diconform::scenario
