#include "result/merge.h"

#include <gtest/gtest.h>

#include "values.h"

namespace diconform::result {
namespace {

std::vector<Report> three_shards() {
  return {
      report_of({outcome("c/1", Verdict::kPass)}, "3/3"),
      report_of({outcome("a/1", Verdict::kPass), outcome("a/2", Verdict::kKnownFailure, {finding("c", "x")})},
                "1/3"),
      report_of({}, "2/3")};
}

std::string refusal(std::vector<Report> shards) {
  auto merged = merge(std::move(shards));
  return merged ? "it was merged" : merged.error().message();
}

TEST(Merge, MakesOneReportOfAllShardsInOrder) {
  auto shards = three_shards();
  shards[0].plan.started = "2026-11-22T02:00:00Z";
  auto whole = merge(shards);
  ASSERT_TRUE(whole) << whole.error().message();
  EXPECT_EQ(whole->plan.shard, "1/1");
  EXPECT_EQ(whole->plan.started, "2026-11-22T02:00:00Z");
  EXPECT_EQ(whole->plan.trials, (std::vector<std::string>{"a/1", "a/2", "c/1"}));
  EXPECT_EQ(whole->summary.counts.at(Verdict::kPass), 2u);
  EXPECT_EQ(whole->summary.exit_code, 0);
  EXPECT_TRUE(report_from_json(to_json(*whole), "whole"));
}

TEST(Merge, CountsAnew) {
  auto shards = three_shards();
  shards[0].summary.counts[Verdict::kPass] = 100;
  EXPECT_EQ(merge(shards)->summary.counts.at(Verdict::kPass), 2u);
}

TEST(Merge, RefusesAShardThatIsMissingOrGivenTwice) {
  auto shards = three_shards();
  EXPECT_EQ(refusal({shards[0], shards[1]}), "shard 2/3: is missing (give the reports of all shards)");
  EXPECT_EQ(refusal({shards[1], shards[2]}), "shard 3/3: is missing (give the reports of all shards)");
  EXPECT_EQ(refusal({shards[0], shards[2]}), "shard 1/3: is missing (give the reports of all shards)");
  EXPECT_EQ(refusal({shards[0], shards[1], shards[2], shards[2]}), "shard 2/3: is given twice");
  EXPECT_EQ(refusal({}), "report merge: no report was given");
}

TEST(Merge, RefusesShardsOfAnotherRun) {
  for (auto change : std::vector<void (*)(Plan&)>{
           [](Plan& plan) { plan.seed = 8; }, [](Plan& plan) { plan.edition = "undated"; },
           [](Plan& plan) { plan.target = Json::Object{{"endpoint", "other"}}; },
           [](Plan& plan) { plan.verb = "client"; }, [](Plan& plan) { plan.version = "9"; },
           [](Plan& plan) { plan.shard = "2/4"; }}) {
    auto shards = three_shards();
    change(shards[2].plan);
    EXPECT_FALSE(merge(shards));
  }
}

TEST(Merge, RefusesATrialThatTwoShardsPlanned) {
  auto shards = three_shards();
  shards[2] = report_of({outcome("c/1", Verdict::kPass)}, "2/3");
  EXPECT_NE(refusal(shards).find("planned \"c/1\""), std::string::npos);
}

TEST(Merge, RefusesAShardThatIsNotComplete) {
  auto shards = three_shards();
  shards[1].summary.complete = false;
  EXPECT_EQ(refusal(shards), "shard 1/3: is not complete (repeat that shard)");
}

TEST(Merge, FailsATargetThatContradictsItselfBetweenShards) {
  auto shards = three_shards();
  shards[1].summary.choices = {{"batch.duplicates", {"accepted", {"a/1"}}}};
  shards[0].summary.choices = {{"batch.duplicates", {"refused", {"c/1"}}}};
  auto whole = merge(shards);
  ASSERT_TRUE(whole);
  const Outcome& contradicting = whole->outcomes[2];
  EXPECT_EQ(contradicting.verdict, Verdict::kFail);
  EXPECT_EQ(contradicting.findings[0].clause, "choices.consistent");
  EXPECT_EQ(contradicting.findings[0].expected, "batch.duplicates is answered as before: accepted (a/1)");
  EXPECT_EQ(contradicting.findings[0].observed, "refused");
  EXPECT_EQ(whole->summary.exit_code, 1);
  EXPECT_EQ(whole->summary.choices.at("batch.duplicates").trials.size(), 2u);
}

TEST(Merge, TakesDifferentPrecedencesForAnyPrecedence) {
  auto shards = three_shards();
  shards[1].summary.choices = {{"errors.precedence", {"by-place", {"a/1"}}}};
  shards[0].summary.choices = {{"errors.precedence", {"by-kind: A before B", {"c/1"}}}};
  auto whole = merge(shards);
  EXPECT_EQ(whole->summary.choices.at("errors.precedence").answer, "any");
  EXPECT_EQ(whole->summary.exit_code, 0);
}

TEST(Merge, PutsWhatTheRateTrialsOfTheShardsMeasuredSideBySide) {
  auto shards = three_shards();
  shards[1].summary.characteristics = Json::Object{{"rateTrials", Json::Object{{"a", Json::Object{}}}}};
  shards[2].summary.characteristics = Json::Object{{"rateTrials", Json::Object{{"b", Json::Object{}}}}};
  auto whole = merge(std::move(shards));
  ASSERT_TRUE(whole);
  EXPECT_EQ(to_text(whole->summary.characteristics), R"({"rateTrials":{"a":{},"b":{}}})");
  EXPECT_TRUE(whole->summary.complaints.empty());
}

TEST(Merge, KeepsCharacteristicsAndComplainsWhereTheyDiffer) {
  auto shards = three_shards();
  shards[1].summary.characteristics = Json::Object{{"maxImageIds", 100}};
  shards[0].summary.characteristics = Json::Object{{"maxImageIds", 50}, {"precedence", Json::Array{}}};
  auto whole = merge(shards);
  EXPECT_EQ(to_text(whole->summary.characteristics), R"({"maxImageIds":100,"precedence":[]})");
  EXPECT_EQ(whole->summary.complaints.size(), 1u);
  EXPECT_EQ(whole->summary.exit_code, 1);
}

}  // namespace
}  // namespace diconform::result
