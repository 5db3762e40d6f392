#include "result/diff.h"

#include <gtest/gtest.h>

#include "values.h"

namespace diconform::result {
namespace {

using enum Verdict;

ReportDiff between(std::vector<Outcome> before, std::vector<Outcome> after) {
  return diff(report_of(std::move(before)), report_of(std::move(after)));
}

TEST(Diff, OfEqualReportsIsNothing) {
  std::vector<Outcome> outcomes = {outcome("a/1", kPass), outcome("a/2", kFail, {finding("c", "x")})};
  EXPECT_EQ(between(outcomes, outcomes), ReportDiff{});
  EXPECT_EQ(to_text(between(outcomes, outcomes)), "No difference.\n");
}

TEST(Diff, TellsWhatFailsNowAndDidNot) {
  auto changes = between(
      {outcome("a/1", kPass), outcome("a/2", kSkipped), outcome("a/3", kKnownFailure, {finding("c", "x")})},
      {outcome("a/1", kFail, {finding("c", "x")}), outcome("a/2", kFail, {finding("c", "x")}),
       outcome("a/3", kFail, {finding("c", "x")})});
  EXPECT_EQ(changes.newly_failing.size(), 3u);
  EXPECT_EQ(changes.newly_failing[0].come.size(), 1u);
  EXPECT_TRUE(regressed(changes));
}

TEST(Diff, CountsANewTrialThatFailsAsNewlyFailing) {
  auto changes = between({}, {outcome("a/1", kFail, {finding("c", "x")}), outcome("a/2", kPass)});
  EXPECT_EQ(changes.newly_failing.size(), 1u);
  EXPECT_EQ(changes.added.size(), 1u);
  EXPECT_TRUE(regressed(changes));
}

TEST(Diff, TellsWhatWasRepaired) {
  auto changes = between(
      {outcome("a/1", kFail, {finding("c", "x")}), outcome("a/2", kKnownFailure, {finding("c", "x")})},
      {outcome("a/1", kPass), outcome("a/2", kPass)});
  EXPECT_EQ(changes.fixed.size(), 2u);
  EXPECT_FALSE(regressed(changes));
}

TEST(Diff, TellsAFailureThatBecameAnother) {
  auto changes =
      between({outcome("a/1", kFail, {finding("c", "x")})}, {outcome("a/1", kFail, {finding("c", "y")})});
  ASSERT_EQ(changes.changed.size(), 1u);
  EXPECT_EQ(changes.changed[0].gone[0].observed, "x");
  EXPECT_EQ(changes.changed[0].come[0].observed, "y");
  EXPECT_TRUE(regressed(changes));
}

TEST(Diff, TakesAFailureThatLostAFindingForNoRegression) {
  auto changes = between({outcome("a/1", kFail, {finding("c", "x"), finding("d", "y")})},
                         {outcome("a/1", kFail, {finding("c", "x")})});
  EXPECT_EQ(changes.changed.size(), 1u);
  EXPECT_FALSE(regressed(changes));
}

TEST(Diff, TellsTrialsThatAreGoneAndOtherVerdicts) {
  auto changes = between({outcome("a/1", kPass), outcome("a/2", kPass)}, {outcome("a/2", kError)});
  EXPECT_EQ(changes.removed.size(), 1u);
  EXPECT_EQ(changes.other.size(), 1u);
}

TEST(Diff, TellsChoicesThatAreAnsweredOtherwise) {
  Report before = report_of({}), after = report_of({});
  before.summary.choices = {{"batch.gaps", {"accepted", {}}}, {"only.before", {"x", {}}}};
  after.summary.choices = {{"batch.gaps", {"refused", {}}}, {"only.after", {"x", {}}}};
  EXPECT_EQ(diff(before, after).choices, (std::vector<ChoiceChange>{{"batch.gaps", "accepted", "refused"}}));
}

TEST(Diff, ReadsWellAndMovesNoCursor) {
  auto changes = between({outcome("a/1", kFail, {finding("c", "x")})},
                         {outcome("a/1", kFail, {finding("c", "\x1b[2J\xff")})});
  EXPECT_EQ(to_text(changes),
            "Fails otherwise than before (1)\n"
            "  \"a/1\": fail -> fail, \"\\x1b[2J\\xff\"\n"
            "    - \"c\": expected \"what the page says\", observed \"x\"\n"
            "    + \"c\": expected \"what the page says\", observed \"\\x1b[2J\\xff\"\n");
}

}  // namespace
}  // namespace diconform::result
