#include "judge/judge.h"

#include <gtest/gtest.h>

#include "judge/ledger.h"
#include "wire/encode.h"

namespace diconform::judge {
namespace {

const std::map<std::string, std::string> kNoPins;
constexpr const char* kId = "71e69b56-32be-4412-ab45-49eded6a87be";

wire::Exchange reply_with(std::string body, int status = 200, std::string type = "application/json") {
  wire::Exchange exchange;
  exchange.reply = wire::HttpReply{status, "OK", {{"Content-Type", std::move(type)}}, std::move(body)};
  return exchange;
}
wire::Exchange success(const std::string& request_id = kId) {
  return reply_with(R"({"Response":{"RequestId":")" + request_id + R"("}})");
}
wire::Exchange error(const std::string& code) {
  return reply_with(R"({"Response":{"Error":{"Code":")" + code + R"(","Message":"m"},"RequestId":")" + kId +
                    R"("}})");
}

api::World world_with(std::vector<std::string> ids) {
  api::World world;
  for (std::string& id : ids) {
    api::Image image;
    image.snapshots = {"snap-" + id};
    world.snapshots.insert("snap-" + id);
    image.id = std::move(id);
    world.images.push_back(std::move(image));
  }
  return world;
}

// A trial of one step, judged.
class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    auto read = scenario::read_catalogue(scenario::embedded_files());
    catalogue_ = std::move(*read);
    body_.covers = {"errors.not-found"};
    step_.step.call = *parse_json(R"({"ImageIds":["a"]})");
    step_.before = world_with({"a", "b"});
    step_.after = step_.before;
  }

  Judgement judge_it() {
    scenario::Trial trial;
    trial.body = std::make_shared<const scenario::Body>(body_);
    result::Observation observation;
    observation.steps.push_back(step_);
    return judge(trial, observation, rules());
  }
  Rules rules() { return {catalogue_.clauses, *catalogue_.edition("2023-03-27"), false}; }
  std::string clauses() {
    std::string text;
    for (const result::Finding& finding : judge_it().findings) text += finding.clause + " ";
    return text;
  }
  void call(const char* params) { step_.step.call = *parse_json(params); }

  scenario::Catalogue catalogue_;
  scenario::Body body_;
  result::StepObservation step_;
};

TEST_F(JudgeTest, FindsNothingWhereTheReplyAndTheWorldAreAsExpected) {
  step_.exchanges = {error("InvalidImageId.NotFound")};
  step_.step.expect.reply.codes = {"InvalidImageId.NotFound"};
  EXPECT_EQ(clauses(), "");
}

TEST_F(JudgeTest, ChargesAWrongCodeToTheClauseOfTheCase) {
  step_.exchanges = {error("InvalidImageId.Malformed")};
  step_.step.expect.reply.codes = {"InvalidImageId.NotFound"};
  EXPECT_EQ(clauses(), "errors.not-found ");
}

TEST_F(JudgeTest, ForgivesNothingWhenADryRunDeletesTheImage) {
  call(R"({"ImageIds":["a"],"DryRun":true})");
  step_.exchanges = {success()};
  step_.step.expect.reply.success = true;
  step_.after = world_with({"b"});
  EXPECT_EQ(clauses(), "dry-run.changes-nothing ");
}

TEST_F(JudgeTest, SeesARefusalThatDeletes) {
  step_.exchanges = {error("InvalidImageId.NotFound")};
  step_.step.expect.reply.codes = {"InvalidImageId.NotFound"};
  step_.after = world_with({"b"});
  EXPECT_EQ(clauses(), "refusals.change-nothing ");
  call(R"({"ImageIds":["a","absent"]})");
  EXPECT_EQ(clauses(), "batch.all-or-nothing ");
}

TEST_F(JudgeTest, WantsTheImageGoneAndItsSnapshotKept) {
  step_.exchanges = {success()};
  step_.step.expect.reply.success = true;
  EXPECT_EQ(clauses(), "delete.removes-the-images ");
  step_.after = world_with({"b"});
  EXPECT_EQ(clauses(), "snapshots.kept-by-default ");
  step_.after->snapshots.insert("snap-a");
  EXPECT_EQ(clauses(), "");
}

TEST_F(JudgeTest, WantsTheSnapshotGoneWhereThatWasAsked) {
  call(R"({"ImageIds":["a"],"DeleteBindedSnap":true})");
  step_.exchanges = {success()};
  step_.step.expect.reply.success = true;
  step_.after = world_with({"b"});
  EXPECT_EQ(clauses(), "");
  step_.after->snapshots.insert("snap-a");
  EXPECT_EQ(clauses(), "snapshots.deleted-when-asked ");
  step_.after->snapshots = {};
  EXPECT_EQ(clauses(), "snapshots.leaves-the-others ");
}

TEST_F(JudgeTest, SeesThatAnotherImageWasTaken) {
  step_.exchanges = {success()};
  step_.step.expect.reply.success = true;
  step_.after = api::World{};
  step_.after->snapshots = {"snap-a", "snap-b"};
  EXPECT_EQ(clauses(), "delete.leaves-the-others ");
}

TEST_F(JudgeTest, HoldsEveryReplyAgainstTheEnvelope) {
  step_.step.expect.reply.any_error = true;
  const char* kError =
      R"({"Response":{"Error":{"Code":"X","Message":"m"},"RequestId":"71e69b56-32be-4412-ab45-49eded6a87be"}})";
  step_.exchanges = {reply_with(kError, 500)};
  EXPECT_EQ(clauses(), "envelope.http-status ");
  step_.exchanges = {reply_with(kError, 200, "text/html")};
  EXPECT_EQ(clauses(), "envelope.content-type ");
  step_.exchanges = {reply_with(R"({"Response":{"Error":{"Code":"X","Message":"m"},"RequestId":"7"}})")};
  EXPECT_EQ(clauses(), "envelope.request-id ");
  step_.exchanges = {reply_with("<html>")};
  EXPECT_EQ(clauses(), "errors.not-found envelope.shape ");
}

TEST_F(JudgeTest, CallsATargetThatHangsWrong) {
  wire::Exchange hung;
  hung.end = wire::ExchangeEnd::kTimeout;
  step_.exchanges = {hung};
  step_.step.expect.reply.any_error = true;
  EXPECT_EQ(clauses(), "errors.not-found envelope.shape ");
}

TEST_F(JudgeTest, TakesAnAnswerThatIsNoHttpForARefusalWhereTheCaseAllowsOne) {
  wire::Exchange bare_page;
  bare_page.end = wire::ExchangeEnd::kMalformed;
  bare_page.received = "<!DOCTYPE HTML>\n<h1>Error response</h1>";
  step_.exchanges = {bare_page};
  step_.step.expect.reply.http_error = true;
  EXPECT_EQ(clauses(), "");
  step_.exchanges[0].received = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}";
  EXPECT_EQ(clauses(), "errors.not-found envelope.shape ");
}

TEST_F(JudgeTest, TakesACrashForNoRefusalWhereTheCaseAllowsAnHttpError) {
  step_.step.expect.reply.any_error = step_.step.expect.reply.http_error = true;
  for (int status : {400, 404, 431, 501, 505}) {
    step_.exchanges = {reply_with("<html>", status, "text/html")};
    EXPECT_EQ(clauses(), "") << status;
  }
  for (int status : {500, 502, 503}) {
    step_.exchanges = {reply_with("<html>", status, "text/html")};
    EXPECT_EQ(clauses().substr(0, 17), "errors.not-found ") << status;
  }
}

TEST_F(JudgeTest, TakesNoErrorThatSaysNothingOfTheRequestForAnyError) {
  auto& reply = step_.step.expect.reply;
  reply.any_error = true;
  for (const char* code : {"InternalError", "InternalError.DbError", "RequestLimitExceeded",
                           "RequestLimitExceeded.UinLimitExceeded", "ServiceUnavailable"}) {
    reply.codes = {};
    step_.exchanges = {error(code)};
    EXPECT_EQ(clauses(), "errors.not-found ") << code;
    reply.codes = {code};
    EXPECT_EQ(clauses(), "") << code;
  }
  step_.exchanges = {error("InternalErrors")};  // another word
  EXPECT_EQ(clauses(), "");
}

TEST_F(JudgeTest, TakesNoErrorThatIsUntrueWhereTheCaseAllowsAny) {
  step_.before = step_.after = world_with({"img-aaaaaaaa", "img-bbbbbbbb"});
  call(R"({"ImageIds":["img-aaaaaaaa"]})");
  step_.step.expect.reply.any_error = true;
  step_.exchanges = {error("InvalidImageId.NotFound")};
  EXPECT_EQ(clauses(), "errors.not-found ");
  step_.exchanges = {error("AuthFailure.SignatureFailure")};
  EXPECT_EQ(clauses(), "auth.signature ");
  for (const char* code : {"MissingParameter", "InvalidParameterValue.LimitExceeded", "UnknownParameter",
                           "UnsupportedProtocol", "InvalidAction", "NoSuchVersion"}) {
    step_.exchanges = {error(code)};
    EXPECT_NE(clauses(), "") << code;
  }
  step_.exchanges = {error("UnauthorizedOperation")};
  EXPECT_EQ(clauses(), "accounts.apart ");
  step_.exchanges = {error("AuthFailure.SignatureFailure")};
  step_.step.sign.off = true;  // the signature may be called wrong, the image still not missing
  EXPECT_EQ(clauses(), "");
  step_.exchanges = {error("InvalidImageId.NotFound")};
  EXPECT_EQ(clauses(), "errors.not-found ");
  call(R"({"ImageIds":["img-aaaaaaaa","img-cccccccc"]})");
  EXPECT_EQ(clauses(), "");
  step_.step.sign = {};
  for (const char* ids : {"[]", "null", "\"img-aaaaaaaa\"", "[\"\"]", "[null]"}) {
    call((R"({"ImageIds":)" + std::string(ids) + "}").c_str());
    step_.exchanges = {error("MissingParameter")};
    EXPECT_EQ(clauses(), "") << ids;
  }
}

TEST_F(JudgeTest, ChargesARefusedCallOfARateStepWithItsEffectAndNoneThatWasNotAnswered) {
  auto effects = [&](wire::Exchange exchange) {
    exchange.sent =
        "GET "
        "/?Action=DeleteImages&Version=2017-03-12&ImageIds.0=a&SecretId=A&Timestamp=1&Nonce=1&Signature=x "
        "HTTP/1.1\r\nHost: x\r\n\r\n";
    step_.exchanges = {exchange};
    step_.after = world_with({"b"});
    return clauses();
  };
  step_.step.kind = scenario::Step::Kind::kRate;
  EXPECT_NE(effects(error("RequestLimitExceeded")).find("rate.no-effect"), std::string::npos);
  wire::Exchange silent;
  silent.end = wire::ExchangeEnd::kTimeout;
  EXPECT_EQ(effects(silent).find("rate.no-effect"), std::string::npos);
  EXPECT_EQ(effects(success()).find("rate."), std::string::npos);
}

TEST_F(JudgeTest, ChargesADeleteThatDoesNothingBecauseDryRunIsFalseToTheBoolean) {
  call(R"({"ImageIds":["a"],"DryRun":false})");
  step_.exchanges = {success()};
  step_.step.expect.reply.success = true;
  EXPECT_EQ(clauses(), "delete.removes-the-images parameters.booleans ");
}

TEST_F(JudgeTest, RecordsTheAnswerToAChoiceByItsEffect) {
  auto& expect = step_.step.expect;
  expect.choice = "batch.duplicates";
  expect.answers["accepted"].reply.success = true;
  expect.answers["kept"].reply.success = true;
  expect.answers["kept"].world.kind = scenario::WorldExpectation::Kind::kUnchanged;
  step_.exchanges = {success()};
  ASSERT_EQ(judge_it().choices.size(), 1u);
  EXPECT_EQ(judge_it().choices[0].answer, "kept");
  step_.after = world_with({"b"});
  step_.after->snapshots.insert("snap-a");
  EXPECT_EQ(judge_it().choices[0].answer, "accepted");
}

TEST_F(JudgeTest, RecordsNoAnswerWhereTheReplyTellsNotWhich) {
  scenario::Expectation& expect = step_.step.expect;
  expect.choice = "image-id.nine-characters";
  expect.answers["accepted"].reply.codes = {"InvalidImageId.NotFound"};
  expect.answers["malformed"].reply.codes = {"InvalidImageId.Malformed", "InvalidImageId.NotFound"};
  step_.exchanges = {error("InvalidImageId.NotFound")};
  EXPECT_TRUE(judge_it().choices.empty());
  EXPECT_TRUE(judge_it().findings.empty());
  step_.exchanges = {error("InvalidImageId.Malformed")};
  ASSERT_EQ(judge_it().choices.size(), 1u);
  EXPECT_EQ(judge_it().choices[0].answer, "malformed");
}

TEST_F(JudgeTest, FailsAnAnswerThatNoChoiceAllows) {
  step_.step.expect.choice = "batch.duplicates";
  step_.step.expect.answers["accepted"].reply.success = true;
  step_.exchanges = {error("InternalError")};
  EXPECT_EQ(clauses(), "errors.not-found ");
}

TEST_F(JudgeTest, LetsOneOfManyWin) {
  step_.step.together = 3;
  step_.step.expect.winners = 1;
  step_.step.expect.losers.codes = {"InvalidImageId.NotFound"};
  step_.after = world_with({"b"});
  step_.after->snapshots.insert("snap-a");
  step_.exchanges = {success(), error("InvalidImageId.NotFound"), error("InvalidImageId.NotFound")};
  EXPECT_EQ(clauses(), "");
  step_.exchanges[1] = success();
  EXPECT_EQ(clauses(), "errors.not-found ");
}

TEST_F(JudgeTest, WarnsWhereAClauseDoesNotGateUnlessItIsStrict) {
  Rules lenient = rules();
  EXPECT_EQ(lenient.severity("describe.fields"), result::Severity::kWarning);
  EXPECT_EQ(lenient.severity("errors.not-found"), result::Severity::kFailure);
  lenient.strict = true;
  EXPECT_EQ(lenient.severity("describe.fields"), result::Severity::kFailure);
}

TEST_F(JudgeTest, LedgerNoticesARequestIdThatComesBack) {
  Ledger ledger(kNoPins);
  result::Outcome first, second;
  first.request_ids = second.request_ids = {kId};
  ledger.fold(first, rules());
  ledger.fold(second, rules());
  EXPECT_TRUE(first.findings.empty());
  ASSERT_EQ(second.findings.size(), 1u);
  EXPECT_EQ(second.findings[0].clause, "envelope.request-id-unique");
}

TEST_F(JudgeTest, LedgerNoticesContradictionsAndPins) {
  Ledger ledger(std::map<std::string, std::string>{{"boolean.quoted", "refused"}});
  result::Outcome first, second, pinned;
  first.choices = {{"index.gaps", "accepted"}};
  second.choices = {{"index.gaps", "refused"}};
  pinned.choices = {{"boolean.quoted", "accepted"}};
  for (result::Outcome* outcome : {&first, &second, &pinned}) ledger.fold(*outcome, rules());
  EXPECT_TRUE(first.findings.empty());
  EXPECT_EQ(second.findings.at(0).clause, "choices.consistent");
  EXPECT_EQ(pinned.findings.at(0).clause, "choices.pinned");
  EXPECT_EQ(ledger.choices().at("index.gaps").answer, "accepted");
}

TEST_F(JudgeTest, LedgerReadsTheRuleOutOfPairsOfErrors) {
  auto rule = [&](std::vector<result::PrecedenceAnswer> seen) {
    Ledger ledger(kNoPins);
    result::Outcome outcome;
    outcome.precedence = std::move(seen);
    ledger.fold(outcome, rules());
    return ledger.choices().at("errors.precedence").answer;
  };
  EXPECT_EQ(rule({{"A", "B", true}, {"B", "A", true}}), "by-place");
  EXPECT_EQ(rule({{"A", "B", true}, {"A", "B", false}}), "by-kind: A before B");
  EXPECT_EQ(rule({{"A", "B", false}, {"B", "A", false}}), "any");
}

}  // namespace
}  // namespace diconform::judge
