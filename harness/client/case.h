// A client case as its file says it (cases/client/README.md is the form): what an SDK is asked to do, what
// the server it calls does, and what both are expected to see. Values without behaviour.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "wire/encode.h"
#include "wire/server.h"
#include "wire/sign.h"

namespace diconform::client {

// A lawful way to send a call, as a driver is asked for it.
struct Form {
  std::string_view name, method, sign;  // "post-tc3", "POST", "TC3-HMAC-SHA256"
  wire::Encoding encoding;
  wire::Scheme scheme;
  std::string_view feature, second_feature;  // that an SDK must have
};
std::span<const Form> forms();

// A body that would be too long for a file.
struct Generated {
  enum class Kind { kNone, kNested, kMembers, kPadding };
  Kind kind = Kind::kNone;
  std::int64_t count = 0;  // levels, members, bytes
  std::string error;       // a code that comes behind all that; empty = a success
  friend bool operator==(const Generated&, const Generated&) = default;
};

// What a reply says to somebody who reads it rightly.
struct Says {
  enum class Kind { kNothing, kSuccess, kError };
  Kind kind = Kind::kNothing;
  std::string code, message;  // of an error
  bool request_id = true;     // whether it bears a RequestId
  friend bool operator==(const Says&, const Says&) = default;
};

// What errors of the service say where a case gives no message.
inline constexpr const char* kServiceMessage = "This is what the service says.";

// One reply of the server. Texts may hold "$requestId", "$here" and "$elsewhere" (URLs), bound when it is
// sent.
struct ReplyPlan {
  enum class Kind { kHttp, kRaw, kSilence };
  Kind kind = Kind::kHttp;
  std::string raw;
  int status = 200;
  std::string reason = "OK";
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;  // nothing = left out
  std::string body;
  Generated generated;
  enum class Coding { kNone, kGzip, kDeflate, kGzipUnasked };
  Coding coding = Coding::kNone;
  std::int64_t chunk = 0;             // bytes a chunk; 0 = with a length
  std::optional<std::string> length;  // a Content-Length that lies
  std::optional<std::int64_t> cut;    // so many bytes of the body are sent; less than 0: all but so many
  std::int64_t delay_ms = 0;
  std::int64_t drip_bytes = 0, drip_ms = 0;  // so many bytes at a time, so far apart
  wire::AfterReply after = wire::AfterReply::kKeepAlive;
  Says says;
};

// What the caller may hear.
struct HeardPlan {
  bool as_replied = true;  // whatever the last reply says; alone
  bool ok = false, any_api = false, client = false;
  std::vector<std::string> codes;  // one of these, of the service
  friend bool operator==(const HeardPlan&, const HeardPlan&) = default;
};

struct Range {
  std::int64_t least = 1, most = 1;
  friend bool operator==(const Range&, const Range&) = default;
};

struct Expectation {
  HeardPlan heard;
  std::optional<Range> requests;   // left out: exactly one
  bool may_refuse = false;         // the SDK may refuse the parameters before anything is sent
  std::set<std::string> may_omit;  // parameters that need not be sent
  std::optional<std::int64_t> within_ms, apart_ms;  // the whole call; between two of its requests
  enum class Line { kAny, kSame, kNew };
  Line line = Line::kAny;  // the connection, held against that of the call before
  std::string note;        // a choice under which the number of requests is recorded
  // Whom the requests may be for; of several, which it was is noted. None: the endpoint, or the second one.
  std::vector<std::string> hosts;
  std::string clause;  // that a wrong number, time or kind breaks; default: the case's first
};

struct CallPlan {
  Json params = Json(Json::Object{});
  std::int64_t pause_ms = 0;       // before it
  std::vector<ReplyPlan> replies;  // in the order of arrival; the last repeats
  Expectation expect;
};

// Whom the client meets. A server with a wrong certificate can be met over https only.
struct ServerPlan {
  enum class Certificate { kTrusted, kUntrusted, kWrongName, kExpired };
  Certificate certificate = Certificate::kTrusted;
  std::vector<wire::Welcome> welcome;  // of each connection in turn; later ones are served
  bool elsewhere_plain = false;        // the other server speaks http whatever this one speaks
};

// Members of the driver's config other than the usual; nothing = the usual.
struct ConfigPlan {
  std::optional<std::string> scheme, endpoint, region, language, token;
  std::string backup_endpoint;  // a second one, for when the first is down; empty = none
  std::optional<std::int64_t> timeout_ms;
  std::int64_t network_retries = 0, rate_retries = 0;
};

struct Body {
  std::vector<std::string> covers;
  std::set<std::string> needs;  // features of the SDK; "isolated" of the place
  ConfigPlan config;
  ServerPlan server;
  std::vector<CallPlan> calls;
  bool scan_files = false;  // look for secrets in the files that were written meanwhile
};

// One way to perform a case.
struct Trial {
  std::string id;         // suite/case[post-tc3,label]
  std::string case_name;  // suite/case
  const Form* form = nullptr;
  std::shared_ptr<const Body> body;
  std::int64_t waits_ms() const;  // a guess: trials that wait begin first
};

struct CaseInfo {
  std::string name, file, why, purpose;
  std::vector<std::string> covers;
  Json source;
  std::vector<Trial> trials;
};

}  // namespace diconform::client
