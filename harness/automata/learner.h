// Learns a language from an oracle, beginning with what it ought to be.
//
// Rivest and Schapire's algorithm ("Inference of finite automata using homing sequences", 1993) over an
// observation table, lazily: a transition is believed to lead where the expected automaton says until a
// counterexample says otherwise. A word on which the hypothesis errs is cut, by a binary search, at the one
// transition that leads astray; that transition is looked up again, and with one question each so are the
// other letters that were believed to go along. So what is right costs nothing, and a defect costs little
// more than its size: learning from nothing (Kearns and Vazirani) asks 2,800 words about img-[0-9a-z]{8},
// this asks 182 to be sure of its states and some 150 for one that is wrong.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "automata/dfa.h"
#include "automata/oracle.h"
#include "automata/suite.h"

namespace diconform::automata {

// Letters that are believed to be alike, and the one that is asked about in place of all.
struct Cell {
  LetterSet stands_for;
  Letter asked = 0;
};

// Of errors that mean that no automaton agrees with what was answered.
inline constexpr std::string_view kLearning = "learning";

class Learner {
 public:
  // `cells` are a partition of the universe, at least as fine as the expected automaton's alphabet.
  Learner(Dfa expected, std::vector<Cell> cells, MembershipOracle& oracle);

  // Asks about the expected states; before anything else.
  Result<void> begin();
  // Changes the hypothesis until it agrees with the oracle on the word. Error: of the oracle; or one that
  // contradicts itself so that no automaton agrees.
  Result<void> correct(const Word& counterexample);
  // The minimal automaton of what is believed.
  Dfa hypothesis() const;
  // The cells, as classes: a suite over them is as fine as what is believed.
  const Alphabet& alphabet() const { return alphabet_; }
  // Every letter in place of which another is asked about, made so.
  Word asked_about(const Word& word) const;

 private:
  using Row = std::vector<bool>;  // the answers for an access word and every suffix

  bool believes(const Word& word) const;
  State run(const Word& word, std::size_t length) const;
  Result<std::optional<std::size_t>> where_it_errs(const Word& word);
  Result<void> redirect(State from, Class by, const Word& suffix);
  Result<void> redirect_alike(State from, Class by, State old_target, const Word& suffix);
  Result<State> state_of(const Word& access, State like);
  Result<void> add_suffix(const Word& suffix);
  Result<Row> row_of(const Word& access);
  void split_off(const Word& word);

  Dfa expected_;
  std::vector<Cell> cells_;
  MembershipOracle& oracle_;
  Alphabet alphabet_;                     // the cells, as classes
  std::vector<Letter> asked_;             // of each class
  std::vector<Word> access_;              // of each state
  std::vector<std::vector<State>> next_;  // [state][class], as believed
  std::vector<Word> suffixes_;            // the first is empty: whether the state accepts
  std::vector<Row> rows_;                 // of each state
};

// Asks the words of the suite in their order, `chunk` at a time, and stops where the automaton it is for and
// the oracle differ. The test on which they do; nothing where they never do.
Result<std::optional<Question>> first_failure(std::span<const Question> tests, MembershipOracle& oracle,
                                              std::size_t chunk = 256);

}  // namespace diconform::automata
