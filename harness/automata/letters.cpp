#include "automata/letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace diconform::automata {

LetterSet LetterSet::of(std::u32string_view letters) {
  LetterSet set;
  for (Letter letter : letters) set.add(letter, letter);
  return set;
}

void LetterSet::add(Letter first, Letter last) {
  // Everything that touches the new range melts into it.
  auto begin = std::ranges::lower_bound(ranges_, first, {},
                                        [](const Range& range) { return std::uint64_t{range.last} + 1; });
  auto end = begin;
  while (end != ranges_.end() && end->first <= std::uint64_t{last} + 1) {
    first = std::min(first, end->first);
    last = std::max(last, end->last);
    ++end;
  }
  begin = ranges_.erase(begin, end);
  ranges_.insert(begin, {first, last});
}

void LetterSet::add(const LetterSet& other) {
  for (const Range& range : other.ranges_) add(range.first, range.last);
}

bool LetterSet::contains(Letter letter) const {
  auto found = std::ranges::lower_bound(ranges_, letter, {}, &Range::last);
  return found != ranges_.end() && found->first <= letter;
}

std::size_t LetterSet::size() const {
  std::size_t count = 0;
  for (const Range& range : ranges_) count += range.last - range.first + std::size_t{1};
  return count;
}

Letter LetterSet::at(std::size_t index) const {
  for (const Range& range : ranges_) {
    std::size_t here = range.last - range.first + std::size_t{1};
    if (index < here) return range.first + static_cast<Letter>(index);
    index -= here;
  }
  return ranges_.back().last;
}

LetterSet LetterSet::complement(Universe universe) const {
  LetterSet out;
  std::uint64_t next = 0;
  for (const Range& range : ranges_) {
    if (range.first > next) out.ranges_.push_back({static_cast<Letter>(next), range.first - 1});
    next = std::uint64_t{range.last} + 1;
  }
  if (next <= universe.last) out.ranges_.push_back({static_cast<Letter>(next), universe.last});
  return out;
}

LetterSet LetterSet::intersection(const LetterSet& other) const {
  LetterSet out;
  auto mine = ranges_.begin();
  auto theirs = other.ranges_.begin();
  while (mine != ranges_.end() && theirs != other.ranges_.end()) {
    Letter first = std::max(mine->first, theirs->first), last = std::min(mine->last, theirs->last);
    if (first <= last) out.ranges_.push_back({first, last});
    if (mine->last < theirs->last)
      ++mine;
    else
      ++theirs;
  }
  return out;
}

LetterSet LetterSet::without(const LetterSet& other) const {
  return intersection(other.complement({~Letter{0}}));
}

Word word_of_bytes(std::string_view bytes) {
  Word word;
  word.reserve(bytes.size());
  for (char byte : bytes) word += static_cast<Letter>(static_cast<unsigned char>(byte));
  return word;
}

std::optional<std::string> bytes_of(std::u32string_view word) {
  std::string bytes;
  bytes.reserve(word.size());
  for (Letter letter : word) {
    if (letter > 0xFF) return std::nullopt;
    bytes += static_cast<char>(letter);
  }
  return bytes;
}

std::optional<Word> word_of_utf8(std::string_view text) {
  Word word;
  while (!text.empty()) {
    std::size_t length = utf8_length(text);
    if (length == 0) return std::nullopt;
    auto lead = static_cast<unsigned char>(text[0]);
    Letter letter = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i)
      letter = letter << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    word += letter;
    text.remove_prefix(length);
  }
  return word;
}

std::optional<std::string> utf8_of(std::u32string_view word) {
  std::string text;
  auto follow = [&](Letter letter, int shift) {
    text += static_cast<char>(0x80u | (letter >> shift & 0x3Fu));
  };
  for (Letter letter : word) {
    if (letter > 0x10FFFF || (letter >= 0xD800 && letter < 0xE000)) return std::nullopt;
    if (letter < 0x80) {
      text += static_cast<char>(letter);
    } else if (letter < 0x800) {
      text += static_cast<char>(0xC0u | letter >> 6);
      follow(letter, 0);
    } else if (letter < 0x10000) {
      text += static_cast<char>(0xE0u | letter >> 12);
      follow(letter, 6);
      follow(letter, 0);
    } else {
      text += static_cast<char>(0xF0u | letter >> 18);
      follow(letter, 12);
      follow(letter, 6);
      follow(letter, 0);
    }
  }
  return text;
}

std::string name_of(Letter letter) {
  static constexpr std::array<std::pair<Letter, std::string_view>, 10> kNames = {
      {{0, "NUL"},
       {'\t', "a tab"},
       {'\n', "a newline"},
       {'\v', "a vertical tab"},
       {'\f', "a form feed"},
       {'\r', "a carriage return"},
       {' ', "a space"},
       {0x7F, "DEL"},
       {0xA0, "a no-break space"},
       {0xFEFF, "a byte order mark"}}};
  for (const auto& [known, name] : kNames) {
    if (letter == known) return std::string(name);
  }
  if (letter < 0x20) return fmt::format("control character {:#04x}", static_cast<unsigned>(letter));
  if (letter < 0x7F) return fmt::format("'{}'", static_cast<char>(letter));
  return fmt::format("U+{:04X}", static_cast<unsigned>(letter));
}

}  // namespace diconform::automata
