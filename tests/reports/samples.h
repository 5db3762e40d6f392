// A small run that has one of everything, for the tests of reporters.
#pragma once

#include <sstream>
#include <string>

#include "reports/formats.h"

namespace diconform::reports {

inline wire::Exchange sample_exchange() {
  wire::Exchange exchange;
  exchange.sent =
      "POST / HTTP/1.1\r\nHost: cvm.tencentcloudapi.com\r\nX-TC-Action: DeleteImages\r\nContent-Length: "
      "47\r\n\r\n{\"ImageIds\":[\"img-1a2b3c4d\"],\"DryRun\":true}";
  exchange.received =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
      "{\"Response\":{\"RequestId\":\"b5b41468-520d-4192-b42f-595cc34b6c1c\"}}";
  exchange.started_us = 1200;
  exchange.elapsed_us = 830;
  exchange.connection = 3;
  return exchange;
}

inline result::Outcome outcome_of(std::string trial, result::Verdict verdict, std::string reason = "") {
  result::Outcome outcome;
  outcome.case_name = trial.substr(0, trial.find('['));
  outcome.trial = std::move(trial);
  outcome.verdict = verdict;
  outcome.reason = std::move(reason);
  outcome.seconds = 0.25;
  return outcome;
}

inline result::Outcome sample_failure() {
  result::Outcome outcome = outcome_of("dry-run/changes-nothing[2023-03-27,query,tc3]",
                                       result::Verdict::kFail, "a dry run deleted img-1a2b3c4d");
  outcome.findings = {{"dry-run.changes-nothing", result::Severity::kFailure, "the world as it was",
                       "img-1a2b3c4d is gone", "step 1, image $victim"}};
  outcome.exchanges = {sample_exchange()};
  outcome.repeat = "diconform run 'dry-run/changes-nothing[2023-03-27,query,tc3]' --seed 7";
  outcome.curl = "curl -sS 'http://127.0.0.1:8080/?Action=DeleteImages'";
  return outcome;
}

inline result::Outcome sample_warning() {
  result::Outcome outcome = outcome_of("envelope/has-a-uuid[2023-03-27,json,tc3]", result::Verdict::kPass);
  outcome.findings = {
      {"envelope.content-type", result::Severity::kWarning, "application/json", "text/plain", "call 1"}};
  return outcome;
}

inline result::Report sample_report() {
  result::Report report;
  report.plan.verb = "run";
  report.plan.version = "0.1.0";
  report.plan.target = Json::Object{{"endpoint", "http://127.0.0.1:8080"}};
  report.plan.edition = "2023-03-27";
  report.plan.seed = 7;
  report.plan.started = "2026-11-22T02:15:00Z";
  report.outcomes = {
      outcome_of("errors/not-found[2023-03-27,json,tc3]", result::Verdict::kPass),
      sample_failure(),
      outcome_of("errors/in-use[2023-03-27,json,tc3]", result::Verdict::kKnownFailure, "issue 12"),
      outcome_of("errors/creating[2023-03-27,json,tc3]", result::Verdict::kError, "the hook answered 500"),
      outcome_of("rate/ten-a-second[2023-03-27,json,tc3]", result::Verdict::kInconclusive,
                 "the schedule slipped"),
      outcome_of("errors/shared[2023-03-27,json,tc3]", result::Verdict::kUntestable,
                 "the hook lacks the facet SharedTo"),
      outcome_of("ids/nine[2025-11-19,json,tc3]", result::Verdict::kSkipped, "another edition"),
      sample_warning(),
  };
  for (const result::Outcome& outcome : report.outcomes) report.plan.trials.push_back(outcome.trial);
  report.summary.counts = result::counts_of(report.outcomes);
  report.summary.choices = {{"dry-run.passing-answer", {"success", {"a", "b", "c"}}}};
  report.summary.characteristics = Json::Object{
      {"maxImageIds", 100},
      {"rateTrials", Json::Object{{"rate/ten-a-second[2023-03-27,json,tc3]",
                                   Json::Object{{"acceptedPerSecond", 10.5}, {"refused", 105}}}}}};
  report.summary.complete = true;
  report.summary.exit_code = 3;
  report.summary.seconds = 3.21;
  return report;
}

// What a format says about a report, written to a stream.
inline std::string told(std::unique_ptr<Reporter> (*make)(const Destination&), const result::Report& report) {
  std::ostringstream out;
  Destination to;
  to.out = &out;
  std::unique_ptr<Reporter> reporter = make(to);
  result::replay(report, *reporter);
  return out.str();
}

}  // namespace diconform::reports
