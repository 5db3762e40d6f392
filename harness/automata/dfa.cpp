#include "automata/dfa.h"

#include <algorithm>
#include <map>

namespace diconform::automata {
namespace {

bool joined(bool a, bool b, Join join) {
  switch (join) {
    case Join::kBoth:
      return a && b;
    case Join::kEither:
      return a || b;
    case Join::kFirstOnly:
      return a && !b;
    case Join::kOneOnly:
      return a != b;
  }
  return false;
}

}  // namespace

bool Dfa::accepts_bytes(std::string_view bytes) const {
  State at = start;
  for (char byte : bytes) at = step(at, static_cast<unsigned char>(byte));
  return accepting[at];
}

Dfa over(const Dfa& dfa, const Alphabet& finer) {
  Dfa out{finer, std::vector(dfa.size(), std::vector<State>(finer.size())), dfa.accepting, dfa.start};
  for (Class c = 0; c < finer.size(); ++c) {
    Class coarse = dfa.alphabet.class_of(finer.members(c).front());
    for (State state = 0; state < dfa.size(); ++state) out.next[state][c] = dfa.next[state][coarse];
  }
  return out;
}

Dfa product(const Dfa& first, const Dfa& second, Join join) {
  const Alphabet alphabet = Alphabet::common(first.alphabet, second.alphabet);
  const Dfa a = over(first, alphabet), b = over(second, alphabet);
  Dfa out{alphabet, {}, {}, 0};
  std::map<std::pair<State, State>, State> known;
  std::vector<std::pair<State, State>> pairs;
  auto visit = [&](State in_a, State in_b) {
    auto [found, fresh] = known.emplace(std::pair(in_a, in_b), static_cast<State>(pairs.size()));
    if (fresh) {
      pairs.emplace_back(in_a, in_b);
      out.accepting.push_back(joined(a.accepting[in_a], b.accepting[in_b], join));
    }
    return found->second;
  };
  visit(a.start, b.start);
  for (State state = 0; state < pairs.size(); ++state) {
    auto [in_a, in_b] = pairs[state];
    std::vector<State> row;
    for (Class c = 0; c < alphabet.size(); ++c) row.push_back(visit(a.next[in_a][c], b.next[in_b][c]));
    out.next.push_back(std::move(row));
  }
  return out;
}

std::optional<Word> shortest_word(const Dfa& dfa) {
  struct Step {
    State from = 0;
    Letter letter = 0;
  };
  std::vector<std::optional<Step>> came(dfa.size());
  std::vector<State> queue = {dfa.start};
  came[dfa.start] = Step{dfa.start, 0};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    State state = queue[i];
    if (dfa.accepting[state]) {
      Word word;
      while (state != dfa.start) {
        word += came[state]->letter;
        state = came[state]->from;
      }
      std::ranges::reverse(word);
      return word;
    }
    for (Class c = 0; c < dfa.alphabet.size(); ++c) {
      State to = dfa.next[state][c];
      if (came[to]) continue;
      came[to] = Step{state, dfa.alphabet.members(c).front()};
      queue.push_back(to);
    }
  }
  return std::nullopt;
}

std::optional<Word> shortest_difference(const Dfa& a, const Dfa& b) {
  return shortest_word(product(a, b, Join::kOneOnly));
}

std::vector<bool> productive(const Dfa& dfa) {
  std::vector<std::vector<State>> before(dfa.size());
  std::vector<bool> found = dfa.accepting;
  std::vector<State> queue;
  for (State state = 0; state < dfa.size(); ++state) {
    for (State to : dfa.next[state]) before[to].push_back(state);
    if (found[state]) queue.push_back(state);
  }
  while (!queue.empty()) {
    State state = queue.back();
    queue.pop_back();
    for (State from : before[state]) {
      if (found[from]) continue;
      found[from] = true;
      queue.push_back(from);
    }
  }
  return found;
}

}  // namespace diconform::automata
