#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/text.h"
#include "reports/html_parts.h"
#include "reports/html_text.h"
#include "samples.h"

namespace diconform::reports {
namespace {

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

TEST(HtmlText, EscapesWhatHtmlWouldRead) {
  EXPECT_EQ(html("<a href=\"x\" id='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(html(std::string_view("\0\xff\x1b\n", 4)), "\\x00\\xff\\x1b\\n");
}

TEST(HtmlText, ShowsAMessageAsItWasOnTheWire) {
  EXPECT_EQ(html_message("HTTP/1.1 200 OK\r\nA: <b>\r\n\r\n{}", 1000), "HTTP/1.1 200 OK\nA: &lt;b&gt;\n\n{}");
  EXPECT_EQ(
      html_message("a\rb\nc\x01\xff", 1000),
      "a<span class=\"byte\">\\r</span>b<span class=\"byte\">\\n</span>\nc<span class=\"byte\">\\x01</span>"
      "<span class=\"byte\">\\xff</span>");
  EXPECT_EQ(html_message("ab\xC3\xA9", 3), "ab") << "no half characters";
}

TEST(Html, DrawsTheAutomatonOfALanguage) {
  Json automaton = *parse_json(
      R"({"accepting":[false,true],"differs":[false,false],"edges":[{"from":0,"to":1,"label":"A-Z","differs":true}]})");
  Json characteristics;
  characteristics.set("idLanguage", Json(Json::Object{{"automaton", automaton}}));
  std::string page = characteristics_html(characteristics);
  EXPECT_NE(page.find("<svg"), page.npos);
  EXPECT_NE(page.find("edge differs"), page.npos);
  EXPECT_NE(page.find("A-Z"), page.npos);
  // An edge to a state that is not there is shown as the JSON that it is.
  automaton =
      *parse_json(R"({"accepting":[false],"differs":[false],"edges":[{"from":0,"to":7,"label":"x"}]})");
  characteristics.set("idLanguage", Json(Json::Object{{"automaton", automaton}}));
  EXPECT_EQ(characteristics_html(characteristics).find("<svg"), std::string::npos);
}

TEST(Html, IsOneFileThatFetchesNothingAndRunsNothingButItsOwn) {
  std::string page = told(make_html, sample_report());
  EXPECT_EQ(count(page, "<script"), 1u);
  EXPECT_EQ(count(page, "<style"), 1u);
  for (std::string_view fetching : {"src=", "<link", "@import", "url(", "<iframe", "<img"})
    EXPECT_EQ(page.find(fetching), page.npos) << fetching;
  EXPECT_EQ(count(page, "style=\""), 0u) << "the policy forbids it";
  EXPECT_NE(page.find("default-src 'none'"), page.npos);
  EXPECT_NE(page.find("script-src 'sha256-" + to_base64(sha256(kPageScript)) + "'"), page.npos);
  EXPECT_NE(page.find("style-src 'sha256-" + to_base64(sha256(kPageStyle)) + "'"), page.npos);
  EXPECT_NE(page.find("<script>" + std::string(kPageScript) + "</script>"), page.npos);
}

TEST(Html, HasNoMarkUpFromATargetAnywhere) {
  const std::string evil = "\"'><script>alert(1)</script><img src=x onerror=alert(2)><!--";
  result::Report report = sample_report();
  for (result::Outcome& outcome : report.outcomes) {
    outcome.trial = outcome.reason = outcome.repeat = outcome.curl = evil;
    outcome.findings = {{evil, result::Severity::kWarning, evil, evil, evil}};
    wire::Exchange exchange;
    exchange.sent = exchange.received = exchange.problem = evil;
    outcome.exchanges = {exchange};
    outcome.cuts = {{0, true, 70'000, evil}};
  }
  report.plan = {evil, evil, Json::Object{{"endpoint", evil}}, evil, 0, evil, evil, {evil}};
  report.summary.complaints = {evil};
  report.summary.choices = {{evil, {evil, {evil}}}};
  report.summary.characteristics = Json::Object{{evil, Json::Array{evil, Json::Object{{evil, evil}}}}};
  std::string page = told(make_html, report);
  EXPECT_EQ(count(page, "<script"), 1u);
  EXPECT_EQ(count(page, "<img"), 0u);
  EXPECT_EQ(count(page, "<!--"), 0u);
  EXPECT_GT(count(page, "&lt;script&gt;alert(1)"), 60u);
}

TEST(Html, ShowsWhatNeedsAPersonFirst) {
  std::string page = told(make_html, sample_report());
  std::size_t last = 0;
  for (std::string_view verdict :
       {"fail", "error", "inconclusive", "knownFailure", "untestable", "skipped", "pass"}) {
    auto at = page.find("class=\"trial " + std::string(verdict) + "\"");
    ASSERT_NE(at, page.npos) << verdict;
    EXPECT_GT(at, last) << verdict;
    last = at;
  }
}

TEST(Html, KeepsThePageSmallHoweverMuchWasReceived) {
  result::Report report = sample_report();
  result::Outcome failed = sample_failure();
  failed.exchanges.assign(20, failed.exchanges[0]);
  for (wire::Exchange& exchange : failed.exchanges) exchange.received = std::string(60'000, 'x');
  report.outcomes.assign(40, failed);
  std::string page = told(make_html, report);
  EXPECT_LT(page.size(), 16u << 20);
  EXPECT_NE(page.find("left out to keep this page small"), page.npos);
}

TEST(Html, ShowsCharacteristicsAsTheyAre) {
  result::Report report = sample_report();
  report.summary.characteristics =
      *parse_json(R"({"maxImageIds": 100, "precedence": [["A", "B"]], "none": []})");
  std::string page = told(make_html, report);
  EXPECT_NE(page.find("<tr><th>maxImageIds</th><td><code>100</code></td></tr>"), page.npos);
  EXPECT_NE(page.find("<td><code>A</code>, <code>B</code></td>"), page.npos);
}

TEST(Html, SaysWhereNothingWasReported) {
  result::Report report = sample_report();
  report.outcomes.clear();
  report.summary.complete = false;
  EXPECT_NE(told(make_html, report).find("No trial reported."), std::string::npos);
}

}  // namespace
}  // namespace diconform::reports
