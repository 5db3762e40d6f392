#include "probe/campaign/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace diconform::probe {
namespace {

using scenario::Step;

Step call(Json::Array ids, Json::Object more = {}) {
  Step step;
  step.call = Json(Json::Object{{"ImageIds", Json(std::move(ids))}});
  for (auto& [name, value] : more) step.call->set(name, std::move(value));
  return step;
}

bool has_id(const Step& step, std::string_view id) {
  const Json* ids = step.call ? step.call->find("ImageIds") : nullptr;
  return ids && ids->array() && std::ranges::any_of(*ids->array(), [&](const Json& each) {
           return each.string() && *each.string() == id;
         });
}

Script large() {
  Script script;
  script.encoding = wire::Encoding::kForm;
  script.scheme = wire::Scheme::kV1Sha1;
  for (const char* name : {"a", "b", "c"}) script.body.given.push_back({name, {}});
  script.body.given[1].image.state = "USING";
  script.body.given[1].image.snapshots = {"snap-1", "snap-2"};
  script.body.account.token = "token";
  script.body.steps = {call({"$a", "$b", "$c"}),
                       call({"$c", "$b"}, {{"DryRun", true}, {"DeleteBindedSnap", true}}),
                       call({"img-zzzzZzzz"})};
  script.body.steps[1].times = 7;
  return script;
}

TEST(Shrink, LeavesOneStepOneIdAndOneMemberWhereTheyAloneFail) {
  Script small = shrink(large(), [](const Script& script) {
    return std::ranges::any_of(
        script.body.steps, [](const Step& step) { return has_id(step, "$b") && step.call->find("DryRun"); });
  });
  ASSERT_EQ(small.body.steps.size(), 1u);
  const Step& step = small.body.steps.front();
  EXPECT_EQ(to_text(*step.call), R"({"ImageIds":["$b"],"DryRun":true})");
  EXPECT_EQ(step.times, 1u);
  EXPECT_EQ(small.encoding, wire::Encoding::kJson);
  EXPECT_TRUE(small.body.account.token.empty());
  EXPECT_TRUE(
      std::ranges::all_of(small.body.given, [](const auto& role) { return role.image == api::Image{}; }));
}

TEST(Shrink, KeepsTheStepsThatItTakesAndTheNumberOfRepeats) {
  Script small = shrink(large(), [](const Script& script) {
    std::size_t calls = 0;
    for (const Step& step : script.body.steps) calls += step.times;
    return calls >= 5;
  });
  std::size_t calls = 0;
  for (const Step& step : small.body.steps) calls += step.times;
  EXPECT_EQ(calls, 5u);
  EXPECT_EQ(small.body.steps.size(), 1u);
}

TEST(Shrink, KeepsTheStateThatMatters) {
  Script small = shrink(large(), [](const Script& script) {
    return std::ranges::any_of(script.body.given,
                               [](const auto& role) { return role.image.state == "USING"; });
  });
  ASSERT_EQ(small.body.given.size(), 1u);
  EXPECT_EQ(small.body.given.front().image.state, "USING");
  EXPECT_TRUE(small.body.given.front().image.snapshots.empty());
}

TEST(Shrink, MakesTextsShorterAndPlainer) {
  Script small = shrink(large(), [](const Script& script) {
    return std::ranges::any_of(script.body.steps, [](const Step& step) {
      const Json* ids = step.call ? step.call->find("ImageIds") : nullptr;
      return ids && ids->array() && std::ranges::any_of(*ids->array(), [](const Json& id) {
               return id.string() && id.string()->starts_with("img-") &&
                      id.string()->find('Z') != std::string::npos;
             });
    });
  });
  EXPECT_EQ(to_text(*small.body.steps.front().call), R"({"ImageIds":["img-Z"]})");
}

TEST(Shrink, StopsAfterSoManyAttempts) {
  std::size_t attempts = 0;
  shrink(large(), [&](const Script&) { return ++attempts, false; }, 10);
  EXPECT_EQ(attempts, 10u);
}

}  // namespace
}  // namespace diconform::probe
