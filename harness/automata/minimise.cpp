#include <algorithm>
#include <map>
#include <set>

#include "automata/dfa.h"

namespace diconform::automata {
namespace {

using Block = std::uint32_t;

// Only what can be reached, numbered breadth first.
Dfa reachable(const Dfa& dfa) {
  std::map<State, State> number = {{dfa.start, 0}};
  std::vector<State> order = {dfa.start};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (State to : dfa.next[order[i]]) {
      if (number.emplace(to, static_cast<State>(order.size())).second) order.push_back(to);
    }
  }
  Dfa out{dfa.alphabet, {}, {}, 0};
  for (State state : order) {
    std::vector<State> row;
    for (State to : dfa.next[state]) row.push_back(number[to]);
    out.next.push_back(std::move(row));
    out.accepting.push_back(dfa.accepting[state]);
  }
  return out;
}

// Hopcroft's refinement: blocks of states that no word tells apart.
class Refinement {
 public:
  explicit Refinement(const Dfa& dfa) : dfa_(dfa), block_(dfa.size(), 0), before_(dfa.alphabet.size()) {
    for (auto& to : before_) to.resize(dfa.size());
    for (State from = 0; from < dfa.size(); ++from) {
      for (Class c = 0; c < dfa.alphabet.size(); ++c) before_[c][dfa.next[from][c]].push_back(from);
    }
    std::vector<State> all, accepting;
    for (State state = 0; state < dfa.size(); ++state) {
      all.push_back(state);
      if (dfa.accepting[state]) accepting.push_back(state);
    }
    members_.push_back(std::move(all));
    wait_for(0);
    split({accepting.begin(), accepting.end()});
    while (!waiting_.empty()) {
      auto [block, c] = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      std::vector<State> into;
      for (State state : members_[block])
        into.insert(into.end(), before_[c][state].begin(), before_[c][state].end());
      split(into);
    }
  }

  Block block_of(State state) const { return block_[state]; }
  std::size_t blocks() const { return members_.size(); }
  State member(Block block) const { return members_[block].front(); }

 private:
  void wait_for(Block block) {
    for (Class c = 0; c < dfa_.alphabet.size(); ++c) waiting_.emplace(block, c);
  }

  // Every block that is partly among the states, and partly not, becomes two.
  void split(const std::vector<State>& states) {
    std::map<Block, std::set<State>> hit;
    for (State state : states) hit[block_[state]].insert(state);
    for (const auto& [block, inside] : hit) {
      if (inside.size() == members_[block].size()) continue;
      Block fresh = static_cast<Block>(members_.size());
      members_.emplace_back(inside.begin(), inside.end());
      std::erase_if(members_[block], [&](State state) { return inside.contains(state); });
      for (State state : inside) block_[state] = fresh;
      for (Class c = 0; c < dfa_.alphabet.size(); ++c) {
        bool smaller_is_fresh = members_[fresh].size() <= members_[block].size();
        waiting_.emplace(waiting_.contains({block, c}) || smaller_is_fresh ? fresh : block, c);
      }
    }
  }

  const Dfa& dfa_;
  std::vector<Block> block_;                             // of each state
  std::vector<std::vector<State>> members_;              // of each block
  std::vector<std::vector<std::vector<State>>> before_;  // [class][state]: the states that go there
  std::set<std::pair<Block, Class>> waiting_;            // splitters still to be tried
};

// Classes that every state treats alike become one.
Dfa coarsened(const Dfa& dfa) {
  std::map<std::vector<State>, LetterSet> columns;
  for (Class c = 0; c < dfa.alphabet.size(); ++c) {
    std::vector<State> column;
    for (const auto& row : dfa.next) column.push_back(row[c]);
    columns[std::move(column)].add(dfa.alphabet.members(c));
  }
  std::vector<LetterSet> sets;
  for (const auto& [column, set] : columns) sets.push_back(set);
  Alphabet alphabet(dfa.alphabet.universe(), sets);
  Dfa out{alphabet, std::vector(dfa.size(), std::vector<State>(alphabet.size())), dfa.accepting, dfa.start};
  for (State state = 0; state < dfa.size(); ++state) {
    for (Class c = 0; c < alphabet.size(); ++c)
      out.next[state][c] = dfa.step(state, alphabet.members(c).front());
  }
  return out;
}

}  // namespace

Dfa minimised(const Dfa& dfa) {
  const Dfa trimmed = reachable(dfa);
  const Refinement refinement(trimmed);
  Dfa out{trimmed.alphabet, {}, {}, refinement.block_of(trimmed.start)};
  for (Block block = 0; block < refinement.blocks(); ++block) {
    State member = refinement.member(block);
    std::vector<State> row;
    for (State to : trimmed.next[member]) row.push_back(refinement.block_of(to));
    out.next.push_back(std::move(row));
    out.accepting.push_back(trimmed.accepting[member]);
  }
  return reachable(coarsened(out));
}

}  // namespace diconform::automata
