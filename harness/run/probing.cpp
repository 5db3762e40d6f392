#include "run/probing.h"

#include "result/report.h"
#include "run/exit_code.h"
#include "run/reporting.h"
#include "run/version.h"

namespace diconform::run {
namespace {

result::Plan plan_of(Session& session, const std::string& name) {
  result::Plan plan;
  plan.verb = "probe";
  plan.version = kVersion;
  plan.target = session.describe();
  plan.edition = session.edition().id;
  plan.seed = session.seed();
  plan.started = utc_time(session.clock().unix_ms() / 1000);
  plan.trials = {name};
  return plan;
}

result::Outcome outcome_of(const std::string& name, Result<ProbeOutcome>& done, const judge::Rules& rules) {
  result::Outcome outcome;
  outcome.trial = outcome.case_name = name;
  if (!done) {
    outcome.verdict = result::Verdict::kError;
    outcome.reason = done.error().message();
    return outcome;
  }
  outcome.verdict = result::Verdict::kPass;
  outcome.findings = std::move(done->findings);
  for (result::Finding& finding : outcome.findings) finding.severity = rules.severity(finding.clause);
  conclude(outcome);
  if (outcome.verdict == result::Verdict::kPass && !done->inconclusive.empty()) {
    outcome.verdict = result::Verdict::kInconclusive;
    outcome.reason = done->inconclusive;
  }
  return outcome;
}

}  // namespace

bool has_dry_run(const Session& session) {
  const api::Action* action = session.edition().action("DeleteImages");
  return action && action->parameter("DryRun");
}

int run_probe(const Options& options, const std::string& name,
              const std::function<Result<ProbeOutcome>(Session&)>& probe) {
  auto opened = Session::open(options.target, Cases::kNone);
  if (!opened) return complain(opened.error().error, opened.error().code);
  Session& session = **opened;
  Reporting reporting;
  if (auto ready = reporting.open(options.report, session); !ready) return complain(ready.error(), kUsage);
  std::int64_t start_us = session.clock().now_us();
  result::Plan plan = plan_of(session, name);
  reporting.listener().run_started(plan);
  Result<ProbeOutcome> done = probe(session);
  result::Summary summary;
  if (done) summary.characteristics = std::move(done->characteristics);
  result::Outcome outcome = outcome_of(name, done, session.rules(options.report.strict));
  outcome.seconds = summary.seconds = static_cast<double>(session.clock().now_us() - start_us) / 1e6;
  reporting.listener().trial_finished(outcome);
  summary.counts = result::counts_of({&outcome, 1});
  summary.complete = true;
  Judged judged;
  judged.planned = 1;
  judged.allow_inconclusive = options.report.allow_inconclusive;
  summary.exit_code = exit_code(summary, judged, summary.complaints);
  if (summary.exit_code == kNotEnough && judged.allow_inconclusive) summary.exit_code = kConforms;
  reporting.listener().run_finished(summary);
  if (auto problem = reporting.problem())
    return complain(*problem, summary.exit_code == 0 ? int{kUnusable} : summary.exit_code);
  return summary.exit_code;
}

}  // namespace diconform::run
