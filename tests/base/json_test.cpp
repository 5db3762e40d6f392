#include "base/json.h"

namespace diconform {
namespace {

Json json(std::string_view text) { return parse_json(text).value(); }

TEST(Json, KeepsWhatAHostileSenderWrote) {
  std::string text = R"({"b":1e3,"a":1.0,"b":-7,"c":[null,true,"é\"\\\n\u0001"]})";
  EXPECT_EQ(to_text(json(text)), text);
}

TEST(Json, KnowsNumbersThatAreWhole) {
  EXPECT_EQ(json("7").integer(), 7);
  EXPECT_EQ(json("-9223372036854775808").integer(), INT64_MIN);
  for (const char* text : {"9223372036854775808", "1.0", "1e2", "\"1\"", "true", "null"})
    EXPECT_FALSE(json(text).integer()) << text;
}

TEST(Json, FindsTheLastOfMembersThatRepeat) { EXPECT_EQ(json(R"({"a":1,"a":2})").find("a")->integer(), 2); }

TEST(Json, SetsAndRemovesMembers) {
  Json value;
  value.set("a", 1);
  value.set("b", "x");
  value.set("a", nullptr);
  EXPECT_EQ(to_text(value), R"({"a":null,"b":"x"})");
  value.remove("a");
  EXPECT_EQ(to_text(value), R"({"b":"x"})");
  EXPECT_EQ(json("[]").find("a"), nullptr);
}

TEST(Json, RefusesMembersThatRepeatWhenAsked) {
  JsonLimits limits;
  limits.duplicates = false;
  EXPECT_EQ(parse_json(R"([{"a":{"b":1,"b":2}}])", "x", limits).error().message(),
            "x: /0/a/b: the member appears twice (keep one of them)");
  std::string many = "{";
  for (int i = 0; i < 20'000; ++i) many += "\"m" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse_json(many + "\"n\":0}", "", limits));
  EXPECT_FALSE(parse_json(many + "\"m0\":0}", "", limits));
  EXPECT_FALSE(parse_json(many + "\"m19999\":0}", "", limits));
}

TEST(Json, BoundsDepthAndCount) {
  JsonLimits limits{.depth = 3, .values = 5};
  EXPECT_TRUE(parse_json("[[[]]]", "", limits));
  EXPECT_FALSE(parse_json("[[[[]]]]", "", limits));
  EXPECT_FALSE(parse_json("[[[{}]]]", "", limits));
  EXPECT_TRUE(parse_json("[1,2,3,4]", "", limits));
  EXPECT_FALSE(parse_json("[1,2,3,4,5]", "", limits));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '['), ""));
}

TEST(Json, SaysWhichByteIsNotJson) {
  EXPECT_TRUE(parse_json("{\"a\":}", "file").error().message().starts_with("file: byte 6: not JSON: "))
      << parse_json("{\"a\":}", "file").error().message();
  for (const char* text :
       {"", "{", "[1,]", "{'a':1}", "nul", "1 2", "\"\xFF\"", "\"\\ud800\"", "01", "NaN", "\"\n\""}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
}

// The library takes a NUL for the end of the text: what stands behind it would never be looked at.
TEST(Json, IsNotEndedByANulByte) {
  using namespace std::string_view_literals;
  EXPECT_FALSE(parse_json("{}\0"sv));
  EXPECT_FALSE(parse_json("{}\0{\"ImageIds\":[]}"sv));
  EXPECT_FALSE(parse_json("{\0}"sv));
  auto refused = parse_json("{} \0"sv);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("byte 4"), std::string::npos) << refused.error().message();
}

TEST(Json, WritesTextThatIsJsonWhateverItHolds) {
  EXPECT_EQ(to_text(Json("a\xFFz\x7f\x1f")), "\"a\xEF\xBF\xBDz\\u007f\\u001f\"");
  EXPECT_EQ(to_text(Json(0.1)), "0.1");
  EXPECT_EQ(to_text(Json(2.0)), "2");
  EXPECT_EQ(to_text(Json(1.0 / 0.0)), "null");
  EXPECT_EQ(to_text(json(R"({"a":[1,{}],"b":[]})"), JsonStyle::kPretty),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace
}  // namespace diconform
