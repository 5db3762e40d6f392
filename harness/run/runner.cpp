#include "run/runner.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "judge/ledger.h"
#include "run/curl.h"

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

// Shared by the threads of one run.
class Run {
 public:
  Run(const target::TargetFactory& make, const judge::Rules& rules, const RunnerOptions& options,
      result::KnownFailures& known, result::RunListener& listener)
      : make_(make),
        rules_(rules),
        options_(options),
        known_(known),
        listener_(listener),
        ledger_(options.pinned) {}

  void perform(const std::vector<const Trial*>& trials, std::size_t jobs) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::unique_ptr<target::Target>> targets;
    for (std::size_t i = 0; i < std::min(jobs, trials.size()); ++i) targets.push_back(make_());
    auto work = [&](target::Target& target) {
      for (std::size_t i = next++; i < trials.size() && !interrupted(); i = next++)
        report(attempt(*trials[i], target), *trials[i]);
    };
    if (targets.size() == 1) return work(*targets.front());
    std::vector<std::jthread> threads;
    for (auto& target : targets) threads.emplace_back([&work, &target] { work(*target); });
  }

  bool interrupted() const { return options_.interrupted && options_.interrupted->load(); }

  RunnerResult finish(std::size_t planned) {
    result_.summary.choices = ledger_.choices();
    if (!measured_.is_null()) result_.summary.characteristics.set("rateTrials", std::move(measured_));
    std::size_t reported = 0;
    for (const auto& [verdict, count] : result_.summary.counts) reported += count;
    result_.summary.complete = reported == planned;
    return std::move(result_);
  }

 private:
  Outcome attempt(const Trial& trial, target::Target& target) {
    Outcome outcome = perform_one(trial, target, rules_);
    for (int i = 0; i < kRepeats && outcome.verdict == Verdict::kInconclusive; ++i)
      outcome = perform_one(trial, target, rules_);
    return outcome;
  }

  void report(Outcome outcome, const Trial& trial) {
    if (outcome.verdict != Verdict::kPass) {
      outcome.repeat = options_.repeat_prefix + " '" + trial.id + "'" + options_.repeat_suffix;
      if (!options_.url.empty() && !outcome.exchanges.empty())
        outcome.curl = curl_line(outcome.exchanges.front().sent, options_.url);
    }
    std::lock_guard lock(mutex_);
    std::size_t before = outcome.findings.size();
    ledger_.fold(outcome, rules_);
    if (outcome.findings.size() != before) conclude(outcome);
    known_.apply(outcome);
    ++result_.summary.counts[outcome.verdict];
    if (outcome.verdict == Verdict::kError) result_.errors.push_back(outcome.reason);
    if (!outcome.characteristics.is_null()) measured_.set(outcome.trial, outcome.characteristics);
    if (outcome.reason.starts_with("guard: ")) result_.forbidden = true;
    listener_.trial_finished(outcome);
  }

  const target::TargetFactory& make_;
  const judge::Rules& rules_;
  const RunnerOptions& options_;
  result::KnownFailures& known_;
  result::RunListener& listener_;
  std::mutex mutex_;  // guards all below
  judge::Ledger ledger_;
  Json measured_;  // trial -> what it measured
  RunnerResult result_;
};

}  // namespace

bool is_rate_trial(const Trial& trial) {
  return std::ranges::any_of(
      trial.body->steps, [](const scenario::Step& step) { return step.kind == scenario::Step::Kind::kRate; });
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
  outcome.characteristics = std::move(judgement.characteristics);
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

RunnerResult perform_all(const std::vector<Trial>& trials, const target::TargetFactory& make,
                         const judge::Rules& rules, const RunnerOptions& options,
                         result::KnownFailures& known, result::RunListener& listener) {
  std::vector<const Trial*> ordinary, rate;
  for (const Trial& trial : trials) (is_rate_trial(trial) ? rate : ordinary).push_back(&trial);
  Run run(make, rules, options, known, listener);
  run.perform(ordinary, std::max<std::size_t>(options.jobs, 1));
  if (!run.interrupted()) run.perform(rate, std::min(kRateJobs, std::max<std::size_t>(options.jobs, 1)));
  return run.finish(trials.size());
}

}  // namespace diconform::run
