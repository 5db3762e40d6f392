#include "wire/sign.h"

#include "base/digest.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "wire/encode.h"

namespace diconform::wire {
namespace {

Json vectors() { return read_json_file(SOURCE_DIR "/tests/wire/signing_vectors.json").value(); }

std::string member(const Json& vector, const char* name) {
  const Json* found = vector.find(name);
  if (!found) return "";
  return found->string() ? *found->string() : to_text(*found);
}

// The TC3 vectors repeat the inputs of the first; only key and signed headers differ.
HttpRequest tc3_request(const Json& vector) {
  HttpRequest request;
  request.method = member(vector, "method");
  std::string query = member(vector, "query");
  request.target = "/" + (query.empty() ? "" : "?" + query);
  request.headers = {{"Host", member(vector, "host")},
                     {"Content-Type", member(vector, "contentType")},
                     {"X-TC-Action", "DescribeInstances"},
                     {"X-TC-Timestamp", member(vector, "timestamp")}};
  request.body = member(vector, "payload");
  return request;
}

TEST(Sign, ReproducesTheWorkedExamplesOfTheManualForTc3) {
  Json file = vectors();
  const Json& first = (*file.find("tc3")->array())[0];
  int checked = 0;
  for (const Json& vector : *file.find("tc3")->array()) {
    SCOPED_TRACE(member(vector, "id"));
    HttpRequest request = tc3_request(vector.find("method") ? vector : first);
    Tc3Options options;
    options.signed_headers.clear();
    std::string names = member(vector, "signedHeaders");
    for (std::string_view name : split(names, ';')) options.signed_headers.emplace_back(name);
    std::string canonical = canonical_request(request, options.signed_headers, "cvm.tencentcloudapi.com");
    EXPECT_EQ(to_hex(sha256(canonical)), member(vector, "hashedCanonicalRequest"));
    sign_tc3(request, {"AKID", member(vector, "secretKey"), ""}, options);
    auto authorization = parse_tc3_authorization(*find_header(request.headers, "Authorization"));
    ASSERT_TRUE(authorization);
    EXPECT_EQ(authorization->signature, member(vector, "signature"));
    ++checked;
  }
  EXPECT_EQ(checked, 5);
}

TEST(Sign, ReproducesTheWorkedExamplesOfTheManualForV1) {
  Json file = vectors();
  const Json::Array& list = *file.find("v1")->array();
  int checked = 0;
  for (const Json& vector : list) {
    SCOPED_TRACE(member(vector, "id"));
    const Json& inputs = vector.find("params") ? vector : list[0];
    Scheme scheme = member(vector, "algorithm") == "HmacSHA256" ? Scheme::kV1Sha256 : Scheme::kV1Sha1;
    HttpRequest request;
    request.method = "GET";
    request.target = member(inputs, "path") + "?" + encode_pairs(*inputs.find("params")) +
                     "&SecretId=" + member(vector.find("secretId") ? vector : inputs, "secretId");
    std::string to_sign = v1_string_to_sign(request, member(inputs, "host"));
    EXPECT_EQ(v1_signature(member(vector, "secretKey"), scheme, to_sign), member(vector, "signature"));
    ++checked;
  }
  EXPECT_EQ(checked, 5);
}

TEST(Sign, WritesTheAuthorizationOfTheManual) {
  HttpRequest request;
  request.headers = {{"Host", "h"}, {"Content-Type", "application/json"}, {"X-TC-Timestamp", "1551113065"}};
  sign_tc3(request, {"AKID", "key", "token"});
  std::string value = *find_header(request.headers, "Authorization");
  EXPECT_TRUE(
      value.starts_with("TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, "
                        "SignedHeaders=content-type;host, Signature="));
  EXPECT_EQ(*find_header(request.headers, "X-TC-Token"), "token");
}

TEST(Sign, ReadsBackTheAuthorizationItWrites) {
  auto read = parse_tc3_authorization(
      "TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=content-type;Host, Signature=0123");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->secret_id, "a");
  EXPECT_EQ(read->date, "b");
  EXPECT_EQ(read->service, "c");
  EXPECT_EQ(read->terminator, "d");
  EXPECT_EQ(read->signed_headers, (std::vector<std::string>{"content-type", "host"}));
  EXPECT_EQ(read->signature, "0123");
}

TEST(Sign, RefusesAnAuthorizationOfAnotherForm) {
  for (const char* value : {"", "SKIP", "Basic QWxhZGRpbg==", "TC3-HMAC-SHA256",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d,SignedHeaders=host,Signature=0",
                            "TC3-HMAC-SHA256  Credential=a/b/c/d, SignedHeaders=host, Signature=0",
                            "TC3-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
                            "TC3-HMAC-SHA256 Credential=/b/c/d, SignedHeaders=host, Signature=0",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=, Signature=0",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=",
                            "TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=0, x",
                            "TC3-HMAC-SHA256 SignedHeaders=host, Credential=a/b/c/d, Signature=0",
                            "tc3-hmac-sha256 Credential=a/b/c/d, SignedHeaders=host, Signature=0"}) {
    EXPECT_FALSE(parse_tc3_authorization(value)) << value;
  }
}

TEST(Sign, HashesTheWordsUnsignedPayloadInPlaceOfTheBody) {
  HttpRequest request;
  request.headers = {{"Host", "h"}, {"Content-Type", "application/json"}, {"X-TC-Timestamp", "1551113065"}};
  request.body = "{}";
  Tc3Options options;
  options.unsigned_payload = true;
  sign_tc3(request, {"AKID", "key", ""}, options);
  std::string canonical = canonical_request(request, {"content-type", "host"}, "h");
  EXPECT_TRUE(canonical.ends_with(to_hex(sha256("UNSIGNED-PAYLOAD"))));
}

TEST(Sign, LowersHeaderValuesButTheContentTypeOnlyWhenAsked) {
  HttpRequest request;
  request.headers = {{"HOST", "ignored"}, {"content-Type", "Text/X"}, {"X-TC-Action", "DeleteImages"}};
  std::vector<std::string> names = {"content-type", "host", "x-tc-action"};
  std::string as_sent = canonical_request(request, names, "H:80");
  EXPECT_TRUE(as_sent.starts_with("POST\n/\n\ncontent-type:Text/X\nhost:h:80\nx-tc-action:deleteimages\n\n"));
  EXPECT_TRUE(
      canonical_request(request, names, "h", true).starts_with("POST\n/\n\ncontent-type:text/x\nhost:h\n"));
}

TEST(Sign, SortsTheParametersOfV1ByNameByteByByte) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/?ImageIds.2=c&ImageIds.12=b&ImageIds.0=a%20b+c%2Bd&Signature=x&Action=A";
  EXPECT_EQ(v1_string_to_sign(request, "h"), "GETh/?Action=A&ImageIds.0=a b c+d&ImageIds.12=b&ImageIds.2=c");
}

TEST(Sign, PutsTheParametersOfV1WhereTheRequestKeepsItsOwn) {
  api::Call call;
  call.params = Json::Object{{"ImageIds", Json::Array{"img-12345678"}}};
  HttpRequest query = encode(call, Encoding::kQuery, Scheme::kV1Sha1, "h", 1);
  sign_v1(query, {"AKID", "key", "tok/en"}, Scheme::kV1Sha1, 7, 8);
  EXPECT_TRUE(query.target.starts_with(
      "/?Action=DeleteImages&Version=2017-03-12&Region=ap-guangzhou&ImageIds.0=img-12345678&SecretId=AKID"
      "&Timestamp=7&Nonce=8&Token=tok%2Fen&Signature="))
      << query.target;
  EXPECT_EQ(query.body, "");
  HttpRequest form = encode(call, Encoding::kForm, Scheme::kV1Sha256, "h", 1);
  sign_v1(form, {"AKID", "key", ""}, Scheme::kV1Sha256, 7, 8);
  EXPECT_EQ(form.target, "/");
  EXPECT_NE(form.body.find("&SignatureMethod=HmacSHA256&Signature="), form.body.npos);
}

TEST(Sign, HasAStringToSignForPairsThatCannotBeDecoded) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/?b=%zz&&a";
  EXPECT_EQ(v1_string_to_sign(request, "h"), "GETh/?a=&b=%zz=");
}

TEST(Sign, NamesItsSchemes) {
  for (Scheme scheme : {Scheme::kTc3, Scheme::kV1Sha1, Scheme::kV1Sha256})
    EXPECT_EQ(scheme_named(name_of(scheme)), scheme);
  EXPECT_FALSE(scheme_named("v2"));
}

}  // namespace
}  // namespace diconform::wire
