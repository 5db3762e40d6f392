#include "mutants.h"

#include <algorithm>
#include <string>

namespace diconform::probe {
namespace {

using automata::Alphabet;
using automata::Class;
using automata::Dfa;
using automata::LetterSet;
using automata::State;

std::u32string range(char32_t first, char32_t last) {
  std::u32string out;
  for (char32_t c = first; c <= last; ++c) out += c;
  return out;
}

std::vector<std::u32string> class_texts() {
  std::vector<std::u32string> classes = {U"i",
                                         U"m",
                                         U"g",
                                         U"-",
                                         U"09",
                                         range('1', '8'),
                                         U"az",
                                         U"/:`{",
                                         range('A', 'Z'),
                                         U"_",
                                         U" \t\r\v\f",
                                         U"\n",
                                         std::u32string(1, U'\0'),
                                         U"\u00E9",
                                         U"\uFF41\u0301",
                                         U"\u0663"};
  std::u32string letters, rest;
  for (char32_t c = 'b'; c < 'z'; ++c)
    if (c != 'i' && c != 'm' && c != 'g') letters += c;
  classes.push_back(letters);
  for (char32_t c = 1; c < 0x80; ++c) {
    bool known = std::ranges::any_of(classes, [&](const auto& text) { return text.find(c) != text.npos; });
    if (!known) rest += c;
  }
  classes.push_back(rest);
  return classes;
}

}  // namespace

Mutants::Mutants(Dfa language, std::uint64_t seed) : chance_(seed) {
  std::vector<LetterSet> singles;
  const auto texts = class_texts();
  for (const auto& text : texts)
    for (char32_t c : text) singles.push_back(c);
  Alphabet fine = Alphabet::common(Alphabet(language.alphabet.universe(), singles), language.alphabet);
  language_ = over(language, fine);
  for (const auto& text : texts) {
    std::vector<Class>& one = classes_.emplace_back();
    for (char32_t c : text) one.push_back(fine.class_of(c));
    characters_.insert(characters_.end(), one.begin(), one.end());
  }
}

std::vector<Class> Mutants::any_class() { return classes_[chance_.below(classes_.size())]; }

// A copy of a state with something else about it, reached from somewhere by a class or a character.
void Mutants::add_state(Dfa& dfa) {
  State extra = static_cast<State>(dfa.size()), from = any_state(dfa);
  std::vector<Class> entry = any_class();
  State like = any_state(dfa);
  dfa.next.push_back(dfa.next[like]);
  dfa.accepting.push_back(dfa.accepting[like]);
  for (Class c : entry) dfa.next[from][c] = extra;
  if (chance_.one_in(3)) {
    dfa.accepting[extra] = !dfa.accepting[extra];
  } else {
    State to = any_state(dfa);
    for (Class c : any_class()) dfa.next[extra][c] = to;
  }
}

void Mutants::mutate(Dfa& dfa, Defect defect) {
  State from = any_state(dfa), to = any_state(dfa);
  switch (defect) {
    case Defect::kCharacter:
      dfa.next[from][characters_[chance_.below(characters_.size())]] = to;
      break;
    case Defect::kClass:
      for (Class c : any_class()) dfa.next[from][c] = to;
      break;
    case Defect::kAcceptance:
      dfa.accepting[from] = !dfa.accepting[from];
      break;
    case Defect::kTwoExtraStates:
      add_state(dfa);
      [[fallthrough]];
    case Defect::kExtraState:
      add_state(dfa);
      break;
    case Defect::kRangeCut: {
      // Some letters of a range, at one state or at all, are taken for what no range has.
      bool digits = chance_.one_in(2), everywhere = chance_.one_in(2);
      char32_t first = digits ? U'0' : U'a', last = digits ? U'9' : U'z';
      char32_t low = first + static_cast<char32_t>(chance_.below(last - first + 1));
      char32_t high = low + static_cast<char32_t>(chance_.below(last - low + 1));
      Class wrong = dfa.alphabet.class_of(U'!');
      for (State state = 0; state < dfa.size(); ++state) {
        if (!everywhere && state != from) continue;
        for (char32_t c = low; c <= high; ++c)
          dfa.next[state][dfa.alphabet.class_of(c)] = dfa.next[state][wrong];
      }
      break;
    }
    case Defect::kClassSkipped: {
      bool everywhere = chance_.one_in(2);
      for (Class c : any_class())
        for (State state = 0; state < dfa.size(); ++state)
          if (everywhere || state == from) dfa.next[state][c] = state;
      break;
    }
  }
}

Mutants::Mutant Mutants::next(std::span<const Dfa> lawful) {
  for (;;) {
    Mutant mutant{static_cast<Defect>(chance_.below(kDefectNames.size())), language_};
    mutate(mutant.dfa, mutant.defect);
    auto same = [&](const Dfa& other) { return equivalent(other, mutant.dfa); };
    if (!std::ranges::any_of(lawful, same)) return mutant;
  }
}

}  // namespace diconform::probe
