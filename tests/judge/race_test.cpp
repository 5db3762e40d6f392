#include "judge/race.h"

#include <gtest/gtest.h>

namespace diconform::judge {
namespace {

// Calls at one moment on images a, b and c: their lists, what they heard, and which images are left.
struct Race {
  Race(std::vector<std::string> left, std::vector<std::pair<Json::Array, std::string>> calls) {
    step.before = world({"a", "b", "c"});
    step.after = world(left);
    for (auto& [ids, code] : calls) {
      Json call = Json::Object{{"ImageIds", Json(std::move(ids))}};
      step.step.call ? step.step.beside.push_back(std::move(call)) : void(step.step.call = std::move(call));
      wire::Exchange& exchange = step.exchanges.emplace_back();
      exchange.started_us = 10;
      exchange.elapsed_us = 100;
      Reply& reply = replies.emplace_back();
      reply.kind = code.empty() ? Reply::Kind::kSuccess : Reply::Kind::kApiError;
      reply.code = reply.text = code;
    }
  }
  static api::World world(const std::vector<std::string>& ids) {
    api::World world;
    for (const std::string& id : ids) world.images.emplace_back().id = id;
    return world;
  }
  bool is_wrong() const { return race_finding(step, replies).has_value(); }

  result::StepObservation step;
  std::vector<Reply> replies;
};

constexpr const char* kMissing = "InvalidImageId.NotFound";

TEST(Race, LetsOneOfTwoListsThatOverlapWin) {
  EXPECT_FALSE(Race({"c"}, {{{"a", "b"}, ""}, {{"b", "c"}, kMissing}}).is_wrong());
  EXPECT_FALSE(Race({"a"}, {{{"a", "b"}, kMissing}, {{"b", "c"}, ""}}).is_wrong());
  EXPECT_TRUE(Race({}, {{{"a", "b"}, ""}, {{"b", "c"}, ""}}).is_wrong());
  EXPECT_TRUE(Race({"a", "b", "c"}, {{{"a", "b"}, kMissing}, {{"b", "c"}, kMissing}}).is_wrong());
}

TEST(Race, LetsListsThatDoNotOverlapBothWin) {
  EXPECT_FALSE(Race({"c"}, {{{"a"}, ""}, {{"b"}, ""}}).is_wrong());
  EXPECT_TRUE(Race({"b", "c"}, {{{"a"}, ""}, {{"b"}, kMissing}}).is_wrong());
}

TEST(Race, HoldsTheWorldAgainstWhatWasHeard) {
  EXPECT_TRUE(Race({"b", "c"}, {{{"a"}, ""}, {{"b"}, ""}}).is_wrong());  // a delete that was lost
  EXPECT_TRUE(Race({}, {{{"a", "b"}, ""}, {{"b", "c"}, kMissing}}).is_wrong());
}

TEST(Race, SaysNothingOfACallThatWasRefusedAsBusy) {
  EXPECT_FALSE(Race({"c"}, {{{"a", "b"}, ""}, {{"b", "c"}, "MutexOperation.TaskRunning"}}).is_wrong());
}

TEST(Race, LetsADryRunSeeAMomentAndTakeNothing) {
  for (const char* code : {"", "DryRunOperation", kMissing}) {
    Race race({"b", "c"}, {{{"a"}, ""}, {{"a", "b"}, code}});
    race.step.step.beside[0].set("DryRun", true);
    EXPECT_FALSE(race.is_wrong()) << code;
    race.step.after = Race::world({"c"});
    EXPECT_TRUE(race.is_wrong()) << code;
  }
}

TEST(Race, LetsALostReplyTakeEffectOrNot) {
  for (const std::vector<std::string>& left : {std::vector<std::string>{"b", "c"}, {"a", "b", "c"}}) {
    Race race(left, {{{"a"}, ""}, {{"b"}, kMissing}});
    race.step.step.beside[0] = Json::Object{{"ImageIds", Json(Json::Array{Json("missing")})}};
    race.replies[0] = {};
    EXPECT_FALSE(race.is_wrong());
  }
}

TEST(Race, SaysNothingWithoutTheWorldBefore) {
  Race race({}, {{{"a", "b"}, ""}, {{"b", "c"}, ""}});
  race.step.before.reset();
  EXPECT_FALSE(race.is_wrong());
}

}  // namespace
}  // namespace diconform::judge
