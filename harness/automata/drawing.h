// A picture of an automaton: what is drawn, and as DOT and SVG.
#pragma once

#include <string>
#include <vector>

#include "automata/dfa.h"

namespace diconform::automata {

struct Drawing {
  struct Edge {
    State from = 0, to = 0;
    std::string label;     // letters, as inside brackets
    bool differs = false;  // from what was expected: drawn so that it is seen
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  std::vector<bool> accepting;  // of each state; state 0 is the start
  std::vector<bool> differs;    // states that accept, or refuse, against what was expected
  std::vector<Edge> edges;
  friend bool operator==(const Drawing&, const Drawing&) = default;
};

// The automaton without what leads nowhere: a letter for which nothing is drawn is refused. Of the letters of
// one edge the fewest are written: those of the edge, or "not" those of the others. Where `expected` is
// given, an edge differs where the expected automaton, brought to the same state by the same shortest word,
// has not the same letters there.
Drawing draw(const Dfa& dfa, const Dfa* expected = nullptr);

// For Graphviz.
std::string to_dot(const Drawing& drawing, std::string_view name);
// Complete in itself, without scripts: in a file or within a page, in the colour of its text; what differs is
// red.
std::string to_svg(const Drawing& drawing);

}  // namespace diconform::automata
