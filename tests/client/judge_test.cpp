#include "client/judge.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "client/catalogue.h"
#include "wire/encode.h"
#include "wire/sign.h"

namespace diconform::client {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

class ClientJudge : public testing::Test {
 protected:
  ClientJudge() {
    auto read = client::open_catalogue("");
    EXPECT_TRUE(read);
    catalogue_ = std::move(*read);
    seen_.config = {.scheme = "http",
                    .endpoint = "127.0.0.1:8080",
                    .backup_endpoint = {},
                    .region = "ap-guangzhou",
                    .language = {},
                    .token = {},
                    .secret_id = "AKIDx",
                    .secret_key = "SECRETx"};
    seen_.host = "127.0.0.1:8080";
    trial_.form = &forms().front();
    CallPlan plan;
    plan.params.set("ImageIds", Json::Array{"img-1a2b3c4d", "img-5e6f7a8b"});
    plan.params.set("DryRun", false);
    body_.calls = {plan};
    body_.covers = {"client.hear.success"};
  }

  // As a right client sends it.
  Served served() const {
    api::Call call;
    call.params = body_.calls.front().params;
    Served out;
    out.request =
        wire::with_length(wire::encode(call, trial_.form->encoding, trial_.form->scheme, seen_.host, kNow));
    const wire::Credentials credentials{seen_.config.secret_id, seen_.config.secret_key, ""};
    if (trial_.form->scheme == wire::Scheme::kTc3)
      wire::sign_tc3(out.request, credentials);
    else
      wire::sign_v1(out.request, credentials, trial_.form->scheme, kNow, 7);
    out.raw = wire::to_bytes(out.request);
    out.unix_seconds = kNow;
    out.request_id = "the-id";
    out.says.kind = Says::Kind::kSuccess;
    out.connection = 1;
    return out;
  }

  static Answer success() {
    Answer answer;
    answer.kind = Answer::Kind::kOk;
    answer.result.set("RequestId", "the-id");
    return answer;
  }

  // The clauses on which this is found wrong.
  std::vector<std::string> clauses(std::vector<Served> requests, Answer answer) {
    seen_.calls = {{std::move(answer), std::move(requests)}};
    trial_.body = std::make_shared<const Body>(body_);
    const api::Edition edition;
    Judgement judged = judge(trial_, seen_, {catalogue_.clauses, edition, false});
    std::vector<std::string> found;
    for (const result::Finding& finding : judged.findings) found.push_back(finding.clause);
    return found;
  }
  using Found = std::vector<std::string>;

  Catalogue catalogue_;
  Trial trial_;
  Body body_;
  Seen seen_;
};

TEST_F(ClientJudge, FindsNothingInARightCallOfAnyForm) {
  for (const Form& form : forms()) {
    trial_.form = &form;
    EXPECT_EQ(clauses({served()}, success()), Found{}) << form.name;
  }
}

TEST_F(ClientJudge, NoticesADroppedId) {
  Served one = served();
  body_.calls.front().params.set("ImageIds", Json::Array{"img-1a2b3c4d", "img-5e6f7a8b", "img-9c0d1e2f"});
  EXPECT_EQ(clauses({one}, success()), Found{"client.send.nothing-dropped"});
}

TEST_F(ClientJudge, NoticesAParameterThatNobodyAskedFor) {
  Served one = served();
  body_.calls.front().params.remove("DryRun");
  EXPECT_EQ(clauses({one}, success()), Found{"client.send.nothing-added"});
}

TEST_F(ClientJudge, NoticesAChangedByteOfTheBody) {
  Served one = served();
  one.request.body.replace(one.request.body.find("1a2b"), 4, "1a2c");
  EXPECT_EQ(clauses({one}, success()), (Found{"client.sign.verifies", "client.send.values"}));
}

TEST_F(ClientJudge, ForgivesTheScopeOfTheEndpointOnLoopbackAlone) {
  Served one = served();
  wire::remove_header(one.request.headers, "Authorization");
  wire::sign_tc3(one.request, {"AKIDx", "SECRETx", ""}, {.service = "127", .date = {}, .signed_host = {}});
  EXPECT_EQ(clauses({one}, success()), Found{});
  seen_.isolated = true;
  EXPECT_EQ(clauses({one}, success()), Found{"client.sign.scope"});
}

TEST_F(ClientJudge, CountsRequests) {
  EXPECT_EQ(clauses({served(), served()}, success()), Found{"client.repeat.unasked"});
  Answer error;
  error.kind = Answer::Kind::kClient;
  EXPECT_EQ(clauses({}, error), Found{"client.send.arrives"});
  body_.calls.front().expect.may_refuse = true;
  EXPECT_EQ(clauses({}, error), Found{});
}

TEST_F(ClientJudge, HearsWhatTheReplySaid) {
  Served refused = served();
  refused.says = {Says::Kind::kError, "FailedOperation", "no", true};
  EXPECT_EQ(clauses({refused}, success()), Found{"client.hear.no-false-success"});
  Answer error;
  error.kind = Answer::Kind::kApi;
  error.code = "FailedOperation";
  error.message = "no";
  error.request_id = "the-id";
  EXPECT_EQ(clauses({refused}, error), Found{});
  error.message = "No.";
  error.request_id = "";
  EXPECT_EQ(clauses({refused}, error), (Found{"client.hear.message", "client.hear.request-id"}));
  error.kind = Answer::Kind::kRaw;
  EXPECT_EQ(clauses({refused}, error), Found{"client.hear.own-error"});
}

TEST_F(ClientJudge, KnowsASecretWhereItIsHeard) {
  Answer error;
  error.kind = Answer::Kind::kClient;
  error.message = "cannot sign with SECRETx";
  error.log = "SECRETx";
  Served broken = served();
  broken.says = {};
  EXPECT_EQ(clauses({broken}, error), (Found{"client.leak.messages", "client.leak.log"}));
}

TEST_F(ClientJudge, LetsNothingOfTheCallGoElsewhere) {
  Served first = served(), other = served();
  first.says = {};
  other.elsewhere = true;
  Answer error;
  error.kind = Answer::Kind::kClient;
  body_.calls.front().expect.clause = "client.leak.redirect";
  EXPECT_EQ(clauses({first, other}, error), Found{"client.leak.redirect"});
  other.request = {.method = "GET", .target = "/", .headers = {{"Host", "localhost"}}, .body = {}};
  other.raw = wire::to_bytes(other.request);
  EXPECT_EQ(clauses({first, other}, error), Found{});
}

TEST_F(ClientJudge, TellsDeathAndHangingByName) {
  Answer gone;
  gone.kind = Answer::Kind::kDied;
  gone.text = "signal 11 (Segmentation fault)";
  EXPECT_EQ(clauses({served()}, gone), Found{"client.process.survives"});
  gone.kind = Answer::Kind::kHung;
  EXPECT_EQ(clauses({}, gone), Found{"client.process.answers"});
}

}  // namespace
}  // namespace diconform::client
