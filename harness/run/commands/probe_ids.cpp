#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "probe/id_report.h"
#include "run/exit_code.h"
#include "run/reporting.h"
#include "run/session.h"
#include "run/version.h"

namespace diconform::run {
namespace {

// A real service allows ten calls a second: one less is safe from its count of ours.
constexpr double kLawfulPace = 9;

std::atomic<bool> interrupted = false;

void watch_for_interrupts() {
  auto stop = [](int signal) {
    if (interrupted.exchange(true)) std::_Exit(128 + signal);
  };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
}

result::Plan plan_of(Session& session, probe::Level level) {
  result::Plan plan;
  plan.verb = "probe ids";
  plan.version = kVersion;
  plan.target = session.describe();
  plan.edition = session.edition().id;
  plan.seed = session.seed();
  plan.started = utc_time(session.clock().unix_ms() / 1000);
  plan.trials = probe::id_trials(plan.edition, level);
  return plan;
}

// What is told before the first call: how much it will be, and how long at a given pace.
void tell_estimate(const probe::IdEstimate& estimate, double pace, probe::Level level) {
  std::string time;
  if (pace > 0)
    time = fmt::format(", at {:.0f}/s up to {:.0f} minutes", pace,
                       static_cast<double>(estimate.most) / pace / 60 + 0.5);
  std::cerr << fmt::format("probe ids, {}: {} to {} calls{}\n", probe::name_of(level), estimate.least,
                           estimate.most, time);
}

void tell(const probe::IdFindings& found) {
  std::cerr << fmt::format("{} ids in {} calls\n", found.ids, found.queries);
  if (found.equal) {
    std::cerr << fmt::format("the endpoint's image IDs are {} ({})\n", found.declared, found.candidate);
  } else if (found.differs) {
    std::cerr << fmt::format("declared  {}\nobserved  {}\nwitness   {}: the manual {}, the endpoint {}\n",
                             found.declared, found.observed.empty() ? "too long to learn" : found.observed,
                             quoted(found.witness), found.declared_accepts ? "accepts" : "refuses",
                             found.declared_accepts ? "refuses" : "accepts");
    for (const std::string& difference : found.differences) std::cerr << "  " << difference << '\n';
  }
  for (const auto& [carrier, said] : found.unused_carriers)
    std::cerr << fmt::format("not probed as {}: a plain id is answered {} there\n", probe::name_of(carrier),
                             said);
}

Result<void> write_pictures(const ProbeOptions& options, const probe::IdFindings& found) {
  if (options.dot.empty() && options.plot.empty()) return {};
  const automata::Drawing drawing = probe::id_drawing(found);
  if (!options.dot.empty()) {
    TRY_VOID(write_file(options.dot, automata::to_dot(drawing, "image ids")));
  }
  if (!options.plot.empty()) {
    TRY_VOID(write_file(options.plot, automata::to_svg(drawing)));
  }
  return {};
}

// The probe itself, told to the listener as trials.
class Probing {
 public:
  Probing(const Options& options, Session& session, probe::Level level)
      : options_(options), session_(session), level_(level) {}

  Result<probe::IdFindings> run() {
    target::EndpointSetup setup = session_.setup();
    std::optional<target::Pacer> pacer;
    const bool own_pace = !setup.pacer && !setup.loopback;
    if (own_pace) setup.pacer = &pacer.emplace(session_.clock(), kLawfulPace);
    probe::IdProbeOptions wanted{level_, options_.probe.extra_states, session_.seed(), !setup.pacer};
    std::optional<probe::IdJournal> journal;
    if (!options_.probe.journal.empty()) {
      TRY(probe::IdJournal opened,
          probe::IdJournal::open(options_.probe.journal, {session_.url(), session_.edition().id,
                                                          std::string(probe::name_of(level_)), wanted.seed}));
      journal = std::move(opened);
      wanted.seed = journal->head().seed;
    }
    TRY(probe::IdEstimate estimate, probe::estimate_ids(session_.edition(), wanted));
    tell_estimate(estimate, setup.pacer ? setup.pacer->per_second() : 0, level_);
    const api::Action* action = session_.edition().action("DeleteImages");
    const bool dry_run = action && action->parameter("DryRun");
    // One account has one rate: more lines than one would only reach its limit sooner.
    const bool alone = !setup.worlds || !setup.capabilities.isolated;
    probe::IdOracle oracle(setup, alone ? 1 : session_.jobs(), dry_run, journal ? &*journal : nullptr,
                           &interrupted);
    return probe::probe_ids(session_.edition(), wanted, oracle, journal ? &*journal : nullptr);
  }

 private:
  const Options& options_;
  Session& session_;
  probe::Level level_;
};

// A trial for each that was planned, where the probe could not be finished.
std::vector<result::Outcome> unfinished(const result::Plan& plan, const Error& error) {
  std::vector<result::Outcome> all;
  for (const std::string& trial : plan.trials) {
    result::Outcome& outcome = all.emplace_back();
    outcome.trial = trial;
    outcome.case_name = trial.substr(0, trial.find('['));
    outcome.verdict = result::Verdict::kError;
    outcome.reason = error.message();
  }
  return all;
}

void take(result::Summary& summary, const result::Outcome& outcome) {
  ++summary.counts[outcome.verdict];
  for (const result::ChoiceAnswer& answer : outcome.choices)
    summary.choices[answer.choice] = {answer.answer, {outcome.trial}};
}

}  // namespace

int probe_ids_verb(const Options& options) {
  auto least = parse_min_verified(options.report.min_verified);
  if (!least) return complain(least.error(), kUsage);
  const probe::Level level = probe::level_named(options.probe.level).value_or(probe::Level::kStandard);
  auto opened = Session::open(options.target, Cases::kNone);
  if (!opened) return complain(opened.error().error, opened.error().code);
  Session& session = **opened;
  auto known = open_known_failures(options.report.known_failures, session.clock());
  if (!known) return complain(known.error(), kUsage);
  Reporting reporting;
  if (auto ready = reporting.open(options.report, session); !ready) return complain(ready.error(), kUsage);

  watch_for_interrupts();
  const std::int64_t start_us = session.clock().now_us();
  const result::Plan plan = plan_of(session, level);
  reporting.listener().run_started(plan);
  auto found = Probing(options, session, level).run();
  result::Summary summary;
  std::vector<result::Outcome> outcomes =
      found ? probe::id_outcomes(*found, plan.edition, level) : unfinished(plan, found.error());
  for (result::Outcome& outcome : outcomes) {
    known->apply(outcome);
    take(summary, outcome);
    reporting.listener().trial_finished(outcome);
  }
  summary.complete = !interrupted;
  Judged judged{.interrupted = interrupted,
                .allow_inconclusive = options.report.allow_inconclusive,
                .planned = plan.trials.size(),
                .min_verified = *least};
  if (found) {
    tell(*found);
    summary.characteristics = probe::id_characteristics(*found, level);
    summary.complaints = known->complaints(plan.trials, plan.trials);
    judged.known_failures_wrong = !summary.complaints.empty();
    if (auto written = write_pictures(options.probe, *found); !written)
      return complain(written.error(), kUnusable);
  }
  summary.exit_code = exit_code(summary, judged, summary.complaints);
  summary.seconds = static_cast<double>(session.clock().now_us() - start_us) / 1e6;
  reporting.listener().run_finished(summary);
  if (auto problem = reporting.problem())
    return complain(*problem, summary.exit_code == 0 ? int{kUnusable} : summary.exit_code);
  return summary.exit_code;
}

}  // namespace diconform::run
