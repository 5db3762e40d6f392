// Deterministic finite automata, complete: every state has a successor for every letter.
//
// A value. Functions never change their arguments; they may be called from any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "automata/alphabet.h"

namespace diconform::automata {

using State = std::uint32_t;

struct Dfa {
  Alphabet alphabet;
  std::vector<std::vector<State>> next;  // next[state][class]
  std::vector<bool> accepting;
  State start = 0;

  std::size_t size() const { return next.size(); }
  State step(State from, Letter letter) const { return next[from][alphabet.class_of(letter)]; }
  State run(std::u32string_view word, State from) const {
    for (Letter letter : word) from = step(from, letter);
    return from;
  }
  State run(std::u32string_view word) const { return run(word, start); }
  bool accepts(std::u32string_view word) const { return accepting[run(word)]; }
  bool accepts_from(State from, std::u32string_view word) const { return accepting[run(word, from)]; }
  // For a DFA over bytes.
  bool accepts_bytes(std::string_view bytes) const;
};

// The smallest DFA of the same language, over the coarsest alphabet, its states numbered breadth first from
// the start (0), smaller letters first: equal languages over one universe give equal automata. (Hopcroft: "An
// n log n algorithm for minimizing states in a finite automaton", 1971.)
Dfa minimised(const Dfa& dfa);

// The same automaton over a finer alphabet. Every class of its own alphabet is a union of the finer one's.
Dfa over(const Dfa& dfa, const Alphabet& finer);

// How two automata over one universe are joined, state by state.
enum class Join { kBoth, kEither, kFirstOnly, kOneOnly };
// The automaton of the intersection, union, difference or symmetric difference; not minimised.
Dfa product(const Dfa& a, const Dfa& b, Join join);

// A shortest accepted word, among those the one with the smallest letters; nothing where the language is
// empty.
std::optional<Word> shortest_word(const Dfa& dfa);
// A shortest word that one accepts and the other does not; nothing where the languages are equal.
std::optional<Word> shortest_difference(const Dfa& a, const Dfa& b);
inline bool equivalent(const Dfa& a, const Dfa& b) { return !shortest_difference(a, b); }

// States from which a word is accepted.
std::vector<bool> productive(const Dfa& dfa);

}  // namespace diconform::automata
