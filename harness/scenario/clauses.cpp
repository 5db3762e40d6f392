#include "scenario/clauses.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "scenario/case_reader.h"

namespace diconform::scenario {
namespace {

Result<Clause> read_clause(const Json& json, const JsonPlace& place) {
  Clause clause;
  ObjectReader members(json, place);
  members.required("id", clause.id);
  members.optional("editions", clause.editions);
  members.required("strength", clause.strength);
  members.required("gates", clause.gates);
  members.required("source", clause.source);
  members.required("sentence", clause.sentence);
  members.optional("excluded", clause.excluded);
  members.member("why");
  TRY_VOID(members.finish());
  return clause;
}

Result<Choice> read_choice(const Json& json, const JsonPlace& place) {
  Choice choice;
  ObjectReader members(json, place);
  members.required("name", choice.name);
  members.required("question", choice.question);
  members.required("source", choice.source);
  members.optional("clause", choice.clause);
  const Json* answers = members.member("answers");
  if (!answers || !answers->object() || answers->object()->empty()) {
    members.refuse("answers", "is no object of answers");
    return std::unexpected(members.finish().error());
  }
  for (const auto& [name, value] : *answers->object()) {
    ObjectReader answer(value, place / "answers" / name);
    Choice::LawfulAnswer& lawful = choice.answers[name];
    answer.required("means", lawful.means);
    answer.optional("reply", lawful.reply, read_reply_match);
    TRY_VOID(answer.finish());
  }
  TRY_VOID(members.finish());
  return choice;
}

}  // namespace

const Clause* Clauses::find(std::string_view id) const {
  auto found = index_.find(id);
  return found == index_.end() ? nullptr : &clauses_[found->second];
}

Result<Clauses> clauses_from_json(const Json& json, std::string_view where) {
  Clauses clauses;
  ObjectReader members(json, where);
  members.member("$schema");
  members.required("clauses", clauses.clauses_, each(read_clause));
  TRY_VOID(members.finish());
  for (std::size_t i = 0; i < clauses.clauses_.size(); ++i) {
    const std::string& id = clauses.clauses_[i].id;
    if (!clauses.index_.emplace(id, i).second) {
      return (JsonPlace(where) / "clauses" / i / "id")
          .failure("is " + quoted(id) + ", which an earlier clause has");
    }
  }
  return clauses;
}

Result<Choices> choices_from_json(const Json& json, std::string_view where) {
  ObjectReader members(json, where);
  std::vector<Choice> list;
  members.member("$schema");
  members.required("choices", list, each(read_choice));
  TRY_VOID(members.finish());
  Choices choices;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string name = list[i].name;
    if (!choices.emplace(name, std::move(list[i])).second) {
      return (JsonPlace(where) / "choices" / i / "name")
          .failure("is " + quoted(name) + ", which an earlier choice has");
    }
  }
  return choices;
}

}  // namespace diconform::scenario
