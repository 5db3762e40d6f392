#include "api/image_id.h"

namespace diconform::api {
namespace {

IdMatcher matcher(const char* pattern) { return IdMatcher::compile({"test", pattern}).value(); }

TEST(ImageId, MatchesTheWholeOfTheBytes) {
  IdMatcher eight = matcher("img-[0-9a-z]{8}");
  EXPECT_TRUE(eight.matches("img-1a2b3c4d"));
  for (std::string_view id :
       {"", "img-1a2b3c4", "img-1a2b3c4de", "IMG-1a2b3c4d", "img-1A2b3c4d", " img-1a2b3c4d", "img-1a2b3c4d\n",
        "ximg-1a2b3c4d", "ins-1a2b3c4d", "img_1a2b3c4d"}) {
    EXPECT_FALSE(eight.matches(id)) << id;
  }
  EXPECT_FALSE(eight.matches(std::string_view("img-1a2b3c4d\0", 13)));
  EXPECT_FALSE(eight.matches(std::string_view("img-1a2b\0c4d", 12)));
}

TEST(ImageId, AnchorsEveryAlternative) {
  IdMatcher either = matcher("a|bc");
  EXPECT_TRUE(either.matches("a"));
  EXPECT_TRUE(either.matches("bc"));
  EXPECT_FALSE(either.matches("ac"));
  EXPECT_FALSE(either.matches("abc"));
}

TEST(ImageId, TakesAByteForACharacter) {
  EXPECT_TRUE(matcher("[^a]").matches("\xFF"));
  EXPECT_FALSE(matcher("[^a]").matches("\xC3\xA9"));
  EXPECT_TRUE(matcher("..").matches("\xC3\xA9"));
  EXPECT_TRUE(matcher(".").matches("\n"));
  EXPECT_TRUE(matcher(".").matches(std::string_view("\0", 1)));
  EXPECT_TRUE(matcher("\\xff").matches("\xFF"));
}

TEST(ImageId, RefusesAPatternThatIsNone) {
  auto refused = IdMatcher::compile({"broken", "img-["});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(),
            "image-ID language \"broken\": pattern \"img-[\": missing ]: [ (see RE2's syntax)");
}

TEST(ImageId, KeepsItsLanguage) {
  IdMatcher copy = matcher("x");
  EXPECT_EQ(copy.language().pattern, "x");
}

}  // namespace
}  // namespace diconform::api
