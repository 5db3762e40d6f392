#include "run/fault_matrix.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "reference/embedded.h"
#include "run/probe_trial.h"
#include "run/runner.h"
#include "target/endpoint_target.h"

namespace diconform::run {
namespace {

// Hears outcomes and keeps what the matrix asks for.
class Collector final : public result::RunListener {
 public:
  Collector(FaultRow& row, std::vector<std::string>* alarms) : row_(row), alarms_(alarms) {}

  void trial_finished(const result::Outcome& outcome) override {
    ++row_.trials;
    for (const result::Finding& finding : outcome.findings) {
      if (alarms_ && finding.severity == result::Severity::kFailure)
        alarms_->push_back(outcome.trial + ": " + outcome.reason);
      if (!row_.fault) continue;
      if (finding.clause == row_.fault->clause) {
        row_.caught_by.insert(outcome.case_name);
      } else {
        row_.elsewhere.insert(finding.clause);
      }
    }
    if (alarms_ && outcome.verdict == result::Verdict::kError)
      alarms_->push_back(outcome.trial + ": " + outcome.reason);
  }

 private:
  FaultRow& row_;
  std::vector<std::string>* alarms_;
};

// One endpoint in this process, with a fault or without.
class Bench {
 public:
  Bench(const reference::Fault* fault, const scenario::Catalogue& catalogue, const api::Edition& edition)
      : rules_{catalogue.clauses, edition, false} {
    reference::EndpointOptions options;
    options.edition = edition;
    options.virtual_clocks = true;
    options.clock = &clock_;
    if (fault) options.fault = fault->bend;
    auto made = reference::Embedded::make(std::move(options));
    if (!made) return;
    embedded_ = std::move(*made);
    setup_.transports = embedded_->transports();
    setup_.worlds = &embedded_->worlds();
    setup_.clock = &clock_;
    setup_.catalogue = &catalogue;
    setup_.host = "cvm.tencentcloudapi.com";
    setup_.seed = 1;
    if (auto hello = setup_.worlds->hello()) setup_.capabilities = *hello;
  }

  void run(const std::vector<scenario::Trial>& trials, result::RunListener& listener) {
    if (!embedded_) return;
    RunnerOptions options;
    options.jobs = 1;
    options.probe = [this](const scenario::Trial& trial) {
      return perform_probe(trial, setup_, rules_, {.most_learned = 0});
    };
    result::KnownFailures none({}, "2000-01-01");
    perform_all(
        trials, [this] { return std::make_unique<target::EndpointTarget>(setup_); }, rules_, options, none,
        listener);
  }

 private:
  SystemClock clock_;
  judge::Rules rules_;
  std::unique_ptr<reference::Embedded> embedded_;
  target::EndpointSetup setup_;
};

// A probe is many trials long and finds what its clauses say: it meets the faults of these.
std::vector<scenario::Trial> against(const reference::Fault& fault,
                                     const std::vector<scenario::Trial>& trials) {
  std::vector<scenario::Trial> out;
  std::ranges::copy_if(trials, std::back_inserter(out), [&](const scenario::Trial& trial) {
    return !is_probe_trial(trial) || std::ranges::count(trial.body->covers, fault.clause) > 0;
  });
  return out;
}

}  // namespace

FaultMatrix measure_faults(const std::vector<scenario::Trial>& trials,
                           const std::vector<const reference::Fault*>& faults,
                           const scenario::Catalogue& catalogue, const api::Edition& edition,
                           std::size_t jobs, const std::function<void(const FaultRow&)>& told) {
  auto start = std::chrono::steady_clock::now();
  FaultMatrix matrix;
  FaultRow faultless;
  Collector listener(faultless, &matrix.false_alarms);
  Bench(nullptr, catalogue, edition).run(trials, listener);
  matrix.trials = faultless.trials;
  matrix.rows.resize(faults.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  auto work = [&] {
    for (std::size_t i = next++; i < faults.size(); i = next++) {
      FaultRow& row = matrix.rows[i];
      row.fault = faults[i];
      Collector collector(row, nullptr);
      Bench(faults[i], catalogue, edition).run(against(*faults[i], trials), collector);
      std::lock_guard lock(mutex);
      matrix.trials += row.trials;
      told(row);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::max<std::size_t>(jobs, 1); ++i) threads.emplace_back(work);
  }
  for (const scenario::Trial& trial : trials) matrix.idle_cases.insert(trial.case_name);
  for (const FaultRow& row : matrix.rows) {
    for (const std::string& caught : row.caught_by) matrix.idle_cases.erase(caught);
  }
  matrix.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return matrix;
}

std::vector<std::string> faults_caught_by(const std::vector<scenario::Trial>& trials,
                                          const scenario::Catalogue& catalogue, const api::Edition& edition) {
  std::vector<const reference::Fault*> faults;
  for (const reference::Fault& fault : reference::faults(edition)) faults.push_back(&fault);
  std::vector<std::string> names;
  FaultMatrix matrix = measure_faults(trials, faults, catalogue, edition, 1, [](const FaultRow&) {});
  for (const FaultRow& row : matrix.rows) {
    if (!row.caught_by.empty()) names.push_back(row.fault->name + "  (" + row.fault->clause + ")");
  }
  return names;
}

}  // namespace diconform::run
