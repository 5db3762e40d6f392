#include "reference/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/chance.h"

namespace diconform::reference {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// Arrivals of a mean rate around the limit, with bursts, lulls, full seconds and equal times among them.
std::vector<std::int64_t> arrivals(std::uint64_t seed) {
  Chance chance(seed);
  std::vector<std::int64_t> times;
  std::int64_t now = 1'700'000'000 * kSecond + static_cast<std::int64_t>(chance.below(kSecond));
  while (times.size() < 400) {
    now += chance.one_in(9) ? static_cast<std::int64_t>(chance.below(3 * kSecond))
                            : static_cast<std::int64_t>(chance.below(chance.one_in(3) ? 250'000 : 40'000));
    if (chance.one_in(20)) now = (now / kSecond + 1) * kSecond;
    for (std::uint64_t copies = chance.one_in(15) ? 1 + chance.below(25) : 1; copies > 0; --copies)
      times.push_back(now);
  }
  return times;
}

// What each call is told by a limiter, from the times and the decisions before it: the definition, with all
// its history.
using Definition = std::function<bool(const std::vector<std::int64_t>& times, const std::vector<bool>& passed,
                                      std::size_t call)>;

std::vector<bool> by_definition(const std::vector<std::int64_t>& times, const Definition& passes) {
  std::vector<bool> passed;
  passed.reserve(times.size());
  for (std::size_t call = 0; call < times.size(); ++call) passed.push_back(passes(times, passed, call));
  return passed;
}

std::vector<bool> by_limiter(const std::vector<std::int64_t>& times, const LimiterSetup& setup) {
  std::unique_ptr<RateLimiter> limiter = make_limiter(setup);
  std::vector<bool> passed;
  passed.reserve(times.size());
  for (std::int64_t time : times) passed.push_back(limiter->offer(time).passes);
  return passed;
}

void expect_as_defined(const LimiterSetup& setup, const Definition& passes) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    std::vector<std::int64_t> times = arrivals(seed);
    std::vector<bool> expected = by_definition(times, passes), seen = by_limiter(times, setup);
    auto difference = std::ranges::mismatch(expected, seen);
    EXPECT_TRUE(expected == seen) << setup.kind << ", seed " << seed << ", call "
                                  << difference.in1 - expected.begin();
    EXPECT_GT(std::ranges::count(seen, false), 0) << "a limiter that was never needed";
  }
}

// How many earlier calls satisfy a condition; `refused` whether those that did not pass count.
template <class Condition>
std::int64_t count(const std::vector<std::int64_t>& times, const std::vector<bool>& passed, bool refused,
                   Condition condition) {
  std::int64_t found = 0;
  for (std::size_t i = 0; i < passed.size(); ++i)
    if ((passed[i] || refused) && condition(times[i])) ++found;
  return found;
}

TEST(Limiter, FixedWindowCountsTheCallsOfAClockSecond) {
  for (bool refused : {true, false}) {
    expect_as_defined({.kind = "fixed-window", .per_second = 7, .refused_calls_count = refused},
                      [&](const auto& times, const auto& passed, std::size_t call) {
                        auto same = [&](std::int64_t time) {
                          return time / kSecond == times[call] / kSecond;
                        };
                        return count(times, passed, refused, same) < 7;
                      });
  }
}

TEST(Limiter, AnchoredWindowBeginsWithTheFirstCallAfterTheLastOne) {
  expect_as_defined({.kind = "anchored-window", .per_second = 7},
                    [](const auto& times, const auto& passed, std::size_t call) {
                      std::int64_t start = times[0];
                      for (std::size_t i = 0; i <= call; ++i)
                        if (times[i] >= start + kSecond) start = times[i];
                      return count(times, passed, true, [&](std::int64_t time) { return time >= start; }) < 7;
                    });
}

TEST(Limiter, SlidingLogCountsTheCallsOfTheLastSecond) {
  for (bool refused : {true, false}) {
    expect_as_defined({.kind = "sliding-log", .per_second = 7, .refused_calls_count = refused},
                      [&](const auto& times, const auto& passed, std::size_t call) {
                        auto recent = [&](std::int64_t time) { return time > times[call] - kSecond; };
                        return count(times, passed, refused, recent) < 7;
                      });
  }
}

TEST(Limiter, SlidingCounterWeighsTheWindowBefore) {
  for (bool refused : {true, false}) {
    expect_as_defined({.kind = "sliding-counter", .per_second = 7, .refused_calls_count = refused},
                      [&](const auto& times, const auto& passed, std::size_t call) {
                        std::int64_t window = times[call] / kSecond, into = times[call] % kSecond;
                        auto in = [&](std::int64_t which) {
                          return count(times, passed, refused,
                                       [&](std::int64_t time) { return time / kSecond == which; });
                        };
                        return in(window - 1) * (kSecond - into) + (in(window) + 1) * kSecond <= 7 * kSecond;
                      });
  }
}

TEST(Limiter, TokenBucketHoldsABurstAndRefillsEvenly) {
  for (std::int64_t burst : {3, 7, 20}) {
    expect_as_defined({.kind = "token-bucket", .per_second = 7, .burst = burst},
                      [&](const auto& times, const auto& passed, std::size_t call) {
                        // Refilled call by call, in millionths of a token.
                        std::int64_t level = burst * kSecond, last = times[0];
                        for (std::size_t i = 0; i < call; ++i) {
                          level = std::min(burst * kSecond, level + (times[i] - last) * 7);
                          last = times[i];
                          if (passed[i]) level -= kSecond;
                        }
                        return std::min(burst * kSecond, level + (times[call] - last) * 7) >= kSecond;
                      });
  }
}

TEST(Limiter, LeakyQueueServesEvenlySpacedAndInOrder) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    std::unique_ptr<RateLimiter> limiter = make_limiter({.kind = "leaky-queue", .per_second = 8, .burst = 5});
    std::int64_t last_served = 0;
    for (std::int64_t time : arrivals(seed)) {
      RateDecision decision = limiter->offer(time);
      std::int64_t earliest = std::max(time, last_served + kSecond / 8);  // 125,000 us: exact
      std::int64_t first = last_served == 0 ? time : earliest;
      EXPECT_EQ(decision.passes, first - time <= 5 * (kSecond / 8)) << "seed " << seed;
      if (!decision.passes) continue;
      EXPECT_EQ(time + decision.wait_us, first) << "seed " << seed;
      last_served = first;
    }
  }
}

TEST(Limiter, ConcurrencyCountsTheCallsUnderWay) {
  expect_as_defined({.kind = "concurrency", .per_second = 4, .service_us = 300'000},
                    [](const auto& times, const auto& passed, std::size_t call) {
                      auto under_way = [&](std::int64_t time) { return time + 300'000 > times[call]; };
                      return count(times, passed, false, under_way) < 4;
                    });
}

TEST(Limiter, NoneLetsEverythingPassAndSoDoesARateOfZero) {
  for (std::string_view kind : limiter_kinds()) {
    std::unique_ptr<RateLimiter> limiter = limiter_named(kind, kind == "none" ? 1 : 0);
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter->offer(5).passes) << kind;
  }
}

TEST(Limiter, LetsTheFirstTenOfAQuietSecondPassAndNotTheEleventh) {
  for (std::string_view kind : limiter_kinds()) {
    if (kind == "none" || kind == "leaky-queue") continue;
    std::unique_ptr<RateLimiter> limiter = limiter_named(kind, 10);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter->offer(kSecond * 1000).passes) << kind;
    RateDecision eleventh = limiter->offer(kSecond * 1000);
    EXPECT_FALSE(eleventh.passes) << kind;
    EXPECT_EQ(eleventh.count, 11) << kind;
  }
}

TEST(Limiter, ACopyGoesItsOwnWay) {
  for (std::string_view kind : limiter_kinds()) {
    std::vector<std::int64_t> times = arrivals(3);
    Limiter original(limiter_named(kind, 7));
    for (std::size_t i = 0; i < 100; ++i) original.offer(times[i]);
    Limiter copy = original;
    for (int i = 0; i < 50; ++i) copy.offer(times[99]);
    Limiter again(limiter_named(kind, 7));
    for (std::size_t i = 0; i < 100; ++i) again.offer(times[i]);
    for (std::size_t i = 100; i < times.size(); ++i)
      EXPECT_EQ(original.offer(times[i]), again.offer(times[i])) << kind;
  }
}

TEST(Limiter, IsNothingForAnUnknownKind) { EXPECT_FALSE(limiter_named("guesswork", 10)); }

}  // namespace
}  // namespace diconform::reference
