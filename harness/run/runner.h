// Puts a target through its trials, side by side, and tells the listeners.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "judge/judge.h"
#include "judge/ledger.h"
#include "result/known_failures.h"
#include "result/run.h"
#include "target/target.h"

namespace diconform::run {

enum class RateTrials { kAuto, kSkip, kOnly };

struct RunnerOptions {
  std::size_t jobs = 8;
  RateTrials rate_trials = RateTrials::kAuto;
  std::map<std::string, std::string> pinned;    // choices that a target file fixes
  std::string repeat_prefix = "diconform run";  // what, before a trial's id, repeats it
  std::string repeat_suffix;                    // and after it
  std::string url;                              // of the endpoint, for curl lines; empty = none
  // Performs the trials that are probes (run/probe_trial.h), one after another; must be set where there are
  // any.
  std::function<result::Outcome(const scenario::Trial&)> probe;
  const std::atomic<bool>* interrupted = nullptr;  // looked at before each trial
};

// What the trials came to. Everything but the exit code and the complaints is set.
struct RunnerResult {
  result::Summary summary;
  bool forbidden = false;           // the guard refused something
  std::vector<std::string> errors;  // reasons, one a trial that ended in error
};

// Whether a trial measures the rate limit: such trials run after all others, with nothing else going on; last
// of all, probes.
bool is_rate_trial(const scenario::Trial& trial);

// One trial of those that were planned, by its place among them; called by one thread.
using Worker = std::function<result::Outcome(std::size_t trial)>;
// The trials `order` names, side by side with `jobs` workers of their own (made by this thread), folded,
// excused and told as they finish. What every verb that performs trials stands on.
class Run {
 public:
  // All must outlive it.
  Run(std::size_t planned, const judge::Rules& rules, const RunnerOptions& options,
      result::KnownFailures& known, result::RunListener& listener);
  void perform(const std::vector<std::size_t>& order, std::size_t jobs, const std::function<Worker()>& make);
  // The same, but told when all have finished, after `look_at_all` has added what one alone does not show.
  void perform_together(const std::vector<std::size_t>& order, std::size_t jobs,
                        const std::function<Worker()>& make,
                        const std::function<void(std::vector<result::Outcome>&)>& look_at_all);
  bool interrupted() const { return options_.interrupted && options_.interrupted->load(); }
  RunnerResult finish();  // once, at the end

 private:
  void perform(const std::vector<std::size_t>& order, std::size_t jobs, const std::function<Worker()>& make,
               const std::function<void(result::Outcome)>& done);  // by the worker's thread
  void report(result::Outcome outcome);

  std::size_t planned_;
  const judge::Rules& rules_;
  const RunnerOptions& options_;
  result::KnownFailures& known_;
  result::RunListener& listener_;
  std::mutex mutex_;  // guards all below
  judge::Ledger ledger_;
  Json measured_;  // trial -> what it measured
  RunnerResult result_;
};

// Performs every trial once (an inconclusive one up to three times). `make` is called from this thread. The
// listeners hear trial_finished only; `known` is applied before they do.
RunnerResult perform_all(const std::vector<scenario::Trial>& trials, const target::TargetFactory& make,
                         const judge::Rules& rules, const RunnerOptions& options,
                         result::KnownFailures& known, result::RunListener& listener);

// One trial, judged; no ledger, no known failures. The unit that every verb shares.
result::Outcome perform_one(const scenario::Trial& trial, target::Target& target, const judge::Rules& rules);

// Sets the verdict and the reason that the findings call for.
void conclude(result::Outcome& outcome);

}  // namespace diconform::run
