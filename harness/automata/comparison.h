// How an automaton differs from the one that was expected, transition by transition.
#pragma once

#include <optional>
#include <vector>

#include "automata/dfa.h"
#include "automata/suite.h"
#include "base/chance.h"

namespace diconform::automata {

// Which state here is which there: by the shortest words that reach them. The arguments outlive it.
class Comparison {
 public:
  Comparison(const Dfa& found, const Dfa& expected);
  // Whether a letter leads from a state of the found automaton where the expected one goes, too.
  bool agrees(State from, Letter letter) const {
    return like_[expected_.step(partner_[from], letter)] == found_.step(from, letter);
  }
  bool accepts_alike(State state) const {
    return expected_.accepting[partner_[state]] == found_.accepting[state];
  }
  // Where the shortest word to an expected state leads in the found automaton.
  State like(State expected) const { return like_[expected]; }

 private:
  const Dfa &found_, &expected_;
  std::vector<State> like_;     // of each expected state
  std::vector<State> partner_;  // of each found state: where its shortest word leads in the expected one
};

// One place where they part: after a word, letters that lead elsewhere, or, without letters, the end.
struct Difference {
  Word after;                  // a shortest word to the state, as expected
  State from = 0;              // the expected state there
  LetterSet letters;           // empty: the word ends here
  State expected = 0;          // where they should lead
  std::optional<State> found;  // the expected state that they lead to instead; nothing: to one of its own
};
// In the order of the expected states.
std::vector<Difference> differences(const Dfa& found, const Dfa& expected);

// Questions for somebody who believes that `found` is the language because a suite without extra states says
// so. Where it differs from what was expected it may have states that nobody has seen: after each such
// transition every class of `cut` is tried once more before the characterisation set. `cut` is as fine as
// both alphabets or finer; `draw` chooses letters, as in suite().
std::vector<Question> questions_around_differences(const Dfa& found, const Dfa& expected, const Alphabet& cut,
                                                   const Draw& draw);

// Random walks through the automaton, up to about twice as long as it has states, that mostly stay where a
// word can still be accepted and mostly end with one that is; rare letters are taken as often as common ones.
std::vector<Question> random_walks(const Dfa& dfa, std::size_t count, Chance& chance, const Draw& draw);

}  // namespace diconform::automata
