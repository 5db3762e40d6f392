#include "wire/pairs.h"

namespace diconform::wire {
namespace {

TEST(Pairs, SplitAtTheFirstEqualsSignAndDecodeBothSides) {
  EXPECT_EQ(parse_pairs("a=b=c&%61%2eb=%20+&c=").value(),
            (std::vector<Pair>{{"a", "b=c"}, {"a.b", "  "}, {"c", ""}}));
  EXPECT_TRUE(parse_pairs("")->empty());
}

TEST(Pairs, SayWhichOneCannotBeRead) {
  EXPECT_EQ(parse_pairs("a=b&c").error(), "Url key and value should be splited by `=`. Found \"c\"");
  EXPECT_EQ(parse_pairs("=b").error(), "A parameter has no name: \"=b\"");
  EXPECT_EQ(parse_pairs("a=%f").error(), "A percent sign lacks its two hexadecimal digits: \"a=%f\"");
}

TEST(Pairs, AreFoundByNamePastOnesThatCannotBeRead) {
  EXPECT_EQ(find_pair("x&a=%&b=1&b=2", "b"), "1");
  EXPECT_FALSE(find_pair("a=1", "b"));
  EXPECT_FALSE(find_pair("", "b"));
}

TEST(Pairs, AreInTheQueryUnlessTheBodyIsAForm) {
  HttpRequest request;
  request.target = "/?q=1";
  request.body = "b=1";
  EXPECT_EQ(raw_pairs_of(request), "q=1");
  request.headers = {{"content-type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"}};
  EXPECT_EQ(media_type_of(request), kFormType);
  EXPECT_EQ(raw_pairs_of(request), "b=1");
  request.method = "GET";
  EXPECT_EQ(raw_pairs_of(request), "q=1");
}

}  // namespace
}  // namespace diconform::wire
