#include "result/merge.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace diconform::result {
namespace {

constexpr std::string_view kPrecedence = "errors.precedence";
constexpr std::string_view kByTrial = "rateTrials";  // trials of different shards stand side by side

std::string name_of_shard(const Report& report) { return "shard " + report.plan.shard; }
std::size_t number_of(const Report& report) { return shard_from(report.plan.shard).value_or(Shard{}).number; }

Result<void> check_complete(const Report& shard) {
  if (shard.summary.complete) return {};
  return failure(name_of_shard(shard), "is not complete", "repeat that shard");
}

Result<void> check_same_run(const Report& first, const Report& other) {
  auto differs = [&](std::string_view what, const std::string& here, const std::string& there) {
    return failure(name_of_shard(other),
                   "has " + std::string(what) + " " + quoted(there) + ", but " + name_of_shard(first) +
                       " has " + quoted(here),
                   "merge the shards of one run only");
  };
  struct Field {
    std::string_view name;
    std::string Plan::* member;
  };
  static constexpr Field kFields[] = {
      {"the verb", &Plan::verb}, {"the version", &Plan::version}, {"the edition", &Plan::edition}};
  for (const Field& field : kFields) {
    if (first.plan.*field.member != other.plan.*field.member)
      return differs(field.name, first.plan.*field.member, other.plan.*field.member);
  }
  if (first.plan.seed != other.plan.seed)
    return differs("the seed", std::to_string(first.plan.seed), std::to_string(other.plan.seed));
  if (first.plan.target != other.plan.target)
    return differs("the target", to_text(first.plan.target), to_text(other.plan.target));
  return {};
}

// Every I of I/N is there once. The shards are sorted by I.
Result<void> check_numbers(const std::vector<Report>& shards) {
  std::size_t of = shard_from(shards[0].plan.shard).value_or(Shard{}).of;
  for (const Report& shard : shards) {
    auto parsed = shard_from(shard.plan.shard);
    if (!parsed) return failure(quoted(shard.plan.shard), "is no shard", "expected I/N");
    if (parsed->of != of)
      return failure(name_of_shard(shard), "is of another division than " + name_of_shard(shards[0]));
  }
  for (std::size_t i = 0; i < of; ++i) {
    std::string name = "shard " + std::to_string(i + 1) + "/" + std::to_string(of);
    std::size_t here = i < shards.size() ? number_of(shards[i]) : of + 1;
    if (here > i + 1) return failure(name, "is missing", "give the reports of all shards");
    if (here < i + 1) return failure(name_of_shard(shards[i]), "is given twice");
  }
  if (shards.size() > of) return failure(name_of_shard(shards[of]), "is given twice");
  return {};
}

Result<void> check_disjoint(const std::vector<Report>& shards) {
  std::map<std::string_view, const Report*> seen;
  for (const Report& shard : shards) {
    for (const std::string& trial : shard.plan.trials) {
      auto [at, fresh] = seen.emplace(trial, &shard);
      if (!fresh)
        return failure(name_of_shard(shard),
                       "planned " + quoted(trial) + ", as did " + name_of_shard(*at->second),
                       "merge the shards of one run only");
    }
  }
  return {};
}

void contradict(Report& whole, const std::string& choice, const ChoiceRecord& before,
                const ChoiceRecord& now) {
  if (now.trials.empty()) return;
  auto outcome = std::ranges::find(whole.outcomes, now.trials.front(), &Outcome::trial);
  if (outcome == whole.outcomes.end()) return;
  std::string earlier = before.trials.empty() ? "another shard" : before.trials.front();
  outcome->findings.push_back({"choices.consistent", Severity::kFailure,
                               choice + " is answered as before: " + before.answer + " (" + earlier + ")",
                               now.answer, "this run"});
  if (outcome->verdict != Verdict::kPass && outcome->verdict != Verdict::kKnownFailure) return;
  outcome->verdict = Verdict::kFail;
  outcome->reason = "the shards disagree on " + choice + ": " + before.answer + ", then " + now.answer;
}

void merge_choices(Report& whole, const Report& shard) {
  for (const auto& [choice, record] : shard.summary.choices) {
    auto [at, fresh] = whole.summary.choices.emplace(choice, record);
    if (fresh) continue;
    // Which of several errors is named has an answer that is itself folded from many; two that differ are
    // "any".
    if (at->second.answer != record.answer) {
      if (choice == kPrecedence)
        at->second.answer = "any";
      else
        contradict(whole, choice, at->second, record);
    }
    at->second.trials.insert(at->second.trials.end(), record.trials.begin(), record.trials.end());
  }
}

void merge_characteristics(Summary& whole, const Report& shard) {
  const Json::Object* members = shard.summary.characteristics.object();
  if (!members) return;
  for (const auto& [name, value] : *members) {
    const Json* before = whole.characteristics.find(name);
    if (!before) {
      whole.characteristics.set(name, value);
    } else if (name == kByTrial && before->object() && value.object()) {
      Json both = *before;
      for (const auto& [trial, measured] : *value.object()) both.set(trial, measured);
      whole.characteristics.set(name, std::move(both));
    } else if (*before != value) {
      whole.complaints.push_back("the shards found different characteristics: " + name + " is " +
                                 to_text(*before) + ", in " + name_of_shard(shard) + " " + to_text(value));
    }
  }
}

}  // namespace

Result<Report> merge(std::vector<Report> shards) {
  if (shards.empty()) return failure("report merge", "no report was given");
  for (const Report& shard : shards) {
    TRY_VOID(check_complete(shard));
    TRY_VOID(check_same_run(shards[0], shard));
  }
  std::ranges::sort(shards, {}, number_of);
  TRY_VOID(check_numbers(shards));
  TRY_VOID(check_disjoint(shards));

  Report whole;
  whole.plan = shards[0].plan;
  whole.plan.shard = "1/1";
  whole.plan.trials.clear();
  for (Report& shard : shards) {
    whole.plan.started = std::min(whole.plan.started, shard.plan.started);
    whole.plan.trials.insert(whole.plan.trials.end(), shard.plan.trials.begin(), shard.plan.trials.end());
    std::ranges::move(shard.outcomes, std::back_inserter(whole.outcomes));
    merge_choices(whole, shard);
    merge_characteristics(whole.summary, shard);
  }
  whole.summary.counts = counts_of(whole.outcomes);
  whole.summary.complete = true;
  whole.summary.exit_code = exit_code_of(whole);
  return whole;
}

}  // namespace diconform::result
