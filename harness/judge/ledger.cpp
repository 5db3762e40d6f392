#include "judge/ledger.h"

#include "base/text.h"

namespace diconform::judge {
namespace {

constexpr const char* kPrecedence = "errors.precedence";

void add(result::Outcome& outcome, const Rules& rules, const std::string& clause, std::string expected,
         std::string observed) {
  outcome.findings.push_back(
      {clause, rules.severity(clause), std::move(expected), std::move(observed), "this run"});
}

}  // namespace

void Ledger::fold(result::Outcome& outcome, const Rules& rules) {
  fold_request_ids(outcome, rules);
  fold_choices(outcome, rules);
}

void Ledger::fold_request_ids(result::Outcome& outcome, const Rules& rules) {
  bool told = false;
  for (const std::string& id : outcome.request_ids) {
    if (request_ids_.insert(id).second || told) continue;
    told = true;  // one finding a trial says it
    add(outcome, rules, "envelope.request-id-unique", "a RequestId of its own for each call",
        "a RequestId that an earlier reply bore");
  }
}

void Ledger::fold_choices(result::Outcome& outcome, const Rules& rules) {
  for (const result::ChoiceAnswer& seen : outcome.choices) {
    result::ChoiceRecord& record = answers_[seen.choice];
    if (record.answer.empty()) record.answer = seen.answer;
    if (record.answer != seen.answer) {
      add(outcome, rules, "choices.consistent",
          seen.choice + " is answered as before: " + record.answer + " (" + record.trials.front() + ")",
          seen.answer);
    }
    if (auto pin = pinned_.find(seen.choice); pin != pinned_.end() && pin->second != seen.answer) {
      add(outcome, rules, "choices.pinned", seen.choice + " is pinned to " + pin->second, seen.answer);
    }
    record.trials.push_back(outcome.trial);
  }
  for (const result::PrecedenceAnswer& seen : outcome.precedence) {
    named_first_[{seen.named, seen.other}].insert(seen.named_first);
    precedence_trials_.push_back(outcome.trial);
  }
}

std::map<std::string, result::ChoiceRecord> Ledger::choices() const {
  auto records = answers_;
  if (named_first_.empty()) return records;
  bool by_place = true, by_kind = true;
  std::string order;
  for (const auto& [pair, places] : named_first_) {
    if (places.contains(false)) by_place = false;
    if (named_first_.contains({pair.second, pair.first})) by_kind = false;
    order += (order.empty() ? "" : ", ") + pair.first + " before " + pair.second;
  }
  std::string answer = by_place ? "by-place" : by_kind ? "by-kind: " + order : "any";
  records[kPrecedence] = {answer, precedence_trials_};
  return records;
}

}  // namespace diconform::judge
