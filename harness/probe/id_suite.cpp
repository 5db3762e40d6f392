#include "probe/id_suite.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "automata/comparison.h"
#include "probe/id_words.h"

namespace diconform::probe {
namespace {

using automata::Alphabet;
using automata::Dfa;
using automata::LetterSet;
using automata::Question;
using automata::State;
using automata::Word;

constexpr std::array<std::string_view, 3> kLevelNames = {"quick", "standard", "exhaustive"};

// How many ids of one kind a level asks about beyond what its suite needs. The figures: see id_suite.h; the
// room that they leave is for calibration, candidates, carriers and questions asked twice.
struct Extras {
  std::size_t accepted = 0;  // asked about many at a time, or not at all
  std::size_t refused = 0;   // so that all refused together are not more
};
constexpr std::array<Extras, 3> kExtras = {{{0, 0}, {2'000, 2'700}, {5'000, 23'400}}};
// Of the standard level's suite alone, so that with all there is besides it stays within 3,000 calls.
constexpr std::size_t kMostAtStandard = 2'900;

Alphabet cut_by(const Dfa& dfa, const std::vector<LetterSet>& sets) {
  std::vector<LetterSet> all = sets;
  for (const LetterSet& set : dfa.alphabet.classes()) all.push_back(set);
  return Alphabet(dfa.alphabet.universe(), all);
}

std::vector<LetterSet> cell_sets() {
  std::vector<LetterSet> sets;
  for (const automata::Cell& cell : cells()) sets.push_back(cell.stands_for);
  return sets;
}

// How likely a fault is that shows in this question: 0 one wrong letter instead of a right one, 1 one letter
// too many, 2 anything else.
int unlikeliness(const Dfa& dfa, const Question& question) {
  if (question.at >= question.word.size()) return 1;  // too short, too long, or in pieces
  std::u32string_view rest = std::u32string_view(question.word).substr(question.at + 1);
  for (State to : dfa.next[question.from]) {
    if (dfa.accepts_from(to, rest)) return 0;
  }
  return dfa.accepts_from(question.from, rest) ? 1 : 2;
}

// The Wp suite of a level. Where the language is so large that the standard level would grow beyond its
// calls, the ends of digits and of letters, two classes of their own, are one.
std::vector<Question> whole_suite(const Dfa& language, Level level, const automata::Draw& draw) {
  std::vector<LetterSet> sets = level == Level::kExhaustive ? cell_sets() : class_sets();
  auto suite = [&] {
    return automata::suite(language, cut_by(language, sets), automata::Method::kWp, 0, draw);
  };
  std::vector<Question> questions = suite();
  if (level == Level::kExhaustive || questions.size() <= kMostAtStandard) return questions;
  const LetterSet ends = LetterSet::of(U"09az");
  std::erase_if(sets, [&](const LetterSet& set) { return set.intersection(ends) == set; });
  sets.push_back(ends);
  return suite();
}

// Ways into what is refused for good: a letter that is wrong, after any that are right. A suite always takes
// the same one; a validator may have forgotten only after some that all is lost.
class WrongTurns {
 public:
  WrongTurns(const Dfa& dfa, const Alphabet& cut, const automata::Draw& draw)
      : dfa_(dfa), draw_(draw), access_(automata::access_paths(dfa)), useful_(automata::productive(dfa)) {
    for (State state = 0; state < dfa.size(); ++state) {
      if (!useful_[state]) continue;
      for (const LetterSet& letters : cut.classes())
        if (!useful_[dfa.step(state, letters.front())]) turns_.emplace_back(state, letters);
    }
  }

  // The same question after another wrong turn, if it is one about what is refused for good.
  void take(Question& question, Chance& chance) const {
    if (useful_[question.from] || turns_.empty()) return;
    const auto& [state, letters] = turns_[chance.below(turns_.size())];
    Word word;
    for (automata::Class c : access_[state]) word += draw_(dfa_.alphabet.members(c));
    word += draw_(letters);
    const Word rest = question.word.substr(question.at);
    question.at = word.size();
    question.word = word + rest;
  }

 private:
  const Dfa& dfa_;
  const automata::Draw& draw_;
  std::vector<automata::Path> access_;
  std::vector<bool> useful_;
  std::vector<std::pair<State, LetterSet>> turns_;
};

class Collection {
 public:
  explicit Collection(const Dfa& dfa) : dfa_(dfa) {}

  void add(Question question) {
    if (!seen_.insert(question.word).second) return;
    (question.expected ? out_.accepted : out_.refused).push_back(std::move(question));
  }
  void add(std::vector<Question> questions) {
    for (Question& question : questions) add(std::move(question));
  }
  void add_careful_list() {
    for (const Word& word : careful_list()) add({word, dfa_.accepts(word), 0, word.size()});
    careful_ = out_.refused.size();
  }

  std::size_t refused() const { return out_.refused.size(); }
  std::size_t accepted() const { return out_.accepted.size(); }

  IdSuite finish(std::size_t needed, Chance& chance) {
    auto begin = out_.refused.begin() + static_cast<std::ptrdiff_t>(careful_);
    for (auto at = out_.refused.end(); at - begin > 1; --at)
      std::iter_swap(
          at - 1, begin + static_cast<std::ptrdiff_t>(chance.below(static_cast<std::uint64_t>(at - begin))));
    // By counting: the order of equals is the shuffled one.
    std::vector<Question> sorted(std::make_move_iterator(out_.refused.begin()),
                                 std::make_move_iterator(begin));
    std::array<std::vector<Question>, 3> ranks;
    for (auto at = begin; at != out_.refused.end(); ++at)
      ranks[static_cast<std::size_t>(unlikeliness(dfa_, *at))].push_back(std::move(*at));
    for (std::vector<Question>& rank : ranks) std::ranges::move(rank, std::back_inserter(sorted));
    out_.refused = std::move(sorted);
    out_.needed = needed;
    return std::move(out_);
  }

 private:
  const Dfa& dfa_;
  IdSuite out_;
  std::size_t careful_ = 0;
  std::unordered_set<Word> seen_;
};

}  // namespace

std::string_view name_of(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::optional<Level> level_named(std::string_view name) {
  auto found = std::ranges::find(kLevelNames, name);
  if (found == kLevelNames.end()) return std::nullopt;
  return static_cast<Level>(found - kLevelNames.begin());
}

IdSuite id_suite(const Dfa& language, Level level, std::size_t extra_states, std::uint64_t seed) {
  Chance chance(seed);
  automata::Draw draw = MemberDraw(chance.next());
  Collection all(language);
  all.add_careful_list();
  if (level != Level::kQuick) {
    auto questions = whole_suite(language, level, draw);
    const WrongTurns turns(language, cut_by(language, class_sets()), draw);
    for (Question& one : questions) turns.take(one, chance);
    all.add(std::move(questions));
  }
  if (extra_states > 0)
    all.add(
        automata::suite(language, cut_by(language, class_sets()), automata::Method::kWp, extra_states, draw));
  if (level == Level::kExhaustive) {
    // What a W suite has beyond: after letters that are right, words for every other state. Extra states hide
    // there.
    auto more = automata::suite(language, cut_by(language, cell_sets()), automata::Method::kW, 0, draw);
    const std::vector<bool> useful = automata::productive(language);
    std::erase_if(more, [&](const Question& one) {
      return one.expected || one.at >= one.word.size() || !useful[language.step(one.from, one.word[one.at])];
    });
    for (std::size_t i = more.size(); i > 1; --i) std::swap(more[i - 1], more[chance.below(i)]);
    for (Question& one : more)
      if (all.refused() < kExtras[2].refused) all.add(std::move(one));
  }
  const std::size_t needed = all.accepted();
  const Extras& extras = kExtras[static_cast<std::size_t>(level)];
  // Bounded: a language that has few words, or few that are refused, may run dry.
  for (int tries = 0; tries < 50 && all.accepted() < needed + extras.accepted; ++tries)
    for (Question& one : automata::random_walks(language, extras.accepted, chance, draw))
      if (one.expected && all.accepted() < needed + extras.accepted) all.add(std::move(one));
  for (int tries = 0; tries < 50 && all.refused() < extras.refused; ++tries)
    for (Question& one : automata::random_walks(language, 1'000, chance, draw))
      if (!one.expected && all.refused() < extras.refused) all.add(std::move(one));
  return all.finish(needed, chance);
}

}  // namespace diconform::probe
