#include "reference/limiter.h"

#include <algorithm>
#include <array>
#include <vector>

namespace diconform::reference {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// A limiter that is copied member by member.
template <class Self>
class Cloneable : public RateLimiter {
 public:
  std::unique_ptr<RateLimiter> clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }

 private:
  Cloneable() = default;
  friend Self;
};

// The counting that both windows share: the first `limit` calls pass.
class WindowCount {
 public:
  explicit WindowCount(const LimiterSetup& setup)
      : limit_(setup.per_second), refused_count_(setup.refused_calls_count) {}
  void begin() { counted_ = 0; }
  RateDecision offer() {
    bool passes = counted_ < limit_;
    std::int64_t count = counted_ + 1;
    if (passes || refused_count_) counted_ = count;
    return {.passes = passes, .count = count};
  }

 private:
  std::int64_t limit_, counted_ = 0;
  bool refused_count_;
};

class FixedWindow final : public Cloneable<FixedWindow> {
 public:
  explicit FixedWindow(const LimiterSetup& setup) : count_(setup), length_us_(setup.window_us) {}
  RateDecision offer(std::int64_t unix_us) override {
    std::int64_t window = unix_us / length_us_;
    if (window != window_) count_.begin();
    window_ = window;
    return count_.offer();
  }

 private:
  WindowCount count_;
  std::int64_t length_us_, window_ = -1;
};

class AnchoredWindow final : public Cloneable<AnchoredWindow> {
 public:
  explicit AnchoredWindow(const LimiterSetup& setup) : count_(setup), length_us_(setup.window_us) {}
  RateDecision offer(std::int64_t unix_us) override {
    if (!begun_ || unix_us >= start_us_ + length_us_) {
      begun_ = true;
      start_us_ = unix_us;
      count_.begin();
    }
    return count_.offer();
  }

 private:
  WindowCount count_;
  std::int64_t length_us_, start_us_ = 0;
  bool begun_ = false;
};

// Only the last `limit` calls matter: a call passes where the oldest of them is a second old. So the log is a
// ring.
class SlidingLog final : public Cloneable<SlidingLog> {
 public:
  explicit SlidingLog(const LimiterSetup& setup)
      : limit_(static_cast<std::size_t>(setup.per_second)),
        length_us_(setup.window_us),
        refused_count_(setup.refused_calls_count) {}
  RateDecision offer(std::int64_t unix_us) override {
    auto recent = [&](std::int64_t time) { return time > unix_us - length_us_; };
    bool passes = times_.size() < limit_ || !recent(times_[oldest_]);
    std::int64_t count = 1 + std::ranges::count_if(times_, recent);
    if (passes || refused_count_) remember(unix_us);
    return {.passes = passes, .count = count};
  }

 private:
  void remember(std::int64_t unix_us) {
    if (times_.size() < limit_) return times_.push_back(unix_us);
    times_[oldest_] = unix_us;
    oldest_ = (oldest_ + 1) % limit_;
  }

  std::size_t limit_, oldest_ = 0;
  std::int64_t length_us_;
  bool refused_count_;
  std::vector<std::int64_t> times_;
};

class SlidingCounter final : public Cloneable<SlidingCounter> {
 public:
  explicit SlidingCounter(const LimiterSetup& setup)
      : limit_(setup.per_second),
        length_us_(setup.window_us),
        refused_count_(setup.refused_calls_count),
        counts_itself_(setup.counts_itself) {}
  RateDecision offer(std::int64_t unix_us) override {
    move_to(unix_us / length_us_);
    std::int64_t share_us = length_us_ - unix_us % length_us_;  // of the window before that still counts
    std::int64_t used = before_ * share_us + now_ * length_us_, all = limit_ * length_us_;
    bool passes = counts_itself_ ? used + length_us_ <= all : used < all;
    std::int64_t count = before_ * share_us / length_us_ + now_ + 1;
    if (passes || refused_count_) ++now_;
    return {.passes = passes, .count = count};
  }

 private:
  void move_to(std::int64_t window) {
    if (window == window_) return;
    before_ = window == window_ + 1 ? now_ : 0;
    now_ = 0;
    window_ = window;
  }

  std::int64_t limit_, length_us_, window_ = -2, before_ = 0, now_ = 0;
  bool refused_count_, counts_itself_;
};

// Counts in millionths of a token, of which `per_second` come in a microsecond.
class TokenBucket final : public Cloneable<TokenBucket> {
 public:
  explicit TokenBucket(const LimiterSetup& setup)
      : per_second_(setup.per_second),
        size_((setup.burst > 0 ? setup.burst : setup.per_second) * kSecond),
        level_(size_) {}
  RateDecision offer(std::int64_t unix_us) override {
    refill(unix_us);
    std::int64_t count = (size_ - level_) / kSecond + 1;
    if (level_ < kSecond) return {.passes = false, .count = count};
    level_ -= kSecond;
    return {.passes = true, .count = count};
  }

 private:
  void refill(std::int64_t unix_us) {
    std::int64_t idle_us = begun_ ? unix_us - last_us_ : 0;
    begun_ = true;
    last_us_ = unix_us;
    bool full = idle_us > size_ / per_second_;
    level_ = full ? size_ : std::min(size_, level_ + idle_us * per_second_);
  }

  std::int64_t per_second_, size_, level_, last_us_ = 0;
  bool begun_ = false;
};

// Counts time in units of 1/per_second microseconds since the first call, so that the spacing is exact:
// 1,000,000 units.
class LeakyQueue final : public Cloneable<LeakyQueue> {
 public:
  explicit LeakyQueue(const LimiterSetup& setup)
      : per_second_(setup.per_second), places_(setup.burst > 0 ? setup.burst : setup.per_second) {}
  RateDecision offer(std::int64_t unix_us) override {
    if (!begun_) start_us_ = unix_us;
    begun_ = true;
    std::int64_t now = (unix_us - start_us_) * per_second_;
    std::int64_t leaves = std::max(now, next_);
    std::int64_t ahead = (leaves - now + kSecond - 1) / kSecond;
    if (leaves - now > places_ * kSecond) return {.passes = false, .count = ahead + 1};
    next_ = leaves + kSecond;
    return {.passes = true, .wait_us = (leaves - now + per_second_ - 1) / per_second_, .count = ahead + 1};
  }

 private:
  std::int64_t per_second_, places_, start_us_ = 0, next_ = 0;
  bool begun_ = false;
};

class Concurrency final : public Cloneable<Concurrency> {
 public:
  explicit Concurrency(const LimiterSetup& setup)
      : slots_(static_cast<std::size_t>(setup.per_second)), service_us_(setup.service_us) {}
  RateDecision offer(std::int64_t unix_us) override {
    std::erase_if(ends_us_, [&](std::int64_t end_us) { return end_us <= unix_us; });
    std::int64_t count = static_cast<std::int64_t>(ends_us_.size()) + 1;
    if (ends_us_.size() == slots_) return {.passes = false, .count = count};
    ends_us_.push_back(unix_us + service_us_);
    return {.passes = true, .wait_us = service_us_, .count = count};
  }

 private:
  std::size_t slots_;
  std::int64_t service_us_;
  std::vector<std::int64_t> ends_us_;
};

class NoLimit final : public Cloneable<NoLimit> {
 public:
  explicit NoLimit(const LimiterSetup&) {}
  RateDecision offer(std::int64_t) override { return {}; }
};

template <class Kind>
std::unique_ptr<RateLimiter> make(const LimiterSetup& setup) {
  return std::make_unique<Kind>(setup);
}

constexpr std::array kKinds =
    std::to_array<std::string_view>({"fixed-window", "anchored-window", "sliding-log", "sliding-counter",
                                     "token-bucket", "leaky-queue", "concurrency", "none"});
constexpr std::array kMakers = {make<FixedWindow>,    make<AnchoredWindow>, make<SlidingLog>,
                                make<SlidingCounter>, make<TokenBucket>,    make<LeakyQueue>,
                                make<Concurrency>,    make<NoLimit>};
static_assert(kKinds.size() == kMakers.size());

}  // namespace

std::span<const std::string_view> limiter_kinds() { return kKinds; }

std::unique_ptr<RateLimiter> make_limiter(const LimiterSetup& setup) {
  auto kind = std::ranges::find(kKinds, setup.kind);
  if (kind == kKinds.end()) return nullptr;
  if (setup.per_second <= 0) return make<NoLimit>(setup);
  return kMakers[static_cast<std::size_t>(kind - kKinds.begin())](setup);
}

std::unique_ptr<RateLimiter> limiter_named(std::string_view kind, std::int64_t per_second) {
  return make_limiter({.kind = kind, .per_second = per_second});
}

}  // namespace diconform::reference
