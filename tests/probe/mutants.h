// Random mutants of a language: automata with one small defect, as a validator might have.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "automata/dfa.h"
#include "base/chance.h"

namespace diconform::probe {

enum class Defect { kCharacter, kClass, kAcceptance, kExtraState, kTwoExtraStates, kRangeCut, kClassSkipped };
inline constexpr std::array<std::string_view, 7> kDefectNames = {
    "a character redirected", "a class redirected",      "acceptance flipped", "one extra state",
    "two extra states",       "part of a range dropped", "a class skipped"};

// The letters and classes that mutants are made of: 132 characters in 17 classes, written down here and not
// taken from the probe, which would only find its own classes again.
class Mutants {
 public:
  Mutants(automata::Dfa language, std::uint64_t seed);
  struct Mutant {
    Defect defect = Defect::kCharacter;
    automata::Dfa dfa;
  };
  // Never of the language's own language, nor of one of the candidates'.
  Mutant next(std::span<const automata::Dfa> lawful);

 private:
  automata::State any_state(const automata::Dfa& dfa) {
    return static_cast<automata::State>(chance_.below(dfa.size()));
  }
  std::vector<automata::Class> any_class();
  void mutate(automata::Dfa& dfa, Defect defect);
  void add_state(automata::Dfa& dfa);

  automata::Dfa language_;  // over single letters
  std::vector<std::vector<automata::Class>> classes_;
  std::vector<automata::Class> characters_;
  Chance chance_;
};

}  // namespace diconform::probe
