// Question suites that find every difference within a fault domain.
//
// A W suite asks, after every path to a state and every letter there, every word of the characterisation set:
// who passes it and has at most k states more than the automaton has its language. A Wp suite is as strong
// with fewer words: once the states themselves are known, a transition needs only the identifier of the state
// it should lead to. "Every letter" is every class of `cut`: a suite sees a fault that treats the letters of
// a class alike, so a cut into single letters sees all.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "automata/dfa.h"
#include "automata/separation.h"

namespace diconform::automata {

struct Question {
  Word word;
  bool expected = false;  // whether the automaton accepts it
  // What the test is about: the transition from `from` by the letter at `at`, or the state `from`, reached
  // there.
  State from = 0;
  std::size_t at = 0;
  friend bool operator==(const Question&, const Question&) = default;
};

// Takes one letter of a class. A question draws all its letters anew, so that every class is seen with many
// members.
using Draw = std::function<Letter(const LetterSet&)>;
Letter first_letter(const LetterSet& set);

enum class Method { kW, kWp };

// The suite for a minimal automaton, `extra` states more allowed; no path twice, shorter ones first. `cut`
// is as fine as the automaton's alphabet or finer. It grows by the size of the cut for every extra state.
std::vector<Question> suite(const Dfa& dfa, const Alphabet& cut, Method method, std::size_t extra,
                            const Draw& draw = first_letter);

}  // namespace diconform::automata
