#include "base/text.h"
#include "scenario/step_reader.h"

namespace diconform::scenario {
namespace {

bool is_code(std::string_view text) {
  if (text.empty() || text[0] < 'A' || text[0] > 'Z') return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") ==
         text.npos;
}

Result<void> add_word(const Json& json, const JsonPlace& place, ReplyMatch& match) {
  TRY(std::string word, json_as<std::string>(json, place));
  if (word == "success") {
    match.success = true;
  } else if (word == "error") {
    match.any_error = true;
  } else if (word == "http-error") {
    match.http_error = true;
  } else if (is_code(word)) {
    match.codes.push_back(word);
  } else {
    return place.failure("is " + quoted(word) + ", which is no reply",
                         "\"success\", \"error\", \"http-error\" or an error code");
  }
  return {};
}

Result<WorldExpectation> read_world(const Json& json, const JsonPlace& place) {
  WorldExpectation world;
  if (json.string()) {
    if (*json.string() != "unchanged") return place.failure("is not \"unchanged\"");
    world.kind = WorldExpectation::Kind::kUnchanged;
    return world;
  }
  ObjectReader members(json, place);
  members.required("gone", world.gone);
  TRY_VOID(members.finish());
  world.kind = WorldExpectation::Kind::kGone;
  return world;
}

Result<Answer> read_answer(const Json& json, const JsonPlace& place) {
  Answer answer;
  ObjectReader members(json, place);
  members.required("reply", answer.reply, read_reply_match);
  members.optional("world", answer.world, read_world);
  TRY_VOID(members.finish());
  return answer;
}

Result<std::map<std::string, Answer>> read_answers(const Json& json, const JsonPlace& place) {
  if (!json.object() || json.object()->empty()) return place.mismatch(json, "an object of answers");
  std::map<std::string, Answer> answers;
  for (const auto& [name, value] : *json.object()) {
    TRY(answers[name], read_answer(value, place / name));
  }
  return answers;
}

Result<void> check_choice(const Expectation& expect, const JsonPlace& place, const Choices& choices) {
  auto choice = choices.find(expect.choice);
  if (choice == choices.end()) {
    return place.failure("names the choice " + quoted(expect.choice) + ", which choices.json does not have");
  }
  for (const auto& [name, answer] : expect.answers) {
    if (!choice->second.answers.contains(name)) {
      return place.failure("gives the answer " + quoted(name) + ", which the choice " +
                           quoted(expect.choice) + " does not have");
    }
    if (answer.reply.empty()) {
      return place.failure("leaves open what the answer " + quoted(name) + " looks like",
                           "use \"choice\" with \"answers\"");
    }
  }
  return {};
}

// {"choice": NAME}: what is lawful stands in choices.json.
Result<void> take_choice(const std::string& name, const JsonPlace& place, const Choices& choices,
                         Expectation& expect) {
  expect.choice = name;
  if (auto choice = choices.find(name); choice != choices.end()) {
    for (const auto& [answer, lawful] : choice->second.answers) expect.answers[answer].reply = lawful.reply;
  }
  return check_choice(expect, place, choices);
}

Result<void> read_reply(const Json& json, const JsonPlace& place, const StepContext& context,
                        Expectation& expect) {
  if (json.find("choice")) {
    ObjectReader members(json, place);
    std::string name;
    members.required("choice", name);
    TRY_VOID(members.finish());
    return take_choice(name, place, context.vocabulary.choices, expect);
  }
  if (json.find("trueErrors")) {
    ObjectReader members(json, place);
    members.required("trueErrors", expect.true_errors);
    TRY_VOID(members.finish());
    if (expect.true_errors.size() != 2) return (place / "trueErrors").failure("does not name two codes");
    expect.reply.codes = expect.true_errors;
    return {};
  }
  TRY(expect.reply, read_reply_match(json, place));
  return {};
}

}  // namespace

Result<ReplyMatch> read_reply_match(const Json& json, const JsonPlace& place) {
  ReplyMatch match;
  if (json.string()) {
    TRY_VOID(add_word(json, place, match));
    return match;
  }
  ObjectReader members(json, place);
  if (const Json* any = members.member("anyOf")) {
    if (!any->array() || any->array()->empty()) return (place / "anyOf").mismatch(*any, "a list of replies");
    for (std::size_t i = 0; i < any->array()->size(); ++i) {
      TRY_VOID(add_word((*any->array())[i], place / "anyOf" / i, match));
    }
  } else {
    members.refuse(
        "", "is no reply",
        "\"success\", a code, \"error\", {\"anyOf\": […]}, {\"choice\": …} or {\"trueErrors\": […]}");
  }
  TRY_VOID(members.finish());
  return match;
}

Result<Expectation> read_expectation(const Json& json, const JsonPlace& place, const StepContext& context) {
  Expectation expect;
  ObjectReader members(json, place);
  if (const Json* reply = members.member("reply"))
    TRY_VOID(read_reply(*reply, place / "reply", context, expect));
  members.optional("world", expect.world, read_world);
  if (json.find("choice")) {
    members.required("choice", expect.choice);
    members.required("answers", expect.answers, read_answers);
    if (!members.failed()) TRY_VOID(check_choice(expect, place / "choice", context.vocabulary.choices));
  } else if (!expect.answers.empty() && expect.world.kind != WorldExpectation::Kind::kAsWanted) {
    for (auto& [name, answer] : expect.answers) answer.world = expect.world;
  }
  members.optional("fields", expect.fields);
  members.optional("winners", expect.winners,
                   [](const Json& value, const JsonPlace& at) -> Result<std::optional<std::size_t>> {
                     TRY(std::size_t count, json_as<std::size_t>(value, at));
                     return count;
                   });
  members.optional("losers", expect.losers, read_reply_match);
  members.optional("clause", expect.clause);
  if (!expect.clause.empty() && !context.vocabulary.clauses.find(expect.clause)) {
    members.refuse("clause", "names a clause that requirements.json does not have");
  }
  if (expect.reply.empty() && expect.choice.empty() && !expect.winners) {
    members.refuse("", "says no reply", "add \"reply\", \"choice\" or \"winners\"");
  }
  if (expect.winners && expect.losers.empty()) members.refuse("", "has winners and no losers");
  TRY_VOID(members.finish());
  return expect;
}

}  // namespace diconform::scenario
