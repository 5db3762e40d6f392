#include "wire/leniency.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/pairs.h"
#include "wire/verify.h"

namespace diconform::wire {
namespace {

constexpr std::int64_t kNow = 1'795'307'991;
const Credentials kCredentials = {"AKIDEXAMPLE", "SECRETEXAMPLE", ""};

std::string leniency_of(const HttpRequest& request) {
  return verify(request, kCredentials.secret_key, {.now_seconds = kNow}).leniency;
}

api::Call call() {
  api::Call call;
  call.params = Json::Object{{"ImageIds", Json::Array{"img-12345678", "a b"}}, {"DryRun", true}};
  return call;
}

// A TC3 request that was signed before `change` was undone: signs the changed one, sends the honest one.
template <class Change>
HttpRequest tc3_signed_as(Encoding encoding, Change change, Tc3Options options = {}) {
  HttpRequest honest = encode(call(), encoding, Scheme::kTc3, "h.example:81", kNow);
  HttpRequest other = honest;
  change(other);
  sign_tc3(other, kCredentials, options);
  set_header(honest.headers, "Authorization", *find_header(other.headers, "Authorization"));
  return honest;
}

TEST(Leniency, KnowsTheMistakesOfTc3Signers) {
  EXPECT_EQ(leniency_of(tc3_signed_as(Encoding::kJson, [](HttpRequest& r) { r.body.clear(); })),
            "body hashed as empty");
  EXPECT_EQ(leniency_of(tc3_signed_as(Encoding::kJson,
                                      [](HttpRequest& r) { set_header(r.headers, "Host", "h.example"); })),
            "host without its port");
  EXPECT_EQ(leniency_of(tc3_signed_as(Encoding::kQuery, [](HttpRequest& r) { r.target = "/"; })),
            "query left out");
  EXPECT_EQ(leniency_of(tc3_signed_as(
                Encoding::kQuery,
                [](HttpRequest& r) { r.target = "/?DryRun=true&ImageIds.0=img-12345678&ImageIds.1=a%20b"; })),
            "query sorted");
  Tc3Options unsorted;
  unsorted.signed_headers = {"host", "content-type"};
  EXPECT_EQ(leniency_of(tc3_signed_as(
                Encoding::kJson, [](HttpRequest&) {}, unsorted)),
            "signed headers not sorted");
}

TEST(Leniency, KnowsHeaderValuesThatWereNotLowered) {
  HttpRequest request = encode(call(), Encoding::kJson, Scheme::kTc3, "h", kNow);
  Tc3Authorization scope{"AKIDEXAMPLE", "2026-11-22", "cvm",
                         "tc3_request", "",           {"content-type", "host", "x-tc-action"}};
  std::string canonical = canonical_request(request, scope.signed_headers, "h");
  canonical = replaced(canonical, "deleteimages", "DeleteImages");
  scope.signature = tc3_signature(kCredentials.secret_key, scope,
                                  tc3_string_to_sign(canonical, std::to_string(kNow), scope));
  EXPECT_EQ(tc3_leniency(request, kCredentials.secret_key, scope, std::to_string(kNow)),
            "header values not in lower case");
}

TEST(Leniency, CombinesMistakes) {
  HttpRequest request = tc3_signed_as(Encoding::kJson, [](HttpRequest& r) {
    r.body.clear();
    set_header(r.headers, "Host", "h.example");
  });
  EXPECT_EQ(leniency_of(request), "host without its port + body hashed as empty");
}

TEST(Leniency, LooksForOneMistakeOnlyInALargeRequest) {
  HttpRequest request = encode(call(), Encoding::kJson, Scheme::kTc3, "h.example:81", kNow);
  request.body = std::string(70'000, ' ') + request.body;
  HttpRequest other = request;
  set_header(other.headers, "Host", "h.example");
  other.body.clear();
  sign_tc3(other, kCredentials);
  set_header(request.headers, "Authorization", *find_header(other.headers, "Authorization"));
  EXPECT_EQ(leniency_of(request), "");
}

TEST(Leniency, SaysNothingAboutAnotherKey) {
  HttpRequest request = encode(call(), Encoding::kJson, Scheme::kTc3, "h", kNow);
  sign_tc3(request, {"AKIDEXAMPLE", "another", ""});
  EXPECT_EQ(leniency_of(request), "");
}

// A v1 GET whose signature was made over `text` in place of the right string to sign.
HttpRequest v1_signed_over(std::string_view text, Scheme scheme = Scheme::kV1Sha1) {
  HttpRequest request;
  request.method = "GET";
  request.headers = {{"Host", "h.example:81"}};
  request.target = "/?b=x%20y&a=1&Timestamp=" + std::to_string(kNow) +
                   "&Signature=" + percent_encode(v1_signature(kCredentials.secret_key, scheme, text));
  return request;
}

TEST(Leniency, KnowsTheMistakesOfV1Signers) {
  std::string time = std::to_string(kNow);
  EXPECT_EQ(leniency_of(v1_signed_over("GETh.example:81/?Timestamp=" + time + "&a=1&b=x y")), "");
  EXPECT_EQ(leniency_of(v1_signed_over("GETh.example/?Timestamp=" + time + "&a=1&b=x y")),
            "host without its port");
  EXPECT_EQ(leniency_of(v1_signed_over("GETh.example:81/?Timestamp=" + time + "&a=1&b=x%20y")),
            "values signed percent-encoded");
  EXPECT_EQ(leniency_of(v1_signed_over("GETh.example:81/?b=x y&a=1&Timestamp=" + time)),
            "parameters signed in the order sent");
  EXPECT_EQ(leniency_of(v1_signed_over("POSTh.example:81/?Timestamp=" + time + "&a=1&b=x y")),
            "signed for the other method");
  EXPECT_EQ(
      leniency_of(v1_signed_over("GETh.example:81/?Timestamp=" + time + "&a=1&b=x y", Scheme::kV1Sha256)),
      "HmacSHA1 in place of HmacSHA256, or the other way round");
}

TEST(Leniency, KnowsSignaturesThatWereEncodedWrongly) {
  std::string to_sign = "GETh.example:81/?Timestamp=" + std::to_string(kNow) + "&a=1&b=x y";
  std::string signature = v1_signature(kCredentials.secret_key, Scheme::kV1Sha1, to_sign);
  HttpRequest request = v1_signed_over(to_sign);
  std::string target = request.target.substr(0, request.target.find("&Signature"));
  request.target = target + "&Signature=" + percent_encode(percent_encode(signature));
  EXPECT_EQ(leniency_of(request), "signature percent-encoded twice");
  request.target = target + "&Signature=" + to_hex(*from_base64(signature));
  EXPECT_EQ(leniency_of(request), "signature in hexadecimal");
  int with_plus = 0;
  for (int nonce = 0; nonce < 40; ++nonce) {
    std::string more = target + "&c=" + std::to_string(nonce);
    signature =
        v1_signature(kCredentials.secret_key, Scheme::kV1Sha1, to_sign + "&c=" + std::to_string(nonce));
    if (signature.find('+') == signature.npos) continue;
    request.target = more + "&Signature=" + signature;
    EXPECT_EQ(leniency_of(request), "signature sent without percent-encoding");
    ++with_plus;
  }
  EXPECT_GT(with_plus, 0);
}

TEST(Leniency, CutsPortsAndNothingElse) {
  EXPECT_EQ(without_port("a.b:80"), "a.b");
  EXPECT_EQ(without_port("a.b"), "a.b");
  EXPECT_EQ(without_port("a.b:"), "a.b:");
  EXPECT_EQ(without_port("a.b:x"), "a.b:x");
  EXPECT_EQ(without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(without_port("[::1]"), "[::1]");
}

}  // namespace
}  // namespace diconform::wire
