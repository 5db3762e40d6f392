#include "reference/embedded.h"

#include "base/text.h"
#include "lab.h"

namespace diconform::reference {
namespace {

constexpr std::string_view kTwo = R"("images": [{"ImageId": "img-00000001"}, {"ImageId": "img-00000002"}])";

TEST(Embedded, DeletesTheImageThatACallNames) {
  Lab lab({}, kTwo);
  EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001"]})"), "success");
  EXPECT_EQ(ids_in(lab.world()), std::vector<std::string>{"img-00000002"});
  EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001"]})"), "InvalidImageId.NotFound");
}

TEST(Embedded, ServesEveryLawfulPairOfEncodingAndSignature) {
  using enum wire::Encoding;
  using enum wire::Scheme;
  for (auto [encoding, scheme] : std::vector<std::pair<wire::Encoding, wire::Scheme>>{{kJson, kTc3},
                                                                                      {kQuery, kTc3},
                                                                                      {kQuery, kV1Sha1},
                                                                                      {kQuery, kV1Sha256},
                                                                                      {kForm, kV1Sha1},
                                                                                      {kForm, kV1Sha256}}) {
    Lab lab({}, kTwo);
    CallOptions options{.encoding = encoding, .scheme = scheme};
    EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001"], "DryRun": true})", options), "success");
    EXPECT_EQ(ids_in(lab.world()).size(), 2u);
    EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001", "img-00000002"]})", options), "success");
    EXPECT_EQ(ids_in(lab.world()).size(), 0u) << wire::name_of(encoding) << ' ' << wire::name_of(scheme);
  }
}

TEST(Embedded, AnswersHttp200WithAUuidAlsoForErrors) {
  Lab lab;
  wire::Exchange exchange = lab.send(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  ASSERT_TRUE(exchange.reply);
  EXPECT_EQ(exchange.reply->status, 200);
  EXPECT_EQ(*wire::find_header(exchange.reply->headers, "Content-Type"), "application/json");
  auto envelope = wire::decode_envelope(exchange.reply->body);
  ASSERT_TRUE(envelope && envelope->error);
  EXPECT_EQ(envelope->error->code, "InvalidImageId.NotFound");
  EXPECT_EQ(envelope->error->message, "ImageId img-00000001 is not found");
  EXPECT_TRUE(is_uuid(envelope->request_id)) << envelope->request_id;
}

TEST(Embedded, NumbersItsConnectionsAndKeepsThem) {
  Lab lab({}, kTwo);
  wire::Exchange first = lab.send(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  wire::Exchange second = lab.send(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  EXPECT_GT(first.connection, 0);
  EXPECT_EQ(first.connection, second.connection);
}

TEST(Embedded, AnswersBytesThatAreNoHttpWith400AndHangsUp) {
  Lab lab;
  wire::Exchange exchange = lab.line().exchange("what?\r\n\r\n", 1000);
  ASSERT_TRUE(exchange.reply) << exchange.problem;
  EXPECT_EQ(exchange.reply->status, 400);
  wire::Exchange next = lab.send(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  EXPECT_NE(exchange.connection, next.connection);
}

TEST(Embedded, WaitsInVainForTheRestOfARequest) {
  Lab lab;
  wire::Exchange exchange =
      lab.line().exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n{}", 1000);
  EXPECT_EQ(exchange.end, wire::ExchangeEnd::kTimeout);
  EXPECT_EQ(exchange.received, "");
}

TEST(Embedded, CallsTwoRepliesToOneExchangeMalformed) {
  Lab lab({}, kTwo);
  std::string twice = wire::to_bytes(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  twice += twice;
  EXPECT_EQ(lab.line().exchange(twice, 1'000'000).end, wire::ExchangeEnd::kMalformed);
}

TEST(Embedded, RefusesOtherMethods) {
  Lab lab({}, kTwo);
  wire::HttpRequest request = lab.request(R"({"ImageIds": ["img-00000001"]})");
  request.method = "PUT";
  wire::Exchange exchange = lab.send(request);
  ASSERT_TRUE(exchange.reply);
  EXPECT_EQ(wire::decode_envelope(exchange.reply->body).value().error->code, "UnsupportedProtocol");
}

TEST(Embedded, DoesNotWaitForAVirtualClock) {
  Lab lab({.limiter = "leaky-queue", .calls_per_second = 10, .virtual_clocks = true});
  lab.put(kTwo, target::EndpointsOwnRate{});
  SystemClock clock;
  std::int64_t before_us = clock.now_us();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001"], "DryRun": true})"), "success");
  EXPECT_LT(clock.now_us() - before_us, 500'000);
}

TEST(Embedded, DelaysWhatAQueueDelaysOnARealClock) {
  Lab lab({.limiter = "leaky-queue", .calls_per_second = 20});
  lab.put(kTwo, target::EndpointsOwnRate{});
  SystemClock clock;
  std::int64_t before_us = clock.now_us();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(lab.call(R"({"ImageIds": ["img-00000001"], "DryRun": true})"), "success");
  EXPECT_GE(clock.now_us() - before_us, 100'000);
}

}  // namespace
}  // namespace diconform::reference
