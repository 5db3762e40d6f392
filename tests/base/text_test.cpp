#include "base/text.h"

namespace diconform {
namespace {

TEST(Text, QuotesBytesForPeople) {
  EXPECT_EQ(quoted("a\"b\\\n\t\r\x01\x7f\xFFé"), "\"a\\\"b\\\\\\n\\t\\r\\x01\\x7f\\xffé\"");
  EXPECT_EQ(quoted(std::string(5, 'x'), 3), "\"xxx\"… (5 bytes)");
}

TEST(Text, KnowsWellFormedUtf8) {
  for (const char* good : {"a", "é", "€", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "a\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << quoted(bad);
  }
  EXPECT_EQ(clean_utf8("a\xFF\xC3z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(clean_utf8("a\x01\n", true), "a\xEF\xBF\xBD\n");
}

TEST(Text, WritesAndReadsHexAndBase64) {
  for (std::string_view bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\x01"}) {
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  }
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  for (const char* bad : {"a", "0g"}) EXPECT_FALSE(from_hex(bad)) << bad;
  for (const char* bad : {"a", "Zm9", "Zm9=v", "Z===", "Zm9v!mFy", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Text, SplitsAndTrimsAndReplaces) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("  "), "");
  EXPECT_EQ(replaced("aXbXX", "X", "XY"), "aXYbXYXY");
  EXPECT_EQ(replaced("a", "", "b"), "a");
  EXPECT_EQ(lower_case("AZ\xC3\x89"), "az\xC3\x89");
  EXPECT_TRUE(equal_ignoring_case("aZ", "Az"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

TEST(Text, ReadsUnsignedNumbersOnly) {
  EXPECT_EQ(to_unsigned("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1x", "18446744073709551616"})
    EXPECT_FALSE(to_unsigned(bad)) << bad;
}

TEST(Text, MatchesGlobs) {
  EXPECT_TRUE(matches_glob("a*c?", "abbcd"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("*/b[*", "a/b[json]"));
  EXPECT_FALSE(matches_glob("a?", "a"));
  EXPECT_FALSE(matches_glob("a", "ab"));
}

TEST(Text, KnowsTheShapeOfAUuid) {
  EXPECT_TRUE(is_uuid("71e69b56-32be-4412-ab45-49EDED6a87be"));
  EXPECT_FALSE(is_uuid("71e69b56-32be-4412-ab45-49eded6a87b"));
  EXPECT_FALSE(is_uuid("71e69b56x32be-4412-ab45-49eded6a87be"));
  EXPECT_FALSE(is_uuid("71e69b5g-32be-4412-ab45-49eded6a87be"));
}

}  // namespace
}  // namespace diconform
