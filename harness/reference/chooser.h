// Questions that the manual leaves open, and who answers them.
//
// The model asks by name where the page is silent. A Chooser answers: with the pin where there is one, with
// the default otherwise, and remembers what was asked. Because only what was really asked is remembered, the
// *set* of all lawful answers to a request comes from running the model again with every combination of those
// questions:
//
//   for_every_answer(pins, [&](Chooser& chooser) { outcomes.push_back(run_the_model(chooser)); });
//
// The questions stand in cases/choices.json, with where each comes from and what its answers look like; a
// test holds the two lists against each other.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace diconform::reference {

struct Question {
  std::string_view name;
  std::vector<std::string_view> answers;  // the first is the default
  std::string_view edition = "";          // arises in this edition only; empty = in all
  std::string_view refusal = "";          // the answer under which any error code is lawful
};
std::span<const Question> questions();
const Question* question_named(std::string_view name);
bool arises_in(std::string_view question, std::string_view edition);

// Answers that are fixed, by the name of the question.
using Pins = std::map<std::string, std::string, std::less<>>;
// Errors: no question of that name, or no such answer to it.
Result<void> check_pins(const Pins& pins);

// A question that a run asked, and the answer it was given. The texts live as long as the program.
struct Asked {
  std::string_view name;
  std::string_view answer;
  friend bool operator==(const Asked&, const Asked&) = default;
};

// Answers one run of the model. A question that is asked again gets the same answer. Not thread-safe; `pins`
// must outlive it, and hold what check_pins() lets pass.
class Chooser {
 public:
  // The n-th question or pick is answered with number path[n] (a pinned one has number 0 alone), those beyond
  // the path with the first. `variation` varies what `pick` picks beyond the path.
  explicit Chooser(const Pins& pins, std::span<const std::size_t> path = {}, std::size_t variation = 0)
      : pins_(pins), path_(path), variation_(variation) {}

  // `name` must be that of a question. `usual`: the default here, where it is not the question's first
  // answer.
  std::string_view ask(std::string_view name, std::string_view usual = "");
  bool says(std::string_view name, std::string_view answer) { return ask(name) == answer; }
  // One of `count` equally lawful ways that no rule decides (errors.precedence "any"): a number below
  // `count`.
  std::size_t pick(std::size_t count);

  std::vector<Asked> asked() const;
  // Whether a question was answered in the way that lets an endpoint refuse with any code.
  bool refused_with_any_code() const;
  // The path of the next combination, in an order that meets every one exactly once; nothing after the last.
  std::optional<std::vector<std::size_t>> next_path() const;

 private:
  struct Decision {
    Asked asked = {};                  // without a name: a pick
    std::size_t taken = 0, count = 1;  // of so many ways; a pin leaves one
  };
  std::size_t take(std::size_t count, std::size_t otherwise);

  const Pins& pins_;
  std::span<const std::size_t> path_;
  std::size_t variation_;
  std::vector<Decision> decisions_;
};

// Calls `run(Chooser&)` once for every combination of answers to the open questions that it asks.
template <class Run>
void for_every_answer(const Pins& pins, Run&& run) {
  std::optional<std::vector<std::size_t>> path{std::in_place};
  while (path) {
    Chooser chooser(pins, *path);
    run(chooser);
    path = chooser.next_path();
  }
}

}  // namespace diconform::reference
