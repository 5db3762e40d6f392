#include <algorithm>

#include "base/json_reader.h"
#include "wire/decode.h"

namespace diconform::wire {
namespace {

const api::Action kAction = {
    .name = "Try",
    .parameters = {{"ImageIds", api::ParameterType::kStringArray, true},
                   {"DryRun", api::ParameterType::kBoolean, false},
                   {"Limit", api::ParameterType::kInteger, false},
                   {"InstanceType", api::ParameterType::kString, false},
                   {"Filters", api::ParameterType::kFilterArray, false}},
    .codes = {},
};

// The typed parameters as text, or "code message".
std::string typed(std::string_view params, bool text = false, const DecodeOptions& options = {}) {
  api::Call call;
  call.params = parse_json(params).value();
  call.text_values = text;
  auto result = typed_parameters(call, kAction, options);
  return result ? to_text(*result) : result.error().code + " " + result.error().message;
}

// The same with one valid id beside.
std::string with_id(std::string_view members, bool text = false, const DecodeOptions& options = {}) {
  return typed("{" + std::string(members) + R"(,"ImageIds":["i"]})", text, options);
}

TEST(TypedParameters, ComeInTheOrderOfTheirDeclaration) {
  EXPECT_EQ(typed(R"({"Limit":5,"InstanceType":"x","DryRun":false,"ImageIds":["b","a","b",""]})"),
            R"({"ImageIds":["b","a","b",""],"DryRun":false,"Limit":5,"InstanceType":"x"})");
}

TEST(TypedParameters, MustBeThereWhereRequired) {
  const char* kMissing = "MissingParameter The request is missing a required parameter `ImageIds`.";
  EXPECT_EQ(typed("{}"), kMissing);
  EXPECT_EQ(typed(R"({"ImageIds":null})"), kMissing);
  EXPECT_EQ(typed(R"({"ImageIds":[]})"), kMissing);
}

TEST(TypedParameters, MayBeNullOrEmptyWhereOptional) {
  EXPECT_EQ(with_id(R"("DryRun":null,"Limit":null,"Filters":[])"), R"({"ImageIds":["i"]})");
}

TEST(TypedParameters, RefuseNamesThatAreNotDeclared) {
  EXPECT_EQ(with_id(R"("$schema":null)"), "UnknownParameter The parameter `$schema` is not recognized.");
  EXPECT_EQ(typed(R"({"imageIds":["a"]})"), "UnknownParameter The parameter `imageIds` is not recognized.");
}

TEST(TypedParameters, NameTheDottedPathOfAWrongType) {
  auto wrong = [](std::string_view path, std::string_view type) {
    return "InvalidParameter The value of the parameter `" + std::string(path) +
           "` is of a wrong type: it should be `" + std::string(type) + "`.";
  };
  EXPECT_EQ(typed(R"({"ImageIds":[1]})"), wrong("ImageIds.0", "string"));
  EXPECT_EQ(typed(R"({"ImageIds":["a",null]})"), wrong("ImageIds.1", "string"));
  EXPECT_EQ(typed(R"({"ImageIds":["a",["b"]]})"), wrong("ImageIds.1", "string"));
  EXPECT_EQ(typed(R"({"ImageIds":"a"})"), wrong("ImageIds", "array"));
  EXPECT_EQ(typed(R"({"ImageIds":{"0":"a"}})"), wrong("ImageIds", "array"));
  EXPECT_EQ(with_id(R"("DryRun":1)"), wrong("DryRun", "boolean"));
  EXPECT_EQ(with_id(R"("DryRun":[true])"), wrong("DryRun", "boolean"));
  EXPECT_EQ(with_id(R"("InstanceType":7)"), wrong("InstanceType", "string"));
  EXPECT_EQ(with_id(R"("Limit":"5")"), wrong("Limit", "integer"));
  EXPECT_EQ(with_id(R"("Filters":[1])"), wrong("Filters.0", "object"));
  EXPECT_EQ(with_id(R"("Filters":[{"Name":"a","Values":["b",1]}])"), wrong("Filters.0.Values.1", "string"));
}

TEST(TypedParameters, ReadBooleansInJson) {
  DecodeOptions strict;
  strict.quoted_booleans = false;
  for (const char* word : {"true", "\"true\"", "\"True\""}) {
    EXPECT_EQ(with_id("\"DryRun\":" + std::string(word)), R"({"ImageIds":["i"],"DryRun":true})") << word;
  }
  for (const char* word : {"false", "\"false\"", "\"False\""}) {
    EXPECT_EQ(with_id("\"DryRun\":" + std::string(word)), R"({"ImageIds":["i"],"DryRun":false})") << word;
  }
  for (const char* word : {"\"1\"", "\"0\"", "\"TRUE\"", "\"yes\"", "\"\"", "0"}) {
    EXPECT_TRUE(with_id("\"DryRun\":" + std::string(word)).starts_with("InvalidParameter")) << word;
  }
  EXPECT_TRUE(with_id(R"("DryRun":"True")", false, strict).starts_with("InvalidParameter"));
  EXPECT_EQ(with_id(R"("DryRun":true)", false, strict), R"({"ImageIds":["i"],"DryRun":true})");
}

TEST(TypedParameters, ReadBooleansInText) {
  for (const char* word : {"true", "True", "1"}) {
    EXPECT_EQ(with_id("\"DryRun\":\"" + std::string(word) + '"', true), R"({"ImageIds":["i"],"DryRun":true})")
        << word;
  }
  for (const char* word : {"false", "False", "0"}) {
    EXPECT_EQ(with_id("\"DryRun\":\"" + std::string(word) + '"', true),
              R"({"ImageIds":["i"],"DryRun":false})")
        << word;
  }
  for (const char* word : {"", "TRUE", "yes", "01", " true", "t"}) {
    EXPECT_TRUE(with_id("\"DryRun\":\"" + std::string(word) + '"', true).starts_with("InvalidParameter"))
        << word;
  }
}

TEST(TypedParameters, ReadWholeNumbersOf64Bits) {
  for (const char* number : {"0", "-1", "18446744073709551615", "-9223372036854775808"}) {
    std::string expected = R"({"ImageIds":["i"],"Limit":)" + std::string(number) + "}";
    EXPECT_EQ(with_id("\"Limit\":" + std::string(number)), expected);
    EXPECT_EQ(with_id("\"Limit\":\"" + std::string(number) + '"', true), expected);
  }
  for (const char* number : {"1.0", "1e3", "18446744073709551616", "-9223372036854775809"}) {
    EXPECT_TRUE(with_id("\"Limit\":" + std::string(number)).starts_with("InvalidParameter")) << number;
  }
  for (const char* number : {"", "-", "007", "+1", " 1", "0x1"}) {
    EXPECT_TRUE(with_id("\"Limit\":\"" + std::string(number) + '"', true).starts_with("InvalidParameter"))
        << number;
  }
}

TEST(TypedParameters, ReadFilters) {
  std::string filters = R"("Filters":[{"Name":"a","Values":["b","c"]}])";
  EXPECT_EQ(with_id(filters), "{\"ImageIds\":[\"i\"]," + filters + "}");
  EXPECT_EQ(with_id(R"("Filters":[{"Name":"a"}])"),
            "MissingParameter The request is missing a required parameter `Filters.0.Values`.");
  EXPECT_EQ(with_id(R"("Filters":[{"Name":"a","Values":["b"],"X":1}])"),
            "UnknownParameter The parameter `Filters.0.X` is not recognized.");
}

TEST(TypedParameters, KeepLongNamesOutOfMessages) {
  std::string message = with_id('"' + std::string(100'000, 'x') + "\":1");
  EXPECT_TRUE(message.starts_with("UnknownParameter"));
  EXPECT_LT(message.size(), 200u);
}

TEST(TypedParameters, BecomeADeleteImages) {
  Json json = parse_json(R"({"ImageIds":["a","b"],"DeleteBindedSnap":true,"DryRun":true})").value();
  EXPECT_EQ(delete_images_of(json), (api::DeleteImages{{"a", "b"}, true, true}));
  EXPECT_EQ(delete_images_of(Json()), api::DeleteImages());
}

}  // namespace
}  // namespace diconform::wire
