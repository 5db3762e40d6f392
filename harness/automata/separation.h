// What reaches a state, and what tells states apart. Paths are over the automaton's own classes: whichever
// letters of the classes are taken, they lead to the same state.
#pragma once

#include <vector>

#include "automata/dfa.h"

namespace diconform::automata {

using Path = std::vector<Class>;

// A shortest path to each state, smaller letters first. Of a state that cannot be reached it is empty.
std::vector<Path> access_paths(const Dfa& dfa);
// The path taken with each class's smallest letter.
Word word_of(const Dfa& dfa, const Path& path);

// A set of paths that tells every two states of a minimal automaton apart: a characterisation set W. Few and
// short, but not always the fewest; of an automaton with one state, the empty path. (Chow: "Testing software
// design modeled by finite-state machines", 1978.)
std::vector<Path> characterisation_set(const Dfa& dfa);

// For each state, some of the paths: enough to tell it from every other state. (Fujiwara et al.: "Test
// selection based on finite state models", 1991.)
std::vector<std::vector<Path>> state_identifiers(const Dfa& dfa, const std::vector<Path>& w);

}  // namespace diconform::automata
