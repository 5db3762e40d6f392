#include "probe/rate_identify.h"

#include <gtest/gtest.h>

#include "simulated_limiters.h"

namespace diconform::probe {
namespace {

class EveryLimiter : public testing::TestWithParam<Truth> {};

INSTANTIATE_TEST_SUITE_P(Of, EveryLimiter, testing::ValuesIn(truths()),
                         [](const auto& each) { return each.param.name; });

TEST_P(EveryLimiter, IsIdentifiedThroughJitterOfFiveMilliseconds) {
  SimulatedProbe probe = probe_simulated(GetParam().setup, {.jitter_us = 5'000}, 11);
  EXPECT_TRUE(right(GetParam(), probe.found))
      << probe.found.model << " " << probe.found.best.setup.kind << " " << probe.found.best.setup.per_second
      << "/s burst " << probe.found.best.setup.burst << " distance " << probe.found.best.distance;
}

TEST_P(EveryLimiter, IsIdentifiedExactlyWithoutJitter) {
  // Nobody tells a queue from a bucket where a delay cannot be seen; a simulated line shows it.
  SimulatedLine exact = {.jitter_us = 0, .stall_one_in = ~0ull};
  SimulatedProbe probe = probe_simulated(GetParam().setup, exact, 5);
  EXPECT_TRUE(right(GetParam(), probe.found)) << probe.found.best.setup.kind;
  EXPECT_LT(probe.found.best.distance, 0.3);
}

// Admits a call with a chance of a third: no limiter at all.
TEST(RateIdentification, SaysUnknownOfWhatNoLimiterExplains) {
  Chance chance(3);
  std::vector<RateCall> calls;
  std::int64_t now = 1'000'000'000;
  for (std::size_t episode = 0; episode < 3; ++episode, now += 8'000'000) {
    for (std::int64_t due : burst_plan(chance).due_us)
      calls.push_back({now + due, now + due, now + due + 1'000, chance.one_in(3)});
  }
  Identification found = identify(RateRecord(calls), 1);
  EXPECT_EQ(found.model, "unknown");
  EXPECT_FALSE(found.explained);
}

TEST(RateIdentification, SaysNoneOnlyWhereNothingWasRefused) {
  SimulatedProbe probe = probe_simulated({.kind = "fixed-window", .per_second = 25}, {}, 2);
  EXPECT_EQ(probe.found.model, "fixed-window");
  EXPECT_EQ(probe.found.best.setup.per_second, 25);
}

TEST(RateIdentification, FindsAWindowThatIsNotASecond) {
  SimulatedProbe probe = probe_simulated(
      {.kind = "sliding-log", .per_second = 20, .refused_calls_count = false, .window_us = 2'000'000}, {}, 4);
  EXPECT_EQ(probe.found.model, "sliding-log");
  EXPECT_EQ(probe.found.best.setup.window_us, 2'000'000);
  EXPECT_EQ(probe.found.best.setup.per_second, 20);
}

}  // namespace
}  // namespace diconform::probe
