#include "automata/learner.h"

#include <algorithm>

#include "automata/separation.h"

namespace diconform::automata {
namespace {

// Far beyond any validator; an oracle that needs more contradicts itself.
constexpr std::size_t kMostStates = 500;
constexpr int kMostCorrections = 5'000;

Alphabet alphabet_of(Universe universe, const std::vector<Cell>& cells) {
  std::vector<LetterSet> sets;
  for (const Cell& cell : cells) sets.push_back(cell.stands_for);
  return Alphabet(universe, sets);
}

}  // namespace

Learner::Learner(Dfa expected, std::vector<Cell> cells, MembershipOracle& oracle)
    : expected_(std::move(expected)),
      cells_(std::move(cells)),
      oracle_(oracle),
      alphabet_(alphabet_of(expected_.alphabet.universe(), cells_)) {
  asked_.resize(alphabet_.size());
  for (const Cell& cell : cells_) asked_[alphabet_.class_of(cell.asked)] = cell.asked;
  next_ = over(expected_, alphabet_).next;
}

Result<void> Learner::begin() {
  for (const Path& path : access_paths(expected_)) access_.push_back(asked_about(word_of(expected_, path)));
  suffixes_ = {{}};
  for (const Path& path : characterisation_set(expected_)) {
    if (!path.empty()) suffixes_.push_back(asked_about(word_of(expected_, path)));
  }
  for (const Word& access : access_) {
    TRY(Row row, row_of(access));
    rows_.push_back(std::move(row));
  }
  return {};
}

Word Learner::asked_about(const Word& word) const {
  Word out;
  for (Letter letter : word) out += asked_[alphabet_.class_of(letter)];
  return out;
}

State Learner::run(const Word& word, std::size_t length) const {
  State state = expected_.start;
  for (std::size_t i = 0; i < length; ++i) state = next_[state][alphabet_.class_of(word[i])];
  return state;
}

bool Learner::believes(const Word& word) const { return rows_[run(word, word.size())][0]; }

Result<Learner::Row> Learner::row_of(const Word& access) {
  std::vector<Word> words;
  for (const Word& suffix : suffixes_) words.push_back(access + suffix);
  return oracle_.ask(words);
}

Result<void> Learner::add_suffix(const Word& suffix) {
  if (std::ranges::find(suffixes_, suffix) != suffixes_.end()) return {};
  std::vector<Word> words;
  for (const Word& access : access_) words.push_back(access + suffix);
  TRY(std::vector<bool> answers, oracle_.ask(words));
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].push_back(answers[i]);
  suffixes_.push_back(suffix);
  return {};
}

// Letters that the word holds in place of those that are asked about become cells of their own.
void Learner::split_off(const Word& word) {
  std::vector<Cell> cells;
  LetterSet split;
  for (Letter letter : word) {
    if (asked_[alphabet_.class_of(letter)] == letter || split.contains(letter)) continue;
    split.add(letter, letter);
    cells.push_back({letter, letter});
  }
  for (const Cell& cell : cells_) {
    LetterSet rest = cell.stands_for.without(split);
    if (!rest.empty()) cells.push_back({std::move(rest), cell.asked});
  }
  const Alphabet old = std::move(alphabet_);
  const std::vector<std::vector<State>> old_next = std::move(next_);
  cells_ = std::move(cells);
  alphabet_ = alphabet_of(expected_.alphabet.universe(), cells_);
  asked_.assign(alphabet_.size(), 0);
  for (const Cell& cell : cells_) asked_[alphabet_.class_of(cell.asked)] = cell.asked;
  next_.assign(old_next.size(), std::vector<State>(alphabet_.size()));
  for (Class c = 0; c < alphabet_.size(); ++c) {
    Class was = old.class_of(alphabet_.members(c).front());
    for (State state = 0; state < next_.size(); ++state) next_[state][c] = old_next[state][was];
  }
}

// The step of the word at which the hypothesis goes astray: the answers change between the access word of the
// state before it with the letter, and the access word of the state after it.
Result<std::optional<std::size_t>> Learner::where_it_errs(const Word& word) {
  auto answer_at = [&](std::size_t i) {
    return oracle_.ask(std::vector{access_[run(word, i)] + word.substr(i)});
  };
  TRY(std::vector<bool> truth, oracle_.ask(std::vector{word}));
  if (truth[0] == believes(word)) return std::nullopt;
  std::size_t low = 0, high = word.size();  // the answer at low is the word's own, at high it is not
  while (high - low > 1) {
    std::size_t middle = (low + high) / 2;
    TRY(std::vector<bool> answer, answer_at(middle));
    (answer[0] == truth[0] ? low : high) = middle;
  }
  return low;
}

Result<void> Learner::correct(const Word& counterexample) {
  Word word = asked_about(counterexample);
  if (word != counterexample) {
    TRY(std::vector<bool> answers, oracle_.ask(std::vector{counterexample, word}));
    if (answers[0] != answers[1]) {
      split_off(counterexample);
      word = counterexample;
    }
  }
  for (int corrections = 0;; ++corrections) {
    TRY(std::optional<std::size_t> at, where_it_errs(word));
    if (!at) return {};
    if (corrections > kMostCorrections || access_.size() > kMostStates)
      return failure(std::string(kLearning), "no automaton agrees with what was answered",
                     "does the endpoint contradict itself?");
    State from = run(word, *at);
    TRY_VOID(redirect(from, alphabet_.class_of(word[*at]), word.substr(*at + 1)));
  }
}

Result<void> Learner::redirect(State from, Class by, const Word& suffix) {
  const State old_target = next_[from][by];
  TRY_VOID(add_suffix(suffix));
  TRY(State to, state_of(access_[from] + asked_[by], old_target));
  if (to == old_target)
    return failure(std::string(kLearning), "an answer that does not fit those before",
                   "does the endpoint contradict itself?");
  next_[from][by] = to;
  return redirect_alike(from, by, old_target, suffix);
}

// The other letters that were believed to lead to the same state there: one question each.
Result<void> Learner::redirect_alike(State from, Class by, State old_target, const Word& suffix) {
  std::vector<Class> others;
  std::vector<Word> words = {access_[from] + asked_[by] + suffix};
  for (Class c = 0; c < alphabet_.size(); ++c) {
    if (c == by || next_[from][c] != old_target) continue;
    others.push_back(c);
    words.push_back(access_[from] + asked_[c] + suffix);
  }
  TRY(std::vector<bool> answers, oracle_.ask(words));
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (answers[i + 1] == answers[0]) next_[from][others[i]] = next_[from][by];
  }
  return {};
}

// The state that an access word leads to, as far as the suffixes tell; a new one, believed to be like
// another, where no state has its row.
Result<State> Learner::state_of(const Word& access, State like) {
  TRY(Row row, row_of(access));
  auto found = std::ranges::find(rows_, row);
  if (found != rows_.end()) return static_cast<State>(found - rows_.begin());
  access_.push_back(access);
  rows_.push_back(std::move(row));
  next_.push_back(next_[like]);
  return static_cast<State>(access_.size() - 1);
}

Dfa Learner::hypothesis() const {
  Dfa dfa{alphabet_, next_, {}, expected_.start};
  for (const Row& row : rows_) dfa.accepting.push_back(row[0]);
  return minimised(dfa);
}

Result<std::optional<Question>> first_failure(std::span<const Question> tests, MembershipOracle& oracle,
                                              std::size_t chunk) {
  for (std::size_t start = 0; start < tests.size(); start += chunk) {
    std::span<const Question> some = tests.subspan(start, std::min(chunk, tests.size() - start));
    std::vector<Word> words;
    for (const Question& test : some) words.push_back(test.word);
    TRY(std::vector<bool> answers, oracle.ask(words));
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (answers[i] != some[i].expected) return some[i];
    }
  }
  return std::nullopt;
}

}  // namespace diconform::automata
