#include "wire/decode.h"

#include "base/chance.h"
#include "base/json_reader.h"
#include "wire/sign.h"

namespace diconform::wire {
namespace {

HttpRequest json_request(std::string body) {
  HttpRequest request;
  request.headers = {{"Host", "h"},
                     {"Content-Type", "application/json; charset=utf-8"},
                     {"X-TC-Action", "DeleteImages"},
                     {"X-TC-Version", "2017-03-12"}};
  request.body = std::move(body);
  return request;
}

HttpRequest v1_query(const std::string& pairs) {
  HttpRequest request;
  request.method = "GET";
  request.headers = {{"Host", "h"}};
  request.target = "/?Action=DeleteImages&Version=2017-03-12&Nonce=1&Signature=s" + pairs;
  return request;
}

std::string code_of(const HttpRequest& request, const DecodeOptions& options = {}) {
  auto decoded = decode(request, options);
  return decoded ? "" : decoded.error().code;
}

std::string message_of(const HttpRequest& request) {
  auto decoded = decode(request);
  return decoded ? "" : decoded.error().message;
}

TEST(Decode, ReadsBackEveryLawfulFormThatWeEncode) {
  api::Call call;
  call.language = "en-US";
  call.params = Json::Object{
      {"Filters",
       Json::Array{Json::Object{{"Name", "image-id"}, {"Values", Json::Array{"a&b=c d+e", "é\x01"}}}}},
      {"ImageIds", Json::Array{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}}};
  for (Encoding encoding : {Encoding::kJson, Encoding::kQuery, Encoding::kForm}) {
    for (Scheme scheme : {Scheme::kTc3, Scheme::kV1Sha1, Scheme::kV1Sha256}) {
      if (!lawful(encoding, scheme)) continue;
      HttpRequest request = encode(call, encoding, scheme, "h", 1);
      if (scheme == Scheme::kTc3)
        sign_tc3(request, {"AKID", "key", "t"});
      else
        sign_v1(request, {"AKID", "key", "t"}, scheme, 1, 2);
      auto decoded = decode(request);
      ASSERT_TRUE(decoded) << decoded.error().message;
      call.text_values = encoding != Encoding::kJson;
      EXPECT_EQ(decoded->call, call) << to_text(decoded->call.params);
      EXPECT_EQ(decoded->encoding, encoding);
      EXPECT_EQ(decoded->scheme, scheme);
    }
  }
}

TEST(Decode, KnowsGetAndPostAlone) {
  for (const char* method : {"PUT", "DELETE", "HEAD", "OPTIONS", "get", "Post", ""}) {
    HttpRequest request = json_request("{}");
    request.method = method;
    EXPECT_EQ(code_of(request), "UnsupportedProtocol") << method;
  }
}

TEST(Decode, RefusesABodyThatIsNoJsonObject) {
  for (const char* body : {"", " ", "[]", "null", "\"{}\"", "{", "{}x", "{\"a\":1,}", "{'a':1}",
                           "{\"a\":\"\xFF\"}", "{\"a\":01}"}) {
    EXPECT_EQ(code_of(json_request(body)), "InvalidRequest") << body;
  }
  EXPECT_EQ(code_of(json_request(" {} \r\n")), "");
}

TEST(Decode, RefusesAMemberThatAppearsTwiceAtAnyDepth) {
  EXPECT_EQ(code_of(json_request(R"({"DryRun": true, "DryRun": false})")), "InvalidRequest");
  EXPECT_EQ(code_of(json_request(R"({"Filters": [{"Name": "a", "Name": "b"}]})")), "InvalidRequest");
}

TEST(Decode, RefusesABodyThatIsNestedTooDeeply) {
  EXPECT_EQ(code_of(json_request("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}")),
            "InvalidRequest");
}

TEST(Decode, RefusesOtherContentTypes) {
  for (const char* type : {"", "text/plain", "multipart/form-data; boundary=x", "application/octet-stream",
                           "application/jsonx", "application"}) {
    HttpRequest request = json_request("{}");
    set_header(request.headers, "Content-Type", type);
    EXPECT_EQ(code_of(request), "InvalidRequest") << type;
  }
  HttpRequest request = json_request("{}");
  set_header(request.headers, "content-type", "Application/JSON ;charset=utf-8");
  EXPECT_EQ(code_of(request), "");
}

TEST(Decode, RefusesAnOpinionInTwoHeaders) {
  for (const char* name : {"Host", "Content-Type", "X-TC-Action", "X-TC-Version"}) {
    HttpRequest request = json_request("{}");
    request.headers.push_back({name, *find_header(request.headers, name)});
    EXPECT_EQ(code_of(request), "InvalidRequest") << name;
  }
}

TEST(Decode, NamesACommonParameterThatIsMissing) {
  for (const char* name : {"Action", "Version"}) {
    HttpRequest request = json_request("{}");
    remove_header(request.headers, "X-TC-" + std::string(name));
    EXPECT_EQ(code_of(request), "MissingParameter");
    EXPECT_EQ(message_of(request),
              "The request is missing a required parameter `" + std::string(name) + "`.");
  }
  HttpRequest request;
  request.method = "GET";
  EXPECT_EQ(message_of(request), "The request is missing a required parameter `Action`.");
  request.target = "/?Action=a";
  EXPECT_EQ(message_of(request), "The request is missing a required parameter `Version`.");
  request.target = "/?Action=a&Version=b";
  EXPECT_EQ(message_of(request), "The request is missing a required parameter `Nonce`.");
}

TEST(Decode, KeepsCommonParametersOutOfTheBusinessOnesForV1Only) {
  auto v1 = decode(
      v1_query("&Region=r&Language=l&Timestamp=1&SecretId=s&SignatureMethod=m&Token=t&RequestClient=c&X=y"));
  ASSERT_TRUE(v1);
  EXPECT_EQ(to_text(v1->call.params), R"({"X":"y"})");
  EXPECT_EQ(v1->call.region, "r");
  EXPECT_EQ(v1->call.language, "l");
  EXPECT_EQ(v1->scheme, Scheme::kV1Sha1);
  HttpRequest tc3 = json_request("");
  tc3.method = "GET";
  tc3.target = "/?Region=r&X=y";
  set_header(tc3.headers, "Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(to_text(decode(tc3)->call.params), R"({"Region":"r","X":"y"})");
  EXPECT_EQ(decode(tc3)->call.region, std::nullopt);
}

TEST(Decode, WantsTheContentTypeOfAFormOnAGetSignedWithTc3) {
  HttpRequest request = json_request("");
  request.method = "GET";
  EXPECT_EQ(code_of(request), "InvalidRequest");
}

TEST(Decode, RefusesAFormUnderTc3UnlessAsked) {
  HttpRequest request = json_request("DryRun=true");
  set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(code_of(request), "InvalidRequest");
  DecodeOptions options;
  options.form_with_tc3 = true;
  auto decoded = decode(request, options);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->encoding, Encoding::kForm);
  EXPECT_EQ(to_text(decoded->call.params), R"({"DryRun":"true"})");
}

TEST(Decode, DoesNotReadTheQueryOfAPost) {
  HttpRequest request = json_request("{}");
  request.target = "/?ImageIds.0=img-12345678";
  EXPECT_EQ(to_text(decode(request)->call.params), "{}");
}

TEST(Decode, RefusesPairsThatCannotBeRead) {
  for (const char* pairs : {"&x", "&", "&&a=b", "&=b", "&a=%", "&a=%4", "&a=%4g", "&%zz=a", "&a=1&a=2",
                            "&Action=x", "&a=1&a.b=2", "&a.b=1&a=2", "&a.0=1&a.0=2"}) {
    EXPECT_EQ(code_of(v1_query(pairs)), "InvalidParameter") << pairs;
  }
  EXPECT_TRUE(message_of(v1_query("&x")).starts_with("Url key and value should be splited by `=`."));
}

TEST(Decode, ReadsPlusAndPercent20AsSpaceAndAnyByteAsItself) {
  auto decoded = decode(v1_query("&a=x+y%20z%2B&b=%00%ff&c="));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded->call.params.find("a")->string(), "x y z+");
  EXPECT_EQ(*decoded->call.params.find("b")->string(), std::string("\0\xff", 2));
  EXPECT_EQ(*decoded->call.params.find("c")->string(), "");
}

TEST(Decode, RefusesGapsInAListWhenAsked) {
  DecodeOptions strict;
  strict.index_gaps = false;
  HttpRequest gap = v1_query("&ImageIds.2=c&ImageIds.0=a");
  EXPECT_EQ(to_text(decode(gap)->call.params), R"({"ImageIds":["a","c"]})");
  EXPECT_EQ(code_of(gap, strict), "InvalidParameter");
  EXPECT_EQ(code_of(v1_query("&ImageIds.1=a"), strict), "InvalidParameter");
  EXPECT_EQ(code_of(v1_query("&ImageIds.1=b&ImageIds.0=a"), strict), "");
}

TEST(Decode, GivesACodeOrACallForAnyBytes) {
  constexpr std::string_view kBytes = "{}[]\":,.&=%+0123ImageIdsDryRunAction \\u\xFF\x00";
  Chance chance(11);
  for (int round = 0; round < 5000; ++round) {
    HttpRequest request = chance.one_in(2) ? json_request(chance.text(kBytes, chance.below(40)))
                                           : v1_query("&" + chance.text(kBytes, chance.below(40)));
    auto decoded = decode(request);
    if (!decoded) {
      EXPECT_NE(decoded.error().code, "");
      EXPECT_NE(decoded.error().message, "");
    }
  }
}

}  // namespace
}  // namespace diconform::wire
