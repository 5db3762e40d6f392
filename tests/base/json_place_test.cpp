#include "base/json_place.h"

namespace diconform {
namespace {

TEST(JsonPlace, WritesItsPointerAsRfc6901Does) {
  JsonPlace root = "file.json";
  EXPECT_EQ(root.text(), "file.json");
  EXPECT_EQ((root / "a" / 3 / "x/y~z" / "").text(), "file.json: /a/3/x~1y~0z/");
  EXPECT_EQ((JsonPlace("") / "a").text(), "/a");
}

TEST(JsonPlace, QuotesWhatWasFound) {
  JsonPlace place = std::string("f");
  EXPECT_EQ(place.mismatch(Json("a\x01"), "a number").error().message(),
            "f: is \"a\\x01\", expected a number");
  EXPECT_EQ(place.mismatch(Json(7), "a string").error().message(), "f: is a number (7), expected a string");
  EXPECT_EQ(place.mismatch(Json(Json::Array{}), "a string").error().message(),
            "f: is an array, expected a string");
}

TEST(JsonPlace, NamesAFileThatCannotBeRead) {
  EXPECT_TRUE(read_json_file("/nowhere/x.json").error().message().starts_with("/nowhere/x.json: "));
}

}  // namespace
}  // namespace diconform
