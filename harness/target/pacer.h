// Keeps a steady distance between calls to an endpoint that must not be hurried.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "base/clock.h"

namespace diconform::target {

// Shared by all threads of a run.
class Pacer {
 public:
  // `per_second` above 0.
  Pacer(Clock& clock, double per_second)
      : clock_(clock), distance_us_(static_cast<std::int64_t>(1e6 / per_second)) {}

  double per_second() const { return 1e6 / static_cast<double>(distance_us_); }

  // Waits for this call's turn.
  void wait() {
    std::int64_t turn;
    {
      std::lock_guard lock(mutex_);
      turn = next_us_ = std::max(next_us_ + distance_us_, clock_.now_us());
    }
    clock_.sleep_until_us(turn);
  }

 private:
  Clock& clock_;
  std::int64_t distance_us_;
  std::mutex mutex_;
  std::int64_t next_us_ = 0;
};

}  // namespace diconform::target
