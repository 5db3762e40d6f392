#include "wire/verify.h"

#include "base/clock.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

constexpr std::int64_t kNow = 1'795'307'991;  // 2026-11-22, 02:39:51 UTC
const Credentials kCredentials = {"AKIDEXAMPLE", "SECRETEXAMPLE", ""};

HttpRequest unsigned_request(Encoding encoding, Scheme scheme, std::int64_t now = kNow) {
  api::Call call;
  call.params = Json::Object{{"ImageIds", Json::Array{"img-12345678", "a b&c"}}, {"DryRun", true}};
  return encode(call, encoding, scheme, "cvm.tencentcloudapi.com:8443", now);
}

HttpRequest signed_request(Encoding encoding, Scheme scheme, std::int64_t now = kNow) {
  HttpRequest request = unsigned_request(encoding, scheme, now);
  if (scheme == Scheme::kTc3)
    sign_tc3(request, kCredentials);
  else
    sign_v1(request, kCredentials, scheme, now, 11886);
  return request;
}

Verification check(const HttpRequest& request, std::int64_t now = kNow) {
  return verify(request, kCredentials.secret_key, {.now_seconds = now});
}

struct Form {
  Encoding encoding;
  Scheme scheme;
};
constexpr Form kLawful[] = {{Encoding::kJson, Scheme::kTc3},     {Encoding::kQuery, Scheme::kTc3},
                            {Encoding::kQuery, Scheme::kV1Sha1}, {Encoding::kQuery, Scheme::kV1Sha256},
                            {Encoding::kForm, Scheme::kV1Sha1},  {Encoding::kForm, Scheme::kV1Sha256}};

TEST(Verify, AcceptsWhatWeSignInEveryLawfulForm) {
  for (const auto& [encoding, scheme] : kLawful) {
    EXPECT_TRUE(lawful(encoding, scheme));
    Verification found = check(signed_request(encoding, scheme));
    EXPECT_TRUE(found.ok()) << name_of(encoding) << name_of(scheme) << found.explanation;
    EXPECT_EQ(found.leniency, "");
  }
}

TEST(Verify, TellsOnlyTheVerdictWhereNobodyReads) {
  Verification found =
      verify(signed_request(Encoding::kJson, Scheme::kTc3), "wrong", {.now_seconds = kNow}, false);
  EXPECT_EQ(found.fault, VerifyFault::kMismatch);
  EXPECT_EQ(found.canonical + found.string_to_sign + found.expected + found.leniency, "");
}

TEST(Verify, FindsEveryChangedByteOfWhatIsSigned) {
  for (const auto& [encoding, scheme] : kLawful) {
    HttpRequest request = signed_request(encoding, scheme);
    std::string& text = encoding == Encoding::kQuery ? request.target : request.body;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string before = text;
      text[i] = static_cast<char>(text[i] ^ 1);
      Verification found = verify(request, kCredentials.secret_key, {.now_seconds = kNow}, false);
      if (found.ok()) {
        // An encoded byte that still says the same: v1 signs what the pairs decode to.
        EXPECT_NE(scheme, Scheme::kTc3) << text;
        std::string changed = v1_string_to_sign(request, "");
        text = before;
        EXPECT_EQ(v1_string_to_sign(request, ""), changed);
      }
      text = before;
    }
  }
}

TEST(Verify, SaysThatThereAreNoCredentials) {
  for (const auto& [encoding, scheme] : kLawful) {
    HttpRequest request = unsigned_request(encoding, scheme);
    EXPECT_EQ(check(request).fault, VerifyFault::kNoCredentials);
    EXPECT_FALSE(claim_of(request));
  }
}

TEST(Verify, RefusesAnAuthorizationOfAnotherForm) {
  HttpRequest request = signed_request(Encoding::kJson, Scheme::kTc3);
  set_header(request.headers, "Authorization", "SKIP");
  EXPECT_EQ(check(request).fault, VerifyFault::kBadAuthorization);
  ASSERT_TRUE(claim_of(request));
  EXPECT_EQ(claim_of(request)->secret_id, "");
}

TEST(Verify, RefusesTwoAuthorizations) {
  HttpRequest request = signed_request(Encoding::kJson, Scheme::kTc3);
  request.headers.push_back({"authorization", *find_header(request.headers, "Authorization")});
  EXPECT_EQ(check(request).fault, VerifyFault::kBadAuthorization);
}

TEST(Verify, RefusesATimestampThatIsNoTime) {
  for (const char* timestamp : {"", "x", "-5", "1.5", " 1", "253402300800", "99999999999999999999999"}) {
    HttpRequest request = signed_request(Encoding::kJson, Scheme::kTc3);
    set_header(request.headers, "X-TC-Timestamp", timestamp);
    EXPECT_EQ(check(request).fault, VerifyFault::kBadTimestamp) << timestamp;
  }
  HttpRequest request = signed_request(Encoding::kJson, Scheme::kTc3);
  remove_header(request.headers, "X-TC-Timestamp");
  EXPECT_EQ(check(request).fault, VerifyFault::kBadTimestamp);
}

TEST(Verify, AllowsExactlyTheSkewBothWays) {
  for (const auto& [encoding, scheme] : kLawful) {
    HttpRequest request = signed_request(encoding, scheme);
    for (int sign : {1, -1}) {
      EXPECT_TRUE(check(request, kNow + sign * 300).ok());
      Verification late = check(request, kNow + sign * 301);
      EXPECT_EQ(late.fault, VerifyFault::kExpired);
      EXPECT_EQ(late.leniency, sign > 0 ? "a clock 301 s behind ours" : "a clock 301 s ahead of ours");
    }
  }
}

TEST(Verify, WantsTheScopeOfTheDayTheServiceAndTc3Request) {
  struct Wrong {
    const char* date;
    const char* service;
    const char* terminator;
    const char* leniency;
  };
  for (const auto& [date, service, terminator, leniency] : {
           Wrong{"2026-11-21", "cvm", "tc3_request", "date \"2026-11-21\" in place of \"2026-11-22\""},
           Wrong{"2026-11-22", "127", "tc3_request", "service \"127\" in place of \"cvm\""},
           Wrong{"2026-11-22", "cvm", "aws4_request",
                 "terminator \"aws4_request\" in place of \"tc3_request\""},
       }) {
    HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
    Tc3Options options;
    options.date = date;
    options.service = service;
    options.terminator = terminator;
    sign_tc3(request, kCredentials, options);
    EXPECT_EQ(check(request).fault, VerifyFault::kWrongScope);
    EXPECT_EQ(check(request).leniency, leniency);
  }
}

TEST(Verify, KnowsTheDateOfChina) {
  std::int64_t evening = kNow - kNow % 86400 + 20 * 3600;  // 20:00 UTC, 04:00 of the next day in China
  HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3, evening);
  Tc3Options options;
  options.date = "2026-11-23";
  sign_tc3(request, kCredentials, options);
  EXPECT_EQ(check(request, evening).leniency, "date of China (UTC+8) in place of UTC's");
}

TEST(Verify, WantsHostAndContentTypeSigned) {
  for (const char* only : {"host", "content-type"}) {
    HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
    Tc3Options options;
    options.signed_headers = {only};
    sign_tc3(request, kCredentials, options);
    Verification found = check(request);
    EXPECT_EQ(found.fault, VerifyFault::kUnsignedHeader);
    EXPECT_TRUE(found.leniency.ends_with(" not signed")) << found.leniency;
  }
}

TEST(Verify, TakesOtherHeadersThatAreSigned) {
  HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
  Tc3Options options;
  options.signed_headers = {"content-type", "host", "x-tc-action", "x-tc-timestamp"};
  sign_tc3(request, kCredentials, options);
  EXPECT_TRUE(check(request).ok());
  set_header(request.headers, "X-TC-Action", "DescribeImages");
  EXPECT_EQ(check(request).fault, VerifyFault::kMismatch);
}

TEST(Verify, RefusesASignedHeaderThatIsMissingOrThereTwice) {
  HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
  Tc3Options options;
  options.signed_headers = {"content-type", "host", "x-custom"};
  sign_tc3(request, kCredentials, options);
  EXPECT_EQ(check(request).fault, VerifyFault::kMismatch);
  EXPECT_EQ(check(request).leniency, "signed header \"x-custom\" missing");
  HttpRequest twice = signed_request(Encoding::kJson, Scheme::kTc3);
  twice.headers.push_back({"Host", "evil"});
  EXPECT_EQ(check(twice).fault, VerifyFault::kMismatch);
}

TEST(Verify, AcceptsTheContentTypeSignedAsSentOrInLowerCase) {
  for (const char* type : {"Application/JSON; Charset=UTF-8", "application/json; charset=utf-8"}) {
    HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
    set_header(request.headers, "Content-Type", type);
    sign_tc3(request, kCredentials);
    set_header(request.headers, "Content-Type", "Application/JSON; Charset=UTF-8");
    EXPECT_TRUE(check(request).ok()) << type;
  }
}

TEST(Verify, AcceptsAHostWithoutItsPortWhenAsked) {
  HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
  Tc3Options options;
  options.signed_host = "cvm.tencentcloudapi.com";
  sign_tc3(request, kCredentials, options);
  EXPECT_EQ(check(request).leniency, "host without its port");
  EXPECT_TRUE(
      verify(request, kCredentials.secret_key, {.now_seconds = kNow, .host_without_port = true}).ok());
  EXPECT_TRUE(verify(signed_request(Encoding::kForm, Scheme::kV1Sha1), kCredentials.secret_key,
                     {.now_seconds = kNow, .host_without_port = true})
                  .ok());
}

TEST(Verify, KeepsTheKeysOfManyAccountsApart) {
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 300; ++i) {
    HttpRequest request = unsigned_request(Encoding::kJson, Scheme::kTc3);
    sign_tc3(request, {"AKID", "key" + std::to_string(i), ""});
    requests.push_back(request);
  }
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(
        verify(requests[static_cast<std::size_t>(i)], "key" + std::to_string(i), {.now_seconds = kNow}, false)
            .ok());
    EXPECT_FALSE(verify(requests[static_cast<std::size_t>(i)], "key" + std::to_string(i + 1),
                        {.now_seconds = kNow}, false)
                     .ok());
  }
}

TEST(Verify, TakesOnlyTheExactWordForSha256) {
  HttpRequest request = unsigned_request(Encoding::kQuery, Scheme::kV1Sha1);
  request.target += "&SignatureMethod=hmacsha256";
  sign_v1(request, kCredentials, Scheme::kV1Sha1, kNow, 1);
  EXPECT_TRUE(check(request).ok());
  EXPECT_EQ(claim_of(request)->scheme, Scheme::kV1Sha1);
}

TEST(Verify, ReadsAnUpperCaseSignatureAsAMismatch) {
  HttpRequest request = signed_request(Encoding::kJson, Scheme::kTc3);
  std::string value = *find_header(request.headers, "Authorization");
  std::size_t at = value.find("Signature=") + 10;
  for (std::size_t i = at; i < value.size(); ++i) value[i] = static_cast<char>(std::toupper(value[i]));
  set_header(request.headers, "Authorization", value);
  EXPECT_EQ(check(request).fault, VerifyFault::kMismatch);
  EXPECT_EQ(check(request).leniency, "signature in upper case");
}

}  // namespace
}  // namespace diconform::wire
