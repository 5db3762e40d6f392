// The characters that a validator of image IDs may get wrong, in classes, and how members are drawn.
#pragma once

#include <string_view>
#include <vector>

#include "automata/learner.h"
#include "base/chance.h"

namespace diconform::probe {

// Characters that a wrong validator is likely to treat alike.
struct FaultClass {
  std::string_view name;  // "white space"
  automata::LetterSet letters;
};
// A partition of all characters, made for the manual's language: each letter of its prefix, digits, the other
// lower case, upper case, the outer neighbours of the ranges (/ : ` {), hyphen, underscore, white space,
// newline, NUL, other controls, other ASCII, Latin-1, characters that look or count like others, non-ASCII
// digits.
const std::vector<FaultClass>& fault_classes();
std::vector<automata::LetterSet> class_sets();  // their letters alone

// For single characters: each ASCII character for itself; beyond, some that are known to be mistaken, and the
// rest of each block by one of it.
std::vector<automata::Cell> cells();

// The letter of a set that stands best for all of it: the smallest, or, beyond ASCII, one that is typical.
automata::Letter first_thought(const automata::LetterSet& set);

// Draws members at random: every fault class that a set has a part of is as likely as the next, so that rare
// letters are seen as often as common ones; of a range its ends more often than the rest, of a large class
// rather those that are known to be mistaken, never a surrogate.
class MemberDraw {
 public:
  explicit MemberDraw(std::uint64_t seed) : chance_(seed) {}
  automata::Letter operator()(const automata::LetterSet& set);

 private:
  const std::vector<automata::LetterSet>& parts_of(const automata::LetterSet& set);
  automata::Letter member(const automata::LetterSet& of_one_class);

  Chance chance_;
  std::vector<std::pair<automata::LetterSet, std::vector<automata::LetterSet>>> known_;
};

}  // namespace diconform::probe
