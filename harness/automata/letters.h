// Letters, sets of letters and words: what a language is over.
//
// A letter is a number: a byte (0 to 255) where a language is over bytes, a Unicode code point where it is
// over characters. Which of the two is the Universe's business; sets and words do not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diconform::automata {

using Letter = char32_t;
using Word = std::u32string;

// Every letter there is: 0 to `last`.
struct Universe {
  Letter last = 0xFF;
  friend bool operator==(const Universe&, const Universe&) = default;
};
inline constexpr Universe kBytes{0xFF};
inline constexpr Universe kCharacters{0x10FFFF};  // surrogates are among them: no word of UTF-8 holds one

struct Range {
  Letter first = 0, last = 0;  // both belong to it
  friend bool operator==(const Range&, const Range&) = default;
};

// A value: sorted ranges that neither touch nor overlap.
class LetterSet {
 public:
  LetterSet() = default;
  LetterSet(Letter letter) { add(letter, letter); }
  LetterSet(Letter first, Letter last) { add(first, last); }
  static LetterSet all(Universe universe) { return {0, universe.last}; }
  static LetterSet of(std::u32string_view letters);

  void add(Letter first, Letter last);  // first <= last
  void add(const LetterSet& other);
  bool contains(Letter letter) const;
  bool empty() const { return ranges_.empty(); }
  std::size_t size() const;  // how many letters
  const std::vector<Range>& ranges() const { return ranges_; }
  Letter front() const { return ranges_.front().first; }  // of a set that is not empty
  Letter at(std::size_t index) const;                     // the index-th letter, index < size()

  LetterSet complement(Universe universe) const;
  LetterSet intersection(const LetterSet& other) const;
  LetterSet without(const LetterSet& other) const;

  friend bool operator==(const LetterSet&, const LetterSet&) = default;

 private:
  std::vector<Range> ranges_;
};

// A byte a letter, and back. A letter above 255 has no byte: nothing.
Word word_of_bytes(std::string_view bytes);
std::optional<std::string> bytes_of(std::u32string_view word);
// A character a letter, and back. Nothing where the text is not UTF-8, or where a letter is no character.
std::optional<Word> word_of_utf8(std::string_view text);
std::optional<std::string> utf8_of(std::u32string_view word);

// One letter as a person reads it: "a newline", "NUL", "'A'", "U+FF11 '１'".
std::string name_of(Letter letter);

}  // namespace diconform::automata
