// Time, as a seam: nothing above reads a clock of its own.
//
// Two readings, never mixed: `now_us` is monotonic and measures; `unix_ms` is the calendar and signs.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace diconform {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_us() const = 0;   // microseconds since an arbitrary start; never goes back
  virtual std::int64_t unix_ms() const = 0;  // milliseconds since 1970 UTC
  virtual void sleep_until_us(std::int64_t deadline_us) = 0;
  void sleep_us(std::int64_t duration_us) { sleep_until_us(now_us() + duration_us); }
};

// The machine's. Thread-safe.
class SystemClock final : public Clock {
 public:
  std::int64_t now_us() const override;
  std::int64_t unix_ms() const override;
  void sleep_until_us(std::int64_t deadline_us) override;
};

// Stands still until told; sleeping advances it. Thread-safe.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(std::int64_t start_unix_ms) : start_unix_ms_(start_unix_ms) {}
  std::int64_t now_us() const override { return now_us_.load(); }
  std::int64_t unix_ms() const override { return start_unix_ms_ + now_us_.load() / 1000; }
  void sleep_until_us(std::int64_t deadline_us) override {
    if (deadline_us > now_us()) now_us_.store(deadline_us);
  }
  void advance_ms(std::int64_t duration_ms) { now_us_.fetch_add(duration_ms * 1000); }

 private:
  std::int64_t start_unix_ms_;
  std::atomic<std::int64_t> now_us_{0};
};

// The UTC date of a Unix time, "2019-02-25".
std::string utc_date(std::int64_t unix_seconds);
// The UTC time of day too, "2019-02-25T08:44:25Z".
std::string utc_time(std::int64_t unix_seconds);

}  // namespace diconform
