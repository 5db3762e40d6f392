// Regular expressions as values: a tree that can be read, printed, built and made into an automaton.
//
// The syntax is the part of RE2's that says something about a language: literals, '.', classes with ranges,
// negation and [:names:], \d \w \s and their negations, \n \t \r \f \v \a, \xHH, \x{H…}, octal \000, groups
// (captured, (?:…) or (?s:…), for '.' is any letter anyway), '|', and ? * + {m} {m,} {m,n} (lazy or not is
// one to a language). An expression is always anchored at both ends; '^', '\A', '$' and '\z' are allowed
// there and mean nothing more. As in api::IdMatcher '.' is any letter, a newline too.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/dfa.h"
#include "automata/letters.h"
#include "base/error.h"

namespace diconform::automata {

struct Node;
// Immutable and shared; never null.
using Expression = std::shared_ptr<const Node>;

struct Node {
  enum class Kind { kNothing, kEmpty, kLetters, kSequence, kChoice, kRepeat };
  Kind kind = Kind::kNothing;
  LetterSet letters = {};                // kLetters
  std::vector<Expression> parts = {};    // kSequence, kChoice (two or more), kRepeat (one)
  std::size_t least = 0;                 // kRepeat
  std::optional<std::size_t> most = {};  // kRepeat; nothing = without end
};

// These simplify: the empty language swallows a sequence, sets that are alternatives become one set, equal
// neighbours in a sequence a count, common prefixes and suffixes of alternatives stand once.
Expression nothing();
Expression empty_word();
Expression letters(LetterSet set);
Expression literal(std::u32string_view word);
Expression sequence(const std::vector<Expression>& parts);
Expression choice(const std::vector<Expression>& parts);
Expression repeat(Expression part, std::size_t least, std::optional<std::size_t> most);
bool same(const Expression& a, const Expression& b);  // the same tree
std::size_t weight(const Expression& expression);     // roughly its length in print

// Errors name the offset in the pattern. A pattern over bytes is read byte by byte (as RE2 does in Latin-1),
// one over characters as UTF-8.
Result<Expression> parse_expression(std::string_view pattern, Universe universe = kBytes);

// In RE2's syntax and, but for letters above U+00FF in the universe of bytes, which there are none of, in
// that of most other engines: controls and Latin-1 as \xHH, other characters as themselves in UTF-8. It
// parses to the same language. The empty language is a class without members, [^\x00-\xff] over bytes.
std::string to_pattern(const Expression& expression, Universe universe = kBytes);
// A set as inside brackets: "0-9a-z".
std::string to_pattern(const LetterSet& set, Universe universe = kBytes);

// The minimal automaton. Error: more than 100,000 positions (counted repeats are written out), which a
// pattern that somebody made up to hurt could ask for; or more than 20,000 states.
Result<Dfa> to_dfa(const Expression& expression, Universe universe = kBytes);
Result<Dfa> compile(std::string_view pattern, Universe universe = kBytes);

}  // namespace diconform::automata
