#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "automata/comparison.h"
#include "automata/drawing.h"
#include "automata/expression.h"
#include "automata/learner.h"
#include "automata/suite.h"
#include "automata/to_expression.h"
#include "base/chance.h"

namespace diconform::automata {
namespace {

Dfa manual() { return *compile("img-[0-9a-z]{8}", kCharacters); }

// An oracle that knows, and counts.
class Known final : public MembershipOracle {
 public:
  explicit Known(Dfa dfa) : dfa_(std::move(dfa)) {}
  Result<std::vector<bool>> ask(std::span<const Word> words) override {
    std::vector<bool> out;
    for (const Word& word : words) out.push_back(dfa_.accepts(word));
    asked += words.size();
    return out;
  }
  std::size_t asked = 0;

 private:
  Dfa dfa_;
};

// Some letters each for itself, the others by one of them; beyond ASCII one for all.
std::vector<Cell> ascii_cells() {
  std::vector<Cell> cells;
  LetterSet others(0, 0x7F);
  for (Letter letter : std::u32string_view(U" \t\n\r\f-_0189abcfgimnsxyzAZ?")) {
    cells.push_back({letter, letter});
    others = others.without(letter);
  }
  for (const LetterSet& set : {LetterSet('2', '7'), LetterSet('d', 'w'), LetterSet('B', 'Y')}) {
    LetterSet alike = set.intersection(others);
    others = others.without(set);
    cells.push_back({alike, alike.front()});
  }
  cells.push_back({others, '!'});
  cells.push_back({LetterSet(0x80, 0x10FFFF), 0xE9});
  return cells;
}
Alphabet cut_of(const std::vector<Cell>& cells) {
  std::vector<LetterSet> sets;
  for (const Cell& cell : cells) sets.push_back(cell.stands_for);
  return Alphabet(kCharacters, sets);
}

TEST(Separation, TellsEveryTwoStatesApart) {
  for (const char* pattern : {"img-[0-9a-z]{8}", "(a|b)*abb", "a?b+c{2}", "(ab|ba)*|c{3,5}"}) {
    Dfa dfa = *compile(pattern);
    auto access = access_paths(dfa);
    auto w = characterisation_set(dfa);
    auto identifiers = state_identifiers(dfa, w);
    for (State p = 0; p < dfa.size(); ++p) {
      EXPECT_EQ(dfa.run(word_of(dfa, access[p])), p);
      for (State q = 0; q < dfa.size(); ++q) {
        if (p == q) continue;
        auto separates = [&](const Path& path) {
          Word word = word_of(dfa, path);
          return dfa.accepts_from(p, word) != dfa.accepts_from(q, word);
        };
        EXPECT_TRUE(std::ranges::any_of(w, separates));
        EXPECT_TRUE(std::ranges::any_of(identifiers[p], separates)) << pattern << " " << p << " " << q;
      }
    }
  }
}

TEST(Separation, NeedsThirteenWordsForTheManualsFourteenStates) {
  EXPECT_EQ(manual().size(), 14u);
  EXPECT_EQ(characterisation_set(manual()).size(), 13u);
}

TEST(Suite, HasTheSizesThatTheTheorySays) {
  // 14 states, 13 words: 14 * 13, and 14 * 13 for every class, but for words that come twice.
  const Alphabet cut = cut_of(ascii_cells());
  auto w = suite(manual(), cut, Method::kW, 0);
  EXPECT_LE(w.size(), 14 * 13 + 14 * 13 * cut.size());
  EXPECT_GT(w.size(), 13 * 13 * cut.size());
  auto wp = suite(manual(), cut, Method::kWp, 0);
  EXPECT_LT(wp.size(), w.size());
}

// Every automaton that has at most as many states as a small one and is not its equal: none may pass.
TEST(Suite, FindsEveryAutomatonOfItsFaultDomain) {
  Dfa right = *compile("a[^a]*");
  Alphabet cut = right.alphabet;
  const Dfa& fine = right;
  ASSERT_EQ(right.size(), 3u);
  for (Method method : {Method::kW, Method::kWp}) {
    for (std::size_t states : {3u, 4u}) {
      auto tests = suite(right, cut, method, states - right.size());
      std::size_t wrong = 0, slots = states * cut.size();
      Chance chance(states);
      // All of them with three states are 3^6 * 8; those with four are drawn at random.
      std::size_t count = states == 3 ? 729u * 8 : 10'000u;
      for (std::size_t i = 0; i < count; ++i) {
        std::size_t code = states == 3 ? i : chance.next();
        Dfa other{cut, std::vector(states, std::vector<State>(cut.size())), std::vector<bool>(states), 0};
        for (State s = 0; s < states; ++s, code /= 2) other.accepting[s] = code % 2;
        for (std::size_t slot = 0; slot < slots; ++slot, code /= states)
          other.next[slot / cut.size()][slot % cut.size()] = static_cast<State>(code % states);
        bool passes = std::ranges::all_of(
            tests, [&](const Question& t) { return other.accepts(t.word) == t.expected; });
        if (equivalent(other, fine)) {
          EXPECT_TRUE(passes);
        } else {
          ++wrong;
          ASSERT_FALSE(passes) << "states " << states << ", number " << i;
        }
      }
      EXPECT_GT(wrong, count / 2);
    }
  }
}

// Learns with a byte-level suite for an equivalence oracle.
Dfa learned(Known& truth, std::size_t& asked_besides) {
  QueryCache cache(truth);
  const Dfa expected = manual();
  Learner learner(expected, ascii_cells(), cache);
  Chance chance(1);
  EXPECT_TRUE(learner.begin());
  for (;;) {
    Dfa hypothesis = learner.hypothesis();
    std::size_t before = cache.asked();
    auto questions = suite(hypothesis, cut_of(ascii_cells()), Method::kWp, 0);
    std::ranges::move(
        questions_around_differences(hypothesis, expected,
                                     Alphabet::common(hypothesis.alphabet, expected.alphabet), first_letter),
        std::back_inserter(questions));
    std::ranges::move(random_walks(hypothesis, 3000, chance, first_letter), std::back_inserter(questions));
    Question dictionary{U"ins-00000000", hypothesis.accepts(U"ins-00000000"), 0, 0};
    questions.push_back(dictionary);
    auto failed = first_failure(questions, cache);
    EXPECT_TRUE(failed) << failed.error().message();
    asked_besides -= cache.asked() - before;
    if (!failed || !*failed) {
      asked_besides += cache.asked();
      return hypothesis;
    }
    auto corrected = learner.correct((*failed)->word);
    EXPECT_TRUE(corrected) << corrected.error().message();
    if (!corrected) return hypothesis;
  }
}

TEST(Learner, LearnsWhatAValidatorReallyAccepts) {
  for (const char* pattern :
       {"img-[0-9a-z]{8}", "img-[0-9A-Za-z]{8}", "img-[0-9a-z]{8}\\n?", "img-[0-9a-z]{7,8}",
        "img-[0-9a-z]{8,}", "img-[0-9a-z]{8}|img-[0-9a-z]{16}", ".*img-[0-9a-z]{8}", "img-[0-9a-z]{8}.*",
        "(?:img|ins)-[0-9a-z]{8}", "img-[0-9a-y]{8}", "img-[0-9b-z]{8}", "img-\\w{8}",
        "\\s*img-[0-9a-z]{8}\\s*", "img-?[0-9a-z]{8}", "[^x]*", ""}) {
    Dfa truth = *compile(pattern, kCharacters);
    Known oracle(truth);
    std::size_t besides = 0;
    Dfa found = learned(oracle, besides);
    EXPECT_TRUE(equivalent(found, truth))
        << pattern << " learned as " << to_pattern(to_expression(found), kCharacters);
    EXPECT_LT(besides, 4'000u) << pattern;
  }
}

TEST(Learner, AsksLittleAboutALanguageThatIsAsExpected) {
  Known oracle(manual());
  Learner learner(manual(), ascii_cells(), oracle);
  ASSERT_TRUE(learner.begin());
  EXPECT_EQ(oracle.asked, 14u * 13u);
  EXPECT_TRUE(equivalent(learner.hypothesis(), manual()));
}

TEST(Learner, SplitsALetterOffThoseItStoodWith) {
  Dfa truth = *compile("img-[0-9a-zä]{8}", kCharacters);
  Known oracle(truth);
  Learner learner(manual(), ascii_cells(), oracle);  // asks about é in place of all beyond ASCII
  ASSERT_TRUE(learner.begin());
  ASSERT_TRUE(learner.correct(U"img-ä2345678"));
  EXPECT_TRUE(learner.hypothesis().accepts(U"img-ä2345678"));
  EXPECT_FALSE(learner.hypothesis().accepts(U"img-é2345678"));
}

TEST(QueryCache, NoticesAnOracleThatSaysTwoThings) {
  class Changing final : public MembershipOracle {
   public:
    Result<std::vector<bool>> ask(std::span<const Word> words) override {
      return std::vector<bool>(words.size(), calls_++ == 0);
    }
    int calls_ = 0;
  } oracle;
  QueryCache cache(oracle);
  EXPECT_TRUE(*cache.ask(U"a"));
  EXPECT_TRUE(*cache.ask(U"a")) << "an answer that is known is not asked for again";
  EXPECT_EQ(cache.asked(), 1u);
  ASSERT_TRUE(cache.ask_again(U"a"));
  ASSERT_EQ(cache.contradictions().size(), 1u);
  EXPECT_TRUE(cache.contradictions()[0].first);
  EXPECT_FALSE(cache.contradictions()[0].later);
}

TEST(ToExpression, IsWhatAPersonWouldWrite) {
  for (const char* pattern : {"img-[0-9a-z]{8}", "img-[0-9A-Za-z]{8}", "img-[0-9a-z]{8,9}",
                              "img-[0-9a-z]{8,}", "img-[0-9a-z]{8}\\n?", "ab*", "img-[0-9a-z]*", "(?s:.)*"})
    EXPECT_EQ(to_pattern(to_expression(*compile(pattern))), pattern);
  EXPECT_FALSE(compile(to_pattern(to_expression(*compile("[^\\x00-\\xff]"))))->accepts_bytes("a"));
}

TEST(ToExpression, MeansTheAutomatonsLanguage) {
  Chance chance(3);
  for (int i = 0; i < 300; ++i) {
    std::size_t states = 1 + chance.below(7);
    Alphabet cut(kBytes, std::vector<LetterSet>{'a', LetterSet('c', 'f'), LetterSet(0x80, 0xFF)});
    Dfa dfa{cut, std::vector(states, std::vector<State>(cut.size())), std::vector<bool>(states), 0};
    for (auto& row : dfa.next)
      for (State& to : row) to = static_cast<State>(chance.below(states));
    for (std::size_t s = 0; s < states; ++s) dfa.accepting[s] = chance.one_in(3);
    std::string pattern = to_pattern(to_expression(dfa));
    auto back = compile(pattern);
    ASSERT_TRUE(back) << pattern;
    EXPECT_TRUE(equivalent(*back, dfa)) << pattern;
  }
}

TEST(Drawing, MarksWhatDiffers) {
  Dfa wrong = *compile("img-[0-9A-Za-z][0-9a-z]{7}", kCharacters), right = manual();
  Drawing drawing = draw(wrong, &right);
  EXPECT_EQ(drawing.accepting.size(), 13u);
  auto differing = std::ranges::count_if(drawing.edges, &Drawing::Edge::differs);
  EXPECT_EQ(differing, 1);
  auto edge = std::ranges::find_if(drawing.edges, &Drawing::Edge::differs);
  EXPECT_EQ(edge->label, "A-Z");
  EXPECT_NE(to_dot(drawing, "observed").find("4 -> 5 [label=\"A-Z\", color=red"), std::string::npos);
  EXPECT_NE(to_svg(drawing).find("edge differs"), std::string::npos);
}

TEST(Drawing, ShowsWhatIsRefusedAgainstExpectation) {
  Dfa wrong = *compile("img-[0-9a-y][0-9a-z]{7}", kCharacters), right = manual();
  Drawing drawing = draw(wrong, &right);
  auto edge = std::ranges::find_if(drawing.edges, &Drawing::Edge::differs);
  ASSERT_NE(edge, drawing.edges.end());
  EXPECT_EQ(edge->label, "z");
}

}  // namespace
}  // namespace diconform::automata
