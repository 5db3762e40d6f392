// When the calls of one rate episode are due.
//
// The first episode is a burst after quiet that goes over into a steady overload, the second a staggered
// fill, which tells windows from logs from counters. Later ones are made for the two best explanations left:
// of many random plans the one on which these two differ most. A ramp over the limit ends them. All begin at
// a phase of their own and have about 92 calls.
#pragma once

#include <cstdint>
#include <vector>

#include "base/chance.h"
#include "probe/rate_fit.h"

namespace diconform::probe {

inline constexpr std::size_t kEpisodeCalls = 92;

struct EpisodePlan {
  std::int64_t phase_us = 0;         // where in a second of our clock it begins
  std::vector<std::int64_t> due_us;  // from its beginning, ascending
};

EpisodePlan burst_plan(Chance& chance);
// `burst`: calls that were accepted at once.
EpisodePlan staggered_plan(std::int64_t burst, Chance& chance);
// More at once than most limits allow, then a ramp: for an endpoint that has refused nothing yet.
EpisodePlan flood_plan(Chance& chance);
EpisodePlan ramp_plan(Chance& chance);
// The plan, of many, on which the explanations differ most.
EpisodePlan telling_plan(const Fit& one, const Fit& other, std::int64_t burst, Chance& chance);

// How long to stay quiet after an episode, so that the limiter forgets it and a bucket fills.
std::int64_t quiet_us(const RateRecord& record);
// The calls of a plan as if each had been answered at once, for replays before anything is sent.
std::vector<RateCall> imagined_calls(const EpisodePlan& plan);

}  // namespace diconform::probe
