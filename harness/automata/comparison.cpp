#include "automata/comparison.h"

#include <algorithm>
#include <map>

#include "automata/separation.h"

namespace diconform::automata {
namespace {

// For each state, a shortest path to an accepting one; for those without, none.
std::vector<std::optional<Path>> completions(const Dfa& dfa) {
  std::vector<std::optional<Path>> paths(dfa.size());
  for (State state = 0; state < dfa.size(); ++state) {
    if (dfa.accepting[state]) paths[state] = Path{};
  }
  for (bool more = true; more;) {
    more = false;
    for (State state = 0; state < dfa.size(); ++state) {
      for (Class c = 0; c < dfa.alphabet.size(); ++c) {
        const auto& rest = paths[dfa.next[state][c]];
        if (!rest || (paths[state] && paths[state]->size() <= rest->size() + 1)) continue;
        Path longer = {c};
        longer.insert(longer.end(), rest->begin(), rest->end());
        paths[state] = std::move(longer);
        more = true;
      }
    }
  }
  return paths;
}

void append(Word& word, const Dfa& dfa, const Path& path, const Draw& draw) {
  for (Class c : path) word += draw(dfa.alphabet.members(c));
}

Question question(const Dfa& dfa, Word word) {
  Question out;
  out.expected = dfa.accepts(word);
  out.at = word.size();
  out.word = std::move(word);
  return out;
}

}  // namespace

Comparison::Comparison(const Dfa& found, const Dfa& expected) : found_(found), expected_(expected) {
  for (const Path& path : access_paths(expected)) like_.push_back(found.run(word_of(expected, path)));
  for (const Path& path : access_paths(found)) partner_.push_back(expected.run(word_of(found, path)));
}

std::vector<Difference> differences(const Dfa& found, const Dfa& expected) {
  const Comparison comparison(found, expected);
  const Alphabet common = Alphabet::common(found.alphabet, expected.alphabet);
  const std::vector<Path> access = access_paths(expected);
  auto expected_like = [&](State state) -> std::optional<State> {
    for (State e = 0; e < expected.size(); ++e) {
      if (comparison.like(e) == state) return e;
    }
    return std::nullopt;
  };
  std::vector<Difference> out;
  for (State from = 0; from < expected.size(); ++from) {
    const State here = comparison.like(from);
    const Word after = word_of(expected, access[from]);
    if (found.accepting[here] != expected.accepting[from])
      out.push_back({after, from, {}, from, std::nullopt});
    std::map<std::pair<State, State>, LetterSet> groups;
    for (Class c = 0; c < common.size(); ++c) {
      Letter one = common.members(c).front();
      State should = expected.step(from, one), does = found.step(here, one);
      if (comparison.like(should) != does) groups[{should, does}].add(common.members(c));
    }
    for (auto& [to, set] : groups)
      out.push_back({after, from, std::move(set), to.first, expected_like(to.second)});
  }
  return out;
}

std::vector<Question> questions_around_differences(const Dfa& found, const Dfa& expected, const Alphabet& cut,
                                                   const Draw& draw) {
  const Comparison comparison(found, expected);
  const std::vector<Path> access = access_paths(found), w = characterisation_set(found);
  std::vector<Question> out;
  for (State from = 0; from < found.size(); ++from) {
    for (Class c = 0; c < cut.size(); ++c) {
      if (comparison.agrees(from, cut.members(c).front())) continue;
      for (Class more = 0; more < cut.size(); ++more) {
        for (const Path& suffix : w) {
          Word word;
          append(word, found, access[from], draw);
          word += draw(cut.members(c));
          word += draw(cut.members(more));
          append(word, found, suffix, draw);
          out.push_back(question(found, std::move(word)));
        }
      }
    }
  }
  return out;
}

std::vector<Question> random_walks(const Dfa& dfa, std::size_t count, Chance& chance, const Draw& draw) {
  const auto ends = completions(dfa);
  const std::vector<Path> access = access_paths(dfa);
  std::vector<std::vector<Class>> onward(dfa.size());  // classes after which a word can still be accepted
  for (State state = 0; state < dfa.size(); ++state) {
    for (Class c = 0; c < dfa.alphabet.size(); ++c) {
      if (ends[dfa.next[state][c]]) onward[state].push_back(c);
    }
  }
  std::vector<Question> out;
  while (out.size() < count) {
    Word word;
    State state = dfa.start;
    bool whole = false;  // it ends as it would had it begun anew
    for (std::size_t left = chance.below(2 * dfa.size() + 2); left > 0; --left) {
      if (chance.one_in(10)) {
        const State from = static_cast<State>(chance.below(dfa.size()));
        append(word, dfa, access[from], draw);
        for (Class c : access[from]) state = dfa.next[state][c];
        if (!ends[from] || chance.one_in(2)) continue;
        append(word, dfa, *ends[from], draw);
        whole = true;
        break;
      }
      const std::vector<Class>& ways = onward[state];
      Class c = ways.empty() || chance.one_in(12) ? static_cast<Class>(chance.below(dfa.alphabet.size()))
                                                  : ways[chance.below(ways.size())];
      word += draw(dfa.alphabet.members(c));
      state = dfa.next[state][c];
    }
    if (!whole && ends[state] && !chance.one_in(4)) append(word, dfa, *ends[state], draw);
    out.push_back(question(dfa, std::move(word)));
  }
  return out;
}

}  // namespace diconform::automata
