// Rate limiters: how a service may count "10 requests per second".
//
// The manual gives the number ("A maximum of 10 requests can be initiated per second for this API") and not
// the way of counting. The reference endpoint runs any of these; the rate probe replays them as hypotheses
// over the times it observed. Therefore: time is an argument, nothing is random, memory is bounded by the
// rate, and a limiter is a value.
//
// Times are Unix times in microseconds and must not decrease from call to call of one limiter. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace diconform::reference {

struct RateDecision {
  bool passes = true;
  std::int64_t wait_us = 0;  // how long the call waits before it is served (leaky-queue, concurrency)
  std::int64_t count =
      0;  // how many calls of its window this one makes, itself included, as the message says
  friend bool operator==(const RateDecision&, const RateDecision&) = default;
};

class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  virtual RateDecision offer(std::int64_t unix_us) = 0;
  virtual std::unique_ptr<RateLimiter> clone() const = 0;  // with its history
};

// What a limiter is told. A member that a kind does not know is ignored.
struct LimiterSetup {
  std::string_view kind = "fixed-window";
  std::int64_t per_second = 10;     // 0 = no limit, whatever the kind
  bool refused_calls_count = true;  // windows and logs: whether a refused call is counted too
  std::int64_t burst = 0;  // token-bucket: its size; leaky-queue: calls that may wait; 0 = per_second
  std::int64_t service_us = 100'000;   // concurrency: how long a call occupies its slot
  std::int64_t window_us = 1'000'000;  // windows, logs and counters: `per_second` calls in so long a time
  bool counts_itself = true;  // sliding-counter: whether a call must fit in whole, or a fraction will do
  friend bool operator==(const LimiterSetup&, const LimiterSetup&) = default;
};

// - fixed-window: calls since the last full second of the clock
// - anchored-window: as that, but a window begins with the first call after the one before has ended
// - sliding-log: calls of the last second, each remembered
// - sliding-counter: calls of this clock second plus the share of the one before that the last second covers
// - token-bucket: a bucket of `burst` tokens, refilled evenly
// - leaky-queue: calls leave evenly spaced; `burst` of them may wait, others are refused
// - concurrency: at most `per_second` calls under way, each for `service_us`
// - none: everything passes
std::span<const std::string_view> limiter_kinds();
// A limiter without history; null for an unknown kind.
std::unique_ptr<RateLimiter> make_limiter(const LimiterSetup& setup);
std::unique_ptr<RateLimiter> limiter_named(std::string_view kind, std::int64_t per_second);

// A limiter as a value: a copy has the history and goes its own way. Empty, it lets everything pass.
class Limiter {
 public:
  Limiter() = default;
  explicit Limiter(std::unique_ptr<RateLimiter> limiter) : limiter_(std::move(limiter)) {}
  Limiter(const Limiter& other) : limiter_(other.limiter_ ? other.limiter_->clone() : nullptr) {}
  Limiter(Limiter&&) = default;
  Limiter& operator=(Limiter other) {
    limiter_ = std::move(other.limiter_);
    return *this;
  }
  RateDecision offer(std::int64_t unix_us) { return limiter_ ? limiter_->offer(unix_us) : RateDecision{}; }

 private:
  std::unique_ptr<RateLimiter> limiter_;
};

}  // namespace diconform::reference
