#include "base/clock.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace diconform {
namespace {

std::chrono::sys_seconds at(std::int64_t unix_seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(unix_seconds));
}

}  // namespace

std::int64_t SystemClock::now_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t SystemClock::unix_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void SystemClock::sleep_until_us(std::int64_t deadline_us) {
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(std::chrono::microseconds(deadline_us)));
}

std::string utc_date(std::int64_t unix_seconds) {
  std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at(unix_seconds)));
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), int(day.year()), unsigned(day.month()),
                     unsigned(day.day()));
}

std::string utc_time(std::int64_t unix_seconds) {
  auto day = std::chrono::floor<std::chrono::days>(at(unix_seconds));
  std::int64_t second = (at(unix_seconds) - day).count();
  return fmt::format("{}T{:02}:{:02}:{:02}Z", utc_date(unix_seconds), second / 3600, second / 60 % 60,
                     second % 60);
}

}  // namespace diconform
