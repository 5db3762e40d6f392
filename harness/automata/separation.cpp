#include "automata/separation.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace diconform::automata {
namespace {

using Pair = std::pair<State, State>;

State follow(const Dfa& dfa, State from, const Path& path) {
  for (Class c : path) from = dfa.next[from][c];
  return from;
}

bool separates(const Dfa& dfa, const Path& path, const Pair& pair) {
  return dfa.accepting[follow(dfa, pair.first, path)] != dfa.accepting[follow(dfa, pair.second, path)];
}

// A shortest path that tells each pair apart, found backwards from the pairs that differ at once.
std::map<Pair, Path> shortest_separators(const Dfa& dfa) {
  std::map<Pair, std::vector<std::pair<Pair, Class>>> before;
  std::map<Pair, Path> found;
  std::deque<Pair> queue;
  for (State p = 0; p < dfa.size(); ++p) {
    for (State q = p + 1; q < dfa.size(); ++q) {
      if (dfa.accepting[p] != dfa.accepting[q]) {
        found[{p, q}] = {};
        queue.emplace_back(p, q);
      }
      for (Class c = 0; c < dfa.alphabet.size(); ++c) {
        State to_p = dfa.next[p][c], to_q = dfa.next[q][c];
        if (to_p != to_q) before[std::minmax(to_p, to_q)].emplace_back(Pair(p, q), c);
      }
    }
  }
  for (; !queue.empty(); queue.pop_front()) {
    for (const auto& [pair, c] : before[queue.front()]) {
      Path path = {c};
      path.insert(path.end(), found[queue.front()].begin(), found[queue.front()].end());
      if (found.emplace(pair, std::move(path)).second) queue.push_back(pair);
    }
  }
  return found;
}

// Some of the paths that together separate every pair: always the one that separates most of what is left.
std::vector<Path> cover(const Dfa& dfa, const std::vector<Path>& paths, std::set<Pair> left) {
  std::vector<Path> chosen;
  while (!left.empty()) {
    const Path* best = nullptr;
    std::ptrdiff_t most = 0;
    for (const Path& path : paths) {
      auto count = std::ranges::count_if(left, [&](const Pair& pair) { return separates(dfa, path, pair); });
      if (count > most) {
        most = count;
        best = &path;
      }
    }
    if (!best) break;  // states that are not different: the automaton was not minimal
    std::erase_if(left, [&](const Pair& pair) { return separates(dfa, *best, pair); });
    chosen.push_back(*best);
  }
  return chosen;
}

}  // namespace

std::vector<Path> access_paths(const Dfa& dfa) {
  std::vector<Path> paths(dfa.size());
  std::vector<bool> known(dfa.size());
  std::vector<State> queue = {dfa.start};
  known[dfa.start] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Class c = 0; c < dfa.alphabet.size(); ++c) {
      State to = dfa.next[queue[i]][c];
      if (known[to]) continue;
      known[to] = true;
      paths[to] = paths[queue[i]];
      paths[to].push_back(c);
      queue.push_back(to);
    }
  }
  return paths;
}

Word word_of(const Dfa& dfa, const Path& path) {
  Word word;
  for (Class c : path) word += dfa.alphabet.members(c).front();
  return word;
}

std::vector<Path> characterisation_set(const Dfa& dfa) {
  std::set<Pair> pairs;
  std::set<Path> paths;
  for (const auto& [pair, path] : shortest_separators(dfa)) {
    pairs.insert(pair);
    paths.insert(path);
  }
  std::vector<Path> shortest_first(paths.begin(), paths.end());
  std::ranges::stable_sort(shortest_first, {}, &Path::size);
  std::vector<Path> chosen = cover(dfa, shortest_first, std::move(pairs));
  return chosen.empty() ? std::vector<Path>{{}} : chosen;
}

std::vector<std::vector<Path>> state_identifiers(const Dfa& dfa, const std::vector<Path>& w) {
  std::vector<std::vector<Path>> all;
  for (State state = 0; state < dfa.size(); ++state) {
    std::set<Pair> pairs;
    for (State other = 0; other < dfa.size(); ++other) {
      if (other != state) pairs.insert(std::minmax(state, other));
    }
    all.push_back(cover(dfa, w, std::move(pairs)));
    if (all.back().empty()) all.back().push_back(w.front());
  }
  return all;
}

}  // namespace diconform::automata
