#include "probe/campaign/investigate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "campaign_bench.h"

namespace diconform::probe {
namespace {

// An investigator with all that it needs.
struct Office {
  explicit Office(Bench& bench)
      : touchstone(catalogue(), bench.oracle, bench.rules),
        patience(bench.setup, usual),
        prover(patience.setup(), bench.oracle, bench.rules, "test") {}

  Findings findings;
  Touchstone touchstone;
  UsualTime usual;
  Patience patience;
  Prover prover;
  Investigator investigator{prover, patience, findings, touchstone};
};

// What the model does not see is made small, too: with the least that a right endpoint passes.
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
  Office office(bench);
  auto inquiry = office.investigator.look_into(trial_of(large, "case", bench.edition.id), Sent(), {},
                                               {bench.clock, INT64_MAX});
  ASSERT_TRUE(inquiry.finding);
  const scenario::Body& body = inquiry.finding->proof.cases.front().body;
  EXPECT_EQ(body.steps.size(), 1u) << inquiry.finding->suite();
  EXPECT_EQ(body.given.size(), 1u);
  EXPECT_EQ(*body.steps.front().http.body, R"({"ImageIds":["$a"],"DryRun":true})");
  EXPECT_EQ(body.steps.front().http.headers.size(), 1u);
}

TEST(Investigator, SpellsOutTheIdThatMattersWhereManyMadeItLikely) {
  reference::Bend bend;  // half of all ids
  bend.answer = [](const reference::Context& context, reference::Answer& answer) {
    if (!context.request) return;
    const auto& ids = context.request->image_ids;
    if (std::ranges::any_of(ids, [](const std::string& id) { return id.back() < 's'; }))
      answer.error = api::ApiError{"InternalError", ""};
  };
  Bench bench(std::move(bend));
  Script large;
  Json::Array ids;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    large.body.given.push_back({name, {}});
    ids.push_back(Json("$" + std::string(name)));
  }
  large.body.steps.resize(1);
  large.body.steps.front().call = Json::Object{{"ImageIds", Json(std::move(ids))}};
  Office office(bench);
  auto inquiry = office.investigator.look_into(large, Sent(), {}, {bench.clock, INT64_MAX});
  ASSERT_TRUE(inquiry.finding);
  EXPECT_EQ(inquiry.finding->failed, 5u) << inquiry.finding->suite();
  const scenario::Step& step = inquiry.finding->proof.cases.front().body.steps.front();
  EXPECT_EQ(step.call->find("ImageIds")->array()->size(), 1u) << inquiry.finding->suite();
}

TEST(Investigator, TellsWhatIsWrongByItselfRatherThanAContradiction) {
  reference::Bend bend;
  bend.answer = [](const reference::Context&, reference::Answer& answer) {
    if (answer.error && answer.error->code == "InvalidImageId.Malformed")
      answer.error->code = "InvalidImageId.NotFound";
  };
  Bench bench(std::move(bend), {{"batch.duplicates", "accepted"}});
  auto calling = [](std::initializer_list<const char*> ids) {
    Script script;
    Json::Array list;
    for (const char* id : ids) list.push_back(Json(id));
    script.body.given = {{"a", {}}};
    script.body.steps.resize(1);
    script.body.steps.front().call = Json::Object{{"ImageIds", Json(std::move(list))}};
    return script;
  };
  Office office(bench);
  auto look = [&] {
    return office.investigator.look_into_contradiction(calling({"$a", "$a"}), calling({"$a", "img-", "$a"}),
                                                       {}, {bench.clock, INT64_MAX});
  };
  auto first = look(), second = look();
  ASSERT_TRUE(first.finding && second.finding);
  EXPECT_EQ(first.finding->clause, "image-id.language") << first.finding->suite();
  EXPECT_EQ(second.finding->clause, "choices.consistent") << second.finding->suite();
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
  Office office(bench);
  auto inquiry = office.investigator.look_into(race, Sent(), {}, {bench.clock, INT64_MAX});
  ASSERT_TRUE(inquiry.finding);
  Prover innocent(right.setup, right.oracle, right.rules, "right");
  EXPECT_FALSE(innocent.perform(inquiry.finding->proof.cases.front()).proof) << inquiry.finding->suite();
}

}  // namespace
}  // namespace diconform::probe
