#include "probe/shrink/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "campaign_bench.h"
#include "probe/shrink/touchstone.h"

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

TEST(Shrink, JoinsWhatIsTheSameTwice) {
  Script script = large();
  script.body.steps = {call({"$a"}), call({"$a"}), call({"$a"})};
  Script small = shrink(script, [](const Script& some) {
    std::size_t calls = 0;
    for (const Step& step : some.body.steps) calls += step.times;
    return calls == 3;
  });
  ASSERT_EQ(small.body.steps.size(), 1u);
  EXPECT_EQ(small.body.steps.front().times, 3u);
}

TEST(Shrink, SpellsAFlagPlainly) {
  Script script = large();
  script.body.steps = {call({"$a"}, {{"DryRun", "True"}})};
  Script small = shrink(
      script, [](const Script& some) { return some.body.steps.front().call->find("DryRun") != nullptr; });
  EXPECT_EQ(to_text(*small.body.steps.front().call), R"({"DryRun":true})");
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

// A step that says itself what it expects.
Script of_its_own_mind() {
  Script script;
  api::Image bound;
  bound.snapshots = {"snap-1"};
  script.body.given = {{"a", bound}, {"b", {}}};
  scenario::Step step = call({"$a", "$b"}, {{"DeleteBindedSnap", true}, {"DryRun", false}});
  step.expect.reply.success = true;
  step.expect.world = {scenario::WorldExpectation::Kind::kGone, {"$a", "$b", "snap-1"}};
  step.http.headers = {{"X-Other", {{"1"}, {}}}, {"X-Telling", {{"2"}, {}}}};
  script.body.steps = {step};
  return script;
}

TEST(Shrink, MakesAStepThatSaysWhatItExpectsSmallerWithItsExpectation) {
  Script small = shrink(of_its_own_mind(), [](const Script& script) {
    const Step& step = script.body.steps.front();
    bool told = std::ranges::any_of(step.http.headers,
                                    [](const auto& header) { return header.first == "X-Telling"; });
    bool names_none_that_is_gone = step.expect.world.gone == std::vector<std::string>{"$b"} ||
                                   step.expect.world.gone == std::vector<std::string>{"$a", "$b", "snap-1"};
    return told && has_id(step, "$b") && names_none_that_is_gone;
  });
  const Step& step = small.body.steps.front();
  EXPECT_EQ(to_text(*step.call), R"({"ImageIds":["$b"]})");
  EXPECT_EQ(step.expect.world.gone, std::vector<std::string>{"$b"});
  EXPECT_EQ(step.http.headers.size(), 1u);
}

TEST(Shrink, MakesBodiesQueriesAndLinesShorter) {
  Script script = large();
  script.body.steps.resize(3);
  script.body.steps[0].http.body = R"({"ImageIds":["$a","$b","x"],"DryRun":true})";
  script.body.steps[1].http.target = "/?Action=DeleteImages&ImageIds.0=x&DryRun=true";
  script.body.steps[2].raw = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
  Script small = shrink(script, [](const Script& some) {
    const auto& steps = some.body.steps;
    return steps.size() == 3 && steps[0].http.body &&
           steps[0].http.body->find("\"x\"") != std::string::npos && steps[1].http.target &&
           steps[1].http.target->find("Ids.0=x") != std::string::npos &&
           steps[2].raw.find("X: y") != std::string::npos;
  });
  EXPECT_EQ(*small.body.steps[0].http.body, R"({"ImageIds":["x"]})");
  EXPECT_EQ(*small.body.steps[1].http.target, "/?ImageIds.0=x");
  EXPECT_EQ(small.body.steps[2].raw, "GET / HTTP/1.1\r\nX: y");
}

// --- The touchstone

scenario::WrittenCase written(const Script& script) {
  return {"case", "", "2023-03-27", script.encoding, script.scheme, script.body};
}

TEST(Touchstone, PassesWhatIsRightAndNothingElse) {
  Bench bench;
  Touchstone touchstone(catalogue(), bench.oracle, bench.rules);
  Script right = of_its_own_mind();
  right.body.covers = {"delete.removes-the-images"};
  EXPECT_TRUE(touchstone.passes(written(right)));
  Script wrong = right;
  wrong.body.steps.front().call->remove("DeleteBindedSnap");
  EXPECT_FALSE(touchstone.passes(written(wrong)));
  wrong.body.steps.front().call->set("ImageIds", Json::Array{Json("$nobody")});
  EXPECT_FALSE(touchstone.passes(written(wrong)));
}

// Every eightieth, so that it stays quick.
TEST(Touchstone, PassesTheCatalogue) {
  Bench bench;
  Touchstone touchstone(catalogue(), bench.oracle, bench.rules);
  std::size_t tried = 0, passed = 0;
  std::vector<scenario::Trial> trials = scenario::select(catalogue().cases, "2023-03-27", {});
  for (std::size_t i = 0; i < trials.size(); i += 80) {
    const auto& body = *trials[i].body;
    bool waits =
        body.probe || std::ranges::any_of(body.steps, [](const Step& step) {
          return step.kind == Step::Kind::kPause || step.kind == Step::Kind::kRate || step.raw.size() > 65536;
        });
    if (waits) continue;
    ++tried;
    passed += touchstone.passes({"case", "", trials[i].edition, trials[i].encoding, trials[i].scheme, body});
  }
  EXPECT_GT(tried, 50u);
  EXPECT_GE(passed * 100, tried * 95) << passed << " of " << tried;
}

}  // namespace
}  // namespace diconform::probe
