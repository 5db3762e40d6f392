// The manual's clauses and open questions, as read from requirements.json and choices.json.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scenario/case.h"

namespace diconform::scenario {

struct Clause {
  std::string id;
  std::vector<std::string> editions;  // empty = all
  std::string strength;               // documented, by-example, inferred, reported, expected
  bool gates = false;                 // whether breaking it fails a run that is not --strict
  std::string source, sentence;
  std::string excluded;  // why no case covers it; empty = one must
};

// One point that the manual leaves open or contradicts itself on, with the answers that are lawful.
struct Choice {
  struct LawfulAnswer {
    std::string means;
    ReplyMatch reply;  // empty where only a case can say what the answer looks like
  };
  std::string name, question, source, clause;
  std::map<std::string, LawfulAnswer> answers;
};

class Clauses {
 public:
  const Clause* find(std::string_view id) const;
  const std::vector<Clause>& all() const { return clauses_; }
  friend Result<Clauses> clauses_from_json(const Json&, std::string_view);

 private:
  std::vector<Clause> clauses_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

using Choices = std::map<std::string, Choice, std::less<>>;

Result<Clauses> clauses_from_json(const Json& json, std::string_view where);
Result<Choices> choices_from_json(const Json& json, std::string_view where);

}  // namespace diconform::scenario
