#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/file.h"
#include "base/text.h"
#include "probe/campaign/campaign.h"
#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> interrupted = false;

void watch_for_interrupts() {
  auto stop = [](int signal) {
    if (interrupted.exchange(true)) std::_Exit(128 + signal);
  };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
}

// Writes findings where they can be run again, and tells people how it goes.
class Narrator final : public probe::CampaignListener {
 public:
  explicit Narrator(fs::path folder) : folder_(std::move(folder)) {}

  void found(const probe::CampaignFinding& finding) override {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    fs::path path = folder_ / (finding.name + ".json");
    std::ofstream(path) << finding.suite();
    std::cerr << fmt::format("{:8.2f} s  {}: expected {}, saw {} ({})\n            diconform run {}\n",
                             finding.found_after_seconds, finding.clause, finding.proof.finding.expected,
                             finding.proof.finding.observed, finding.label(), path.string());
  }

  void progressed(const probe::CampaignProgress& now) override {
    std::cerr << fmt::format(
        "{:8.1f} s  {} requests ({:.0f}/s), {} scenarios; model: {} options, {} decisions, {} pairs; {} "
        "findings\n",
        now.seconds, now.requests, static_cast<double>(now.requests) / std::max(now.seconds, 1e-3),
        now.scenarios, now.coverage.options, now.coverage.decisions, now.coverage.pairs, now.findings);
  }

  void kept(const probe::Script&) override {}

 private:
  fs::path folder_;
};

}  // namespace

int fuzz_verb(const Options& options) {
  auto time = parse_duration_us(options.fuzz.time);
  if (!time)
    return complain({"--time", diconform::quoted(options.fuzz.time) + " is no duration", "such as 60s"}, kUsage);
  auto session = Session::open(options.target);
  if (!session) return complain(session.error().error, session.error().code);
  const target::EndpointSetup& setup = (*session)->setup();
  if (!setup.worlds || !setup.worlds->makes_worlds())
    return complain(
        {"--world", "a campaign makes worlds, and there is nobody who could", "give the endpoint's hook"},
        kUsage);
  if (!setup.loopback)
    return complain(
        {"--endpoint", "a campaign is sent to loopback only: it deletes whatever it can think of", ""},
        kForbidden);
  auto manual = reference::Manual::of((*session)->edition());
  if (!manual) return complain(manual.error(), kDefect);

  watch_for_interrupts();
  probe::CampaignOptions campaign;
  campaign.time_us = *time;
  campaign.requests = options.fuzz.requests;
  campaign.jobs = (*session)->jobs();
  campaign.seed = (*session)->seed();
  campaign.interrupted = &interrupted;
  std::cerr << fmt::format("fuzz: edition {}, seed {}, {} threads\n", (*session)->edition().id, campaign.seed,
                           campaign.jobs);
  Narrator narrator(options.output.empty() ? "findings" : options.output);
  judge::Rules rules = (*session)->rules(options.report.strict);
  probe::CampaignResult result = probe::run_campaign(setup, *manual, rules, campaign, narrator);
  if (result.progress.unproved)
    std::cerr << fmt::format("{} suspicions that no ordinary case shows\n", result.progress.unproved);
  if (interrupted) return kInterrupted;
  if (result.error) return complain(*result.error, kUnusable);
  if (!result.findings.empty()) return kFailed;
  return result.progress.requests ? int{kConforms} : int{kNotEnough};
}

}  // namespace diconform::run
