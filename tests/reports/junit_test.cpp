#include <gtest/gtest.h>

#include <cstdlib>
#include <pugixml.hpp>

#include "base/text.h"
#include "samples.h"

namespace diconform::reports {
namespace {

using result::Verdict;

// Reads the report back as a CI server would, without forgiving anything.
pugi::xml_document read(const result::Report& report) {
  std::string text = told(make_junit, report);
  EXPECT_TRUE(is_utf8(text));
  for (unsigned char c : text) EXPECT_TRUE(c >= 0x20 || c == '\n' || c == '\t') << int{c};
  for (auto at = text.find("&#"); at != text.npos; at = text.find("&#", at + 1)) {
    int character = std::atoi(text.c_str() + at + 2);
    EXPECT_TRUE(character == '\t' || character == '\n' || character == '\r' || character >= 0x20)
        << "a reference to a control character is no XML either: " << text.substr(at, 6);
  }
  pugi::xml_document document;
  pugi::xml_parse_result result = document.load_string(text.c_str(), pugi::parse_full);
  EXPECT_TRUE(result) << result.description() << " at " << result.offset << "\n" << text;
  return document;
}

std::string attribute(const pugi::xml_document& document, const char* path, const char* name) {
  return document.select_node(path).node().attribute(name).value();
}

TEST(Junit, CountsWhatACiServerCounts) {
  pugi::xml_document document = read(sample_report());
  pugi::xml_node root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_int(), 8);
  EXPECT_EQ(root.attribute("failures").as_int(), 1);
  EXPECT_EQ(root.attribute("errors").as_int(), 1);
  EXPECT_EQ(root.attribute("skipped").as_int(), 4);
  EXPECT_EQ(document.select_nodes("//testcase").size(), 8u);
  EXPECT_EQ(document.select_nodes("//failure").size(), 1u);
  EXPECT_EQ(document.select_nodes("//error").size(), 1u);
  EXPECT_EQ(document.select_nodes("//skipped").size(), 4u);
}

TEST(Junit, TellsAFailureWithClauseAndHowToRepeatIt) {
  pugi::xml_document document = read(sample_report());
  const char* testcase = "//testsuite[@name='dry-run']/testcase";
  EXPECT_EQ(attribute(document, testcase, "name"), "changes-nothing[2023-03-27,query,tc3]");
  EXPECT_EQ(attribute(document, testcase, "classname"), "dry-run");
  EXPECT_EQ(attribute(document, testcase, "time"), "0.250");
  pugi::xml_node failure = document.select_node("//failure").node();
  EXPECT_STREQ(failure.attribute("type").value(), "dry-run.changes-nothing");
  EXPECT_STREQ(failure.attribute("message").value(), "a dry run deleted img-1a2b3c4d");
  std::string text = failure.text().get();
  EXPECT_NE(text.find("observed: img-1a2b3c4d is gone\n"), text.npos);
  EXPECT_NE(text.find("repeat: diconform run 'dry-run/changes-nothing[2023-03-27,query,tc3]' --seed 7\n"),
            text.npos);
}

TEST(Junit, SaysWhyATrialWasNotJudged) {
  pugi::xml_document document = read(sample_report());
  EXPECT_EQ(attribute(document, "//testcase[starts-with(@name,'in-use')]/skipped", "message"),
            "failed as known: issue 12");
  EXPECT_EQ(attribute(document, "//testcase[starts-with(@name,'shared')]/skipped", "message"),
            "not testable here: the hook lacks the facet SharedTo");
  EXPECT_EQ(attribute(document, "//testcase[starts-with(@name,'ten')]/skipped", "message"),
            "inconclusive: the schedule slipped");
}

TEST(Junit, NamesTheRunInProperties) {
  pugi::xml_document document = read(sample_report());
  EXPECT_EQ(attribute(document, "//testsuite[@name='ids']/properties/property[@name='seed']", "value"), "7");
  EXPECT_EQ(attribute(document, "//testsuite[@name='ids']/properties/property[@name='edition']", "value"),
            "2023-03-27");
}

TEST(Junit, StaysXmlWhateverATargetSends) {
  result::Report report = sample_report();
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  every_byte += "]]></failure><![CDATA[ &amp; \xEF\xBF\xBE \xED\xA0\x80 \xC0\x80 \"'<>";
  result::Outcome& failed = report.outcomes[1];
  failed.reason = failed.repeat = failed.curl = every_byte;
  failed.findings[0] = {every_byte, result::Severity::kFailure, every_byte, every_byte, every_byte};
  report.outcomes[2].reason = every_byte;
  report.outcomes[3].trial = every_byte;
  report.plan.target = Json::Object{{"endpoint", every_byte}};
  report.plan.version = every_byte;
  report.summary.complaints = {every_byte};
  pugi::xml_document document = read(report);
  EXPECT_EQ(document.select_nodes("//testcase").size(), 9u);
  EXPECT_EQ(document.select_nodes("//failure").size(), 2u);
}

TEST(Junit, IsNotGreenWhereTheRunIsNot) {
  auto reds = [](auto change) {
    result::Report report = sample_report();
    report.outcomes = {outcome_of("a/b", Verdict::kPass)};
    report.plan.trials = {"a/b"};
    report.summary.exit_code = 0;
    change(report);
    pugi::xml_document document = read(report);
    return document.child("testsuites").attribute("failures").as_int() +
           document.child("testsuites").attribute("errors").as_int();
  };
  EXPECT_EQ(reds([](result::Report&) {}), 0);
  EXPECT_EQ(reds([](result::Report& report) { report.summary.complete = false; }), 1);
  EXPECT_EQ(reds([](result::Report& report) { report.summary.complaints = {"stale"}; }), 1);
  EXPECT_EQ(reds([](result::Report& report) { report.summary.exit_code = 4; }), 1) << "too little verified";
}

}  // namespace
}  // namespace diconform::reports
