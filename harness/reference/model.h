// The manual, executable: what an account answers to a call, and what becomes of its images.
//
// Pure: a function of the state, the request (with its time), the manual and the answers to the manual's open
// questions. No clock, socket or global. The endpoint runs it, faults bend it at its seams
// (reference/bend.h), a campaign asks it for the set of all lawful outcomes, a fuzz target walks it.
//
// The order of the checks is nowhere documented; ours is the one that answers of the service suggest:
// (parse, common parameters, credentials: see reference/gateway.h), version, action, region, rate,
// parameters, business.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/edition.h"
#include "api/image_id.h"
#include "api/world.h"
#include "reference/chooser.h"
#include "reference/limiter.h"

namespace diconform::reference {

struct Bending;  // reference/bend.h

// Why DeleteImages refuses, in the order in which "by kind" tells it. (Manual, section "Error Codes".)
enum class ProblemKind {
  kTooManyIds,  // an open question: batch.twelve and so on
  kMalformed,
  kDuplicate,  // an open question: batch.duplicates
  kNotFound,
  kUnsupported,  // a public image, or another that is not this account's
  kSharedIn,     // shared to this account
  kSharedOut,    // shared by this account
  kIncorrectState,
  kTaskRunning,
  kSnapshotShared,  // an open question: snapshot.shared, snapshot.shared-by-both
};
inline constexpr std::size_t kProblemKinds = 10;

// One thing that is wrong with a request. Several may be true at once.
struct Problem {
  ProblemKind kind = ProblemKind::kMalformed;
  std::size_t place = 0;  // in ImageIds
  friend bool operator==(const Problem&, const Problem&) = default;
};

// An edition made ready for use: languages compiled, a code chosen for every problem. Immutable; share it
// between threads.
class Manual {
 public:
  static Result<Manual> of(api::Edition edition);
  const api::Edition& edition() const { return edition_; }
  // Whether the bytes are an image ID. Asks where only a candidate language has them
  // (image-id.nine-characters).
  bool accepts(std::string_view image_id, Chooser& chooser) const;
  // The code that this edition lists for the problem. An edition that lists none for it answers the nearest
  // it lists: undated has no code for a public image or a running task (InvalidImageId.IncorrectState), nor
  // for an image shared to the account (InvalidImageId.InShared); 2023-03-27 says
  // InvalidParameterValue.InvalidImageId for the latter.
  const std::string& code(ProblemKind kind) const { return codes_[static_cast<std::size_t>(kind)]; }

 private:
  Manual(api::Edition edition, api::IdMatcher lawful)
      : edition_(std::move(edition)), lawful_(std::move(lawful)) {}

  api::Edition edition_;
  api::IdMatcher lawful_;
  std::vector<api::IdMatcher> candidates_;
  std::array<std::string, kProblemKinds> codes_;
};

// One account: what it holds, and what its limiters remember, each action having its own or none.
struct State {
  api::World world;
  std::map<std::string, Limiter, std::less<>> limiters;
};

// A call that was decoded and whose sender is known.
struct Request {
  api::Call call = {};
  std::string host = {};  // the Host header, for the rule of the finance regions
  std::int64_t unix_us = 0;
};

// What is answered, the RequestId apart.
struct Answer {
  std::optional<api::ApiError> error = {};
  Json fields = Json(Json::Object{});  // of a success
  friend bool operator==(const Answer&, const Answer&) = default;
};

// What a call does to the world: nothing, or the removal of images, and of the snapshots bound to them if
// asked.
struct Effect {
  std::vector<std::string> images = {};
  bool with_snapshots = false;
  std::set<std::string> kept_snapshots = {};  // that stay though they are bound
  friend bool operator==(const Effect&, const Effect&) = default;
};
api::World after(api::World world, const Effect& effect);

struct Outcome {
  Answer answer = {};
  Effect effect = {};
  // To refuse is a lawful answer to an open question, and its code is ours: another endpoint may name
  // another.
  bool any_code = false;
  std::int64_t wait_us = 0;  // before the answer, where the limiter delays calls
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Decides one call. `state` changes in its limiter only: the caller applies the effect, at once or, where a
// fault wants a race, later. `bending` null = by the manual.
Outcome decide(const Manual& manual, State& state, Request request, Chooser& chooser,
               const Bending* bending = nullptr);

// Every outcome that the manual allows, each with the answers that lead to it.
struct LawfulOutcome {
  Outcome outcome;
  State next;
  std::vector<Asked> choices;
};
std::vector<LawfulOutcome> lawful_outcomes(const Manual& manual, const State& state, const Request& request,
                                           const Pins& pins);

}  // namespace diconform::reference
