// An automaton becomes a regular expression that a person can read.
#pragma once

#include "automata/dfa.h"
#include "automata/expression.h"

namespace diconform::automata {

// By elimination of states, cheapest first, in several orders, the shortest result of all; repeats are folded
// into counts, so that a chain of eight equal steps is [0-9a-z]{8}. It means the automaton's language
// exactly.
Expression to_expression(const Dfa& dfa);

}  // namespace diconform::automata
