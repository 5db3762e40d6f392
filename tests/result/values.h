// Short ways to write outcomes and reports down in tests.
#pragma once

#include <string>
#include <vector>

#include "result/report.h"

namespace diconform::result {

inline Finding finding(std::string clause, std::string observed, Severity severity = Severity::kFailure) {
  return {std::move(clause), severity, "what the page says", std::move(observed), "step 1, call 1"};
}

inline Outcome outcome(std::string trial, Verdict verdict, std::vector<Finding> findings = {}) {
  Outcome outcome;
  outcome.case_name = trial.substr(0, trial.find('['));
  outcome.trial = std::move(trial);
  outcome.verdict = verdict;
  outcome.findings = std::move(findings);
  if (!outcome.findings.empty()) outcome.reason = outcome.findings.front().observed;
  return outcome;
}

inline Report report_of(std::vector<Outcome> outcomes, std::string shard = "1/1") {
  Report report;
  report.plan.verb = "run";
  report.plan.version = "0.1.0";
  report.plan.target = Json::Object{{"endpoint", "http://127.0.0.1:8080"}};
  report.plan.edition = "2023-03-27";
  report.plan.seed = 7;
  report.plan.shard = std::move(shard);
  report.plan.started = "2026-11-22T02:15:00Z";
  for (const Outcome& outcome : outcomes) report.plan.trials.push_back(outcome.trial);
  report.outcomes = std::move(outcomes);
  report.summary.counts = counts_of(report.outcomes);
  report.summary.complete = true;
  return report;
}

}  // namespace diconform::result
