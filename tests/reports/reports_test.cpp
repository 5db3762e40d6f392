#include "reports/reports.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "reports/words.h"
#include "samples.h"

namespace diconform::reports {
namespace {

TEST(Formats, AreThoseOfTheProtocol) {
  std::string names;
  for (const Format& format : formats()) names += std::string(format.name) + " ";
  EXPECT_EQ(names, "console json ndjson junit markdown html ");
  EXPECT_TRUE(format_named("console")->for_people);
  EXPECT_FALSE(format_named("json")->for_people);
  EXPECT_FALSE(format_named("xml"));
}

TEST(Formats, AllMakeAReporterThatTellsAWholeRun) {
  for (const Format& format : formats()) {
    EXPECT_GT(told(format.make, sample_report()).size(), 500u) << format.name;
    EXPECT_GT(told(format.make, result::Report{}).size(), 10u) << format.name;
  }
}

TEST(Destination, OfAFileIsNoTerminal) {
  VirtualClock clock(0);
  Destination to = standard_destination(*format_named("console"), "out.txt", clock);
  EXPECT_FALSE(to.terminal);
  EXPECT_FALSE(to.colour);
  EXPECT_EQ(to.path, "out.txt");
}

TEST(Convert, TellsAReportInAnotherFormat) {
  std::string path = testing::TempDir() + "converted.xml";
  Destination to;
  to.path = path;
  ASSERT_TRUE(convert(sample_report(), *format_named("junit"), to));
  EXPECT_NE(read_file(path)->find("<testsuites"), std::string::npos);
}

TEST(Convert, SaysThatItCannotWrite) {
  for (const Format& format : formats()) {
    Destination to;
    to.path = "/nonexistent/folder/file";
    auto done = convert(sample_report(), format, to);
    ASSERT_FALSE(done) << format.name;
    EXPECT_NE(done.error().message().find("/nonexistent/folder/file"), std::string::npos)
        << done.error().message();
  }
}

TEST(Words, ShowWhatWouldHide) {
  EXPECT_EQ(plain("plain é 镜像 😀"), "plain é 镜像 😀");
  EXPECT_EQ(plain("\x1b[1m\x7f\xff\t"), "\\x1b[1m\\x7f\\xff\\t");
  EXPECT_EQ(plain("a\xE2\x80\x8B\xE2\x81\xA6\xEF\xBB\xBF\xC2\x85z"), "a\\u{200b}\\u{2066}\\u{feff}\\u{85}z");
}

TEST(Words, TellTimeAsPeopleDo) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(-1), "0 s");
  EXPECT_EQ(duration(0.0004), "1 ms");
  EXPECT_EQ(duration(0.04), "40 ms");
  EXPECT_EQ(duration(0.25), "0.2 s");
  EXPECT_EQ(duration(12.4), "12 s");
  EXPECT_EQ(duration(125), "2 min 5 s");
  EXPECT_EQ(duration(3840), "1 h 4 min");
}

TEST(Words, HaveAConclusionForEveryExitCode) {
  result::Report report = sample_report();
  for (auto [code, start] :
       std::vector<std::pair<int, std::string>>{{0, "The target conforms"},
                                                {1, "The target does not conform: 1 trial of 8"},
                                                {3, "No judgement: 1 of 8 trials"},
                                                {4, "Too little was verified"},
                                                {5, "Refused"},
                                                {6, "A defect in diconform"}}) {
    report.summary.exit_code = code;
    EXPECT_TRUE(conclusion(report.plan, report.summary.counts, report.summary).starts_with(start)) << code;
  }
}

}  // namespace
}  // namespace diconform::reports
