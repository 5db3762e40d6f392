#include "run/exit_code.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "run/curl.h"
#include "run/options.h"
#include "run/shard.h"

namespace diconform::run {
namespace {

using enum result::Verdict;

int code(result::Counts counts, Judged judged = {}, bool complete = true) {
  result::Summary summary;
  summary.counts = std::move(counts);
  summary.complete = complete;
  std::vector<std::string> complaints;
  judged.planned = 10;
  return exit_code(summary, judged, complaints);
}

TEST(ExitCode, IsZeroOnlyWhereSomethingWasVerifiedAndConforms) {
  EXPECT_EQ(code({{kPass, 10}}), kConforms);
  EXPECT_EQ(code({{kKnownFailure, 10}}), kConforms);
  EXPECT_EQ(code({{kUntestable, 10}}), kNotEnough);
  EXPECT_EQ(code({}), kNotEnough);
}

TEST(ExitCode, TakesTheFirstLineThatApplies) {
  EXPECT_EQ(code({{kFail, 1}, {kPass, 9}}), kFailed);
  EXPECT_EQ(code({{kError, 1}, {kFail, 1}}), kUnusable);
  EXPECT_EQ(code({{kError, 1}}, {.forbidden = true}), kForbidden);
  EXPECT_EQ(code({{kPass, 10}}, {.known_failures_wrong = true}), kFailed);
  EXPECT_EQ(code({{kPass, 3}}, {.interrupted = true}, false), kInterrupted);
  EXPECT_EQ(code({}, {.interrupted = true}, false), kInterrupted);
  EXPECT_EQ(code({{kFail, 1}}, {.interrupted = true}, false), kFailed);
  EXPECT_EQ(code({{kError, 1}}, {.interrupted = true}, false), kUnusable);
}

TEST(ExitCode, NeverTrustsARunWhoseTrialsDidNotAllReport) {
  EXPECT_EQ(code({{kPass, 9}}, {}, false), kUnusable);
}

TEST(ExitCode, CountsWhatWasVerifiedAgainstWhatWasAskedFor) {
  EXPECT_EQ(code({{kPass, 9}, {kUntestable, 1}}, {.min_verified = {1, 95}}), kNotEnough);
  EXPECT_EQ(code({{kPass, 10}}, {.min_verified = {1, 95}}), kConforms);
  EXPECT_EQ(code({{kPass, 10}}, {.min_verified = {11, {}}}), kNotEnough);
}

TEST(ExitCode, AcceptsInconclusiveTrialsOnlyWhenTold) {
  EXPECT_EQ(code({{kPass, 9}, {kInconclusive, 1}}), kNotEnough);
  EXPECT_EQ(code({{kPass, 9}, {kInconclusive, 1}}, {.allow_inconclusive = true}), kConforms);
}

TEST(ExitCode, IsZeroForAShardThatWasDealtNothing) { EXPECT_EQ(code({}, {.empty_shard = true}), kConforms); }

TEST(MinVerified, IsANumberOrAPercentage) {
  EXPECT_EQ(parse_min_verified("500")->count, 500u);
  EXPECT_EQ(parse_min_verified("95%")->percent, 95.0);
  EXPECT_FALSE(parse_min_verified("101%"));
  EXPECT_FALSE(parse_min_verified("many"));
}

TEST(Shard, IsReadFromTheCommandLineOrTheEnvironment) {
  EXPECT_EQ(parse_shard("2/5")->text(), "2/5");
  EXPECT_FALSE(parse_shard("0/5"));
  EXPECT_FALSE(parse_shard("6/5"));
  EXPECT_FALSE(parse_shard("2"));
  setenv("TEST_TOTAL_SHARDS", "3", 1);
  EXPECT_FALSE(shard_of_environment());
  setenv("TEST_SHARD_INDEX", "0", 1);
  EXPECT_EQ(shard_of_environment()->text(), "1/3");
  unsetenv("TEST_TOTAL_SHARDS");
  unsetenv("TEST_SHARD_INDEX");
  setenv("GTEST_TOTAL_SHARDS", "2", 1);
  setenv("GTEST_SHARD_INDEX", "1", 1);
  EXPECT_EQ(shard_of_environment()->text(), "2/2");
  unsetenv("GTEST_TOTAL_SHARDS");
  unsetenv("GTEST_SHARD_INDEX");
}

TEST(Shard, DealsEveryTrialToExactlyOne) {
  for (std::size_t trial = 0; trial < 20; ++trial) {
    int taken = 0;
    for (std::size_t index = 1; index <= 3; ++index) taken += Shard{index, 3}.takes(trial);
    EXPECT_EQ(taken, 1);
  }
}

TEST(Duration, NeedsItsUnit) {
  EXPECT_EQ(parse_duration_us("250ms"), 250'000);
  EXPECT_EQ(parse_duration_us("20s"), 20'000'000);
  EXPECT_FALSE(parse_duration_us("20"));
  EXPECT_FALSE(parse_duration_us("s"));
}

TEST(Curl, QuotesForAShell) {
  EXPECT_EQ(curl_line("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na'b", "http://127.0.0.1:1/"),
            R"(curl -sS -X 'POST' 'http://127.0.0.1:1/' -H 'Host: h' --data-binary 'a'\''b')");
  EXPECT_EQ(curl_line("garbage", "http://127.0.0.1:1"), "");
}

}  // namespace
}  // namespace diconform::run
