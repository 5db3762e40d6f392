#include "automata/expression.h"

#include <algorithm>

namespace diconform::automata {
namespace {

using Kind = Node::Kind;

Expression make(Node node) { return std::make_shared<const Node>(std::move(node)); }

// What a part repeats, and how often: x is x{1}.
struct Counted {
  Expression what;
  std::size_t least = 1;
  std::optional<std::size_t> most = 1;
};

Counted counted(const Expression& part) {
  if (part->kind != Kind::kRepeat) return {part, 1, 1};
  return {part->parts[0], part->least, part->most};
}

// x{a,b} x{c,d} is x{a+c,b+d}.
void append_folding(std::vector<Expression>& out, const Expression& part) {
  if (!out.empty()) {
    Counted last = counted(out.back()), next = counted(part);
    if (same(last.what, next.what)) {
      std::optional<std::size_t> most;
      if (last.most && next.most) most = *last.most + *next.most;
      out.back() = repeat(last.what, last.least + next.least, most);
      return;
    }
  }
  out.push_back(part);
}

std::vector<Expression> parts_of(const Expression& expression) {
  if (expression->kind == Kind::kSequence) return expression->parts;
  if (expression->kind == Kind::kEmpty) return {};
  return {expression};
}

// a x|a y is a(x|y), and likewise at the end; nothing where the two have nothing in common.
std::optional<Expression> factored(const Expression& a, const Expression& b) {
  std::vector<Expression> left = parts_of(a), right = parts_of(b), before, after;
  std::size_t shorter = std::min(left.size(), right.size()), front = 0, back = 0;
  while (front < shorter && same(left[front], right[front])) ++front;
  while (front + back < shorter && same(left[left.size() - 1 - back], right[right.size() - 1 - back])) ++back;
  if (front + back == 0) return std::nullopt;
  auto middle = [&](const std::vector<Expression>& parts) {
    return sequence({parts.begin() + static_cast<std::ptrdiff_t>(front),
                     parts.end() - static_cast<std::ptrdiff_t>(back)});
  };
  std::vector<Expression> out(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(front));
  out.push_back(choice({middle(left), middle(right)}));
  out.insert(out.end(), left.end() - static_cast<std::ptrdiff_t>(back), left.end());
  return sequence(out);
}

// x{a,b}|x{c,d} is one repeat where the counts meet.
std::optional<Expression> joined_counts(const Expression& a, const Expression& b) {
  Counted left = counted(a), right = counted(b);
  if (!same(left.what, right.what)) return std::nullopt;
  if (left.least > right.least) std::swap(left, right);
  if (left.most && right.least > *left.most + 1) return std::nullopt;
  std::optional<std::size_t> most;
  if (left.most && right.most) most = std::max(*left.most, *right.most);
  return repeat(left.what, left.least, most);
}

std::optional<Expression> merged(const Expression& a, const Expression& b) {
  if (same(a, b)) return a;
  if (a->kind == Kind::kLetters && b->kind == Kind::kLetters) {
    LetterSet both = a->letters;
    both.add(b->letters);
    return letters(std::move(both));
  }
  if (auto joined = joined_counts(a, b)) return joined;
  return factored(a, b);
}

}  // namespace

Expression nothing() {
  static const Expression made = make({});
  return made;
}

Expression empty_word() {
  static const Expression made = make({.kind = Kind::kEmpty});
  return made;
}

Expression letters(LetterSet set) {
  return set.empty() ? nothing() : make({.kind = Kind::kLetters, .letters = std::move(set)});
}

Expression literal(std::u32string_view word) {
  std::vector<Expression> parts;
  for (Letter letter : word) parts.push_back(letters(letter));
  return sequence(parts);
}

Expression sequence(const std::vector<Expression>& parts) {
  std::vector<Expression> flat;
  for (const Expression& part : parts) {
    if (part->kind == Kind::kNothing) return nothing();
    for (const Expression& inner : parts_of(part)) append_folding(flat, inner);
  }
  if (flat.empty()) return empty_word();
  if (flat.size() == 1) return flat[0];
  return make({.kind = Kind::kSequence, .parts = std::move(flat)});
}

Expression choice(const std::vector<Expression>& parts) {
  std::vector<Expression> flat;
  auto add = [&](Expression part) {
    // What came of a merge may merge again.
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < flat.size(); ++i) {
        if (auto both = merged(flat[i], part)) {
          flat.erase(flat.begin() + static_cast<std::ptrdiff_t>(i));
          part = *std::move(both);
          again = true;
          break;
        }
      }
    }
    flat.push_back(std::move(part));
  };
  bool maybe_empty = false;
  for (const Expression& part : parts) {
    if (part->kind == Kind::kEmpty)
      maybe_empty = true;
    else if (part->kind == Kind::kChoice)
      std::ranges::for_each(part->parts, add);
    else if (part->kind != Kind::kNothing)
      add(part);
  }
  if (flat.empty()) return maybe_empty ? empty_word() : nothing();
  Expression all = flat.size() == 1 ? flat[0] : make({.kind = Kind::kChoice, .parts = std::move(flat)});
  return maybe_empty ? repeat(std::move(all), 0, 1) : all;
}

Expression repeat(Expression part, std::size_t least, std::optional<std::size_t> most) {
  if (most == 0 || part->kind == Kind::kEmpty) return empty_word();
  if (part->kind == Kind::kNothing) return least == 0 ? empty_word() : nothing();
  if (least == 1 && most == 1) return part;
  if (part->kind == Kind::kRepeat) {
    const Expression& inner = part->parts[0];
    if (!part->most && part->least <= 1)
      return repeat(inner, part->least * least, std::nullopt);                             // (x*)…, (x+)…
    if (part->least == 0 && part->most == 1) return repeat(inner, 0, most);                // (x?)…
    if (part->least <= 1 && least == 0 && most == 1) return repeat(inner, 0, part->most);  // (…)?
  }
  return make({.kind = Kind::kRepeat, .parts = {std::move(part)}, .least = least, .most = most});
}

bool same(const Expression& a, const Expression& b) {
  if (a == b) return true;
  if (a->kind != b->kind || a->letters != b->letters || a->least != b->least || a->most != b->most)
    return false;
  return std::ranges::equal(a->parts, b->parts, same);
}

std::size_t weight(const Expression& expression) {
  std::size_t sum = expression->kind == Kind::kLetters ? 3 * expression->letters.ranges().size() : 1;
  for (const Expression& part : expression->parts) sum += weight(part);
  return sum;
}

}  // namespace diconform::automata
