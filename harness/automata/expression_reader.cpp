#include <array>

#include "automata/expression.h"
#include "base/text.h"

namespace diconform::automata {
namespace {

constexpr int kDeepest = 200;               // nested groups: bounds the stack
constexpr std::size_t kMostCounted = 1000;  // as RE2

LetterSet named_set(char name) {
  LetterSet set;
  if (name == 'd' || name == 'w') set.add('0', '9');
  if (name == 'w') {
    set.add('A', 'Z');
    set.add('_', '_');
    set.add('a', 'z');
  }
  if (name == 's') set = LetterSet::of(U"\t\n\f\r ");
  return set;
}

struct PosixSet {
  std::string_view name;
  std::array<Range, 4> ranges;  // repeats where there are fewer
};
constexpr std::array<PosixSet, 10> kPosixSets = {{
    {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'a', 'z'}}}},
    {"alpha", {{{'A', 'Z'}, {'a', 'z'}, {'a', 'z'}, {'a', 'z'}}}},
    {"ascii", {{{0, 0x7F}, {0, 0}, {0, 0}, {0, 0}}}},
    {"cntrl", {{{0, 0x1F}, {0x7F, 0x7F}, {0, 0}, {0, 0}}}},
    {"digit", {{{'0', '9'}, {'0', '9'}, {'0', '9'}, {'0', '9'}}}},
    {"lower", {{{'a', 'z'}, {'a', 'z'}, {'a', 'z'}, {'a', 'z'}}}},
    {"space", {{{'\t', '\r'}, {' ', ' '}, {' ', ' '}, {' ', ' '}}}},
    {"upper", {{{'A', 'Z'}, {'A', 'Z'}, {'A', 'Z'}, {'A', 'Z'}}}},
    {"word", {{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}},
    {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}, {'a', 'f'}}}},
}};

std::optional<LetterSet> posix_set(std::string_view name) {
  for (const PosixSet& known : kPosixSets) {
    if (name != known.name) continue;
    LetterSet set;
    for (const Range& range : known.ranges) set.add(range.first, range.last);
    return set;
  }
  return std::nullopt;
}

int hex_value(Letter letter) {
  if (letter >= '0' && letter <= '9') return static_cast<int>(letter - '0');
  letter |= 0x20;
  return letter >= 'a' && letter <= 'f' ? static_cast<int>(letter - 'a') + 10 : -1;
}

class Reader {
 public:
  Reader(Word pattern, std::string_view shown, Universe universe)
      : text_(std::move(pattern)), shown_(shown), universe_(universe) {}

  Result<Expression> read() {
    skip_start_anchor();
    TRY(Expression all, alternatives(0));
    if (at_ != text_.size()) return refuse("an unopened ')'");
    return all;
  }

 private:
  std::unexpected<Error> refuse(std::string what) const {
    return failure("pattern " + quoted(shown_) + ", letter " + std::to_string(at_ + 1), std::move(what));
  }

  bool more() const { return at_ < text_.size(); }
  Letter peek() const { return more() ? text_[at_] : Letter{0xFFFFFFFF}; }
  bool take(Letter letter) {
    if (peek() != letter) return false;
    ++at_;
    return true;
  }
  bool take(std::u32string_view text) {
    if (!std::u32string_view(text_).substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  void skip_start_anchor() { (void)(take(U'^') || take(U"\\A")); }
  // Only at the very end does an anchor mean nothing.
  bool take_end_anchor() {
    std::u32string_view rest = std::u32string_view(text_).substr(at_);
    if (rest != U"$" && rest != U"\\z") return false;
    at_ = text_.size();
    return true;
  }

  Result<Expression> alternatives(int depth) {
    if (depth > kDeepest) return refuse("groups nested too deeply");
    std::vector<Expression> all;
    do {
      TRY(Expression one, concatenation(depth));
      all.push_back(std::move(one));
    } while (take(U'|'));
    return choice(all);
  }

  Result<Expression> concatenation(int depth) {
    std::vector<Expression> parts;
    while (more() && peek() != '|' && peek() != ')') {
      if (take_end_anchor()) break;
      TRY(Expression one, atom(depth));
      TRY(one, repeats(std::move(one)));
      parts.push_back(std::move(one));
    }
    return sequence(parts);
  }

  Result<Expression> atom(int depth) {
    if (take(U'(')) {
      if (take(U'?') && !take(U':') && !take(U"s:")) return refuse("groups with flags or names are not read");
      TRY(Expression inner, alternatives(depth + 1));
      if (!take(U')')) return refuse("a group is not closed");
      return inner;
    }
    if (take(U'[')) {
      TRY(LetterSet set, brackets());
      return letters(std::move(set));
    }
    if (take(U'.')) return letters(LetterSet::all(universe_));
    if (peek() == '*' || peek() == '+' || peek() == '?') return refuse("a repeat of nothing");
    if (peek() == '^' || peek() == '$') return refuse("an anchor inside");
    TRY(LetterSet set, single());
    return letters(std::move(set));
  }

  Result<Expression> repeats(Expression what) {
    for (int count = 0;; ++count) {
      std::size_t least = 0;
      std::optional<std::size_t> most;
      if (take(U'*')) {
      } else if (take(U'+')) {
        least = 1;
      } else if (take(U'?')) {
        most = 1;
      } else if (!take_counts(least, most)) {
        return what;
      }
      if (count > 0) return refuse("a repeat of a repeat");
      if (least > kMostCounted || most.value_or(0) > kMostCounted) return refuse("a count above 1000");
      if (most && *most < least) return refuse("counts in the wrong order");
      take(U'?');
      what = repeat(std::move(what), least, most);
    }
  }

  // {m}, {m,} or {m,n}; another '{' is a letter, that of {01} too.
  bool take_counts(std::size_t& least, std::optional<std::size_t>& most) {
    std::size_t start = at_;
    if (take(U'{')) {
      if (auto low = number()) {
        least = *low;
        most = least;
        if (take(U',')) most = number();
        if (take(U'}')) return true;
      }
    }
    at_ = start;
    return false;
  }

  std::optional<std::size_t> number() {
    std::size_t value = 0, start = at_;
    bool leading_zero = peek() == '0';
    for (; peek() >= '0' && peek() <= '9'; ++at_)
      value = std::min<std::size_t>(value * 10 + (peek() - '0'), 100'000);
    if (leading_zero && at_ > start + 1) at_ = start;
    return at_ == start ? std::nullopt : std::optional(value);
  }

  // After '['.
  Result<LetterSet> brackets() {
    bool negated = take(U'^');
    LetterSet set;
    for (bool first = true; first || peek() != ']'; first = false) {
      if (!more()) return refuse("a class is not closed");
      if (take(U"[:")) {
        TRY(LetterSet named, posix());
        set.add(named);
        continue;
      }
      TRY(LetterSet low, single());
      bool range = peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!range) {
        set.add(low);
        continue;
      }
      ++at_;
      TRY(LetterSet high, single());
      if (low.size() != 1 || high.size() != 1 || low.front() > high.front())
        return refuse("a range that is none");
      set.add(low.front(), high.front());
    }
    ++at_;
    return negated ? set.complement(universe_) : set;
  }

  Result<LetterSet> posix() {
    bool negated = take(U'^');
    std::string name;
    while (peek() >= 'a' && peek() <= 'z') name += static_cast<char>(text_[at_++]);
    auto set = posix_set(name);
    if (!set || !take(U":]")) return refuse("no such class of letters");
    return negated ? set->complement(universe_) : *set;
  }

  // A letter, an escape of one, or \d and its like.
  Result<LetterSet> single() {
    if (!take(U'\\')) return LetterSet(text_[at_++]);
    if (!more()) return refuse("a backslash at the end");
    Letter escaped = text_[at_++];
    switch (escaped) {
      case 'd':
      case 'w':
      case 's':
        return named_set(static_cast<char>(escaped));
      case 'D':
      case 'W':
      case 'S':
        return named_set(static_cast<char>(escaped | 0x20)).complement(universe_);
      case 'n':
        return LetterSet('\n');
      case 't':
        return LetterSet('\t');
      case 'r':
        return LetterSet('\r');
      case 'f':
        return LetterSet('\f');
      case 'v':
        return LetterSet('\v');
      case 'a':
        return LetterSet('\a');
      case 'x':
        return hexadecimal();
      default:
        break;
    }
    if (escaped >= '0' && escaped <= '7') return octal(escaped);
    bool alphanumeric = (escaped >= 'a' && escaped <= 'z') || (escaped >= 'A' && escaped <= 'Z') ||
                        (escaped >= '0' && escaped <= '9');
    if (alphanumeric || escaped >= 0x80) return refuse("an escape that is not read here");
    return LetterSet(escaped);
  }

  Result<LetterSet> hexadecimal() {
    Letter value = 0;
    bool braces = take(U'{');
    std::size_t start = at_, most = braces ? 6 : 2;
    for (; at_ - start < most && hex_value(peek()) >= 0; ++at_)
      value = value * 16 + static_cast<Letter>(hex_value(peek()));
    std::size_t digits = at_ - start;
    if ((braces ? digits == 0 || !take(U'}') : digits != 2) || value > universe_.last)
      return refuse("no hexadecimal letter of this universe");
    return LetterSet(value);
  }

  // \0, \012; as in RE2, \1 to \7 need a second digit, for alone they would mean a group.
  Result<LetterSet> octal(Letter first) {
    if (first != '0' && !(peek() >= '0' && peek() <= '7')) return refuse("a reference to a group");
    Letter value = first - '0';
    for (int digits = 1; digits < 3 && peek() >= '0' && peek() <= '7'; ++digits)
      value = value * 8 + (text_[at_++] - '0');
    if (value > universe_.last) return refuse("no octal letter of this universe");
    return LetterSet(value);
  }

  Word text_;
  std::string_view shown_;
  Universe universe_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Expression> parse_expression(std::string_view pattern, Universe universe) {
  std::optional<Word> text = universe == kBytes ? word_of_bytes(pattern) : word_of_utf8(pattern);
  if (!text) return failure("pattern " + quoted(pattern), "is not UTF-8");
  return Reader(*std::move(text), pattern, universe).read();
}

}  // namespace diconform::automata
