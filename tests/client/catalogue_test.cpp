#include "client/catalogue.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "client/case_reader.h"

namespace diconform::client {
namespace {

const Catalogue& built_in() {
  static const Catalogue catalogue = [] {
    auto read = client::open_catalogue("");
    EXPECT_TRUE(read) << read.error().message();
    return read ? std::move(*read) : Catalogue{};
  }();
  return catalogue;
}

Result<std::vector<CaseInfo>> suite(const std::string& members) {
  return read_suite("client/x.json",
                    R"({"suite":"s","purpose":"p","cases":[{"name":"c","covers":["client.send.arrives"],)" +
                        members + "}]}",
                    built_in().clauses);
}

std::string error_of(const std::string& members) {
  auto read = suite(members);
  return read ? "no error" : read.error().message();
}

TEST(ClientCatalogue, ThatIsBuiltInNamesEveryTrialOnce) {
  std::set<std::string> ids;
  for (const CaseInfo& info : built_in().cases) {
    for (const Trial& trial : info.trials) EXPECT_TRUE(ids.insert(trial.id).second) << trial.id;
  }
  EXPECT_GT(ids.size(), 900u);
}

TEST(ClientCatalogue, HasACaseForEveryClauseOrAReason) {
  std::set<std::string> covered;
  for (const CaseInfo& info : built_in().cases) {
    covered.insert(info.covers.begin(), info.covers.end());
    for (const CallPlan& call : info.trials.front().body->calls) covered.insert(call.expect.clause);
  }
  for (const scenario::Clause& clause : built_in().clauses.all())
    EXPECT_TRUE(covered.contains(clause.id) || !clause.excluded.empty()) << clause.id;
}

// A finding on a clause that nobody wrote down would gate nothing.
TEST(ClientCatalogue, HasEveryClauseThatTheJudgeNames) {
  // Not clauses but the names of choices and of clauses that are put together.
  const std::set<std::string> others = {"client.boolean-words.", "client.default-language",
                                        "client.scope-on-loopback"};
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SOURCE_DIR) + "/harness/client")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string start = "\"client.";
    for (std::size_t at = text.find(start); at != text.npos; at = text.find(start, at + 1)) {
      const std::string name = text.substr(at + 1, text.find('"', at + 1) - at - 1);
      if (others.contains(name)) continue;
      ++seen;
      EXPECT_TRUE(built_in().clauses.find(name)) << name << " in " << entry.path();
    }
  }
  EXPECT_GT(seen, 25u);
}

TEST(ClientCatalogue, MultipliesACaseByFormsAndLabels) {
  auto read = suite(R"("over":"every-form","forEach":{"x":{"a":true,"b":false}},"call":{"DryRun":"$x"})");
  ASSERT_TRUE(read) << read.error().message();
  ASSERT_EQ(read->front().trials.size(), 12u);
  EXPECT_EQ(read->front().trials.front().id, "s/c[post-tc3,a]");
  EXPECT_EQ(to_text(read->front().trials.back().body->calls.front().params), R"({"DryRun":false})");
}

TEST(ClientCatalogue, KnowsWhatAReplySays) {
  auto read = suite(R"("call":{},"replies":["success","Some.Code",{"status":500},{"body":"{}"},{"cut":3}])");
  ASSERT_TRUE(read) << read.error().message();
  const auto& replies = read->front().trials.front().body->calls.front().replies;
  EXPECT_EQ(replies[0].says.kind, Says::Kind::kSuccess);
  EXPECT_EQ(replies[1].says.kind, Says::Kind::kError);
  EXPECT_EQ(replies[1].says.code, "Some.Code");
  for (std::size_t i : {2u, 3u, 4u}) EXPECT_EQ(replies[i].says.kind, Says::Kind::kNothing) << i;
}

TEST(ClientCatalogue, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(error_of(R"("call":{},"colour":"blue")").find("client/x.json: /cases/0/colour"),
            std::string::npos);
  EXPECT_NE(error_of(R"("call":{},"over":["post-tc4"])").find("post-tc4"), std::string::npos);
  EXPECT_NE(error_of(R"("call":{},"needs":["telepathy"])").find("telepathy"), std::string::npos);
  EXPECT_NE(error_of(R"("call":{},"expect":{"clause":"no.such"})").find("no.such"), std::string::npos);
  EXPECT_NE(error_of(R"("call":{},"expect":{"requests":[3,1]})").find("range"), std::string::npos);
  EXPECT_NE(error_of(R"("call":{},"replies":[{"body":"x","error":"y"}])").find("more than one"),
            std::string::npos);
  EXPECT_NE(error_of(R"("expect":{})").find("call"), std::string::npos);
}

}  // namespace
}  // namespace diconform::client
