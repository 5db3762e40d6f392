#include "probe/id_alphabet.h"

#include <algorithm>

namespace diconform::probe {
namespace {

using automata::Cell;
using automata::Letter;
using automata::LetterSet;

// Beyond ASCII: what normalises, folds, trims or counts as something an ID may hold.
constexpr std::u32string_view kLatin = U"\u00E9\u00A0\u00FF\u0080\u0085\u00B2";
constexpr std::u32string_view kLookAlikes =
    U"\uFF41\U0001F600\u0301\u0430\u2010\u2028\u200B\uFEFF\uFF0D\u212A\u0131\u017F";
constexpr std::u32string_view kDigits = U"\u0663\uFF11\u0660\u0967";
// Of these a block's first thought is: a letter with an accent, a full-width one, an accent by itself, a
// digit. Who takes the block for something takes these; so they are drawn in most questions about it.
constexpr std::u32string_view kTypical = U"\u00E9\uFF41\u0301\u0663";
constexpr std::uint64_t kUntypicalOneIn = 5;

LetterSet non_ascii_digits() {
  LetterSet set;
  // Blocks of ten in Unicode's category Nd that engines know: Arabic, Devanagari, Bengali, Thai, full-width,
  // ….
  for (Letter zero : std::u32string_view(
           U"\u0660\u06F0\u07C0\u0966\u09E6\u0A66\u0AE6\u0B66\u0BE6\u0C66\u0CE6\u0D66\u0E50\u0ED0\uFF10"))
    set.add(zero, zero + 9);
  return set;
}

std::vector<FaultClass> make_classes() {
  std::vector<FaultClass> classes = {
      {"i", U'i'},
      {"m", U'm'},
      {"g", U'g'},
      {"hyphen", U'-'},
      {"digits' ends", LetterSet::of(U"09")},
      {"letters' ends", LetterSet::of(U"az")},
      {"other digits", {U'1', U'8'}},
      {"other lower case", LetterSet(U'b', U'y').without(LetterSet::of(U"img"))},
      {"upper case", {U'A', U'Z'}},
      {"outer neighbours", LetterSet::of(U"/:`{")},
      {"underscore", U'_'},
      {"white space", LetterSet::of(U" \t\v\f\r")},
      {"newline", U'\n'},
      {"NUL", U'\0'},
      {"other controls", LetterSet(1, 0x1F).without(LetterSet::of(U"\t\n\v\f\r"))},
      {"other ASCII", {}},
      {"Latin-1", {0x80, 0xFF}},
      {"non-ASCII digits", non_ascii_digits()},
      {"other characters", LetterSet(0x100, 0x10FFFF).without(non_ascii_digits())},
  };
  classes[14].letters.add(0x7F, 0x7F);
  LetterSet named;
  for (const FaultClass& one : classes) named.add(one.letters);
  classes[15].letters = LetterSet(0, 0x7F).without(named);
  return classes;
}

bool surrogate(Letter letter) { return letter >= 0xD800 && letter < 0xE000; }

}  // namespace

const std::vector<FaultClass>& fault_classes() {
  static const std::vector<FaultClass> classes = make_classes();
  return classes;
}

std::vector<LetterSet> class_sets() {
  std::vector<LetterSet> sets;
  for (const FaultClass& one : fault_classes()) sets.push_back(one.letters);
  return sets;
}

std::vector<Cell> cells() {
  std::vector<Cell> out;
  for (Letter letter = 0; letter < 0x80; ++letter) out.push_back({letter, letter});
  // Beyond: the likeliest of each class for themselves, and the rest of the class by one more.
  auto block = [&](LetterSet rest, std::u32string_view known) {
    for (Letter letter : known.substr(1)) {
      out.push_back({letter, letter});
      rest = rest.without(letter);
    }
    out.push_back({std::move(rest), known[0]});
  };
  const LetterSet digits = non_ascii_digits();
  block({0x80, 0xFF}, U"\u0080\u00E9\u00A0\u00FF");
  block(digits, U"\u0967\u0663\uFF11\u0660\uFF10");
  block(LetterSet(0x100, 0x10FFFF).without(digits), U"\U0001F600\uFF41\u0301\u0430\uFF21\u2028");
  return out;
}

Letter first_thought(const LetterSet& set) {
  if (set.front() < 0x80) return set.front();
  auto found = std::ranges::find_if(kTypical, [&](Letter letter) { return set.contains(letter); });
  return found == kTypical.end() ? set.front() : *found;
}

// What a set has of each class.
const std::vector<LetterSet>& MemberDraw::parts_of(const LetterSet& set) {
  for (const auto& [whole, parts] : known_) {
    if (whole == set) return parts;
  }
  std::vector<LetterSet> parts;
  for (const FaultClass& one : fault_classes()) {
    LetterSet part = set.intersection(one.letters);
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return known_.emplace_back(set, std::move(parts)).second;
}

Letter MemberDraw::operator()(const LetterSet& set) {
  if (set.size() == 1) return set.front();
  const std::vector<LetterSet>& parts = parts_of(set);
  return member(parts[chance_.below(parts.size())]);
}

Letter MemberDraw::member(const LetterSet& set) {
  const auto& ranges = set.ranges();
  if (set.front() >= 0x80) {
    auto among = [&](std::u32string_view some) {
      std::u32string out;
      std::ranges::copy_if(some, std::back_inserter(out),
                           [&](Letter letter) { return set.contains(letter); });
      return out;
    };
    const std::u32string typical = among(kTypical);
    if (!typical.empty() && !chance_.one_in(kUntypicalOneIn)) return typical[chance_.below(typical.size())];
    std::u32string known = among(kLatin) + among(kLookAlikes) + among(kDigits);
    if (!known.empty() && chance_.one_in(2)) return known[chance_.below(known.size())];
  } else if (chance_.one_in(4)) {
    const automata::Range& range = ranges[chance_.below(ranges.size())];
    return chance_.one_in(2) ? range.first : range.last;
  }
  for (;;) {
    Letter letter = set.at(chance_.below(set.size()));
    if (!surrogate(letter)) return letter;
  }
}

}  // namespace diconform::probe
