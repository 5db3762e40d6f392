#include "automata/alphabet.h"

#include <algorithm>
#include <map>
#include <set>

namespace diconform::automata {

Alphabet::Alphabet(Universe universe, std::span<const LetterSet> sets) : universe_(universe) {
  std::set<Letter> starts = {0};
  for (const LetterSet& set : sets) {
    for (const Range& range : set.ranges()) {
      if (range.first <= universe.last) starts.insert(range.first);
      if (range.last < universe.last) starts.insert(range.last + 1);
    }
  }
  std::map<std::vector<bool>, Class> known;
  for (auto start = starts.begin(); start != starts.end(); ++start) {
    Letter last = std::next(start) == starts.end() ? universe.last : *std::next(start) - 1;
    std::vector<bool> signature;
    for (const LetterSet& set : sets) signature.push_back(set.contains(*start));
    auto [found, fresh] = known.emplace(std::move(signature), static_cast<Class>(classes_.size()));
    if (fresh) classes_.emplace_back();
    classes_[found->second].add(*start, last);
    pieces_.push_back({last, found->second});
  }
  for (Letter letter = 0; letter < low_.size(); ++letter)
    low_[letter] = class_of_high(std::min(letter, universe.last));
}

Alphabet Alphabet::common(const Alphabet& a, const Alphabet& b) {
  if (a == b) return a;
  std::vector<LetterSet> sets = a.classes_;
  sets.insert(sets.end(), b.classes_.begin(), b.classes_.end());
  return Alphabet(a.universe_, sets);
}

Class Alphabet::class_of_high(Letter letter) const {
  auto found = std::ranges::lower_bound(pieces_, letter, {}, &Piece::last);
  return found == pieces_.end() ? pieces_.back().in : found->in;
}

}  // namespace diconform::automata
