#include "judge/rate_gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/chance.h"
#include "reference/limiter.h"
#include "target/rate_episode.h"

namespace diconform::judge {
namespace {

// Half-normal delay, with a rare stall.
std::int64_t jitter(Chance& chance, double sigma_us) {
  double u = std::max(chance.unit(), 1e-12), v = chance.unit();
  double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979 * v);
  return static_cast<std::int64_t>(std::abs(normal) * sigma_us) + (chance.one_in(500) ? 60'000 : 0);
}

// A while in which the endpoint stands still: what arrives is taken up when it goes on.
struct Standstill {
  std::int64_t after_us = 0, length_us = 0;
};

// One episode against a simulated limiter: requests arrive a jittered while after they were sent.
RateVerdict episode(const reference::LimiterSetup& setup, double sigma_us, std::uint64_t seed,
                    std::int64_t slip_us = 0, Standstill still = {}) {
  Chance chance(seed);
  scenario::RatePlan plan;
  auto limiter = reference::make_limiter(setup);
  std::int64_t phase = static_cast<std::int64_t>(chance.below(1'000'000));
  struct Arrival {
    std::int64_t at;
    std::size_t index;
  };
  std::vector<RateSample> samples;
  std::vector<Arrival> arrivals;
  std::vector<std::int64_t> due = target::due_times(plan);
  for (std::size_t i = 0; i < due.size(); ++i) {
    RateSample sample;
    sample.due_us = due[i] + phase + 1'700'000'000'000'000;
    sample.sent_us = sample.due_us + jitter(chance, 300);
    if (slip_us > 0 && chance.one_in(10))
      sample.sent_us += static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(slip_us)));
    std::int64_t arrival = sample.sent_us + jitter(chance, sigma_us);
    std::int64_t into = arrival - sample.due_us + due[i] - still.after_us;
    if (into >= 0 && into < still.length_us) arrival += still.length_us - into;
    arrivals.push_back({arrival, i});
    sample.phase = i < 64               ? RateSample::Phase::kLawful
                   : i + 1 < due.size() ? RateSample::Phase::kOver
                                        : RateSample::Phase::kRecovery;
    samples.push_back(sample);
  }
  std::ranges::sort(arrivals, {}, &Arrival::at);
  for (const Arrival& arrival : arrivals) {
    RateSample& sample = samples[arrival.index];
    sample.accepted = limiter->offer(arrival.at).passes;
    sample.heard_us = arrival.at + jitter(chance, sigma_us);
    if (!sample.accepted) sample.code = "RequestLimitExceeded";
  }
  return judge_rate(std::move(samples), plan.over_seconds, false);
}

RateVerdict episode(const std::string& kind, std::int64_t per_second, double sigma_us, std::uint64_t seed,
                    std::int64_t slip_us = 0, Standstill still = {}) {
  return episode({.kind = kind, .per_second = per_second}, sigma_us, seed, slip_us, still);
}

std::size_t failures(const RateVerdict& verdict) {
  return static_cast<std::size_t>(std::ranges::count_if(verdict.findings, [](const result::Finding& finding) {
    return finding.clause != "rate.not-below-ten";
  }));
}

// However ten a second may be counted so that whoever sends eight is never refused.
std::vector<reference::LimiterSetup> every_way(std::int64_t rate) {
  return {
      {.kind = "fixed-window", .per_second = rate},
      {.kind = "anchored-window", .per_second = rate},
      {.kind = "sliding-log", .per_second = rate, .refused_calls_count = false},
      {.kind = "sliding-counter", .per_second = rate, .refused_calls_count = false, .counts_itself = false},
      {.kind = "token-bucket", .per_second = rate},
      {.kind = "token-bucket", .per_second = rate, .burst = 5}};
}

TEST(RateGate, RaisesNoAlarmInSixHundredEpisodesOfRightLimiters) {
  std::size_t episodes = 0;
  auto limiters = every_way(10);
  limiters.push_back({.kind = "sliding-log", .per_second = 10, .refused_calls_count = true});
  limiters.push_back({.kind = "sliding-counter", .per_second = 10, .refused_calls_count = true});
  for (const reference::LimiterSetup& setup : limiters) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      for (double sigma : {300.0, 5'000.0, 20'000.0}) {
        RateVerdict verdict = episode(setup, sigma, seed);
        EXPECT_EQ(failures(verdict), 0u) << setup.kind << " seed " << seed << ": "
                                         << (verdict.findings.empty() ? "" : verdict.findings[0].observed);
        ++episodes;
      }
    }
  }
  EXPECT_GE(episodes, 600u);
}

TEST(RateGate, MissesNoRateOfElevenOrMore) {
  for (std::int64_t rate : {11, 12, 15, 20}) {
    for (const reference::LimiterSetup& setup : every_way(rate)) {
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        for (double sigma : {300.0, 5'000.0, 20'000.0})
          EXPECT_GT(failures(episode(setup, sigma, seed)), 0u)
              << setup.kind << " at " << rate << ", seed " << seed;
      }
    }
  }
}

TEST(RateGate, SeesALimitThatIsTooLow) {
  RateVerdict verdict = episode("fixed-window", 5, 5'000, 1);
  EXPECT_GT(failures(verdict), 0u);
}

TEST(RateGate, SeesNoLimitAtAll) { EXPECT_GT(failures(episode("none", 10, 5'000, 1)), 0u); }

RateSample over(std::int64_t at_us, bool accepted, std::string code = "RequestLimitExceeded",
                std::int64_t took_us = 1000) {
  return {RateSample::Phase::kOver, at_us, at_us, at_us + took_us, accepted, accepted ? "" : std::move(code)};
}

// What a sliding log of ten did on a busy machine: its pattern has gaps like those between windows, but
// irregular ones, and between two of them it once took fifteen calls in 1.4 seconds.
TEST(RateGate, TakesAnIrregularPatternForNoWindows) {
  constexpr std::string_view kTaken =
      "+++.+..+..+..+..+..+..+...++++...+..+.+...+..+.+....++++..+...+.+..+..+..+...++.++.+...+.+...+.+...+.."
      ".++.++.+"
      "...++...+..+..+....+++.++...+.+..+...+.+.....+++++....++...+..+..+.....+++++....++...+.+..";
  std::vector<RateSample> samples;
  for (std::size_t i = 0; i < kTaken.size(); ++i) {
    const std::int64_t late = i == 164 || i == 190 ? 30 : 0;
    samples.push_back(over(static_cast<std::int64_t>(i) * 40'000 + late, kTaken[i] == '+'));
    samples.back().due_us -= late;
  }
  RateVerdict verdict = judge_rate(samples, 8, false);
  EXPECT_EQ(failures(verdict), 0u) << verdict.findings.front().observed;
}

TEST(RateGate, WantsTheCodeOfTheLimit) {
  std::vector<RateSample> samples;
  for (std::int64_t i = 0; i < 150; ++i) samples.push_back(over(i * 40'000, i % 25 < 10, "LimitExceeded"));
  RateVerdict verdict = judge_rate(samples, 6, false);
  ASSERT_EQ(verdict.findings.size(), 1u);
  EXPECT_EQ(verdict.findings[0].clause, "rate.code");
}

TEST(RateGate, CallsDelayingWhatItIs) {
  std::vector<RateSample> samples;
  for (std::int64_t i = 0; i < 150; ++i) samples.push_back(over(i * 40'000, true, "", 700'000));
  EXPECT_GE(failures(judge_rate(samples, 6, false)), 1u);
}

TEST(RateGate, SaysNothingOfTheRateWhereTheScheduleSlipped) {
  std::vector<RateSample> samples;
  for (std::int64_t i = 0; i < 150; ++i) {
    samples.push_back(over(i * 40'000, i % 2 == 0));  // 12.5 a second
    samples.back().sent_us += 30'000;
  }
  RateVerdict verdict = judge_rate(samples, 6, false);
  EXPECT_FALSE(verdict.inconclusive.empty());
  EXPECT_TRUE(verdict.findings.empty());
}

TEST(RateGate, SeesThatNothingIsLimitedEvenWhereTheScheduleSlipped) {
  std::vector<RateSample> samples;
  for (std::int64_t i = 0; i < 150; ++i) {
    samples.push_back(over(i * 40'000, true));
    samples.back().sent_us += 30'000;
  }
  EXPECT_EQ(failures(judge_rate(samples, 6, false)), 1u);
}

// A machine that is busy with something else: every tenth call leaves up to 300 ms late.
RateVerdict slipping_episode(const std::string& kind, std::int64_t per_second, std::uint64_t seed) {
  return episode(kind, per_second, 20'000, seed, 300'000);
}

TEST(RateGate, RaisesNoAlarmOnALoadedMachine) {
  for (const char* kind : {"fixed-window", "anchored-window", "token-bucket"}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      RateVerdict verdict = slipping_episode(kind, 10, seed);
      EXPECT_EQ(failures(verdict), 0u) << kind << " seed " << seed;
      EXPECT_FALSE(verdict.inconclusive.empty());
    }
  }
}

TEST(RateGate, RaisesNoAlarmWhereTheEndpointStoodStill) {
  for (const char* kind : {"fixed-window", "anchored-window", "token-bucket"}) {
    for (std::int64_t length : {1'100'000, 2'000'000, 5'000'000}) {
      for (std::int64_t after = 1'500'000; after < 17'000'000; after += 1'300'000) {
        RateVerdict verdict = episode(kind, 10, 5'000, 1, 0, {after, length});
        EXPECT_EQ(failures(verdict), 0u) << kind << ", " << length << " after " << after << ": "
                                         << (verdict.findings.empty() ? "" : verdict.findings[0].observed);
        if (after > 9'500'000 && after < 15'000'000) {
          EXPECT_NE(verdict.inconclusive, "");
        }
      }
    }
  }
}

// Ten at the beginning of each second are served, the others wait for theirs: silence again and again.
TEST(RateGate, TakesAnEndpointThatWaitsOutEachWindowForNoStandstill) {
  std::vector<RateSample> samples;
  for (std::int64_t i = 0; i < 200; ++i) {
    std::int64_t sent = i * 40'000, answered = std::max(sent, i / 10 * 1'080'000);
    samples.push_back(over(sent, true, "", answered - sent));
  }
  EXPECT_GE(failures(judge_rate(samples, 8, false)), 1u);
}

TEST(RateGate, SeesTwentyASecondOnALoadedMachine) {
  for (const char* kind : {"fixed-window", "anchored-window", "token-bucket", "none"}) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      EXPECT_GT(failures(slipping_episode(kind, 20, seed)), 0u) << kind << " seed " << seed;
    }
  }
}

TEST(RateGate, NamesABudgetThatAccountsShare) {
  EXPECT_EQ(shared_budget(std::vector{2.5, 2.0, 3.0, 2.6}).value().clause, "accounts.apart");
  EXPECT_FALSE(shared_budget(std::vector{5.0, 5.0, 5.0, 5.0}));  // a limit that is too low for each
  EXPECT_FALSE(shared_budget(std::vector{10.0}));
}

}  // namespace
}  // namespace diconform::judge
