#include "probe/campaign/rates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "campaign_bench.h"

namespace diconform::probe {
namespace {

// On a virtual clock.
std::vector<std::string> clauses_told_of_rates(Bench& bench) {
  Findings findings;
  RateTrials trials(bench.setup, bench.oracle, bench.rules, findings, "test");
  RateTrials::Surroundings around{[] { return INT64_C(60'000'000); }, [](std::int64_t) { return true; }};
  std::vector<std::string> clauses;
  trials.run(rate_scripts(bench.abilities).steady, 1, around,
             [&](Investigator::Inquiry inquiry, const std::string&) {
               if (inquiry.finding) clauses.push_back(inquiry.finding->clause);
             });
  return clauses;
}

TEST(RateTrials, HaveNothingAgainstARightLimiter) {
  Bench bench;
  EXPECT_TRUE(clauses_told_of_rates(bench).empty());
}

TEST(RateTrials, TellALimitThatIsNotKeptInOneFormAlone) {
  Bench bench("rate-not-counted-over-query");
  EXPECT_EQ(clauses_told_of_rates(bench), std::vector<std::string>{"rate.ten-per-second"});
}

TEST(RateTrials, TellABudgetForEachEncoding) {
  reference::Bend bend;  // the note has a letter for each call of this second
  bend.rate = [](const reference::Context& context, reference::RateDecision& decision) {
    bool unlimited = decision.count == 0;
    if (unlimited) return;
    std::string second = std::to_string(context.unix_us / 1'000'000);
    if (!context.note->starts_with(second)) *context.note = second;
    char letter = wire::name_of(context.encoding).front();
    *context.note += letter;
    decision.passes = std::ranges::count(*context.note, letter) <= 10;
  };
  Bench bench(std::move(bend));
  EXPECT_EQ(clauses_told_of_rates(bench), std::vector<std::string>{"rate.ten-per-second"});
}

TEST(RateTrials, SayNothingWhereOtherCallsWereSlow) {
  Bench bench("rate-without-limit");
  Findings findings;
  RateTrials trials(bench.setup, bench.oracle, bench.rules, findings, "test");
  RateTrials::Surroundings around{[] { return INT64_C(60'000'000); }, [](std::int64_t) { return false; }};
  trials.run({rate_scripts(bench.abilities).steady.front()}, 1, around,
             [&](Investigator::Inquiry inquiry, const std::string&) { EXPECT_FALSE(inquiry.finding); });
}

}  // namespace
}  // namespace diconform::probe
