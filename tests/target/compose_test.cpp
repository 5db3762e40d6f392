#include "target/compose.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/http_reader.h"

namespace diconform::target {
namespace {

using scenario::HeaderChange;
using scenario::Step;

Composition composition(wire::Encoding encoding, wire::Scheme scheme) {
  return {.encoding = encoding,
          .scheme = scheme,
          .credentials = {"AKIDcompose", "secret", "tokenOfTheAccount"},
          .host = "127.0.0.1:8080",
          .region = "ap-guangzhou",
          .unix_seconds = 1'700'000'000,
          .nonce = 7};
}

Step deleting() {
  Step step;
  step.call = Json(Json::Object{{"ImageIds", Json::Array{"img-12345678"}}});
  return step;
}

std::string over_query(const Step& step) {
  return compose(step, composition(wire::Encoding::kQuery, wire::Scheme::kV1Sha256));
}

std::string over_json(const Step& step) {
  return compose(step, composition(wire::Encoding::kJson, wire::Scheme::kTc3));
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(Compose, LeavesACommonParameterOutInsteadOfSendingItEmpty) {
  Step step = deleting();
  step.common.action = step.common.secret_id = std::optional<std::string>();
  EXPECT_FALSE(has(over_query(step), "Action="));
  EXPECT_FALSE(has(over_query(step), "SecretId="));
  EXPECT_TRUE(has(over_query(step), "/?Version=2017-03-12&"));
  EXPECT_FALSE(has(over_json(step), "X-TC-Action"));
}

TEST(Compose, SendsAnEmptyCommonParameterWhereTheCaseSaysSo) {
  Step step = deleting();
  step.common.version = std::optional<std::string>("");
  EXPECT_TRUE(has(over_query(step), "Version=&"));
  EXPECT_TRUE(has(over_json(step), "X-TC-Version: \r\n"));
}

// Signed as a POST, and sent as the GET that it is: all but the signature is as ever.
TEST(Compose, SignsV1AsTheOtherMethod) {
  Step step = deleting();
  std::string usual = over_query(step);
  step.sign.signature = "other-method";
  std::string other = over_query(step);
  EXPECT_NE(other, usual);
  EXPECT_TRUE(other.starts_with("GET /?"));
  EXPECT_TRUE(has(other, "ImageIds.0=img-12345678&"));
  std::size_t signature = usual.find("&Signature=");
  ASSERT_NE(signature, usual.npos);
  EXPECT_EQ(other.substr(0, signature), usual.substr(0, signature));
}

// Each form of it differs from the right one by a digit, in its place.
TEST(Compose, BendsTheRightSignature) {
  Step step = deleting();
  auto signature = [&](const char* form) {
    if (form) step.sign.signature = form;
    std::string sent = over_json(step);
    std::size_t at = sent.find("Signature=") + 10;
    return sent.substr(at, sent.find("\r\n", at) - at);
  };
  std::string right = signature(nullptr), middle = signature("middle-changed");
  EXPECT_EQ(signature("extended"), right + "0");
  EXPECT_EQ(signature("preceded"), "0" + right);
  ASSERT_EQ(middle.size(), right.size());
  EXPECT_NE(middle[32], right[32]);
  middle[32] = right[32];
  EXPECT_EQ(middle, right);
}

TEST(Compose, SignsAnotherTokenAndNoNonce) {
  Step step = deleting();
  step.common.token = std::optional<std::string>("another");
  step.common.without_nonce = true;
  EXPECT_TRUE(has(over_query(step), "Token=another&"));
  EXPECT_FALSE(has(over_query(step), "Nonce="));
  step.common.token = std::optional<std::string>();
  EXPECT_FALSE(has(over_query(step), "Token="));
}

TEST(Compose, WritesSeveralHeadersOfOneName) {
  Step step = deleting();
  step.after_signing.headers = {{"X-TC-Action", HeaderChange{.values = {"A", "B"}, .replace = {}}}};
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  ASSERT_EQ(reader.feed(over_json(step)), wire::ReadState::kDone);
  EXPECT_EQ(wire::count_headers(reader.request().headers, "X-TC-Action"), 2u);
}

TEST(Compose, EditsWithinAHeaderAndAddsNoneWhereThereIsNone) {
  Step step = deleting();
  step.after_signing.headers = {
      {"Authorization", HeaderChange{.values = {}, .replace = {{"/cvm/", "/cbs/"}}}},
      {"X-Nothing", HeaderChange{.values = {}, .replace = {{"a", "b"}}}}};
  EXPECT_TRUE(has(over_json(step), "/cbs/tc3_request, SignedHeaders="));
  EXPECT_FALSE(has(over_json(step), "X-Nothing"));
}

}  // namespace
}  // namespace diconform::target
