#include "run/runner.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "judge/rate_gate.h"
#include "result/redact.h"
#include "run/curl.h"
#include "run/probe_trial.h"

namespace diconform::run {
namespace {

using result::Outcome;
using result::Verdict;
using scenario::Trial;

constexpr int kRepeats = 2;           // of an inconclusive trial
constexpr std::size_t kRateJobs = 4;  // rate trials side by side: each sends 25 calls a second at most

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Verdict verdict_of(target::NotPerformed::Kind kind) {
  using Kind = target::NotPerformed::Kind;
  return kind == Kind::kUntestable ? Verdict::kUntestable
         : kind == Kind::kSkipped  ? Verdict::kSkipped
                                   : Verdict::kError;
}

std::vector<wire::Exchange> exchanges_of(result::Observation observation) {
  std::vector<wire::Exchange> exchanges;
  for (result::StepObservation& step : observation.steps)
    std::ranges::move(step.exchanges, std::back_inserter(exchanges));
  return exchanges;
}

bool has_step(const Trial& trial, scenario::Step::Kind kind) {
  return std::ranges::find(trial.body->steps, kind, &scenario::Step::kind) != trial.body->steps.end();
}

// An inconclusive trial may be lucky the next time.
Outcome attempt(const std::function<Outcome()>& once) {
  Outcome outcome = once();
  for (int i = 0; i < kRepeats && outcome.verdict == Verdict::kInconclusive; ++i) outcome = once();
  return outcome;
}

// What the rate gate says of trials that failed side by side, each with an account of its own.
std::optional<result::Finding> shared_budget(const std::vector<Outcome>& outcomes) {
  std::vector<double> accepted;
  for (const Outcome& outcome : outcomes) {
    const Json* rate = outcome.measured.find("acceptedPerSecond");
    if (!rate || !rate->number() || outcome.verdict != Verdict::kFail) return std::nullopt;
    accepted.push_back(std::strtod(rate->number()->text.c_str(), nullptr));
  }
  return judge::shared_budget(accepted);
}

}  // namespace

bool is_rate_trial(const Trial& trial) {
  using Kind = scenario::ProbePlan::Kind;
  if (trial.body->probe) return trial.body->probe->kind == Kind::kRate;
  return has_step(trial, scenario::Step::Kind::kRate);
}

void conclude(Outcome& outcome) {
  if (outcome.verdict != Verdict::kPass && outcome.verdict != Verdict::kFail) return;
  auto failure = std::ranges::find(outcome.findings, result::Severity::kFailure, &result::Finding::severity);
  outcome.verdict = failure == outcome.findings.end() ? Verdict::kPass : Verdict::kFail;
  outcome.reason = failure == outcome.findings.end()
                       ? ""
                       : failure->clause + ": expected " + failure->expected + ", saw " + failure->observed;
}

Outcome perform_one(const Trial& trial, target::Target& target, const judge::Rules& rules) {
  auto start = std::chrono::steady_clock::now();
  Outcome outcome;
  outcome.trial = trial.id;
  outcome.case_name = trial.case_name;
  auto observation = target.perform(trial);
  if (!observation) {
    outcome.verdict = verdict_of(observation.error().kind);
    bool forbidden = observation.error().kind == target::NotPerformed::Kind::kForbidden;
    outcome.reason = (forbidden ? "guard: " : "") + observation.error().reason;
    outcome.seconds = seconds_since(start);
    return outcome;
  }
  judge::Judgement judgement = judge::judge(trial, *observation, rules);
  outcome.findings = std::move(judgement.findings);
  outcome.choices = std::move(judgement.choices);
  outcome.precedence = std::move(judgement.precedence);
  outcome.request_ids = std::move(judgement.request_ids);
  outcome.measured = std::move(judgement.characteristics);
  outcome.verdict = Verdict::kPass;
  conclude(outcome);
  if (!judgement.inconclusive.empty() && outcome.verdict == Verdict::kPass) {
    outcome.verdict = Verdict::kInconclusive;
    outcome.reason = judgement.inconclusive;
  }
  if (outcome.verdict != Verdict::kPass || !outcome.findings.empty())
    outcome.exchanges = exchanges_of(std::move(*observation));
  outcome.seconds = seconds_since(start);
  return outcome;
}

Run::Run(std::size_t planned, const judge::Rules& rules, const RunnerOptions& options,
         result::KnownFailures& known, result::RunListener& listener)
    : planned_(planned),
      rules_(rules),
      options_(options),
      known_(known),
      listener_(listener),
      ledger_(options.pinned) {}

void Run::perform(const std::vector<std::size_t>& order, std::size_t jobs,
                  const std::function<Worker()>& make) {
  perform(order, jobs, make, [this](Outcome outcome) { report(std::move(outcome)); });
}

void Run::perform_together(const std::vector<std::size_t>& order, std::size_t jobs,
                           const std::function<Worker()>& make,
                           const std::function<void(std::vector<Outcome>&)>& look_at_all) {
  std::mutex mutex;
  std::vector<Outcome> outcomes;
  perform(order, jobs, make, [&](Outcome outcome) {
    std::lock_guard lock(mutex);
    outcomes.push_back(std::move(outcome));
  });
  look_at_all(outcomes);
  for (Outcome& outcome : outcomes) report(std::move(outcome));
}

void Run::perform(const std::vector<std::size_t>& order, std::size_t jobs,
                  const std::function<Worker()>& make, const std::function<void(Outcome)>& done) {
  std::atomic<std::size_t> next = 0;
  std::vector<Worker> workers;
  for (std::size_t i = 0; i < std::min(std::max<std::size_t>(jobs, 1), order.size()); ++i)
    workers.push_back(make());
  auto work = [&](const Worker& worker) {
    for (std::size_t i = next++; i < order.size() && !interrupted(); i = next++) done(worker(order[i]));
  };
  if (workers.size() == 1) return work(workers.front());
  std::vector<std::jthread> threads;
  for (const Worker& worker : workers) threads.emplace_back([&work, &worker] { work(worker); });
}

void Run::report(Outcome outcome) {
  if (outcome.verdict != Verdict::kPass) {
    outcome.repeat = options_.repeat_prefix + " '" + outcome.trial + "'" + options_.repeat_suffix;
    if (!options_.url.empty() && !outcome.exchanges.empty())
      outcome.curl = curl_line(outcome.exchanges.front().sent, options_.url);
  }
  result::cut_bodies(outcome);  // before it is kept or copied
  std::lock_guard lock(mutex_);
  std::size_t before = outcome.findings.size();
  ledger_.fold(outcome, rules_);
  if (outcome.findings.size() != before) conclude(outcome);
  known_.apply(outcome);
  ++result_.summary.counts[outcome.verdict];
  if (outcome.verdict == Verdict::kError) result_.errors.push_back(outcome.reason);
  if (!outcome.measured.is_null()) measured_.set(outcome.trial, outcome.measured);
  if (const Json::Object* found = outcome.characteristics.object())
    for (const auto& [name, value] : *found) result_.summary.characteristics.set(name, value);
  if (outcome.reason.starts_with("guard: ")) result_.forbidden = true;
  listener_.trial_finished(outcome);
}

RunnerResult Run::finish() {
  result_.summary.choices = ledger_.choices();
  if (!measured_.is_null()) result_.summary.characteristics.set("rateTrials", std::move(measured_));
  std::size_t reported = 0;
  for (const auto& [verdict, count] : result_.summary.counts) reported += count;
  result_.summary.complete = reported == planned_;
  return std::move(result_);
}

RunnerResult perform_all(const std::vector<Trial>& trials, const target::TargetFactory& make,
                         const judge::Rules& rules, const RunnerOptions& options,
                         result::KnownFailures& known, result::RunListener& listener) {
  std::vector<std::size_t> ordinary, rate, probes;
  for (std::size_t i = 0; i < trials.size(); ++i)
    (is_probe_trial(trials[i]) ? probes : is_rate_trial(trials[i]) ? rate : ordinary).push_back(i);
  // First those that pause: while they wait, others go on.
  std::ranges::sort(ordinary, {}, [&](std::size_t i) {
    return std::pair(!has_step(trials[i], scenario::Step::Kind::kPause), i);
  });
  auto worker = [&]() -> Worker {
    return [&, target = std::shared_ptr<target::Target>(make())](std::size_t trial) {
      return attempt([&] { return perform_one(trials[trial], *target, rules); });
    };
  };
  auto prober = [&]() -> Worker {
    return [&](std::size_t trial) { return attempt([&] { return options.probe(trials[trial]); }); };
  };
  Run run(trials.size(), rules, options, known, listener);
  run.perform(ordinary, options.jobs, worker);
  auto name_a_shared_budget = [&](std::vector<Outcome>& outcomes) {
    auto finding = shared_budget(outcomes);
    for (Outcome& outcome : outcomes)
      if (finding) outcome.findings.push_back(*finding);
  };
  if (!run.interrupted())
    run.perform_together(rate, std::min(kRateJobs, options.jobs), worker, name_a_shared_budget);
  if (!run.interrupted()) run.perform(probes, 1, prober);
  return run.finish();
}

}  // namespace diconform::run
