#include "run/probe_trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "probe/id_report.h"
#include "probe/rate_report.h"
#include "run/runner.h"

namespace diconform::run {
namespace {

using result::Outcome;
using result::Verdict;
using Kind = scenario::ProbePlan::Kind;

// An endpoint that hangs on some ids costs a timeout for each.
constexpr probe::IdPatience kPatience = {.unclear_in_a_row = 5, .unclear = 5, .waits = false};
constexpr double kMostSeconds = 60;  // at a given pace

class ProbeTrial {
 public:
  ProbeTrial(const scenario::Trial& trial, const target::EndpointSetup& setup, const judge::Rules& rules,
             const ProbeHabits& habits)
      : trial_(trial), setup_(setup), rules_(rules), habits_(habits) {
    outcome_.trial = trial.id;
    outcome_.case_name = trial.case_name;
    const api::Action* action = rules.edition.action("DeleteImages");
    dry_run_ = action && action->parameter("DryRun");
  }

  Outcome run() {
    if (auto missing = target::missing_for(trial_, setup_)) {
      using enum target::NotPerformed::Kind;
      end(missing->kind == kSkipped ? Verdict::kSkipped : Verdict::kUntestable, missing->reason);
    } else if (!setup_.loopback) {
      end(Verdict::kSkipped, "off this machine a probe goes at a lawful pace: " + verb());
    } else if (!setup_.worlds->makes_worlds()) {
      end(Verdict::kUntestable, "the world makes no accounts");
    } else if (trial_.body->probe->kind == Kind::kIds) {
      ids();
    } else {
      rate();
    }
    return std::move(outcome_);
  }

 private:
  std::string verb() const {
    return trial_.body->probe->kind == Kind::kIds ? "`diconform probe ids`" : "`diconform probe rate`";
  }

  void end(Verdict verdict, std::string reason) {
    outcome_.verdict = verdict;
    outcome_.reason = std::move(reason);
  }

  void judge(std::vector<result::Finding> findings) {
    for (result::Finding& finding : findings) {
      finding.severity = rules_.severity(finding.clause);
      outcome_.findings.push_back(std::move(finding));
    }
    outcome_.verdict = Verdict::kPass;
    conclude(outcome_);
  }

  void ids() {
    const probe::Level level = habits_.level.value_or(*probe::level_named(trial_.body->probe->level));
    const probe::IdProbeOptions options{level, 0, setup_.seed, false, habits_.most_learned};
    if (setup_.pacer) {
      auto estimate = probe::estimate_ids(rules_.edition, options);
      const double seconds =
          estimate ? static_cast<double>(estimate->most) / setup_.pacer->per_second() : kMostSeconds;
      if (seconds >= kMostSeconds)
        return end(Verdict::kSkipped, fmt::format("at this pace it takes {:.0f} s: {}", seconds, verb()));
    }
    const std::size_t lines = setup_.capabilities.isolated ? habits_.lines : 1;
    probe::IdOracle oracle(setup_, lines, dry_run_, nullptr, nullptr, kPatience);
    auto found = probe::probe_ids(rules_.edition, options, oracle, nullptr);
    if (!found) return not_finished(found.error(), oracle);
    outcome_.characteristics = probe::id_characteristics(*found, level);
    conclude_ids(*found, level, oracle);
  }

  // An endpoint that says nothing that tells is wrong; whoever cannot be reached, or has no time, is not.
  void not_finished(const Error& error, probe::IdOracle& oracle) {
    const std::vector<probe::Unclear> unclear = oracle.unclear();
    if (error.where == probe::kTooFast) return end(Verdict::kUntestable, error.message());
    const bool reached = std::ranges::none_of(unclear, [](const probe::Unclear& one) {
      return one.said.starts_with(wire::name_of(wire::ExchangeEnd::kNotConnected));
    });
    if (unclear.size() < kPatience.unclear || !reached) return end(Verdict::kError, error.message());
    probe::IdFindings found;
    found.unclear = unclear;
    conclude_ids(found, probe::Level::kQuick, oracle);
  }

  // The three trials of the verb are one here.
  void conclude_ids(const probe::IdFindings& found, probe::Level level, probe::IdOracle& oracle) {
    std::string inconclusive;
    std::vector<result::Finding> findings;
    for (Outcome& one : probe::id_outcomes(found, rules_.edition.id, level)) {
      std::ranges::move(one.findings, std::back_inserter(findings));
      std::ranges::move(one.choices, std::back_inserter(outcome_.choices));
      if (one.verdict == Verdict::kInconclusive) inconclusive = one.reason;
    }
    judge(std::move(findings));
    if (outcome_.verdict == Verdict::kPass && !inconclusive.empty())
      end(Verdict::kInconclusive, inconclusive);
    if (!outcome_.reason.empty() && !found.differences.empty())
      outcome_.reason += "; " + found.differences[0];
    if (!outcome_.findings.empty()) show(oracle, found);
  }

  // The calls that show it, for the report.
  void show(probe::IdOracle& oracle, const probe::IdFindings& found) {
    auto ask = [&](probe::Carrier carrier, const std::string& id) {
      if (oracle.ask_in(carrier, id)) outcome_.exchanges.push_back(oracle.last());
    };
    if (found.differs) ask(probe::Carrier::kJson, found.witness);
    if (!found.carriers.empty())
      for (const auto& [carrier, said] : found.carriers[0].said) ask(carrier, found.carriers[0].id);
    if (!found.unclear.empty()) ask(probe::Carrier::kJson, found.unclear[0].id);
  }

  void rate() {
    if (!setup_.capabilities.virtual_clock && !habits_.by_real_clock)
      return end(Verdict::kSkipped, "by a real clock it takes half a minute: --probes all, or " + verb());
    auto probe = probe::probe_rate(setup_, dry_run_, [](const std::string&) {});
    // Calls that were not answered are the gate's.
    if (!probe) return end(Verdict::kUntestable, probe.error().message());
    probe::RateRecord record(probe->calls);
    outcome_.characteristics = probe::rate_characteristics(*probe, record, {}, setup_.seed);
    if (!probe->inconclusive.empty()) return end(Verdict::kInconclusive, probe->inconclusive);
    auto findings = probe::rate_findings(*probe, record);
    // What is said of the rate rests on the model.
    std::erase_if(findings, [&](const result::Finding& one) {
      return !probe->found.known() &&
             (one.clause == "rate.ten-per-second" || one.clause == "rate.not-below-ten");
    });
    judge(std::move(findings));
  }

  const scenario::Trial& trial_;
  const target::EndpointSetup& setup_;
  const judge::Rules& rules_;
  const ProbeHabits& habits_;
  bool dry_run_ = false;
  Outcome outcome_;
};

}  // namespace

bool is_probe_trial(const scenario::Trial& trial) { return trial.body->probe.has_value(); }

Outcome perform_probe(const scenario::Trial& trial, const target::EndpointSetup& setup,
                      const judge::Rules& rules, const ProbeHabits& habits) {
  const std::int64_t start_us = setup.clock->now_us();
  Outcome outcome = ProbeTrial(trial, setup, rules, habits).run();
  outcome.seconds = static_cast<double>(setup.clock->now_us() - start_us) / 1e6;
  return outcome;
}

}  // namespace diconform::run
