#include "probe/campaign/investigate.h"

#include <gtest/gtest.h>

#include "campaign_bench.h"

namespace diconform::probe {
namespace {

TEST(Investigator, MakesACaseOfTheCatalogueSmall) {
  reference::Bend bend;
  bend.answer = [](const reference::Context& context, reference::Answer& answer) {
    bool told = wire::find_header(context.http->headers, "X-Telling") != nullptr;
    if (told && context.request && context.request->dry_run && !answer.error)
      answer.error = api::ApiError{"InternalError", ""};
  };
  Bench bench(std::move(bend));
  Script large;
  large.body.covers = {"choices.lawful"};
  for (const char* name : {"one", "two", "three"}) large.body.given.push_back({name, {}});
  large.body.given[1].image.snapshots = {"snap-00000001"};
  scenario::Step step;
  step.http.body = R"({"ImageIds":["$one","$two"],"DryRun":true,"DeleteBindedSnap":true})";
  step.http.headers = {{"X-Other", {{"1"}, {}}}, {"X-Telling", {{"1"}, {}}}};
  step.expect.reply = {.success = true, .any_error = true, .http_error = false, .codes = {"DryRunOperation"}};
  step.expect.world.kind = scenario::WorldExpectation::Kind::kUnchanged;
  scenario::Step before;
  before.call = Json(Json::Object{{"ImageIds", Json(Json::Array{Json("$three")})}});
  before.expect.reply.success = true;
  large.body.steps = {before, step};
  Findings findings;
  Touchstone touchstone(catalogue(), bench.oracle, bench.rules);
  UsualTime usual;
  Patience patience(bench.setup, usual);
  Prover prover(patience.setup(), bench.oracle, bench.rules, "test");
  Investigator investigator(prover, patience, findings, touchstone);
  auto inquiry =
      investigator.look_into(trial_of(large, "case", bench.edition.id), Sent(), {}, {bench.clock, INT64_MAX});
  ASSERT_TRUE(inquiry.finding);
  const scenario::Body& body = inquiry.finding->proof.cases.front().body;
  EXPECT_EQ(body.steps.size(), 1u) << inquiry.finding->suite();
  EXPECT_EQ(body.given.size(), 1u);
  EXPECT_EQ(*body.steps.front().http.body, R"({"ImageIds":["$a"],"DryRun":true})");
  EXPECT_EQ(body.steps.front().http.headers.size(), 1u);
}

TEST(Investigator, MakesARaceNoSmallerThanARightEndpointBears) {
  reference::Bend bend;  // every second call of an account
  bend.answer = [](const reference::Context& context, reference::Answer& answer) {
    if (context.number % 2 == 0) answer.error = api::ApiError{"InternalError", ""};
  };
  Bench bench(std::move(bend)), right;
  Script race;
  Json call = Json::Object{{"ImageIds", Json(Json::Array{Json("$a"), Json("$b")})}};
  race.body.given = {{"a", {}}, {"b", {}}};
  race.body.steps.resize(1);
  race.body.steps.front().call = call;
  race.body.steps.front().beside = {call, call};
  Findings findings;
  Touchstone touchstone(catalogue(), bench.oracle, bench.rules);
  UsualTime usual;
  Patience patience(bench.setup, usual);
  Prover prover(patience.setup(), bench.oracle, bench.rules, "test");
  Investigator investigator(prover, patience, findings, touchstone);
  auto inquiry = investigator.look_into(race, Sent(), {}, {bench.clock, INT64_MAX});
  ASSERT_TRUE(inquiry.finding);
  Prover innocent(right.setup, right.oracle, right.rules, "right");
  EXPECT_FALSE(innocent.perform(inquiry.finding->proof.cases.front()).proof) << inquiry.finding->suite();
}

}  // namespace
}  // namespace diconform::probe
