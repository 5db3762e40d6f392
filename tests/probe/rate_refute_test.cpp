#include "probe/rate_refute.h"

#include <gtest/gtest.h>

#include "simulated_limiters.h"

namespace diconform::probe {
namespace {

using reference::LimiterSetup;

// Calls at these milliseconds, each answered ten later.
RateRecord record_of(const std::vector<std::pair<int, bool>>& calls) {
  std::vector<RateCall> out;
  for (const auto& [ms, accepted] : calls) {
    const std::int64_t sent = 1'000'000'000 + ms * std::int64_t{1'000};
    out.push_back({sent, sent, sent + 10'000, accepted});
  }
  return RateRecord(out);
}
RateRecord burst_of(int accepted, int refused) {
  std::vector<std::pair<int, bool>> calls;
  for (int i = 0; i < accepted + refused; ++i) calls.emplace_back(i, i < accepted);
  return record_of(calls);
}

class StrictTest : public testing::TestWithParam<Truth> {};

INSTANTIATE_TEST_SUITE_P(Of, StrictTest, testing::ValuesIn(truths()),
                         [](const auto& each) { return each.param.name; });

// Three episodes as the probe sends them.
RateRecord observed(const LimiterSetup& setup, const SimulatedLine& line, std::uint64_t seed) {
  Chance chance(seed);
  reference::Limiter limiter(reference::make_limiter(setup));
  std::vector<RateCall> calls;
  std::int64_t start = 1'000'000'000;
  for (const EpisodePlan& plan : {burst_plan(chance), staggered_plan(10, chance), ramp_plan(chance)}) {
    simulate(plan, start + plan.phase_us, limiter, line, chance, calls);
    start += 12'000'000;
  }
  return RateRecord(calls);
}

TEST_P(StrictTest, NeverRefutesTheTruth) {
  for (double jitter_us : {0.0, 5'000.0, 30'000.0, 80'000.0}) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      auto why = refuted(observed(GetParam().setup, {.jitter_us = jitter_us, .stall_one_in = 50}, seed),
                         GetParam().setup);
      EXPECT_FALSE(why) << *why << ", jitter " << jitter_us << ", seed " << seed;
    }
  }
}

TEST_P(StrictTest, RefutesMostOthersThroughSmallJitter) {
  const RateRecord record = observed(GetParam().setup, {.jitter_us = 1'000}, 3);
  int others = 0, fallen = 0;
  for (const Truth& other : truths()) {
    if (same_kind(other.setup, GetParam().setup)) continue;
    ++others;
    fallen += refuted(record, other.setup).has_value();
  }
  EXPECT_GE(fallen * 10, others * 4) << fallen << " of " << others;
}

TEST(StrictTest, SaysWhichCallIsOneTooMany) {
  std::vector<std::pair<int, bool>> calls;
  for (int i = 0; i < 12; ++i) calls.emplace_back(30 * i, true);
  auto why = refuted(record_of(calls), {.kind = "fixed-window", .per_second = 5});
  ASSERT_TRUE(why) << "an end of a window parts them; one side has six";
  EXPECT_NE(why->find("is one of more than 5 that were accepted in one window, and so with every phase"),
            std::string::npos)
      << *why;
  EXPECT_FALSE(refuted(record_of(calls), {.kind = "fixed-window", .per_second = 6}));
  EXPECT_TRUE(refuted(record_of(calls), {.kind = "anchored-window", .per_second = 10}));
  EXPECT_TRUE(refuted(burst_of(11, 0), {.kind = "sliding-log", .per_second = 10}));
  EXPECT_TRUE(refuted(burst_of(11, 0), {.kind = "token-bucket", .per_second = 10, .burst = 10}));
  EXPECT_FALSE(refuted(burst_of(11, 0), {.kind = "token-bucket", .per_second = 10, .burst = 11}));
}

TEST(StrictTest, SaysThatARefusalHasNoReason) {
  for (const char* kind : {"fixed-window", "anchored-window", "sliding-log", "sliding-counter",
                           "token-bucket", "leaky-queue", "concurrency", "none"}) {
    const LimiterSetup setup{.kind = kind, .per_second = 10, .burst = 10};
    EXPECT_TRUE(refuted(burst_of(9, 1), setup)) << kind;
  }
  EXPECT_FALSE(refuted(burst_of(10, 1), {.kind = "fixed-window"}));
}

TEST(StrictTest, KnowsThatCallsMayHaveChangedPlaces) {
  // The refused one was sent first and may have come last.
  EXPECT_FALSE(
      refuted(record_of({{0, false}, {1, true}, {2, true}}), {.kind = "sliding-log", .per_second = 2}));
  EXPECT_TRUE(
      refuted(record_of({{0, false}, {30, true}, {60, true}}), {.kind = "sliding-log", .per_second = 2}));
}

TEST(StrictTest, ListsWhatStandsFirst) {
  const std::vector<Hypothesis> all =
      hypotheses(observed({.kind = "token-bucket", .burst = 10}, {.jitter_us = 1'000}, 4));
  ASSERT_GE(all.size(), 7u);
  EXPECT_EQ(all[0].fit.setup.kind, "token-bucket");
  EXPECT_GE(all[0].standing, 1u);
  EXPECT_EQ(all[0].refuted, "");
  EXPECT_NE(all.back().refuted, "");
}

}  // namespace
}  // namespace diconform::probe
