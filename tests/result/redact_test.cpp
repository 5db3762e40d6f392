#include "result/redact.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "values.h"

namespace diconform::result {
namespace {

const std::string kSecret = "Gu5t9xGAR/q+x%y\"z\\E\xC3\xA9 EXAMPLE";

std::string redacted(std::string_view text) { return Redactor({kSecret}).text(text); }

TEST(Redactor, HidesASecretAsItIs) { EXPECT_EQ(redacted("key=" + kSecret + "&a=1"), "key=[redacted]&a=1"); }

TEST(Redactor, HidesEverySecretWhereverItStands) {
  EXPECT_EQ(Redactor({"first-secret", "second-secret"}).text("second-secretfirst-secretsecond-secret"),
            "[redacted][redacted][redacted]");
}

TEST(Redactor, HidesTheLongerOfTwoSecretsWhole) {
  EXPECT_EQ(Redactor({"secret", "secret-and-more"}).text("a secret-and-more b"), "a [redacted] b");
}

TEST(Redactor, HidesItPercentEncodedInEitherCaseAndInPart) {
  EXPECT_EQ(redacted("a=Gu5t9xGAR%2Fq%2Bx%25y%22z%5CE%C3%A9%20EXAMPLE;"), "a=[redacted];");
  EXPECT_EQ(redacted("a=Gu5t9xGAR%2fq%2bx%25y%22z%5cE%c3%a9+EXAMPLE;"), "a=[redacted];");
  EXPECT_EQ(redacted("a=%47u5t9xGAR/q+x%25y\"z\\E\xC3\xA9 EXAMPLE;"), "a=[redacted];");
}

TEST(Redactor, HidesItEscapedAsJsonHoweverOneEscapes) {
  std::string json;
  append_json_string(json, kSecret);
  EXPECT_EQ(redacted(json), "\"[redacted]\"");
  EXPECT_EQ(redacted(R"(Gu5t9xGAR\/q+x%y\u0022z\\E\u00e9 EXAMPLE)"), "[redacted]");
  EXPECT_EQ(redacted(R"(\u0047u5t9xGAR\u002Fq\u002bx%y\"z\u005cE\u00E9\u0020EXAMPLE)"), "[redacted]");
}

TEST(Redactor, HidesItInOurOwnQuotes) {
  EXPECT_EQ(redacted(diconform::quoted(kSecret)), "\"[redacted]\"");
  EXPECT_EQ(Redactor({"bytes\xff\x01in it"}).text(quoted("bytes\xff\x01in it")), "\"[redacted]\"");
}

TEST(Redactor, HidesItInBase64AloneAndAmidstOtherBytes) {
  for (std::string before : {"", "i", "id", "id:", "user"}) {
    std::string text = redacted(to_base64(before + kSecret + "tail"));
    EXPECT_NE(text.find("[redacted]"), std::string::npos) << before;
    EXPECT_LT(text.size(), 10 + 4 * before.size() + 8 + 8) << before << ": " << text;
  }
  std::string url_safe = replaced(replaced(to_base64("\xfb\xff\xfe\xff secret"), "+", "-"), "/", "_");
  EXPECT_EQ(Redactor({"\xfb\xff\xfe\xff secret"}).text(url_safe), "[redacted]Q=")
      << "the last digit holds bits of what follows";
}

TEST(Redactor, HidesItInHexadecimalDigits) {
  EXPECT_EQ(redacted(to_hex(kSecret)), "[redacted]");
  EXPECT_EQ(Redactor({"jklmnopqrs"}).text("6A6B6C6D6E6F70717273"), "[redacted]");
}

TEST(Redactor, HidesTheFrontOfASecretThatACutWentThrough) {
  EXPECT_EQ(redacted("token " + kSecret.substr(0, 9)), "token [redacted]");
  EXPECT_EQ(redacted("token " + kSecret.substr(0, 12) + "\"… (5000 bytes)"),
            "token [redacted]\"… (5000 bytes)");
  EXPECT_EQ(redacted("Gu5t9xGAR and on"), "Gu5t9xGAR and on") << "not cut: other text that begins alike";
}

TEST(Redactor, LeavesOtherTextAlone) {
  for (std::string_view text :
       {"", "%", "\\", "\\u12", "%4", "Gu5", "plain text with 100% \\ and + in it", "\xff\xfe"})
    EXPECT_EQ(redacted(text), text);
  EXPECT_EQ(Redactor().text(kSecret), kSecret);
  EXPECT_EQ(Redactor({""}).text("abc"), "abc");
}

TEST(Redactor, HidesShortSecretsToo) { EXPECT_EQ(Redactor({"pw"}).text("my pw"), "my [redacted]"); }

TEST(Redactor, HidesIt100TimesInAMegabyteWithoutDelay) {
  std::string text;
  while (text.size() < 1'000'000) text += std::string(10'000, '%') + kSecret + "%4";
  std::string out = redacted(text);
  EXPECT_EQ(out.find(kSecret), std::string::npos);
}

// Keeps what it hears.
struct Memory final : RunListener {
  void run_started(const Plan& told) override { plan = told; }
  void trial_finished(const Outcome& told) override { outcomes.push_back(told); }
  void run_finished(const Summary& told) override { summary = told; }
  Plan plan;
  std::vector<Outcome> outcomes;
  Summary summary;
};

TEST(Discreet, TellsNoListenerASecretInAnyPlace) {
  Memory one, two;
  Discreet discreet(Redactor({"s3cr3t-token"}), {&one, &two});
  Plan plan;
  plan.target =
      Json::Object{{"endpoint", "http://u:s3cr3t-token@h"}, {"s3cr3t-token", Json::Array{"s3cr3t-token"}}};
  Outcome outcome = result::outcome(
      "a/b", Verdict::kFail, {{"c", Severity::kFailure, "s3cr3t-token", "s3cr3t-token", "s3cr3t-token"}});
  outcome.reason = outcome.repeat = outcome.curl = "s3cr3t-token";
  outcome.choices = {{"name", "s3cr3t-token"}};
  outcome.request_ids = {"s3cr3t-token"};
  wire::Exchange exchange;
  exchange.sent = exchange.received = exchange.problem = "X-TC-Token: s3cr3t-token";
  exchange.reply = wire::HttpReply{200, "s3cr3t-token", {{"s3cr3t-token", "s3cr3t-token"}}, "s3cr3t-token"};
  outcome.exchanges = {exchange};
  Summary summary;
  summary.characteristics = "s3cr3t-token";
  summary.choices = {{"name", {"s3cr3t-token", {}}}};
  summary.complaints = {"s3cr3t-token"};
  discreet.run_started(plan);
  discreet.trial_finished(outcome);
  discreet.run_finished(summary);

  for (Memory* memory : {&one, &two}) {
    Report report{memory->plan, memory->outcomes, memory->summary};
    std::string all = to_text(to_json(report)) + memory->outcomes[0].repeat + memory->outcomes[0].curl +
                      memory->outcomes[0].choices[0].answer + memory->outcomes[0].request_ids[0] +
                      memory->summary.complaints[0];
    const wire::Exchange& told = memory->outcomes[0].exchanges[0];
    all += told.problem + told.reply->reason + told.reply->body + told.reply->headers[0].name +
           told.reply->headers[0].value;
    EXPECT_EQ(all.find("s3cr3t"), std::string::npos) << all;
  }
}

TEST(Discreet, LeavesAloneWhatDiconformNames) {
  Memory memory;
  Discreet discreet(Redactor({"dry-run"}), {&memory});
  discreet.trial_finished(
      outcome("dry-run/one", Verdict::kFail, {finding("dry-run.changes-nothing", "a dry-run deleted")}));
  EXPECT_EQ(memory.outcomes[0].trial, "dry-run/one");
  EXPECT_EQ(memory.outcomes[0].findings[0].clause, "dry-run.changes-nothing");
  EXPECT_EQ(memory.outcomes[0].findings[0].observed, "a [redacted] deleted");
}

TEST(Discreet, HidesASecretThatTheCutOfABodyWentThrough) {
  Memory memory;
  Discreet discreet(Redactor({"s3cr3t-token"}), {&memory});
  Outcome outcome = result::outcome("a/b", Verdict::kFail);
  wire::Exchange exchange;
  exchange.received =
      "HTTP/1.1 200 OK\r\n\r\n" + std::string(kLongestBody - 9, 'x') + "s3cr3t-token and more";
  outcome.exchanges = {exchange};
  discreet.trial_finished(outcome);
  const Outcome& told = memory.outcomes[0];
  EXPECT_TRUE(told.exchanges[0].received.ends_with("x[redacted]"));
  ASSERT_EQ(told.cuts.size(), 1u);
  EXPECT_EQ(told.cuts[0].length, kLongestBody + 12);
  Outcome again = told;
  cut_bodies(again);
  EXPECT_EQ(again.cuts, told.cuts);
}

}  // namespace
}  // namespace diconform::result
