#include "result/diff.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace diconform::result {
namespace {

using Outcomes = std::unordered_map<std::string_view, const Outcome*>;

Outcomes by_trial(const Report& report) {
  Outcomes outcomes;
  for (const Outcome& outcome : report.outcomes) outcomes.emplace(outcome.trial, &outcome);
  return outcomes;
}

bool same(const Finding& a, const Finding& b) {
  return a.clause == b.clause && a.severity == b.severity && a.observed == b.observed && a.where == b.where;
}

std::vector<Finding> only_in(const std::vector<Finding>& these, const std::vector<Finding>& those) {
  std::vector<Finding> out;
  for (const Finding& finding : these) {
    if (std::ranges::none_of(those, [&](const Finding& other) { return same(finding, other); }))
      out.push_back(finding);
  }
  return out;
}

bool broken(Verdict verdict) { return verdict == Verdict::kFail || verdict == Verdict::kKnownFailure; }

void sort_in(ReportDiff& diff, TrialChange change) {
  Verdict before = *change.before, after = *change.after;
  bool moved = !change.gone.empty() || !change.come.empty();
  if (broken(before) && broken(after)) {
    bool unknown_now = before == Verdict::kKnownFailure && after == Verdict::kFail;
    if (unknown_now)
      diff.newly_failing.push_back(std::move(change));
    else if (moved || before != after)
      diff.changed.push_back(std::move(change));
  } else if (after == Verdict::kFail) {
    diff.newly_failing.push_back(std::move(change));
  } else if (broken(before) && after == Verdict::kPass) {
    diff.fixed.push_back(std::move(change));
  } else if (before != after) {
    diff.other.push_back(std::move(change));
  }
}

std::string verdict_text(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(name_of(*verdict)) : "absent";
}

std::string change_text(const TrialChange& change) {
  std::string text = "  " + quoted(change.trial, 400) + ": " + verdict_text(change.before) + " -> " +
                     verdict_text(change.after);
  if (!change.reason.empty()) text += ", " + quoted(change.reason, 300);
  text += "\n";
  auto add = [&](std::string_view sign, const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
      text += "    " + std::string(sign) + " " + quoted(finding.clause) + ": expected " +
              quoted(finding.expected, 300) + ", observed " + quoted(finding.observed, 300) + "\n";
  };
  add("-", change.gone);
  add("+", change.come);
  return text;
}

std::string list_text(std::string_view title, const std::vector<TrialChange>& changes) {
  if (changes.empty()) return "";
  std::string text = std::string(title) + " (" + std::to_string(changes.size()) + ")\n";
  for (const TrialChange& change : changes) text += change_text(change);
  return text;
}

}  // namespace

ReportDiff diff(const Report& before, const Report& after) {
  ReportDiff result;
  Outcomes earlier = by_trial(before), later = by_trial(after);
  for (const Outcome& now : after.outcomes) {
    auto found = earlier.find(now.trial);
    if (found == earlier.end()) {
      auto& list = now.verdict == Verdict::kFail ? result.newly_failing : result.added;
      list.push_back({now.trial, std::nullopt, now.verdict, now.reason, {}, now.findings});
      continue;
    }
    const Outcome& then = *found->second;
    sort_in(result, {now.trial, then.verdict, now.verdict, now.reason, only_in(then.findings, now.findings),
                     only_in(now.findings, then.findings)});
  }
  for (const Outcome& then : before.outcomes) {
    if (!later.contains(then.trial))
      result.removed.push_back({then.trial, then.verdict, std::nullopt, "", then.findings, {}});
  }
  for (const auto& [choice, record] : after.summary.choices) {
    auto found = before.summary.choices.find(choice);
    if (found != before.summary.choices.end() && found->second.answer != record.answer)
      result.choices.push_back({choice, found->second.answer, record.answer});
  }
  return result;
}

bool regressed(const ReportDiff& diff) {
  auto still_fails = [](const TrialChange& change) {
    return change.after == Verdict::kFail && !change.come.empty();
  };
  return !diff.newly_failing.empty() || std::ranges::any_of(diff.changed, still_fails);
}

std::string to_text(const ReportDiff& diff) {
  std::string text = list_text("Newly failing", diff.newly_failing) + list_text("Fixed", diff.fixed) +
                     list_text("Fails otherwise than before", diff.changed) +
                     list_text("Other verdict", diff.other) + list_text("New trials", diff.added) +
                     list_text("Trials that are gone", diff.removed);
  if (!diff.choices.empty())
    text += "Choices answered otherwise (" + std::to_string(diff.choices.size()) + ")\n";
  for (const ChoiceChange& change : diff.choices)
    text +=
        "  " + quoted(change.choice) + ": " + quoted(change.before) + " -> " + quoted(change.after) + "\n";
  return text.empty() ? "No difference.\n" : text;
}

}  // namespace diconform::result
