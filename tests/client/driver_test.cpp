#include "client/driver.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace diconform::client {
namespace {

// Long enough for an interpreter on a loaded machine, but where the wait is the test.
constexpr DriverTimes kTimes{.hello_us = 20'000'000, .grace_us = 5'000'000};

Driver driver(const std::string& kind, DriverTimes times = kTimes) {
  return Driver({"python3", std::string(SOURCE_DIR) + "/tests/client/bad_driver.py", kind}, times);
}

Answer answer_of(const std::string& kind, std::int64_t timeout_us = 1'000'000) {
  Driver made = driver(kind);
  auto ready = made.ready();
  EXPECT_TRUE(ready) << ready.error().message();
  return made.call(Json(Json::Object{}), Json(Json::Object{}), timeout_us);
}

// What it does between calls, within ten seconds.
std::optional<Answer> what_it_does_unasked(Driver& made) {
  std::optional<Answer> unasked;
  for (int glance = 0; glance < 1000 && !unasked; ++glance) {
    usleep(10'000);
    unasked = made.unasked();
  }
  return unasked;
}

TEST(Driver, SaysWhatItDrives) {
  Driver made = driver("lying");
  ASSERT_TRUE(made.ready());
  EXPECT_EQ(made.hello().sdk, "lying");
  EXPECT_TRUE(made.hello().features.contains("post-json"));
}

TEST(Driver, ThatDiesTellsBySignalAndIsStartedAgain) {
  Driver made = driver("dying");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(made.ready());
    Answer answer = made.call(Json(Json::Object{}), Json(Json::Object{}), 1'000'000);
    EXPECT_EQ(answer.kind, Answer::Kind::kDied);
    EXPECT_NE(answer.text.find("signal 11"), std::string::npos) << answer.text;
    EXPECT_EQ(answer.log, "about to die\n");
  }
}

TEST(Driver, ThatLeavesTellsByItsExitCode) {
  Answer answer = answer_of("leaving");
  EXPECT_EQ(answer.kind, Answer::Kind::kDied);
  EXPECT_EQ(answer.text, "exit code 3");
}

TEST(Driver, ThatLeavesInTheMiddleOfALineHasLeftAndNotBrokenTheProtocol) {
  Answer answer = answer_of("leaving-half");
  EXPECT_EQ(answer.kind, Answer::Kind::kDied);
  EXPECT_TRUE(answer.text.starts_with("exit code 3, after it said")) << answer.text;
}

TEST(Driver, ThatLeavesAfterItsAnswerIsNoticedBeforeTheNextCall) {
  Driver made = driver("leaving-after");
  ASSERT_TRUE(made.ready());
  Json nothing = Json(Json::Object{});
  EXPECT_EQ(made.call(nothing, nothing, 1'000'000).kind, Answer::Kind::kOk);
  std::optional<Answer> unasked = what_it_does_unasked(made);
  ASSERT_TRUE(unasked);
  EXPECT_EQ(unasked->kind, Answer::Kind::kDied);
  EXPECT_EQ(unasked->text, "exit code 3");
  ASSERT_TRUE(made.ready());
  EXPECT_EQ(made.starts(), 2u);
  EXPECT_EQ(made.call(nothing, nothing, 1'000'000).kind, Answer::Kind::kOk) << "the next call is not charged";
}

TEST(Driver, ThatClosesItsOutputIsNotSaidToHaveBeenKilled) {
  EXPECT_EQ(answer_of("closing").text, "it closed its standard output");
}

TEST(Driver, ThatIsSilentIsKilled) {
  Driver made = driver("silent", {.hello_us = 20'000'000, .grace_us = 100'000});
  ASSERT_TRUE(made.ready());
  Answer answer = made.call(Json(Json::Object{}), Json(Json::Object{}), 100'000);
  EXPECT_EQ(answer.kind, Answer::Kind::kHung);
  EXPECT_GE(answer.elapsed_us, 200'000);
  EXPECT_TRUE(made.ready()) << "and started again";
}

TEST(Driver, ThatDoesNotGreetIsUnusable) {
  auto ready = driver("mute", {.hello_us = 300'000, .grace_us = 0}).ready();
  ASSERT_FALSE(ready);
  EXPECT_NE(ready.error().message().find("no answer in time"), std::string::npos) << ready.error().message();
}

TEST(Driver, ThatIsNotThereIsUnusable) { EXPECT_FALSE(Driver({"/nonexistent/driver"}).ready()); }

TEST(Driver, ThatTalksBreaksTheProtocol) {
  for (const char* kind : {"talkative", "confused", "inventive"})
    EXPECT_EQ(answer_of(kind).kind, Answer::Kind::kBroken) << kind;
}

TEST(Driver, ThatTalksAfterItsAnswerIsFoundOutByTheNextCall) {
  Driver made = driver("late");
  ASSERT_TRUE(made.ready());
  Json nothing = Json(Json::Object{});
  EXPECT_EQ(made.call(nothing, nothing, 1'000'000).kind, Answer::Kind::kOk);
  Answer second = made.call(nothing, nothing, 1'000'000);
  EXPECT_EQ(second.kind, Answer::Kind::kBroken);
  EXPECT_NE(second.text.find("done"), std::string::npos) << second.text;
}

TEST(Driver, ThatTalksAfterItsAnswerIsFoundOutBetweenCalls) {
  Driver made = driver("late");
  ASSERT_TRUE(made.ready());
  EXPECT_FALSE(made.unasked()) << "it has said nothing yet";
  made.call(Json(Json::Object{}), Json(Json::Object{}), 1'000'000);
  std::optional<Answer> unasked = what_it_does_unasked(made);
  ASSERT_TRUE(unasked);
  EXPECT_EQ(unasked->kind, Answer::Kind::kBroken);
}

TEST(Driver, MayHandOnWhatIsNoUtf8) {
  Answer answer = answer_of("surrogate");
  EXPECT_EQ(answer.kind, Answer::Kind::kApi) << answer.text;
  EXPECT_EQ(answer.message, "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace diconform::client
