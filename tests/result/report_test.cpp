#include "result/report.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "values.h"

namespace diconform::result {
namespace {

Report full_report() {
  Outcome failed = outcome("dry-run/one[2023-03-27,json,tc3]", Verdict::kFail,
                           {finding("c", "img-1 is gone"), finding("d", "w", Severity::kWarning)});
  wire::Exchange exchange;
  exchange.sent = "POST / HTTP/1.1\r\nHost: h\r\n\r\n{}";
  exchange.received = "HTTP/1.1 200 OK\r\n\r\n\xff\xfe\x00 not text";
  exchange.received.push_back('\0');
  exchange.started_us = 12;
  exchange.elapsed_us = 1234567890123;
  exchange.connection = 3;
  failed.exchanges = {exchange};
  failed.seconds = 0.125;
  Report report = report_of({failed, outcome("errors/two[2023-03-27,json,tc3]", Verdict::kPass)});
  report.plan.seed = 18446744073709551615u;
  report.plan.shard = "2/5";
  report.summary.choices = {{"dry-run.passing-answer", {"success", {"dry-run/one[2023-03-27,json,tc3]"}}}};
  report.summary.characteristics = Json::Object{{"maxImageIds", 100}};
  return report;
}

// Reads the report with one member changed by `change`.
template <class Change>
Result<Report> read_changed(Change change) {
  Json json = to_json(full_report());
  change(json);
  return report_from_json(json, "report.json");
}

std::string refusal(const Result<Report>& report) {
  return report ? "it was read" : report.error().message();
}

TEST(Report, ComesBackFromJsonAsItWas) {
  Json json = to_json(full_report());
  auto read = report_from_json(*parse_json(to_text(json)), "report.json");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(to_json(*read), json);
  EXPECT_EQ(read->plan.seed, 18446744073709551615u);
  EXPECT_EQ(read->outcomes[0].exchanges[0].received, full_report().outcomes[0].exchanges[0].received);
  EXPECT_EQ(read->outcomes[0].findings, full_report().outcomes[0].findings);
  EXPECT_EQ(read->summary.choices, full_report().summary.choices);
  EXPECT_TRUE(read->summary.complete);
  EXPECT_EQ(read->summary.exit_code, 1);
}

TEST(Report, HasTheMembersOfTheProtocolInItsOrderCompleteLast) {
  std::string names;
  Json json = to_json(full_report());
  for (const auto& [name, value] : *json.object()) names += name + " ";
  EXPECT_EQ(
      names,
      "schema verb version target edition seed shard started planned counts outcomes choices characteristics "
      "complete ");
  EXPECT_EQ(
      to_text((*json.find("outcomes")->array())[0]),
      R"({"trial":"dry-run/one[2023-03-27,json,tc3]","case":"dry-run/one","verdict":"fail","reason":"img-1 is gone",)"
      R"("findings":[{"clause":"c","severity":"failure","expected":"what the page says","observed":"img-1 is gone","where":"step 1, call 1"},)"
      R"({"clause":"d","severity":"warning","expected":"what the page says","observed":"w","where":"step 1, call 1"}],)"
      R"("exchanges":[{"sent":{"text":"POST / HTTP/1.1\r\nHost: h\r\n\r\n{}"},"received":{"base64":"SFRUUC8xLjEgMjAwIE9LDQoNCv/+AA=="},)"
      R"("startedUs":12,"elapsedUs":1234567890123,"connection":3}],"seconds":0.125})");
  EXPECT_EQ(to_text(*json.find("counts")),
            R"({"pass":1,"fail":1,"knownFailure":0,"error":0,"inconclusive":0,"untestable":0,"skipped":0})");
}

TEST(Report, LeavesCharacteristicsOutWhereNobodyLooked) {
  Report report = report_of({outcome("a/b", Verdict::kPass)});
  EXPECT_FALSE(to_json(report).find("characteristics"));
}

TEST(Report, IsRefusedWhereItIsNotComplete) {
  EXPECT_NE(refusal(read_changed([](Json& json) {
              json.set("complete", false);
            })).find("report.json: /complete: is not true"),
            std::string::npos);
  EXPECT_NE(refusal(read_changed([](Json& json) { json.remove("complete"); })).find("/complete: is not true"),
            std::string::npos);
  EXPECT_FALSE(read_changed([](Json& json) { json.set("complete", "true"); }));
}

TEST(Report, IsRefusedWhereverItsTextWasCutOff) {
  std::string path = testing::TempDir() + "cut.json";
  std::string text = to_text(to_json(report_of({outcome("a/b", Verdict::kPass)})));
  for (std::size_t length = 0; length < text.size(); ++length) {
    auto json = parse_json(std::string_view(text).substr(0, length));
    EXPECT_FALSE(json && report_from_json(*json, "cut")) << length;
  }
  ASSERT_TRUE(write_file(path, text.substr(0, text.size() / 2)));
  EXPECT_FALSE(read_report(path));
}

TEST(Report, IsRefusedAnyMemberShort) {
  for (std::string_view name : {"schema", "verb", "version", "target", "edition", "seed", "shard", "started",
                                "planned", "counts", "outcomes", "choices"}) {
    EXPECT_FALSE(read_changed([&](Json& json) { json.remove(name); })) << name;
  }
}

TEST(Report, IsRefusedWithAnyMemberOfAnotherType) {
  Json whole = to_json(full_report());
  for (const auto& [name, value] : *whole.object()) {
    if (name == "target" || name == "characteristics") continue;  // whatever the runner says
    EXPECT_FALSE(read_changed([&](Json& json) { json.set(name, Json::Array{Json::Object{}}); })) << name;
  }
}

TEST(Report, IsReadWithMembersNobodyKnows) {
  EXPECT_TRUE(read_changed([](Json& json) { json.set("extra", Json::Array{1}); }));
}

TEST(Report, IsRefusedWhereItContradictsItself) {
  auto miscounted = read_changed([](Json& json) {
    Json counts = *json.find("counts");
    counts.set("fail", 0);
    counts.set("pass", 2);
    json.set("counts", counts);
  });
  EXPECT_NE(refusal(miscounted).find("/counts: do not agree"), std::string::npos);

  auto missing = read_changed([](Json& json) {
    Json::Array outcomes = *json.find("outcomes")->array();
    outcomes.pop_back();
    json.set("outcomes", outcomes);
  });
  EXPECT_NE(refusal(missing).find("lacks \"errors/two[2023-03-27,json,tc3]\", which was planned"),
            std::string::npos);

  auto twice = read_changed([](Json& json) {
    Json::Array outcomes = *json.find("outcomes")->array();
    outcomes.push_back(outcomes[0]);
    json.set("outcomes", outcomes);
  });
  EXPECT_NE(refusal(twice).find("has \"dry-run/one[2023-03-27,json,tc3]\" twice"), std::string::npos);

  auto unplanned =
      read_changed([](Json& json) { json.set("planned", Json::Array{"errors/two[2023-03-27,json,tc3]"}); });
  EXPECT_NE(refusal(unplanned).find("was not planned"), std::string::npos);
}

TEST(Report, IsRefusedWhereAPassBrokeAClause) {
  Report report = report_of({outcome("a/b", Verdict::kPass, {finding("c", "x")})});
  EXPECT_FALSE(report_from_json(to_json(report), "r"));
}

TEST(Report, IsRefusedWithAWrongShardSeedOrMessage) {
  for (const char* shard : {"", "1", "0/1", "3/2", "1/1/1", "-1/2", "1/x"})
    EXPECT_FALSE(read_changed([&](Json& json) { json.set("shard", shard); })) << shard;
  for (const char* seed : {"-1", "1.5", "18446744073709551616", "1e3"})
    EXPECT_FALSE(read_changed([&](Json& json) { json.set("seed", Json::number(seed)); })) << seed;
  for (const char* message : {"{}", R"({"text":"a","base64":"YQ=="})", R"({"base64":"Y"})", R"({"text":7})",
                              R"({"text":"a","length":-1,"sha256":"00"})", R"({"text":"a","sha256":"00"})"}) {
    EXPECT_FALSE(read_changed([&](Json& json) {
      Json outcomes = *json.find("outcomes");
      Json& exchange = (*(*outcomes.array())[0].object())[5].second;
      (*exchange.array())[0].set("sent", *parse_json(message));
      json.set("outcomes", outcomes);
    })) << message;
  }
}

TEST(Report, CutsALongBodyAndSaysWhatItWas) {
  Report report = report_of({outcome("a/b", Verdict::kFail, {finding("c", "x")})});
  wire::Exchange exchange;
  std::string body(70'000, 'x');
  exchange.sent = "POST / HTTP/1.1\r\n\r\n" + body;
  exchange.received = std::string(1 << 20, '\n');
  report.outcomes[0].exchanges = {exchange};
  Json json = to_json(report);
  auto read = report_from_json(json, "r");
  ASSERT_TRUE(read) << read.error().message();
  const Outcome& outcome = read->outcomes[0];
  EXPECT_EQ(outcome.exchanges[0].sent, "POST / HTTP/1.1\r\n\r\n" + body.substr(0, 65'536));
  EXPECT_EQ(outcome.exchanges[0].received.size(), 65'536u);
  ASSERT_EQ(outcome.cuts.size(), 2u);
  EXPECT_EQ(outcome.cuts[0], (Cut{0, false, 70'000, to_hex(sha256(body))}));
  EXPECT_EQ(outcome.cuts[1].length, 1u << 20);
  EXPECT_EQ(to_json(*read), json) << "cutting again changes nothing";
}

TEST(Report, HasTheExitCodeOfTheFirstThingThatApplies) {
  auto code = [](std::vector<Verdict> verdicts, std::string shard = "1/1") {
    std::vector<Outcome> outcomes;
    for (Verdict verdict : verdicts)
      outcomes.push_back(outcome("a/" + std::to_string(outcomes.size()), verdict));
    return exit_code_of(report_of(outcomes, shard));
  };
  using enum Verdict;
  EXPECT_EQ(code({kPass, kKnownFailure, kSkipped, kUntestable}), 0);
  EXPECT_EQ(code({kPass, kFail}), 1);
  EXPECT_EQ(code({kPass, kFail, kError}), 3);
  EXPECT_EQ(code({kPass, kInconclusive}), 4);
  EXPECT_EQ(code({kSkipped, kUntestable}), 4);
  EXPECT_EQ(code({}), 4);
  EXPECT_EQ(code({}, "2/5"), 0);
  Report interrupted = report_of({outcome("a/b", kPass)});
  interrupted.summary.complete = false;
  EXPECT_EQ(exit_code_of(interrupted), 130);
}

}  // namespace
}  // namespace diconform::result
