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

std::string tree(std::string_view text, bool gaps = true) {
  auto built = tree_of(parse_pairs(text).value(), gaps);
  return built ? to_text(*built) : built.error();
}

TEST(PairTree, MakesListsOfIndicesInTheirOrder) {
  EXPECT_EQ(tree("I.10=k&I.2=c&I.0=a"), R"({"I":["a","c","k"]})");
  EXPECT_EQ(tree("F.0.V.1=y&F.0.N=n&F.0.V.0=x&F.1.N=m"), R"({"F":[{"N":"n","V":["x","y"]},{"N":"m"}]})");
}

TEST(PairTree, MakesObjectsOfEverythingElse) {
  EXPECT_EQ(tree("a.b=1&a.0=2"), R"({"a":{"0":"2","b":"1"}})");
  EXPECT_EQ(tree("a.01=1"), R"({"a":{"01":"1"}})");
  EXPECT_EQ(tree("a.1234567890=1"), R"({"a":{"1234567890":"1"}})");
  EXPECT_EQ(tree("0=a"), R"({"0":"a"})");
  EXPECT_EQ(tree("a.=1&.b=2"), R"({"":{"b":"2"},"a":{"":"1"}})");
}

TEST(PairTree, KeepsNeighboursApart) {
  // '-' sorts before '.': a plain sort by bytes would put a-b between a and a.b.
  EXPECT_EQ(tree("a.b=1&a-b=2&aa=3"), R"({"a":{"b":"1"},"a-b":"2","aa":"3"})");
}

TEST(PairTree, RefusesContradictions) {
  EXPECT_EQ(tree("a=1&a=2"), "The parameter \"a\" appears twice");
  EXPECT_EQ(tree("a.0=1&a-b=3&a=2"), "The parameter \"a\" has a value and members");
  EXPECT_EQ(tree("a.b.0=1&a.b.0=2"), "The parameter \"a.b.0\" appears twice");
  EXPECT_EQ(tree("a.b.1=1", false), "The parameter \"a.b.0\" is missing in the list");
  EXPECT_EQ(tree("a.b.1=1", true), R"({"a":{"b":["1"]}})");
}

TEST(PairTree, BoundsItsDepth) {
  std::string name = "a";
  for (int i = 1; i < 64; ++i) name += ".a";
  EXPECT_TRUE(tree(name + "=1").starts_with("{"));
  EXPECT_TRUE(tree(name + ".a=1").ends_with("has more than 64 parts"));
}

TEST(PairTree, TakesManyPairsInGoodTime) {
  std::string text = "x=1";
  for (int i = 50'000; i-- > 0;) text += "&I." + std::to_string(i) + "=" + std::to_string(i);
  auto built = tree_of(parse_pairs(text).value(), false);
  ASSERT_TRUE(built) << built.error();
  EXPECT_EQ(built->find("I")->array()->size(), 50'000u);
}

}  // namespace
}  // namespace diconform::wire
