#include <algorithm>
#include <map>

#include "automata/expression.h"

namespace diconform::automata {
namespace {

using Kind = Node::Kind;
using Position = std::uint32_t;

constexpr std::size_t kMostPositions = 100'000;
constexpr std::size_t kMostStates = 20'000;

// Thompson's automaton: every edge reads a letter of a set, or nothing.
class Nfa {
 public:
  struct Edge {
    const LetterSet* letters = nullptr;  // null: reads nothing
    Position to = 0;
  };

  Position add() {
    edges_.emplace_back();
    return static_cast<Position>(edges_.size() - 1);
  }
  void link(Position from, Position to, const LetterSet* letters = nullptr) {
    edges_[from].push_back({letters, to});
  }

  // Reads the expression from `from` on; answers where it has been read. Stops growing at the limit.
  Position read(const Node& node, Position from) {
    if (too_large()) return from;
    switch (node.kind) {
      case Kind::kNothing:
        return add();
      case Kind::kEmpty:
        return from;
      case Kind::kLetters: {
        Position to = add();
        link(from, to, &node.letters);
        return to;
      }
      case Kind::kSequence:
        for (const Expression& part : node.parts) from = read(*part, from);
        return from;
      case Kind::kChoice: {
        Position to = add();
        for (const Expression& part : node.parts) {
          Position start = add();
          link(from, start);
          link(read(*part, start), to);
        }
        return to;
      }
      case Kind::kRepeat:
        return read_repeat(node, from);
    }
    return from;
  }

  bool too_large() const { return edges_.size() > kMostPositions; }
  const std::vector<Edge>& edges(Position from) const { return edges_[from]; }
  const std::vector<std::vector<Edge>>& all() const { return edges_; }

 private:
  Position read_repeat(const Node& node, Position from) {
    const Node& what = *node.parts[0];
    for (std::size_t i = 0; i < node.least && !too_large(); ++i) from = read(what, from);
    Position end = add();
    if (!node.most) {
      Position loop = add();
      link(from, loop);
      link(read(what, loop), loop);
      link(loop, end);
      return end;
    }
    link(from, end);
    for (std::size_t i = node.least; i < *node.most && !too_large(); ++i) {
      Position start = add();
      link(from, start);
      from = read(what, start);
      link(from, end);
    }
    return end;
  }

  std::vector<std::vector<Edge>> edges_;
};

using Positions = std::vector<Position>;  // sorted

class Subsets {
 public:
  Subsets(const Nfa& nfa, Position last, Alphabet alphabet) : nfa_(nfa), last_(last) {
    dfa_.alphabet = std::move(alphabet);
  }

  // Nothing where there are too many states.
  std::optional<Dfa> build(Position first) {
    visit({first});
    for (State state = 0; state < order_.size(); ++state) {
      if (order_.size() > kMostStates) return std::nullopt;
      const Positions here = order_[state]->first;
      std::vector<State> row;
      for (Class c = 0; c < dfa_.alphabet.size(); ++c) row.push_back(visit(after(here, c)));
      dfa_.next.push_back(std::move(row));
    }
    return std::move(dfa_);
  }

 private:
  Positions after(const Positions& here, Class c) const {
    Positions there;
    Letter letter = dfa_.alphabet.members(c).front();
    for (Position at : here) {
      for (const Nfa::Edge& edge : nfa_.edges(at)) {
        if (edge.letters && edge.letters->contains(letter)) there.push_back(edge.to);
      }
    }
    return there;
  }

  State visit(Positions positions) {
    close(positions);
    auto [found, fresh] = known_.emplace(std::move(positions), static_cast<State>(order_.size()));
    if (fresh) {
      order_.push_back(found);
      dfa_.accepting.push_back(std::ranges::binary_search(found->first, last_));
    }
    return found->second;
  }

  // Adds what can be reached without reading. An edge that reads nothing may be followed from any position.
  void close(Positions& positions) {
    mark_.resize(nfa_.all().size());
    ++round_;
    Positions out;
    auto add = [&](Position at) {
      if (mark_[at] == round_) return;
      mark_[at] = round_;
      out.push_back(at);
    };
    for (Position at : positions) add(at);
    for (std::size_t i = 0; i < out.size(); ++i) {
      for (const Nfa::Edge& edge : nfa_.edges(out[i])) {
        if (!edge.letters) add(edge.to);
      }
    }
    std::ranges::sort(out);
    positions = std::move(out);
  }

  const Nfa& nfa_;
  Position last_;
  Dfa dfa_;
  std::map<Positions, State> known_;
  std::vector<std::map<Positions, State>::iterator> order_;
  std::vector<std::uint32_t> mark_;
  std::uint32_t round_ = 0;
};

}  // namespace

Result<Dfa> to_dfa(const Expression& expression, Universe universe) {
  Nfa nfa;
  Position first = nfa.add(), last = nfa.read(*expression, first);
  if (nfa.too_large()) return failure("regular expression", "is too large: more than 100,000 positions");
  std::vector<LetterSet> sets;
  for (const auto& edges : nfa.all()) {
    for (const Nfa::Edge& edge : edges) {
      if (edge.letters && std::ranges::find(sets, *edge.letters) == sets.end()) sets.push_back(*edge.letters);
    }
  }
  auto dfa = Subsets(nfa, last, Alphabet(universe, sets)).build(first);
  if (!dfa) return failure("regular expression", "is too large: more than 20,000 states");
  return minimised(*dfa);
}

Result<Dfa> compile(std::string_view pattern, Universe universe) {
  TRY(Expression expression, parse_expression(pattern, universe));
  return to_dfa(expression, universe);
}

}  // namespace diconform::automata
