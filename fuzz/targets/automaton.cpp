// Regular expressions to automata: ours agrees with RE2 on all short strings, through the pattern it prints,
// too; minimising keeps the language and is done after one time. An input is two patterns, a line each (the
// second may be left out).
#include <re2/re2.h>

#include "automata/expression.h"
#include "check.h"
#include "input.h"

using namespace diconform::automata;
using namespace diconform::fuzz;

namespace {

constexpr std::size_t kLongest = 4, kMostLetters = 4, kLongestPattern = 40;

RE2::Options options() {  // as api::IdMatcher uses it
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_never_capture(true);
  return options;
}

// Calls visit(string) for every string of some letters that the automaton tells apart.
template <class Visit>
void each_short_string(const Dfa& dfa, Visit visit) {
  std::string letters, string;
  for (const LetterSet& members : dfa.alphabet.classes())
    if (letters.size() < kMostLetters) letters += static_cast<char>(members.at(members.size() / 2));
  std::vector<std::size_t> digits;  // a counter in base letters.size()
  while (digits.size() <= kLongest) {
    string.clear();
    for (std::size_t digit : digits) string += letters[digit];
    visit(string);
    std::size_t place = 0;
    while (place < digits.size() && ++digits[place] == letters.size()) digits[place++] = 0;
    if (place == digits.size()) digits.push_back(0);
  }
}

// The automaton of a pattern that both can read.
std::optional<Dfa> checked(std::string_view pattern) {
  auto expression = parse_expression(pattern);
  if (!expression || weight(*expression) > 400) return std::nullopt;
  auto dfa = to_dfa(*expression);
  RE2 written({pattern.data(), pattern.size()}, options());
  if (!dfa || dfa->size() > 300 || !written.ok()) return std::nullopt;
  std::string text = to_pattern(*expression);
  RE2 printed(text, options());
  FUZZ_CHECK(printed.ok(), "RE2 cannot read what was printed for " + shown(pattern) + ": " + shown(text));
  each_short_string(*dfa, [&](const std::string& string) {
    bool ours = dfa->accepts_bytes(string);
    FUZZ_CHECK(RE2::FullMatch(string, written) == ours,
               "RE2 differs on " + shown(string) + ": " + shown(pattern));
    FUZZ_CHECK(RE2::FullMatch(string, printed) == ours,
               "what was printed differs on " + shown(string) + ": " + shown(pattern) + ", " + shown(text));
  });
  auto again = compile(text);
  FUZZ_CHECK(again && equivalent(*again, *dfa),
             "printed and read it is another: " + shown(pattern) + ", " + shown(text));
  return std::move(*dfa);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size), first = take_line(text), second = take_line(text);
  if (first.size() > kLongestPattern || second.size() > kLongestPattern) return 0;
  auto a = checked(first), b = checked(second);
  if (!a || !b) return 0;
  for (Join join : {Join::kBoth, Join::kEither, Join::kFirstOnly, Join::kOneOnly}) {
    Dfa joined = product(*a, *b, join), least = minimised(joined);
    FUZZ_CHECK(least.size() <= joined.size() && minimised(least).size() == least.size(),
               "not the least automaton");
    FUZZ_CHECK(equivalent(joined, least),
               "minimising changed the language of " + shown(first) + ", " + shown(second));
    each_short_string(joined, [&](const std::string& string) {
      bool in_a = a->accepts_bytes(string), in_b = b->accepts_bytes(string);
      bool should = join == Join::kBoth        ? in_a && in_b
                    : join == Join::kEither    ? in_a || in_b
                    : join == Join::kFirstOnly ? in_a && !in_b
                                               : in_a != in_b;
      FUZZ_CHECK(least.accepts_bytes(string) == should,
                 "a join is wrong on " + shown(string) + ": " + shown(first) + ", " + shown(second));
    });
  }
  return 0;
}
