#include "automata/expression.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/chance.h"

namespace diconform::automata {
namespace {

// RE2 as api::IdMatcher uses it.
class Judge {
 public:
  explicit Judge(const std::string& pattern) : re2_(pattern, options()) {}
  bool ok() const { return re2_.ok(); }
  bool accepts(const std::string& bytes) const { return RE2::FullMatch(bytes, re2_); }

 private:
  static RE2::Options options() {
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_never_capture(true);
    return options;
  }
  RE2 re2_;
};

// Visits every string up to a length over one letter of each class, and over every class's last letter too.
template <class Visit>
void every_string(const Dfa& dfa, std::size_t longest, Visit visit) {
  std::string alphabet;
  for (const LetterSet& set : dfa.alphabet.classes()) {
    alphabet += static_cast<char>(set.front());
    if (set.size() > 1 && dfa.alphabet.size() <= 5) alphabet += static_cast<char>(set.at(set.size() - 1));
  }
  std::vector<std::string> level = {""};
  for (std::size_t length = 0; length <= longest; ++length) {
    std::vector<std::string> next;
    for (const std::string& text : level) {
      visit(text);
      if (length < longest)
        for (char c : alphabet) next.push_back(text + c);
    }
    level = std::move(next);
  }
}

void expect_like_re2(const std::string& pattern, std::size_t longest = 5) {
  Judge judge(pattern);
  auto dfa = compile(pattern);
  ASSERT_TRUE(judge.ok()) << pattern;
  ASSERT_TRUE(dfa) << pattern << ": " << dfa.error().message();
  every_string(*dfa, longest, [&](const std::string& text) {
    ASSERT_EQ(dfa->accepts_bytes(text), judge.accepts(text)) << pattern << " on " << text;
  });
}

TEST(Expression, MeansWhatRe2MeansOnEveryShortString) {
  for (const char* pattern : {"",
                              "a",
                              "ab*c",
                              "(ab|a)(c|bcd)",
                              "a?b+c{2}",
                              "(a|b)*abb",
                              "a{0}",
                              "a{00,3}",
                              "a{0,03}",
                              "a{2,}",
                              "a{1,3}b",
                              "[^a]b",
                              "[a-c]{2,4}",
                              "(?:ab)*|c",
                              "\\d\\D",
                              "\\w+",
                              "\\s\\S",
                              ".",
                              "a.c",
                              "[]a]b",
                              "[a\\]-]+",
                              "\\x41\\n",
                              "a||b",
                              "(|a)b",
                              "(a*)*",
                              "(a?){3}",
                              "[[:alpha:]]1",
                              "[\\d-]x",
                              "\\0",
                              "\\101",
                              "x{,2}",
                              "a{,}",
                              "^ab$",
                              "\\Aab\\z",
                              "a*?b+?",
                              "(a{2}){2}",
                              "a\\.b",
                              "((a|b)(b|a))*"})
    expect_like_re2(pattern);
}

TEST(Expression, MeansWhatRe2MeansForTheManualsLanguage) {
  auto dfa = compile("img-[0-9a-z]{8}");
  ASSERT_TRUE(dfa);
  EXPECT_EQ(dfa->size(), 14u);
  Judge judge("img-[0-9a-z]{8}");
  Chance chance(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = "img-" + chance.text("abcxyz0189", 8);
    for (std::uint64_t edits = chance.below(3); edits > 0; --edits) {
      std::size_t at = chance.below(text.size());
      if (chance.one_in(3))
        text.erase(at, 1);
      else if (chance.one_in(2))
        text[at] = static_cast<char>(chance.below(256));
      else
        text.insert(at, 1, static_cast<char>(chance.below(128)));
    }
    ASSERT_EQ(dfa->accepts_bytes(text), judge.accepts(text)) << text;
  }
}

// A pattern made up at random, of the constructs above.
std::string made_up(Chance& chance, int depth) {
  static constexpr const char* kAtoms[] = {"a", "b", "c", "[ab]", "[^b]", ".", "[b-d]"};
  static constexpr const char* kRepeats[] = {"*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}"};
  switch (depth == 0 ? 0 : chance.below(4)) {
    case 0:
      return kAtoms[chance.below(std::size(kAtoms))];
    case 1:
      return made_up(chance, depth - 1) + made_up(chance, depth - 1);
    case 2:
      return "(" + made_up(chance, depth - 1) + "|" + made_up(chance, depth - 1) + ")";
    default:
      return "(?:" + made_up(chance, depth - 1) + ")" + kRepeats[chance.below(std::size(kRepeats))];
  }
}

TEST(Expression, MeansWhatRe2MeansForPatternsMadeUpAtRandom) {
  Chance chance(11);
  for (int i = 0; i < 200; ++i) expect_like_re2(made_up(chance, 4), 4);
}

TEST(Expression, PrintsWhatParsesToTheSameLanguage) {
  Chance chance(13);
  for (int i = 0; i < 500; ++i) {
    std::string pattern = made_up(chance, 5);
    auto expression = parse_expression(pattern);
    ASSERT_TRUE(expression) << pattern;
    std::string printed = to_pattern(*expression);
    auto before = compile(pattern), after = compile(printed);
    ASSERT_TRUE(before && after) << pattern << " printed as " << printed;
    EXPECT_TRUE(equivalent(*before, *after)) << pattern << " printed as " << printed;
    EXPECT_TRUE(Judge(printed).ok()) << printed;
  }
}

TEST(Expression, PrintsCountsAndClassesAsAPersonWould) {
  auto printed = [](const char* pattern) { return to_pattern(*parse_expression(pattern)); };
  EXPECT_EQ(printed("img-[0-9a-z]{8}"), "img-[0-9a-z]{8}");
  EXPECT_EQ(printed("img-(?:[0-9]|[a-z])[0-9a-z]{7}"), "img-[0-9a-z]{8}");
  EXPECT_EQ(printed("img-[0-9a-z]{8}|img-[0-9a-z]{9}"), "img-[0-9a-z]{8,9}");
  EXPECT_EQ(printed("img-x|ins-x"), "i(?:mg|ns)-x");
  EXPECT_EQ(printed("|a"), "a?");
}

TEST(Expression, RefusesWhatItDoesNotRead) {
  for (const char* pattern : {"(", ")", "a)", "[a", "*", "a**", "a{3,2}", "a{1001}", "(?i)a", "\\q", "\\1",
                              "a\\", "[b-a]", "[\\d-z]", "a$b", "[[:nope:]]", "\\xg0"})
    EXPECT_FALSE(compile(pattern)) << pattern;
}

TEST(Expression, RefusesWhatWouldFillTheMemory) {
  EXPECT_FALSE(compile("((a{100}){100}){100}"));
  EXPECT_FALSE(compile("(a|b)*a(a|b){20}"));
  EXPECT_FALSE(compile(std::string(1000, '(') + std::string(1000, ')')));
}

TEST(Expression, ReadsCharactersWhereTheUniverseIsTheirs) {
  auto dfa = compile("[０-９]é", kCharacters);
  ASSERT_TRUE(dfa);
  EXPECT_TRUE(dfa->accepts(U"３é"));
  EXPECT_FALSE(dfa->accepts(U"3é"));
}

TEST(Dfa, IsTheSameHoweverTheLanguageIsWritten) {
  auto one = compile("(a|b)*abb"), other = compile("(?:b*a)*(?:a|b)*abb");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->next, other->next);
  EXPECT_EQ(one->accepting, other->accepting);
  EXPECT_EQ(one->size(), 5u);  // the fifth refuses every letter but a and b
}

TEST(Dfa, ShowsAShortestWitnessOfADifference) {
  auto manual = compile("img-[0-9a-z]{8}"), wrong = compile("img-[0-9a-z]{8}\\n?");
  ASSERT_TRUE(manual && wrong);
  EXPECT_EQ(bytes_of(*shortest_difference(*manual, *wrong)), "img-00000000\n");
  EXPECT_FALSE(shortest_difference(*manual, *manual));
}

}  // namespace
}  // namespace diconform::automata
