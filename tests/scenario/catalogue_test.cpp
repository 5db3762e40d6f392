#include "scenario/catalogue.h"

#include <gtest/gtest.h>

#include <set>

namespace diconform::scenario {
namespace {

constexpr std::string_view kClauses =
    R"({"clauses":[{"id":"errors.not-found","strength":"documented","gates":true,
  "source":"page","sentence":"The image cannot be found."}]})";
constexpr std::string_view kChoices =
    R"({"choices":[{"name":"batch.duplicates","question":"?","source":"page",
  "answers":{"accepted":{"means":"once","reply":"success"},"refused":{"means":"no","reply":"error"}}}]})";

Result<Catalogue> read(std::string_view suite) {
  std::vector<SourceFile> files;
  for (const SourceFile& file : embedded_files()) {
    if (file.path == "editions/2023-03-27.json") files.push_back(file);
  }
  files.push_back({"requirements.json", kClauses});
  files.push_back({"choices.json", kChoices});
  files.push_back({"endpoint/x.json", suite});
  return read_catalogue(files);
}

std::string suite(std::string_view case_members) {
  return R"({"suite":"s","purpose":"p","cases":[{"name":"c","covers":["errors.not-found"],)" +
         std::string(case_members) + "}]}";
}

std::string error_of(const std::string& text) {
  auto catalogue = read(text);
  return catalogue ? "no error" : catalogue.error().message();
}

TEST(Catalogue, ThatIsBuiltInIsReadWithoutAComplaint) {
  auto catalogue = read_catalogue(embedded_files());
  ASSERT_TRUE(catalogue) << catalogue.error().message();
  EXPECT_EQ(catalogue->editions.size(), 3u);
  EXPECT_GT(catalogue->cases.size(), 250u);
}

TEST(Catalogue, NamesEveryTrialOnce) {
  auto catalogue = read_catalogue(embedded_files());
  ASSERT_TRUE(catalogue);
  std::set<std::string> ids;
  for (const CaseInfo& info : catalogue->cases) {
    for (const Trial& trial : info.trials) EXPECT_TRUE(ids.insert(trial.id).second) << trial.id;
  }
}

TEST(Catalogue, HasACaseForEveryClauseOrAReason) {
  auto catalogue = read_catalogue(embedded_files());
  ASSERT_TRUE(catalogue);
  std::set<std::string> covered;
  for (const CaseInfo& info : catalogue->cases) {
    covered.insert(info.covers.begin(), info.covers.end());
    for (const Step& step : info.trials.front().body->steps) covered.insert(step.expect.clause);
  }
  for (const Clause& clause : catalogue->clauses.all()) {
    EXPECT_TRUE(covered.contains(clause.id) || !clause.excluded.empty())
        << clause.id << " is neither covered nor excluded";
  }
}

TEST(Catalogue, MultipliesACaseByEveryLawfulFormAndEveryLabel) {
  auto catalogue =
      read(suite(R"("over":"every-form","forEach":{"id":{"short":"img-1","long":"img-123456789"}},
      "call":{"ImageIds":["$id"]},"expect":{"reply":"InvalidImageId.NotFound"})"));
  ASSERT_TRUE(catalogue) << catalogue.error().message();
  ASSERT_EQ(catalogue->cases[0].trials.size(), 12u);
  EXPECT_EQ(catalogue->cases[0].trials[0].id, "s/c[2023-03-27,json,tc3,short]");
  EXPECT_EQ(to_text(*catalogue->cases[0].trials.back().body->steps[0].call),
            R"({"ImageIds":["img-123456789"]})");
}

TEST(Catalogue, LeavesUnlawfulPairsOut) {
  auto catalogue = read(suite(R"("over":{"encoding":["json","form"],"signature":["tc3","v1-sha1"]},
      "call":{},"expect":{"reply":"error"})"));
  ASSERT_TRUE(catalogue);
  ASSERT_EQ(catalogue->cases[0].trials.size(), 2u);
  EXPECT_EQ(catalogue->cases[0].trials[1].id, "s/c[2023-03-27,form,v1-sha1]");
}

TEST(Catalogue, RefusesAMemberNobodyReadsAndSaysWhere) {
  EXPECT_NE(error_of(suite(R"("call":{},"expect":{"reply":"error"},"colour":"blue")"))
                .find("endpoint/x.json: /cases/0/colour"),
            std::string::npos);
}

TEST(Catalogue, SaysWhereInForEachAMistakeStands) {
  std::string text = suite(R"("forEach":{"ids":{"good":["img-1"],"bad":[["img-1"],7]}},"call":{},
      "http":{"replace":"$ids"},"expect":{"reply":"error"})");
  EXPECT_NE(error_of(text).find("endpoint/x.json: /cases/0/forEach/ids/good/0: "), std::string::npos)
      << error_of(text);
}

TEST(Catalogue, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(
      error_of(
          R"({"suite":"s","purpose":"p","cases":[{"name":"c","covers":["no.clause"],"call":{},"expect":{"reply":"error"}}]})")
          .find("no.clause"),
      std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{"ImageIds":["$nobody"]},"expect":{"reply":"error"})")).find("$nobody"),
            std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{},"expect":{"reply":"not a code"})")).find("which is no reply"),
            std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{},"expect":{"reply":{"choice":"no.choice"}})")).find("no.choice"),
            std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{},"raw":"x","expect":{"reply":"error"})")).find("exactly one"),
            std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{},"as":"other","expect":{"reply":"error"})")).find("other"),
            std::string::npos);
  EXPECT_NE(error_of(suite(R"("call":{},"call":{},"expect":{"reply":"error"})")).find("twice"),
            std::string::npos);
}

TEST(Catalogue, ReadsAProbeAndLetsNoStepsStandBesideIt) {
  auto catalogue = read(suite(R"("probe":"ids","level":"quick")"));
  ASSERT_TRUE(catalogue) << catalogue.error().message();
  const Body& body = *catalogue->cases[0].trials[0].body;
  EXPECT_EQ(body.probe, (ProbePlan{ProbePlan::Kind::kIds, "quick"}));
  EXPECT_TRUE(body.needs.world);
  EXPECT_TRUE(read(suite(R"("probe":"rate")")));
  EXPECT_NE(error_of(suite(R"("probe":"ants")")).find("neither ids nor rate"), std::string::npos);
  EXPECT_NE(error_of(suite(R"("probe":"ids","level":"deep")")).find("/level"), std::string::npos);
  EXPECT_NE(error_of(suite(R"("probe":"rate","level":"quick")")).find("/level"), std::string::npos);
  EXPECT_NE(error_of(suite(R"("probe":"ids","call":{},"expect":{"reply":"error"})")).find("/call"),
            std::string::npos);
}

TEST(Catalogue, ReadsEveryFormOfAHeader) {
  auto catalogue =
      read(suite(R"("http":{"headers":{"A":"x","B":null,"C":["x","y"],"D":{"replace":[["a","$host"]]}}},
      "expect":{"reply":"InvalidImageId.NotFound"})"));
  ASSERT_TRUE(catalogue) << catalogue.error().message();
  const auto& headers = catalogue->cases.front().trials.front().body->steps.front().http.headers;
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[0].second, (HeaderChange{.values = {"x"}, .replace = {}}));
  EXPECT_EQ(headers[1].second, HeaderChange{});
  EXPECT_EQ(headers[2].second, (HeaderChange{.values = {"x", "y"}, .replace = {}}));
  EXPECT_EQ(headers[3].second, (HeaderChange{.values = {}, .replace = {{"a", "$host"}}}));
  EXPECT_NE(error_of(suite(R"("http":{"headers":{"A":7}},"expect":{"reply":"error"})")), "no error");
}

TEST(Catalogue, KnowsThatACaseNeedsSignaturesThatAreChecked) {
  auto needs_auth = [](const char* members) {
    auto catalogue = read(suite(std::string(R"("call":{},"expect":{"reply":"error"},)") + members));
    EXPECT_TRUE(catalogue) << catalogue.error().message();
    return catalogue && catalogue->cases.front().trials.front().body->needs.auth;
  };
  EXPECT_TRUE(needs_auth(R"("common":{"Token":"x"})"));
  EXPECT_TRUE(needs_auth(R"("sign":{"signedHeaders":["host"]})"));
  EXPECT_TRUE(needs_auth(R"("needs":{"auth":true})"));
  EXPECT_FALSE(needs_auth(R"("common":{"Region":null})"));
}

TEST(Catalogue, IsNothingWithoutACase) {
  auto catalogue = read_catalogue(embedded_files().subspan(0, 0));
  EXPECT_FALSE(catalogue);
  EXPECT_NE(error_of(R"({"suite":"s","purpose":"p","cases":[]})").find("holds no case"), std::string::npos);
}

TEST(Select, TakesSuitesCasesAndTrialIds) {
  auto catalogue = read(suite(R"("over":"every-form","call":{},"expect":{"reply":"error"})"));
  ASSERT_TRUE(catalogue);
  auto count = [&](std::string pattern) {
    return select(catalogue->cases, "2023-03-27", std::vector{pattern}).size();
  };
  EXPECT_EQ(count("s"), 6u);
  EXPECT_EQ(count("c"), 6u);
  EXPECT_EQ(count("s/c[2023-03-27,json,tc3]"), 1u);
  EXPECT_EQ(count("*query*"), 3u);
  EXPECT_EQ(count("t"), 0u);
}

}  // namespace
}  // namespace diconform::scenario
