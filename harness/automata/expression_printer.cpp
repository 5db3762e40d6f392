#include <fmt/format.h>

#include "automata/expression.h"

namespace diconform::automata {
namespace {

using Kind = Node::Kind;

// How tightly a part must hold together where it stands.
enum class Place { kAlternative, kInSequence, kRepeated };

constexpr std::u32string_view kSpecial = U"\\.+*?()|[]{}^$";
constexpr std::u32string_view kSpecialInBrackets = U"\\]^-[";

std::string letter_text(Letter letter, std::u32string_view special) {
  if (letter == '\n') return "\\n";
  if (letter == '\t') return "\\t";
  if (letter == '\r') return "\\r";
  bool hidden = letter < 0x20 || (letter >= 0x7F && letter <= 0xFF);
  if (hidden) return fmt::format("\\x{:02x}", static_cast<unsigned>(letter));
  if (letter < 0x80) {
    std::string text(1, static_cast<char>(letter));
    return special.find(letter) != special.npos ? fmt::format("\\{}", text) : text;
  }
  if (auto text = utf8_of({&letter, 1})) return *text;
  return fmt::format("\\x{{{:X}}}", static_cast<unsigned>(letter));  // a surrogate
}

void append_range(std::string& out, const Range& range) {
  auto end = [](Letter letter) {
    // The ends of blocks are letters that nobody can read; one a machine reads is better.
    return letter > 0xFF ? fmt::format("\\x{{{:X}}}", static_cast<unsigned>(letter))
                         : letter_text(letter, kSpecialInBrackets);
  };
  if (range.first == range.last) {
    out += letter_text(range.first, kSpecialInBrackets);
  } else {
    out += end(range.first);
    if (range.last > range.first + 1) out += '-';
    out += end(range.last);
  }
}

class Printer {
 public:
  explicit Printer(Universe universe) : universe_(universe) {}

  std::string print(const Expression& expression, Place place) const {
    switch (expression->kind) {
      case Kind::kNothing:
        return to_brackets(LetterSet::all(universe_), true);
      case Kind::kEmpty:
        return place == Place::kRepeated ? "(?:)" : "";
      case Kind::kLetters:
        return print(expression->letters);
      case Kind::kSequence: {
        std::string text;
        for (const Expression& part : expression->parts) text += print(part, Place::kInSequence);
        return place == Place::kRepeated ? grouped(text) : text;
      }
      case Kind::kChoice: {
        std::string text;
        for (const Expression& part : expression->parts) {
          if (!text.empty()) text += '|';
          text += print(part, Place::kAlternative);
        }
        return place == Place::kAlternative ? text : grouped(text);
      }
      case Kind::kRepeat:
        return print_repeat(*expression, place);
    }
    return "";
  }

  std::string print(const LetterSet& set) const {
    if (set == LetterSet::all(universe_)) return "(?s:.)";
    if (set.size() == 1) return letter_text(set.front(), kSpecial);
    LetterSet others = set.complement(universe_);
    return others.ranges().size() < set.ranges().size() ? to_brackets(others, true) : to_brackets(set, false);
  }

 private:
  static std::string grouped(const std::string& text) { return fmt::format("(?:{})", text); }

  static std::string to_brackets(const LetterSet& set, bool negated) {
    std::string text = negated ? "[^" : "[";
    for (const Range& range : set.ranges()) append_range(text, range);
    return text + "]";
  }

  std::string print_repeat(const Node& node, Place place) const {
    std::string what = print(node.parts[0], Place::kRepeated), text;
    if (node.least == 2 && node.most == 2 && what.size() == 1)
      return place == Place::kRepeated ? grouped(what + what) : what + what;
    if (node.least == 0 && !node.most)
      text = what + "*";
    else if (node.least == 1 && !node.most)
      text = what + "+";
    else if (node.least == 0 && node.most == 1)
      text = what + "?";
    else if (!node.most)
      text = fmt::format("{}{{{},}}", what, node.least);
    else if (node.least == *node.most)
      text = fmt::format("{}{{{}}}", what, node.least);
    else
      text = fmt::format("{}{{{},{}}}", what, node.least, *node.most);
    return place == Place::kRepeated ? grouped(text) : text;
  }

  Universe universe_;
};

}  // namespace

std::string to_pattern(const Expression& expression, Universe universe) {
  return Printer(universe).print(expression, Place::kAlternative);
}

std::string to_pattern(const LetterSet& set, Universe) {
  std::string text;
  for (const Range& range : set.ranges()) append_range(text, range);
  return text;
}

}  // namespace diconform::automata
