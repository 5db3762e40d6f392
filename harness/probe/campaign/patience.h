// How long a campaign waits for a reply.
//
// A trial is given five seconds; a campaign in which one kind of call is never answered would spend itself
// waiting. It waits many times as long as replies usually take, and then suspects; what it tells has been
// waited for as long as a trial would (kAVerdict).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "target/endpoint_target.h"

namespace diconform::probe {

// The median of how long replies take, as all threads see it. Thread-safe; an update may be lost.
class UsualTime {
 public:
  void note(std::int64_t elapsed_us) {
    std::int64_t usual = us_.load(std::memory_order_relaxed), step = usual / 16 + 1;
    us_.store(elapsed_us > usual ? usual + step : std::max<std::int64_t>(usual - step, 1),
              std::memory_order_relaxed);
  }
  std::int64_t us() const { return us_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> us_ = 2'000;
};

// One thread's: the setup of its targets, and how long they wait now. Not thread-safe.
class Patience {
 public:
  enum class For { kAScript, kAnAttempt, kAVerdict };
  // What is pointed to must outlive it.
  Patience(const target::EndpointSetup& setup, const UsualTime& usual) : setup_(setup), usual_(usual) {}
  const target::EndpointSetup& setup() const { return setup_; }

  void be(For what) {
    // A stall of a second is rare on a busy machine, one of a quarter is not: an attempt that is taken in by
    // one is found out by the verdict.
    constexpr std::int64_t kScriptUs = 1'000'000, kAttemptUs = 250'000;
    std::int64_t usual = usual_.us();
    setup_.timeout_us = what == For::kAVerdict  ? full_us_
                        : what == For::kAScript ? std::min(full_us_, std::max(kScriptUs, 100 * usual))
                                                : std::min(full_us_, std::max(kAttemptUs, 25 * usual));
  }

 private:
  target::EndpointSetup setup_;
  const UsualTime& usual_;
  const std::int64_t full_us_ = setup_.timeout_us;
};

}  // namespace diconform::probe
