#include "automata/to_expression.h"

#include <algorithm>
#include <map>

namespace diconform::automata {
namespace {

using Index = std::size_t;

// States that are left, and what is read between them. The first is before the start, the second after the
// end.
class Elimination {
 public:
  explicit Elimination(const Dfa& dfa) {
    const std::vector<bool> useful = productive(dfa);
    auto index = [](State state) { return Index{state} + 2; };
    for (State from = 0; from < dfa.size(); ++from) {
      if (!useful[from]) continue;
      left_.push_back(index(from));
      std::map<State, LetterSet> to;
      for (Class c = 0; c < dfa.alphabet.size(); ++c) {
        if (useful[dfa.next[from][c]]) to[dfa.next[from][c]].add(dfa.alphabet.members(c));
      }
      for (auto& [state, set] : to) add(index(from), index(state), letters(std::move(set)));
      if (dfa.accepting[from]) add(index(from), kEnd, empty_word());
    }
    if (useful[dfa.start]) add(kStart, index(dfa.start), empty_word());
  }

  // `bias`: how much the place in the automaton counts against the cost of an elimination.
  Expression run(int bias) {
    while (!left_.empty()) {
      auto cheapest = std::ranges::min_element(left_, {}, [&](Index state) {
        return static_cast<double>(cost(state)) + bias * static_cast<double>(state);
      });
      Index state = *cheapest;
      left_.erase(cheapest);
      eliminate(state);
    }
    auto all = edges_.find({kStart, kEnd});
    return all == edges_.end() ? nothing() : all->second;
  }

 private:
  static constexpr Index kStart = 0, kEnd = 1;
  using Edges = std::map<std::pair<Index, Index>, Expression>;

  void add(Index from, Index to, Expression read) {
    auto [edge, fresh] = edges_.emplace(std::pair(from, to), read);
    if (!fresh) edge->second = choice({edge->second, std::move(read)});
  }

  struct Around {
    std::vector<std::pair<Index, Expression>> in, out;
    Expression loop = empty_word();
  };
  Around around(Index state) const {
    Around found;
    for (const auto& [edge, read] : edges_) {
      if (edge.first == state && edge.second == state)
        found.loop = repeat(read, 0, std::nullopt);
      else if (edge.first == state)
        found.out.emplace_back(edge.second, read);
      else if (edge.second == state)
        found.in.emplace_back(edge.first, read);
    }
    return found;
  }

  // What an elimination adds. (Delgado and Morais: "Approximation to the smallest regular expression for a
  // given regular language", 2004.)
  std::size_t cost(Index state) const {
    Around near = around(state);
    std::size_t sum = 0;
    for (const auto& [from, read] : near.in) sum += weight(read) * near.out.size();
    for (const auto& [to, read] : near.out) sum += weight(read) * near.in.size();
    return sum + weight(near.loop) * near.in.size() * near.out.size();
  }

  void eliminate(Index state) {
    Around near = around(state);
    std::erase_if(edges_,
                  [&](const auto& edge) { return edge.first.first == state || edge.first.second == state; });
    for (const auto& [from, before] : near.in) {
      for (const auto& [to, after] : near.out) add(from, to, sequence({before, near.loop, after}));
    }
  }

  Edges edges_;
  std::vector<Index> left_;
};

}  // namespace

Expression to_expression(const Dfa& dfa) {
  Expression best = nullptr;
  for (int bias : {0, 3, -3, 1'000'000, -1'000'000}) {
    Expression one = Elimination(dfa).run(bias);
    if (!best || weight(one) < weight(best)) best = std::move(one);
  }
  return best;
}

}  // namespace diconform::automata
