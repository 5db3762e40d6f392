// A universe cut into classes: letters that no one needs to tell apart.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "automata/letters.h"

namespace diconform::automata {

using Class = std::uint32_t;

// Immutable once made. Every letter of the universe is in exactly one class.
class Alphabet {
 public:
  // The coarsest partition in which every set is a union of classes; one class where there is no set. Classes
  // are numbered by their smallest letter.
  explicit Alphabet(Universe universe = kBytes, std::span<const LetterSet> sets = {});
  // The coarsest partition that is as fine as both, which share a universe.
  static Alphabet common(const Alphabet& a, const Alphabet& b);

  Universe universe() const { return universe_; }
  std::size_t size() const { return classes_.size(); }
  const LetterSet& members(Class c) const { return classes_[c]; }
  const std::vector<LetterSet>& classes() const { return classes_; }
  Class class_of(Letter letter) const { return letter < low_.size() ? low_[letter] : class_of_high(letter); }

  friend bool operator==(const Alphabet& a, const Alphabet& b) {
    return a.universe_ == b.universe_ && a.classes_ == b.classes_;
  }

 private:
  struct Piece {
    Letter last = 0;
    Class in = 0;
  };
  Class class_of_high(Letter letter) const;

  Universe universe_;
  std::vector<LetterSet> classes_;
  std::vector<Piece> pieces_;     // of the whole universe, in order
  std::array<Class, 256> low_{};  // for speed: nearly all letters are here
};

}  // namespace diconform::automata
