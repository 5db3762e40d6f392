#include "probe/id_line.h"

#include <gtest/gtest.h>

#include "reference/embedded.h"
#include "scenario/catalogue.h"

namespace diconform::probe {
namespace {

wire::Exchange answered(int status, std::string body) {
  wire::Exchange exchange;
  exchange.reply = wire::HttpReply{status, "", {}, std::move(body)};
  return exchange;
}
std::string refusal(const std::string& code) {
  return R"({"Response":{"Error":{"Code":")" + code + R"(","Message":"m"},"RequestId":"r"}})";
}

TEST(IdReply, AcceptsAnIdThatNamesNothing) {
  EXPECT_EQ(read_id_reply(answered(200, refusal("InvalidImageId.NotFound")))->kind, IdReply::Kind::kAccepted);
  EXPECT_EQ(read_id_reply(answered(200, R"({"Response":{"RequestId":"r"}})"))->kind,
            IdReply::Kind::kAccepted);
}

TEST(IdReply, RefusesAMalformedIdByWhateverLayer) {
  EXPECT_EQ(read_id_reply(answered(200, refusal("InvalidImageId.Malformed")))->kind, IdReply::Kind::kRefused);
  EXPECT_EQ(read_id_reply(answered(200, refusal("InvalidParameterValue")))->kind, IdReply::Kind::kRefused);
  EXPECT_EQ(read_id_reply(answered(400, "<html>Bad Request</html>"))->kind, IdReply::Kind::kRefused);
}

TEST(IdReply, TakesNoOtherErrorForAWordAboutTheId) {
  EXPECT_EQ(read_id_reply(answered(200, refusal("InternalError")))->kind, IdReply::Kind::kBroken);
  EXPECT_EQ(read_id_reply(answered(500, "oops"))->kind, IdReply::Kind::kBroken);
  wire::Exchange reset;
  reset.end = wire::ExchangeEnd::kReset;
  EXPECT_EQ(read_id_reply(reset)->kind, IdReply::Kind::kBroken);
  EXPECT_EQ(read_id_reply(answered(200, refusal("InvalidParameterValue.LimitExceeded")))->kind,
            IdReply::Kind::kTooMany);
  EXPECT_FALSE(read_id_reply(answered(200, refusal("RequestLimitExceeded.UinLimitExceeded"))));
}

class Lines : public testing::Test {
 protected:
  void SetUp() override {
    auto catalogue = scenario::read_catalogue(scenario::embedded_files());
    ASSERT_TRUE(catalogue);
    reference::EndpointOptions options;
    options.edition = *catalogue->edition("2023-03-27");
    options.virtual_clocks = true;
    auto made = reference::Embedded::make(std::move(options));
    ASSERT_TRUE(made) << made.error().message();
    embedded_ = std::move(*made);
    setup_.transports = embedded_->transports();
    setup_.worlds = &embedded_->worlds();
    setup_.clock = &clock_;
    setup_.host = "cvm.tencentcloudapi.com";
    setup_.capabilities = *setup_.worlds->hello();
  }

  std::string said(IdLine& line, const std::string& id, Carrier carrier) {
    auto reply = line.ask({&id, 1}, carrier);
    return reply ? reply->said : reply.error().message();
  }

  SystemClock clock_;
  std::unique_ptr<reference::Embedded> embedded_;
  target::EndpointSetup setup_;
};

TEST_F(Lines, AskTheSameInEveryCarrier) {
  IdLine line(setup_, 0, true);
  for (Carrier carrier : kCarriers) {
    EXPECT_EQ(said(line, "img-1a2b3c4d", carrier), "InvalidImageId.NotFound") << name_of(carrier);
    for (const std::string& wrong : {std::string("img-1a2b3c4\n"), std::string("img-1a2b3c4d\0", 13),
                                     std::string("img-1a2b3c4é"), std::string("img-1a2b&c4d+%")})
      EXPECT_EQ(said(line, wrong, carrier), "InvalidImageId.Malformed") << name_of(carrier) << " " << wrong;
  }
}

TEST_F(Lines, RenewTheAccountBeforeItsLimitWhereItCannotBeLifted) {
  setup_.capabilities.facets.erase("rateLimit");
  IdLine line(setup_, 0, true);
  for (int i = 0; i < 40; ++i)
    ASSERT_EQ(said(line, "img-1a2b3c4d", Carrier::kJson), "InvalidImageId.NotFound") << i;
  EXPECT_EQ(line.requests(), 40u);
}

TEST_F(Lines, HoldImagesSoThatSuccessMeansThatEachWasAccepted) {
  IdLine line(setup_, 0, true);
  std::vector<std::string> ids = {"img-1a2b3c4d", "img-5e6f7g8h"};
  ASSERT_TRUE(line.hold(ids).value_or(false));
  EXPECT_EQ(line.ask(ids, Carrier::kJson)->said, "success");
  ASSERT_TRUE(line.hold({}).value_or(false));
  EXPECT_EQ(line.ask(ids, Carrier::kJson)->said, "InvalidImageId.NotFound");
}

}  // namespace
}  // namespace diconform::probe
