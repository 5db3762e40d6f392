// How well a limiter explains what was observed: it is replayed over the observed times, and its curve of
// accepted calls is held against the endpoint's.
//
// Curves and not calls are compared: where jitter swaps two calls, or moves one over the end of a window,
// single decisions differ and the curves hardly do. Pure: no clock, no line, chance only from a seed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/chance.h"
#include "reference/limiter.h"

namespace diconform::probe {

// One call, in microseconds of one clock. It arrived somewhere between `sent` and `heard`.
struct RateCall {
  std::int64_t due_us = 0;  // when it was meant to be sent
  std::int64_t sent_us = 0;
  std::int64_t heard_us = 0;
  bool accepted = false;
};

// A limiter that may be the endpoint's, and how it fits best.
struct Fit {
  reference::LimiterSetup setup;
  std::int64_t phase_us = 0;  // windows that go by a clock: how far ours is behind theirs
  double inbound = 0.5;       // which share of a round trip passes before the limiter decides
  double distance = 0;        // between the curves, in calls, on the average of all calls; with `delay`
  double delay = 0;           // the part of it for answers that came when they should not
};

// What a limiter would have done.
struct Replay {
  std::vector<bool> accepted;           // as the calls
  std::vector<std::int64_t> answer_us;  // when, after sending, it would have been answered
};

// How many calls are accepted up to each.
using Curve = std::vector<double>;
Curve curve_of(const std::vector<bool>& accepted);
double distance(const Curve& one, const Curve& other);

// Calls in the order of sending, and what is derived from them once for many replays.
class RateRecord {
 public:
  explicit RateRecord(std::vector<RateCall> calls);

  std::span<const RateCall> calls() const { return calls_; }
  std::size_t refused() const { return refused_; }
  // Of accepted calls over refused ones: how long serving takes. Microseconds.
  std::int64_t service_us() const { return service_us_; }
  // Calls that were accepted while nothing was refused yet, after a quiet spell of two seconds: the most.
  std::int64_t burst() const { return bursts_.empty() ? 0 : bursts_.back(); }
  std::span<const std::int64_t> bursts() const { return bursts_; }  // of every quiet spell, ascending
  // Accepted a second beyond the burst, in the episode where that was most.
  double sustained() const { return sustained_; }
  bool delayed() const { return delayed_; }  // replies came later and later: calls are queued

  Replay replay(const Fit& fit) const;
  // As if each call had arrived at some moment of its interval, drawn.
  Replay replay(const Fit& fit, Chance& chance) const;
  // The curve to expect: of many drawn replays.
  Curve expected(const Fit& fit, std::uint64_t seed) const;
  // The best phase and share for a setup, by replays at the likely times.
  Fit fit(const reference::LimiterSetup& setup) const;
  // The distance from the expected curve instead; slower, and right where jitter makes a limiter refuse more.
  Fit refined(Fit fit, std::uint64_t seed) const;
  const Curve& observed() const { return observed_; }

 private:
  Replay replay_at(const Fit& fit, std::span<const std::int64_t> arrivals) const;
  std::int64_t interval_us(const RateCall& call) const;
  double delay_of(const Fit& fit, const Replay& replayed) const;
  void measure();
  void measure_bursts();
  void measure_long_run();

  std::vector<RateCall> calls_;
  Curve observed_;
  std::vector<std::int64_t> arrivals_[3];  // for a share of 0, 1/2 and 1
  std::size_t refused_ = 0;
  std::int64_t service_us_ = 0, trip_us_ = 0;
  std::vector<std::int64_t> bursts_;
  double sustained_ = 0;
  bool delayed_ = false;
};

// Whether a limiter of this kind goes by a clock, so that its phase is unknown.
bool has_phase(const reference::LimiterSetup& setup);

}  // namespace diconform::probe
