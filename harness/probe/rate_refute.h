// The strict test beside the fit: is there any way at all in which a limiter can have given these answers?
//
// Every call arrived somewhere between its sending and its answer, nobody knows where. A limiter is refuted
// only where no choice of these moments, and no phase of its clock, gives the answers that were observed. So
// the limiter that is there is never refuted, whatever the jitter: what is tested are necessary conditions,
// each with the bounds that favour the limiter. One that stands is not proved; the fit says how likely it is.
// What that is worth is measured by tests/benchmarks/rate_simulation.cpp. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/rate_fit.h"

namespace diconform::probe {

// Why no arrival times explain the record, in words; nothing where some may. `setup` is the whole hypothesis:
// with another rate or burst it is another one.
std::optional<std::string> refuted(const RateRecord& record, const reference::LimiterSetup& setup);

// One kind of limiter, with the rate and burst that explain the record best among those that stand; where
// none stands, with those that fit best.
struct Hypothesis {
  Fit fit;
  std::size_t tried = 0, standing = 0;  // variants of its kind
  std::string refuted;                  // why the last of them fell; empty where one stands
};
// Of every kind that there are candidates of, those that stand first, each group by distance.
std::vector<Hypothesis> hypotheses(const RateRecord& record, std::int64_t window_us = 1'000'000);

}  // namespace diconform::probe
