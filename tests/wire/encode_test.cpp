#include "wire/encode.h"

namespace diconform::wire {
namespace {

Json json(std::string_view text) { return parse_json(text).value(); }

TEST(Encode, PercentEncodesAllButTheUnreservedBytes) {
  EXPECT_EQ(percent_encode("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encode(std::string_view(" !*'()+/%\x00\xC3\xA9", 12)),
            "%20%21%2A%27%28%29%2B%2F%25%00%C3%A9");
}

TEST(Encode, DecodesWhatItEncodesAndPlusAsSpace) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_decode("a+b%2B%2b"), "a b++");
  for (const char* text : {"%", "%4", "a%4", "%4g", "%g4", "%%41"})
    EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(Encode, WritesPairsByIndexAndMember) {
  EXPECT_EQ(encode_pairs(json(R"({"ImageIds":["a","b c"],"DryRun":true,"DeleteBindedSnap":false,"Limit":5,
                                  "Filters":[{"Name":"n","Values":["v"]}],"N":null,"E":[],"$x y":""})")),
            "ImageIds.0=a&ImageIds.1=b%20c&DryRun=true&DeleteBindedSnap=false&Limit=5&Filters.0.Name=n&"
            "Filters.0.Values.0=v&%24x%20y=");
  EXPECT_EQ(encode_pairs(json("{}")), "");
}

TEST(Encode, KnowsTheLawfulPairs) {
  int lawful_pairs = 0;
  for (Encoding encoding : {Encoding::kJson, Encoding::kQuery, Encoding::kForm}) {
    for (Scheme scheme : {Scheme::kTc3, Scheme::kV1Sha1, Scheme::kV1Sha256})
      lawful_pairs += lawful(encoding, scheme);
    EXPECT_EQ(encoding_named(name_of(encoding)), encoding);
  }
  EXPECT_EQ(lawful_pairs, 6);
  EXPECT_FALSE(lawful(Encoding::kForm, Scheme::kTc3));
  EXPECT_FALSE(lawful(Encoding::kJson, Scheme::kV1Sha1));
  EXPECT_FALSE(encoding_named("xml"));
}

TEST(Encode, WritesTheCommonParametersOfTc3AsHeaders) {
  api::Call call;
  call.language = "zh-CN";
  call.params = json(R"({"ImageIds":["img-测试"]})");
  HttpRequest request = encode(call, Encoding::kJson, Scheme::kTc3, "h", 7);
  EXPECT_EQ(request, (HttpRequest{"POST",
                                  "/",
                                  {{"Host", "h"},
                                   {"Content-Type", "application/json"},
                                   {"X-TC-Action", "DeleteImages"},
                                   {"X-TC-Version", "2017-03-12"},
                                   {"X-TC-Region", "ap-guangzhou"},
                                   {"X-TC-Language", "zh-CN"},
                                   {"X-TC-Timestamp", "7"}},
                                  R"({"ImageIds":["img-测试"]})"}));
}

TEST(Encode, WritesTheCommonParametersOfV1AmongThePairs) {
  api::Call call;
  call.params = json(R"({"DryRun":true})");
  HttpRequest query = encode(call, Encoding::kQuery, Scheme::kV1Sha1, "h", 7);
  EXPECT_EQ(query.method, "GET");
  EXPECT_EQ(query.target, "/?Action=DeleteImages&Version=2017-03-12&Region=ap-guangzhou&DryRun=true");
  call.region.reset();
  HttpRequest form = encode(call, Encoding::kForm, Scheme::kV1Sha1, "h", 7);
  EXPECT_EQ(form.method, "POST");
  EXPECT_EQ(form.target, "/");
  EXPECT_EQ(form.body, "Action=DeleteImages&Version=2017-03-12&DryRun=true");
}

TEST(Encode, LeavesAnEmptyQueryOut) {
  api::Call call;
  EXPECT_EQ(encode(call, Encoding::kQuery, Scheme::kTc3, "h", 7).target, "/");
}

}  // namespace
}  // namespace diconform::wire
