#include "reference/endpoint.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "base/text.h"
#include "lab.h"
#include "reference/faults.h"

namespace diconform::reference {
namespace {

constexpr std::string_view kOne = R"("images": [{"ImageId": "img-00000001"}])";
constexpr std::string_view kDelete = R"({"ImageIds": ["img-00000001"]})";

// The code that answers a request which is changed after signing.
template <class Change>
std::string after(Lab& lab, const CallOptions& options, Change change) {
  wire::HttpRequest request = lab.request(kDelete, options);
  change(request);
  wire::Exchange exchange = lab.send(wire::with_length(std::move(request)));
  auto envelope = wire::decode_envelope(exchange.reply ? exchange.reply->body : "");
  if (!envelope) return "no envelope: " + exchange.received;
  return envelope->error ? envelope->error->code : "success";
}

TEST(Endpoint, RefusesWhatIsNotSignedRight) {
  Lab lab({}, kOne);
  CallOptions wrong_key{.credentials = {std::string(kSecretId), "another", ""}};
  CallOptions stranger{.credentials = {"AKIDSTRANGER", "secret", ""}};
  EXPECT_EQ(lab.call(kDelete, wrong_key), "AuthFailure.SignatureFailure");
  EXPECT_EQ(lab.call(kDelete, stranger), "AuthFailure.SecretIdNotFound");
  EXPECT_EQ(after(lab, {}, [](auto& request) { request.body += ' '; }), "AuthFailure.SignatureFailure");
  EXPECT_EQ(after(lab, {}, [](auto& request) { wire::remove_header(request.headers, "Authorization"); }),
            "MissingParameter");
  EXPECT_EQ(after(lab, {}, [](auto& request) { wire::set_header(request.headers, "Authorization", "SKIP"); }),
            "AuthFailure.InvalidAuthorization");
  EXPECT_EQ(ids_in(lab.world()).size(), 1u);
}

TEST(Endpoint, WantsTheCommonParameters) {
  Lab lab({}, kOne);
  for (std::string_view name : {"X-TC-Action", "X-TC-Version", "X-TC-Timestamp"}) {
    std::string code = after(lab, {}, [&](auto& request) { wire::remove_header(request.headers, name); });
    EXPECT_EQ(code, "MissingParameter") << name;
  }
}

TEST(Endpoint, RefusesTimestampsThatAreFurtherOffThanFiveMinutes) {
  Lab lab({.virtual_clocks = true}, kOne);
  for (auto encoding : {wire::Encoding::kJson, wire::Encoding::kQuery}) {
    auto reply = [&](std::int64_t late) {
      return lab.call(R"({"ImageIds": ["img-00000001"], "DryRun": true})",
                      {.encoding = encoding, .late_seconds = late});
    };
    EXPECT_EQ(reply(299), "success");
    EXPECT_EQ(reply(-299), "success");
    EXPECT_EQ(reply(301), "AuthFailure.SignatureExpire");
    EXPECT_EQ(reply(-301), "AuthFailure.SignatureExpire");
  }
}

TEST(Endpoint, RefusesRequestsThatAreTooLarge) {
  Lab lab({}, kOne);
  wire::HttpRequest get = lab.request(kDelete, {.encoding = wire::Encoding::kQuery});
  get.target += "&x=" + std::string(33'000, 'x');
  wire::sign_tc3(get, {std::string(kSecretId), std::string(kSecretKey), ""});
  auto envelope = wire::decode_envelope(lab.send(get).reply.value().body);
  EXPECT_EQ(envelope.value().error.value().code, "RequestSizeLimitExceeded");
  EXPECT_EQ(after(lab, {.encoding = wire::Encoding::kForm, .scheme = wire::Scheme::kV1Sha256},
                  [](auto& request) { request.body += "&x=" + std::string(1'100'000, 'x'); }),
            "AuthFailure.SignatureFailure");
  EXPECT_EQ(after(lab, {}, [](auto& request) { request.body.append(10'500'000, ' '); }),
            "RequestSizeLimitExceeded");
}

TEST(Endpoint, AsksWhetherAFormMayBeSignedWithTc3) {
  for (auto [answer, expected] : {std::pair("refused", "InvalidRequest"), std::pair("accepted", "success")}) {
    Lab lab({.choices = {{"form.tc3", answer}}}, kOne);
    wire::HttpRequest request = lab.request(kDelete);
    wire::set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    request.body = "ImageIds.0=img-00000001";
    wire::remove_header(request.headers, "Authorization");
    wire::sign_tc3(request, {std::string(kSecretId), std::string(kSecretKey), ""});
    wire::Envelope reply =
        wire::decode_envelope(lab.send(wire::with_length(request)).reply.value().body).value();
    EXPECT_EQ(reply.error ? reply.error->code : "success", expected);
  }
}

TEST(Endpoint, AsksWhetherIndicesMayHaveGaps) {
  for (auto [answer, expected] :
       {std::pair("accepted", "success"), std::pair("refused", "InvalidParameter")}) {
    Lab lab({.choices = {{"index.gaps", answer}}},
            R"("images": [{"ImageId": "img-00000001"}, {"ImageId": "img-00000002"}])");
    wire::HttpRequest request = lab.request(kDelete, {.encoding = wire::Encoding::kQuery});
    request.target += "&ImageIds.2=img-00000002";
    wire::sign_tc3(request, {std::string(kSecretId), std::string(kSecretKey), ""});
    wire::Envelope reply = wire::decode_envelope(lab.send(request).reply.value().body).value();
    EXPECT_EQ(reply.error ? reply.error->code : "success", expected);
  }
}

TEST(Endpoint, AsksWhetherASignatureMayLeaveOutThePort) {
  for (auto [answer, expected] :
       {std::pair("as-sent", "AuthFailure.SignatureFailure"), std::pair("without-port-too", "success")}) {
    Lab lab({.choices = {{"host.port", answer}}}, kOne);
    wire::HttpRequest request = lab.request(kDelete);
    wire::set_header(request.headers, "Host", "127.0.0.1:8080");
    wire::Tc3Options signed_for_no_port;
    signed_for_no_port.signed_host = "127.0.0.1";
    wire::sign_tc3(request, {std::string(kSecretId), std::string(kSecretKey), ""}, signed_for_no_port);
    wire::Envelope reply = wire::decode_envelope(lab.send(request).reply.value().body).value();
    EXPECT_EQ(reply.error ? reply.error->code : "success", expected);
  }
}

TEST(Endpoint, DescribesTheImagesThatAreThere) {
  Lab lab(
      {},
      R"("images": [{"ImageId": "img-00000002", "ImageName": "beta"}, {"ImageId": "img-00000001", "ImageName": "alpha"},
                            {"ImageId": "img-00000003", "ImageType": "PUBLIC_IMAGE"}])");
  auto ids = [&](std::string_view params) {
    wire::Envelope reply = lab.reply(params, {.action = "DescribeImages"});
    if (reply.error) return reply.error->code;
    std::string text = std::to_string(reply.fields.find("TotalCount")->integer().value());
    for (const Json& image : *reply.fields.find("ImageSet")->array())
      text += " " + image.find("ImageId")->string()->substr(11);
    return text;
  };
  EXPECT_EQ(ids("{}"), "3 1 2 3");
  EXPECT_EQ(ids(R"({"ImageIds": ["img-00000002", "img-nothing0"]})"), "1 2");
  EXPECT_EQ(ids(R"({"ImageIds": ["img-nothing0"]})"), "0");
  EXPECT_EQ(ids(R"({"ImageIds": ["img-?"]})"), "InvalidImageId.Malformed");
  EXPECT_EQ(ids(R"({"Offset": 1, "Limit": 1})"), "3 2");
  EXPECT_EQ(ids(R"({"Limit": 101})"), "InvalidParameterValue.InvalidParameterValueLimit");
  EXPECT_EQ(ids(R"({"Filters": [{"Name": "image-type", "Values": ["PUBLIC_IMAGE"]}]})"), "1 3");
  EXPECT_EQ(ids(R"({"Filters": [{"Name": "image-name", "Values": ["alp", "bet"]}]})"), "2 1 2");
  EXPECT_EQ(ids(R"({"Filters": [{"Name": "color", "Values": ["red"]}]})"), "InvalidFilter");
  EXPECT_EQ(ids(R"({"ImageIds": ["img-00000001"], "Filters": [{"Name": "image-id", "Values": ["x"]}]})"),
            "InvalidParameter.InvalidParameterCoexistImageIdsFilters");
}

TEST(Endpoint, MakesRequestIdsOfTheirOwnForEachCall) {
  RequestIds ids(7);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    std::string id = ids.next();
    EXPECT_TRUE(seen.insert(id).second);
    ASSERT_TRUE(is_uuid(id) && id == lower_case(id) && id[14] == '4' && std::string("89ab").contains(id[19]))
        << id;
  }
  EXPECT_EQ(RequestIds(7).next(), RequestIds(7).next());
  EXPECT_NE(RequestIds(7).next(), RequestIds(8).next());
}

TEST(Endpoint, RefusesOptionsThatMakeNoSense) {
  EXPECT_FALSE(Endpoint::make({.edition = edition_of(), .limiter = "guesswork"}));
  EXPECT_FALSE(Endpoint::make({.edition = edition_of(), .choices = {{"boolean.quoted", "maybe"}}}));
}

// How many of eight deletes of one image, sent together over real threads, succeed.
int winners(EndpointOptions options) {
  Lab lab(std::move(options), kOne);
  std::vector<std::unique_ptr<wire::Transport>> lines;
  lines.reserve(8);
  for (int i = 0; i < 8; ++i) lines.push_back(lab.embedded().transports()());
  std::string bytes = wire::to_bytes(lab.request(kDelete));
  std::atomic<int> won = 0, ready = 0;
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (auto& line : lines) {
    threads.emplace_back([&] {
      for (++ready; ready < 8;) std::this_thread::yield();
      wire::Exchange exchange = line->exchange(bytes, 5'000'000);
      if (exchange.reply && !wire::decode_envelope(exchange.reply->body).value().error) ++won;
    });
  }
  threads.clear();
  return won;
}

TEST(Endpoint, LetsOneOfManyDeletesWin) {
  for (int round = 0; round < 20; ++round) EXPECT_EQ(winners({}), 1);
}

TEST(Endpoint, LetsSeveralWinWhereItChecksAndThenActs) {
  const Fault* fault = fault_named("check-then-act", edition_of());
  ASSERT_TRUE(fault);
  int most = 0;
  for (int round = 0; round < 5; ++round) most = std::max(most, winners({.fault = fault->bend}));
  EXPECT_GT(most, 1);
}

TEST(Endpoint, ServesManyAccountsFromManyThreads) {
  Lab lab;
  auto work = [&](int thread) {
    std::unique_ptr<wire::Transport> line = lab.embedded().transports()();
    for (int round = 0; round < 40; ++round) {
      std::string secret_id = "AKIDTHREAD" + std::to_string(thread);
      lab.put(kOne, target::NoRateLimit{}, secret_id);
      std::string bytes =
          wire::to_bytes(lab.request(kDelete, {.credentials = {secret_id, std::string(kSecretKey), ""}}));
      wire::Exchange exchange = line->exchange(bytes, 5'000'000);
      EXPECT_FALSE(wire::decode_envelope(exchange.reply.value().body).value().error);
      EXPECT_EQ(ids_in(lab.world(secret_id)).size(), 0u);
    }
  };
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, i);
}

// What the oracle says of the bytes, and what the endpoint did.
TEST(Endpoint, AnswersAsTheOracleOverBytesSays) {
  for (std::string_view params :
       {R"({"ImageIds": ["img-00000001"]})", R"({"ImageIds": ["img-34vaef8fe"], "DryRun": "True"})",
        R"({"ImageIds": [7]})", R"({"Foo": null})",
        R"({"ImageIds": ["img-00000001", "img-00000001", "x"]})"}) {
    Lab lab({}, kOne);
    wire::HttpRequest request = lab.request(params);
    std::int64_t now_us = lab.endpoint().clock().unix_ms() * 1000;
    auto lawful = lawful_outcomes(lab.endpoint().manual(), {lab.world(), {}},
                                  {std::string(kSecretKey), std::nullopt}, request, now_us, {});
    wire::Envelope reply = wire::decode_envelope(lab.send(request).reply.value().body).value();
    bool foreseen = std::ranges::any_of(lawful, [&](const LawfulOutcome& one) {
      return one.outcome.answer.error == reply.error && one.next.world == lab.world();
    });
    EXPECT_TRUE(foreseen) << params;
  }
}

}  // namespace
}  // namespace diconform::reference
