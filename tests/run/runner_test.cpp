#include "run/runner.h"

#include <gtest/gtest.h>

#include <thread>

#include "reference/embedded.h"
#include "reference/faults.h"
#include "target/endpoint_target.h"

namespace diconform::run {
namespace {

const scenario::Catalogue& catalogue() {
  static const scenario::Catalogue read = *scenario::read_catalogue(scenario::embedded_files());
  return read;
}
const api::Edition& edition() { return *catalogue().edition("2023-03-27"); }
judge::Rules rules() { return {catalogue().clauses, edition(), false}; }

std::vector<scenario::Trial> trials(std::string pattern) {
  return scenario::select(catalogue().cases, "2023-03-27", std::vector{std::move(pattern)});
}

struct Heard : result::RunListener {
  std::vector<result::Outcome> outcomes;
  void trial_finished(const result::Outcome& outcome) override { outcomes.push_back(outcome); }
};

// Answers every trial with the same refusal to work.
struct Unable final : target::Target {
  target::NotPerformed::Kind kind;
  explicit Unable(target::NotPerformed::Kind k) : kind(k) {}
  std::expected<result::Observation, target::NotPerformed> perform(const scenario::Trial&) override {
    return std::unexpected(target::NotPerformed{kind, "because"});
  }
};

RunnerResult run_with(const target::TargetFactory& make, const std::vector<scenario::Trial>& chosen,
                      Heard& heard, RunnerOptions options = {}) {
  result::KnownFailures none({}, "2026-01-01");
  return perform_all(chosen, make, rules(), options, none, heard);
}

std::size_t count(const RunnerResult& result, result::Verdict verdict) {
  auto found = result.summary.counts.find(verdict);
  return found == result.summary.counts.end() ? 0 : found->second;
}

// The faultless endpoint in this process, on virtual clocks.
struct Faultless {
  Faultless() {
    reference::EndpointOptions options;
    options.edition = edition();
    options.virtual_clocks = true;
    options.clock = &clock;
    embedded = reference::Embedded::make(std::move(options)).value();
    setup.transports = embedded->transports();
    setup.worlds = &embedded->worlds();
    setup.capabilities = *setup.worlds->hello();
    setup.clock = &clock;
    setup.host = "cvm.tencentcloudapi.com";
  }

  target::TargetFactory targets() {
    return [this] { return std::make_unique<target::EndpointTarget>(setup); };
  }

  SystemClock clock;
  std::unique_ptr<reference::Embedded> embedded;
  target::EndpointSetup setup;
};

TEST(Runner, GivesEveryTrialOneVerdictWithManyThreads) {
  auto chosen = trials("precedence*");
  ASSERT_GT(chosen.size(), 50u);
  Faultless faultless;
  Heard heard;
  RunnerOptions runner;
  runner.jobs = 8;
  RunnerResult result = run_with(faultless.targets(), chosen, heard, runner);
  EXPECT_TRUE(result.summary.complete);
  EXPECT_EQ(heard.outcomes.size(), chosen.size());
  EXPECT_EQ(count(result, result::Verdict::kPass), chosen.size());
}

TEST(Runner, TellsWhatTheRateTrialsMeasuredThoughTheyPass) {
  auto chosen = trials("rate/*");
  Faultless faultless;
  Heard heard;
  RunnerResult result = run_with(faultless.targets(), chosen, heard);
  ASSERT_EQ(count(result, result::Verdict::kPass), chosen.size());
  const Json* measured = result.summary.characteristics.find("rateTrials");
  ASSERT_TRUE(measured && measured->object());
  EXPECT_EQ(measured->object()->size(), chosen.size());
  for (const scenario::Trial& trial : chosen) {
    ASSERT_TRUE(measured->find(trial.id)) << trial.id;
    EXPECT_EQ(to_text(*measured->find(trial.id)->find("acceptedPerSecond")), "10");
  }
}

TEST(Runner, BeginsWithTrialsThatPause) {
  auto chosen = trials("dry-run");
  const auto pausing = trials("effects-later/*");
  ASSERT_FALSE(pausing.empty());
  std::ranges::copy(pausing, std::back_inserter(chosen));
  Faultless faultless;
  Heard heard;
  RunnerOptions one_after_the_other;
  one_after_the_other.jobs = 1;
  run_with(faultless.targets(), chosen, heard, one_after_the_other);
  ASSERT_EQ(heard.outcomes.size(), chosen.size());
  for (std::size_t i = 0; i < pausing.size(); ++i) EXPECT_EQ(heard.outcomes[i].trial, pausing[i].id);
}

TEST(Runner, PerformsProbesLastAndTellsWhatTheyFound) {
  auto chosen = trials("probe/*");
  std::ranges::copy(trials("dry-run"), std::back_inserter(chosen));
  std::ranges::copy(trials("rate/*"), std::back_inserter(chosen));
  Faultless faultless;
  RunnerOptions options;
  options.jobs = 4;
  options.probe = [](const scenario::Trial& trial) {
    result::Outcome outcome;
    outcome.trial = trial.id;
    outcome.case_name = trial.case_name;
    outcome.verdict = result::Verdict::kPass;
    outcome.characteristics.set(trial.case_name, "found");
    return outcome;
  };
  Heard heard;
  RunnerResult result = run_with(faultless.targets(), chosen, heard, options);
  ASSERT_EQ(heard.outcomes.size(), chosen.size());
  EXPECT_EQ(heard.outcomes.back().case_name, "probe/rate-limiter");
  EXPECT_EQ((heard.outcomes.end() - 2)->case_name, "probe/image-id-language");
  EXPECT_TRUE(result.summary.characteristics.find("probe/rate-limiter"));
  EXPECT_TRUE(result.summary.characteristics.find("rateTrials"));
}

TEST(Runner, LeavesCharacteristicsOutWhereNobodyLooked) {
  Faultless faultless;
  Heard heard;
  EXPECT_TRUE(run_with(faultless.targets(), trials("dry-run"), heard).summary.characteristics.is_null());
}

TEST(Runner, KeepsErrorsFindingsAndUntestableApart) {
  auto chosen = trials("precedence*");
  for (auto [kind, verdict] :
       {std::pair(target::NotPerformed::Kind::kError, result::Verdict::kError),
        std::pair(target::NotPerformed::Kind::kUntestable, result::Verdict::kUntestable),
        std::pair(target::NotPerformed::Kind::kSkipped, result::Verdict::kSkipped)}) {
    Heard heard;
    RunnerResult result = run_with([kind = kind] { return std::make_unique<Unable>(kind); }, chosen, heard);
    EXPECT_EQ(count(result, verdict), chosen.size());
  }
}

TEST(Runner, TellsThatTheGuardForbade) {
  Heard heard;
  RunnerResult result =
      run_with([] { return std::make_unique<Unable>(target::NotPerformed::Kind::kForbidden); },
               trials("precedence*"), heard);
  EXPECT_TRUE(result.forbidden);
}

TEST(Runner, StopsWhenInterruptedAndSaysThatItIsNotComplete) {
  std::atomic<bool> interrupted = true;
  RunnerOptions options;
  options.interrupted = &interrupted;
  Heard heard;
  RunnerResult result = run_with([] { return std::make_unique<Unable>(target::NotPerformed::Kind::kError); },
                                 trials("precedence*"), heard, options);
  EXPECT_FALSE(result.summary.complete);
  EXPECT_TRUE(heard.outcomes.empty());
}

}  // namespace
}  // namespace diconform::run
