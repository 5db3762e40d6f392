// The verdict on the rate limit, from what was observed. (Manual: "A maximum of 10 requests can be initiated
// per second".)
//
// It never asserts that "the eleventh fails": which call of a burst is refused depends on windows nobody can
// see. It asks
//   - in the lawful phase (8/s evenly): a refusal counts only if, by the observed intervals from sending to
//   hearing, at
//     most nine requests can have arrived in any second that holds it;
//   - in the phase over the limit (25/s, open loop): how many were accepted in whole seconds after the first.
//   Over 10.5/s
//     is too permissive, under 8.5/s a warning;
//   - of every refusal: the code, and that it was not delayed instead;
//   - at the end: that a call after a quiet second is accepted again.
// Where the schedule slipped (a loaded machine), only what no schedule can explain is still said: a refusal
// of a lawful load, a wrong code, more accepted than any way of counting ten a second allows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "result/observation.h"
#include "result/outcome.h"

namespace diconform::judge {

// One call of the episode. Times in microseconds, on one clock.
struct RateSample {
  enum class Phase { kLawful, kOver, kRecovery };
  Phase phase = Phase::kLawful;
  std::int64_t due_us = 0;   // when it was meant to be sent
  std::int64_t sent_us = 0;  // when it was
  std::int64_t heard_us = 0;
  bool accepted = false;
  std::string code;      // of a refusal
  bool answered = true;  // false: no reply by the deadline
};

// Where a finding was made that holds only if neither side was held up: by how many calls passed in whole
// seconds, or how late a reply was. The others hold whatever the machine did.
inline constexpr std::string_view kByTheClock = "the rate episode, by the clock";

struct RateVerdict {
  std::vector<result::Finding> findings;
  std::string inconclusive;  // the schedule slipped, or too few calls were answered; empty = decided
  Json characteristics;      // {"acceptedPerSecond", "lawfulRefusals", …}
};

RateVerdict judge_rate(std::vector<RateSample> samples, std::int64_t over_seconds, bool virtual_clock);
RateVerdict judge_rate(const result::StepObservation& step, bool virtual_clock);

// The finding on episodes that ran at the same time, each in an account of its own, and failed: that together
// they got what is one account's. `accepted_per_second` of each.
std::optional<result::Finding> shared_budget(std::span<const double> accepted_per_second);

}  // namespace diconform::judge
