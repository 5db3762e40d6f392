#include "target/describe.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "second_endpoint.h"
#include "target/guard.h"
#include "target/hook_provider.h"
#include "worlds.h"

namespace diconform::target {
namespace {

// A service with `count` images that pages as told.
DescribeImages service(std::int64_t count, std::int64_t says, std::vector<Json>* asked = nullptr) {
  return [=](const Json& params) -> Result<wire::Envelope> {
    if (asked) asked->push_back(params);
    Json::Array page;
    const std::int64_t offset = *params.find("Offset")->integer(), limit = *params.find("Limit")->integer();
    for (std::int64_t i = offset; i < count && i - offset < limit; ++i)
      page.push_back(Json::Object{
          {"ImageId", "img-" + std::to_string(i)}, {"ImageState", "NORMAL"}, {"SnapshotSet", nullptr}});
    wire::Envelope envelope;
    envelope.fields = Json::Object{{"ImageSet", std::move(page)}, {"TotalCount", says}};
    return envelope;
  };
}

TEST(ListAccount, AsksForEveryPage) {
  std::vector<Json> asked;
  auto images = list_account(service(250, 250, &asked));
  ASSERT_TRUE(images) << message_of(images);
  EXPECT_EQ(images->size(), 250u);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(to_text(asked[2]), R"({"Offset":200,"Limit":100})");
}

TEST(ListAccount, OfAnEmptyAccountIsEmpty) {
  auto images = list_account(service(0, 0));
  ASSERT_TRUE(images) << message_of(images);
  EXPECT_TRUE(images->empty());
}

TEST(ListAccount, IsNeverShorterThanTheServiceSays) {
  EXPECT_NE(message_of(list_account(service(150, 160))).find("showed 150 images of 160"), std::string::npos);
}

TEST(ListAccount, NoticesPagesThatRepeat) {
  auto always_the_first = [](const Json& params) {
    Json first = params;
    first.set("Offset", 0);
    return service(300, 300)(first);
  };
  EXPECT_NE(message_of(list_account(always_the_first)).find("showed 100 images of 300"), std::string::npos);
}

TEST(ListAccount, EndsWhereAServiceAlwaysHasAnotherPage) {
  auto endless = [](const Json& params) { return service(INT64_MAX, 1'000'000'000)(params); };
  EXPECT_FALSE(list_account(endless));
}

TEST(ListAccount, TellsWhyItWasRefused) {
  auto refused = [](const Json&) -> Result<wire::Envelope> {
    wire::Envelope envelope;
    envelope.error = api::ApiError{"UnauthorizedOperation", "no"};
    return envelope;
  };
  EXPECT_NE(message_of(list_account(refused)).find("UnauthorizedOperation"), std::string::npos);
}

TEST(ListAccount, WantsImagesWithIds) {
  auto nameless = [](const Json&) -> Result<wire::Envelope> {
    wire::Envelope envelope;
    envelope.fields = Json::Object{{"ImageSet", Json::Array{Json::Object{}}}, {"TotalCount", 1}};
    return envelope;
  };
  EXPECT_NE(message_of(list_account(nameless)).find("/ImageSet/0"), std::string::npos);
}

TEST(LookAt, AsksOneByOneWhereOneThatIsGoneHidesTheOthers) {
  auto strict = [](const Json& params) -> Result<wire::Envelope> {
    wire::Envelope envelope;
    Json::Array page;
    for (const Json& id : *params.find("ImageIds")->array()) {
      if (*id.string() == "img-gone") envelope.error = api::ApiError{"InvalidImageId.NotFound", ""};
      page.push_back(Json::Object{{"ImageId", id}});
    }
    if (!envelope.error)
      envelope.fields = Json::Object{{"ImageSet", page}, {"TotalCount", std::int64_t(page.size())}};
    return envelope;
  };
  auto images = look_at(strict, std::vector<std::string>{"img-a", "img-gone", "img-b"});
  ASSERT_TRUE(images) << message_of(images);
  ASSERT_EQ(images->size(), 2u);
  EXPECT_EQ((*images)[1].id, "img-b");
}

TEST(LookAt, GivesNoImageThatWasNotAskedFor) {
  auto shows_all = [](const Json&) { return service(5, 5)(Json::Object{{"Offset", 0}, {"Limit", 100}}); };
  auto images = look_at(shows_all, std::vector<std::string>{"img-3"});
  ASSERT_TRUE(images) << message_of(images);
  ASSERT_EQ(images->size(), 1u);
}

class AtTheSecondEndpoint : public testing::Test {
 protected:
  AtTheSecondEndpoint() {
    auto hook = HookProvider::open(second_.world);
    EXPECT_TRUE(hook) << message_of(hook);
    account_ = account_with("AKIDEXAMPLE1",
                            {image("img-aaaaaaaa", "NORMAL", {"snap-1"}), image("img-bbbbbbbb", "CREATING")});
    account_.rate = std::int64_t{1};
    EXPECT_EQ(message_of((*hook)->put(account_)), "no error at all");
  }

  DescribeImages describe(const std::string& key) {
    auto address = wire::parse_url(second_.url);
    EXPECT_TRUE(address) << message_of(address);
    auto permit = [this](std::string_view there, std::string_view bytes) {
      return guard_.permit(there, bytes);
    };
    return describe_through({.transports = wire::socket_transports(*address, permit, clock_),
                             .clock = &clock_,
                             .credentials = {account_.secret_id, key, ""},
                             .host = address->authority()});
  }

  SecondEndpoint second_;
  SystemClock clock_;
  Guard guard_;
  Account account_;
};

TEST_F(AtTheSecondEndpoint, ListsTheAccount) {
  auto images = list_account(describe("secret"));
  ASSERT_TRUE(images) << message_of(images);
  api::World seen;
  seen.images = *images;
  seen.snapshots = account_.world.snapshots;
  EXPECT_EQ(api::difference(account_.world, seen, {}), std::vector<std::string>{});
}

TEST_F(AtTheSecondEndpoint, WaitsWhereTheRateLimitSaysSo) {
  DescribeImages ask = describe("secret");
  for (int i = 0; i < 3; ++i) {
    auto images = list_account(ask);  // one call a second is allowed
    EXPECT_TRUE(images) << message_of(images);
  }
}

TEST_F(AtTheSecondEndpoint, TellsOfAWrongKey) {
  EXPECT_NE(message_of(list_account(describe("wrong"))).find("AuthFailure"), std::string::npos);
}

TEST(DescribeThrough, SaysThatTheGuardSaidNo) {
  SecondEndpoint second;
  SystemClock clock;
  auto address = wire::parse_url(second.url);
  auto permit = [](std::string_view, std::string_view) { return std::optional<std::string>("not there"); };
  auto describe = describe_through({.transports = wire::socket_transports(*address, permit, clock),
                                    .clock = &clock,
                                    .credentials = {"AKID", "key", ""},
                                    .host = "h"});
  EXPECT_NE(message_of(list_account(describe)).find("not there"), std::string::npos);
}

TEST(DescribeThrough, PassesTheGuardOfARealAccount) {
  Guard guard({.allow_destructive = true, .host = "a.example", .acknowledged = "a.example"});
  std::string sent;
  class Line : public wire::Transport {
   public:
    explicit Line(std::string& bytes_sent) : sent(bytes_sent) {}
    wire::Exchange exchange(std::string_view bytes, std::int64_t) override {
      sent = bytes;
      wire::Exchange exchange;
      exchange.reply.emplace();
      exchange.reply->body = R"({"Response":{"ImageSet":[],"TotalCount":0,"RequestId":"1"}})";
      return exchange;
    }
    Result<void> connect(std::int64_t) override { return {}; }
    std::string& sent;
  };
  SystemClock clock;
  auto describe = describe_through({.transports = [&] { return std::make_unique<Line>(sent); },
                                    .clock = &clock,
                                    .credentials = {"AKIDEXAMPLE1", "key", "token"},
                                    .host = "a.example"});
  ASSERT_TRUE(list_account(describe));
  EXPECT_EQ(guard.permit("203.0.113.7", sent), std::nullopt) << sent;
}

}  // namespace
}  // namespace diconform::target
