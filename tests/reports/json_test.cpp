#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/json_place.h"
#include "result/report.h"
#include "samples.h"

namespace diconform::reports {
namespace {

// A file of this test alone.
std::string path_of(std::string_view name) { return testing::TempDir() + "diconform-" + std::string(name); }

Destination to_file(const std::string& path) {
  Destination to;
  to.path = path;
  return to;
}

TEST(JsonReporter, WritesAReportThatReadsBack) {
  std::string path = path_of("report.json");
  auto reporter = make_json(to_file(path));
  result::replay(sample_report(), *reporter);
  EXPECT_FALSE(reporter->problem());
  auto read = result::read_report(path);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(result::to_json(*read), result::to_json(sample_report()));
}

TEST(JsonReporter, LeavesNoEarlierReportBehindWhereTheRunIsKilled) {
  std::string path = path_of("killed.json");
  auto reporter = make_json(to_file(path));
  result::replay(sample_report(), *reporter);
  ASSERT_TRUE(result::read_report(path));

  auto killed = make_json(to_file(path));
  killed->run_started(sample_report().plan);
  killed->trial_finished(sample_failure());
  killed.reset();
  auto read = result::read_report(path);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("/complete: is not true"), std::string::npos);
}

TEST(JsonReporter, WritesWhatThereIsOfAnInterruptedRun) {
  result::Report report = sample_report();
  report.outcomes.resize(2);
  report.summary.complete = false;
  std::string path = path_of("interrupted.json");
  auto reporter = make_json(to_file(path));
  result::replay(report, *reporter);
  auto json = read_json_file(path);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("outcomes")->array()->size(), 2u);
  EXPECT_EQ(json->find("planned")->array()->size(), 8u);
  EXPECT_EQ(*json->find("counts")->find("fail")->integer(), 1);
  EXPECT_EQ(json->object()->back().first, "complete");
  EXPECT_FALSE(*json->object()->back().second.boolean());
}

TEST(JsonReporter, SaysAtOnceThatItCannotWrite) {
  auto reporter = make_json(to_file("/nonexistent/folder/report.json"));
  reporter->run_started(sample_report().plan);
  ASSERT_TRUE(reporter->problem());
  EXPECT_NE(reporter->problem()->message().find("/nonexistent/folder/report.json"), std::string::npos);
}

TEST(NdjsonReporter, TellsOneEventALineAsItHappens) {
  std::ostringstream out;
  Destination to;
  to.out = &out;
  auto reporter = make_ndjson(to);
  result::Report report = sample_report();
  reporter->run_started(report.plan);
  reporter->trial_finished(sample_failure());
  std::string so_far = out.str();
  EXPECT_EQ(std::ranges::count(so_far, '\n'), 2);
  reporter->run_finished(report.summary);

  std::vector<Json> events;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    auto event = parse_json(line);
    ASSERT_TRUE(event) << line;
    events.push_back(*event);
  }
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(*events[0].find("event")->string(), "runStarted");
  EXPECT_EQ(events[0].find("planned")->array()->size(), 8u);
  EXPECT_EQ(*events[1].find("event")->string(), "trialFinished");
  EXPECT_EQ(*events[1].find("verdict")->string(), "fail");
  EXPECT_TRUE(events[1].find("repeat")->string()->starts_with("diconform run"));
  EXPECT_EQ(*events[2].find("event")->string(), "runFinished");
  EXPECT_EQ(*events[2].find("exitCode")->integer(), 3);
  EXPECT_TRUE(*events[2].find("complete")->boolean());
}

TEST(NdjsonReporter, KeepsToOneLineWhateverATargetSends) {
  result::Report report = sample_report();
  report.outcomes = {sample_failure()};
  report.outcomes[0].findings[0].observed = "a\nb\r\xE2\x80\xA8\xff";
  report.outcomes[0].exchanges[0].received = std::string("\0\n\xff", 3);
  std::string text = told(make_ndjson, report);
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
}

TEST(NdjsonReporter, SaysThatItCannotWrite) {
  auto reporter = make_ndjson(to_file("/nonexistent/folder/events"));
  reporter->run_started(sample_report().plan);
  ASSERT_TRUE(reporter->problem());
  EXPECT_EQ(reporter->problem()->where, "/nonexistent/folder/events");
}

}  // namespace
}  // namespace diconform::reports
