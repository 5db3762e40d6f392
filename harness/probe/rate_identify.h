// Which limiter an endpoint has, from what was observed.
//
// Every candidate (kinds of harness/reference/limiter.h, their limits, bursts and phases) is replayed over
// the observed times. The winner must be explained by the jitter: its distance must be like those of replays
// whose calls arrive at drawn moments of their observed intervals. It must also beat the best candidate of
// any other kind: were that one true, so great a lead would have to be rare; and the strict test
// (probe/rate_refute.h) must not refute it. Else the model is unknown.
// Pure; the same record and seed give the same answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/rate_fit.h"
#include "probe/rate_plan.h"

namespace diconform::probe {

struct Identification {
  std::string model = "unknown";                            // as PROTOCOLS.md: `characteristics.rateLimiter`
  Fit best = {.setup = {.kind = "none", .per_second = 0}};  // of all candidates
  std::optional<Fit> second;   // the best of another kind, or with another answer to what counts
  std::optional<Fit> nearest;  // the best with any other answer, be it only another rate or burst
  bool explained = false;      // the jitter explains the distance of the best
  double confidence = 0;       // 1 - how often the second, were it true, would lose by so much
  double exactness = 0;        // the same of the nearest
  bool known() const { return model != "unknown"; }
};

// Every limiter that could be, given roughly what the burst and the long run looked like; windows, logs and
// counters over so long a time.
std::vector<reference::LimiterSetup> all_candidates(const RateRecord& record, std::int64_t window_us);

Identification identify(const RateRecord& record, std::uint64_t seed);

// The episode to send next; nothing where enough is known, or where more would not help. `done`: how many
// there were.
std::optional<EpisodePlan> next_plan(const RateRecord& record, const Identification& so_far, std::size_t done,
                                     Chance& chance);

// Whether two setups mean the same kind of limiter, and for logs and counters the same about refused calls.
bool same_kind(const reference::LimiterSetup& one, const reference::LimiterSetup& other);
// Whether refused calls count can be told from decisions: a window refuses the rest of its calls either way.
bool shows_what_counts(const reference::LimiterSetup& setup);

}  // namespace diconform::probe
