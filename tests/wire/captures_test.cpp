#include "captures.h"

#include <algorithm>

#include "api/edition.h"
#include "wire/decode.h"
#include "wire/verify.h"

namespace diconform::wire {
namespace {

api::Edition edition() {
  std::string path = SOURCE_DIR "/cases/editions/2023-03-27.json";
  return api::edition_from_json(read_json_file(path).value(), path).value();
}

// What an SDK was asked to send, without what no encoding shows: empty lists are absent.
Json asked(const Json& params, const api::Action& action) {
  Json::Object out;
  for (const api::Parameter& parameter : action.parameters) {
    const Json* value = params.find(parameter.name);
    if (value && !(value->array() && value->array()->empty())) out.emplace_back(parameter.name, *value);
  }
  return out;
}

TEST(Captures, AreReadToTheLastByte) {
  std::vector<Capture> all = captures();
  EXPECT_EQ(all.size(), 330u);
  for (const Capture& capture : all) {
    HttpReader reader(HttpReader::Kind::kRequest);
    reader.feed(capture.raw);
    EXPECT_EQ(reader.raw(), capture.raw) << capture.file;
    EXPECT_EQ(capture.request.method, capture.method) << capture.file;
  }
}

TEST(Captures, VerifyWhereAnIndependentVerifierSaidSo) {
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.file);
    Verification found = verify(capture.request, capture.secret_key, {.now_seconds = capture.timestamp});
    EXPECT_EQ(found.ok(), capture.verifies) << found.explanation;
    EXPECT_EQ(found.leniency.empty(), capture.verifies);
    EXPECT_EQ(found.ok(), found.expected == found.received);
    Verification brief =
        verify(capture.request, capture.secret_key, {.now_seconds = capture.timestamp}, false);
    EXPECT_EQ(brief.fault, found.fault);
  }
}

struct Forgiven {
  const char* scenario;
  const char* service;  // what the SDK made of its endpoint; an option of the verifier
  const char* leniency;
};

// Node.js signs the host without its port, and takes the service of the scope from the front of the endpoint.
TEST(Captures, SayWhatWouldHaveToBeForgiven) {
  constexpr Forgiven kForgiven[] = {
      {"v3-post-endpoint-port", "cvm", "host without its port"},
      {"v3-get-endpoint-port", "cvm", "host without its port"},
      {"v3-post-endpoint-ip-port", "127", "service \"127\" in place of \"cvm\" + host without its port"},
      {"v3-get-endpoint-ip-port", "127", "service \"127\" in place of \"cvm\" + host without its port"},
      {"v3-post-endpoint-localhost-port", "localhost:18080",
       "service \"localhost:18080\" in place of \"cvm\" + host without its port"},
      {"v3-post-endpoint-path", "cvm", "canonical URI '/'"},
  };
  int checked = 0;
  for (const Capture& capture : captures()) {
    if (capture.verifies) continue;
    SCOPED_TRACE(capture.file);
    auto row = std::ranges::find(kForgiven, capture.scenario, &Forgiven::scenario);
    ASSERT_NE(row, std::end(kForgiven));
    Verification found = verify(capture.request, capture.secret_key, {.now_seconds = capture.timestamp});
    EXPECT_EQ(found.leniency, row->leniency);
    VerifyOptions forgiving{
        .now_seconds = capture.timestamp, .service = row->service, .host_without_port = true};
    EXPECT_EQ(verify(capture.request, capture.secret_key, forgiving).ok(),
              !capture.scenario.ends_with("path"));
    ++checked;
  }
  EXPECT_EQ(checked, 7);
}

TEST(Captures, ClaimWhoTheyAreFrom) {
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.file);
    std::optional<Claim> claim = claim_of(capture.request);
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->secret_id, capture.secret_id);
    EXPECT_EQ(claim->token, capture.token.value_or(""));
    EXPECT_EQ(claim->timestamp, std::to_string(capture.timestamp));
    EXPECT_EQ(claim->scheme == Scheme::kTc3, capture.sign == "TC3-HMAC-SHA256");
    EXPECT_EQ(claim->scheme == Scheme::kV1Sha256, capture.sign == "HmacSHA256");
  }
}

TEST(Captures, FailWithAnotherKey) {
  for (const Capture& capture : captures()) {
    VerifyOptions options{.now_seconds = capture.timestamp, .host_without_port = true};
    EXPECT_FALSE(verify(capture.request, capture.secret_key + "x", options, false).ok()) << capture.file;
  }
}

TEST(Captures, DecodeToWhatTheSdkWasAskedToSend) {
  api::Edition manual = edition();
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.file);
    auto decoded = decode(capture.request);
    ASSERT_TRUE(decoded) << decoded.error().code << " " << decoded.error().message;
    EXPECT_EQ(decoded->call.action, capture.action);
    EXPECT_EQ(decoded->call.version, "2017-03-12");
    EXPECT_EQ(decoded->call.region.value_or(""), capture.region.value_or(""));
    EXPECT_EQ(decoded->scheme, claim_of(capture.request)->scheme);
    EXPECT_EQ(decoded->encoding, capture.method == "GET"             ? Encoding::kQuery
                                 : capture.sign == "TC3-HMAC-SHA256" ? Encoding::kJson
                                                                     : Encoding::kForm);
    const api::Action& action = *manual.action(capture.action);
    auto typed = typed_parameters(decoded->call, action);
    Json expected = asked(capture.params, action);
    if (capture.action == "DeleteImages" && !expected.find("ImageIds")) {
      ASSERT_FALSE(typed);
      EXPECT_EQ(typed.error().code, "MissingParameter");
      continue;
    }
    ASSERT_TRUE(typed) << typed.error().code << " " << typed.error().message;
    EXPECT_EQ(to_text(*typed), to_text(expected));
  }
}

}  // namespace
}  // namespace diconform::wire
