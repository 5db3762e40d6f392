#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>

#include "base/file.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "run/exit_code.h"
#include "run/reporting.h"
#include "run/session.h"
#include "run/shard.h"
#include "run/version.h"

namespace diconform::run {
namespace {

std::atomic<bool> interrupted = false;

// The first interrupt ends the run in good order, the second at once.
void watch_for_interrupts() {
  auto stop = [](int signal) {
    if (interrupted.exchange(true)) std::_Exit(128 + signal);
  };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
}

// The trials this run performs, or why there are none.
struct Chosen {
  std::vector<scenario::CaseInfo> loose;   // cases of suite files given on the command line
  std::vector<scenario::Trial> trials;     // of this shard
  std::vector<std::string> catalogue_ids;  // every trial of the edition
  bool empty_shard = false;
};

std::expected<Chosen, NotOpened> choose(const Options& options, const Session& session) {
  Chosen chosen;
  std::vector<std::string> patterns;
  for (const std::string& pattern : options.patterns) {
    if (!pattern.ends_with(".json")) {
      patterns.push_back(pattern);
      continue;
    }
    auto text = read_file(pattern);
    if (!text) return std::unexpected(NotOpened{text.error(), kUsage});
    auto cases = scenario::read_suite({pattern, *text}, session.catalogue());
    if (!cases) return std::unexpected(NotOpened{cases.error(), kUsage});
    std::ranges::move(*cases, std::back_inserter(chosen.loose));
  }
  const std::string& edition = session.edition().id;
  std::vector<scenario::Trial> all;
  auto matches = [&](std::span<const scenario::CaseInfo> cases, const std::string& pattern) {
    return !scenario::select(cases, edition, std::vector{pattern}).empty();
  };
  for (const std::string& pattern : patterns) {
    if (!matches(session.catalogue().cases, pattern)) {
      return std::unexpected(NotOpened{
          {quoted(pattern), "matches no case of edition " + edition, "`diconform list` shows what there is"},
          kNotEnough});
    }
  }
  if (chosen.loose.empty() || !patterns.empty())
    all = scenario::select(session.catalogue().cases, edition, patterns);
  for (scenario::Trial& trial : scenario::select(chosen.loose, edition, {})) all.push_back(std::move(trial));
  for (const scenario::Trial& trial : scenario::select(session.catalogue().cases, edition, {}))
    chosen.catalogue_ids.push_back(trial.id);
  std::erase_if(all, [&](const scenario::Trial& trial) {
    bool rate = is_rate_trial(trial);
    return (options.report.rate_trials == "skip" && rate) || (options.report.rate_trials == "only" && !rate);
  });
  auto shard = options.report.shard.empty() ? shard_of_environment() : parse_shard(options.report.shard);
  if (!shard) return std::unexpected(NotOpened{shard.error(), kUsage});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (shard->takes(i)) chosen.trials.push_back(std::move(all[i]));
  }
  chosen.empty_shard = shard->total > 1 && chosen.trials.empty() && !all.empty();
  return chosen;
}

RunnerOptions runner_options(const Options& options, const Session& session) {
  RunnerOptions out;
  out.jobs = session.jobs();
  out.pinned = session.pinned();
  out.url = session.url();
  out.interrupted = &interrupted;
  out.repeat_suffix = " --seed " + std::to_string(session.seed());
  if (!options.target.endpoint.empty()) out.repeat_suffix += " --endpoint " + options.target.endpoint;
  if (!options.target.world.empty()) out.repeat_suffix += " --world '" + options.target.world + "'";
  if (!options.target.target_file.empty()) out.repeat_suffix += " --target " + options.target.target_file;
  if (!options.target.edition.empty()) out.repeat_suffix += " --edition " + options.target.edition;
  return out;
}

std::vector<std::string> ids_of(const std::vector<scenario::Trial>& trials) {
  std::vector<std::string> ids;
  for (const scenario::Trial& trial : trials) ids.push_back(trial.id);
  return ids;
}

result::Plan plan_of(const Options& options, Session& session, const Chosen& chosen) {
  result::Plan plan;
  plan.verb = "run";
  plan.version = kVersion;
  plan.target = session.describe();
  plan.edition = session.edition().id;
  plan.seed = session.seed();
  auto shard = options.report.shard.empty() ? shard_of_environment() : parse_shard(options.report.shard);
  plan.shard = shard ? shard->text() : "1/1";
  plan.started = utc_time(session.clock().unix_ms() / 1000);
  plan.trials = ids_of(chosen.trials);
  return plan;
}

}  // namespace

int run_verb(const Options& options) {
  auto least = parse_min_verified(options.report.min_verified);
  if (!least) return complain(least.error(), kUsage);
  auto session = Session::open(options.target);
  if (!session) return complain(session.error().error, session.error().code);
  auto chosen = choose(options, **session);
  if (!chosen) return complain(chosen.error().error, chosen.error().code);
  auto known = open_known_failures(options.report.known_failures, (*session)->clock());
  if (!known) return complain(known.error(), kUsage);
  Reporting reporting;
  if (auto opened = reporting.open(options.report, **session); !opened)
    return complain(opened.error(), kUsage);

  watch_for_interrupts();
  std::int64_t start_us = (*session)->clock().now_us();
  result::Plan plan = plan_of(options, **session, *chosen);
  reporting.listener().run_started(plan);
  RunnerResult done =
      perform_all(chosen->trials, (*session)->targets(), (*session)->rules(options.report.strict),
                  runner_options(options, **session), *known, reporting.listener());
  std::vector<std::string> list_complaints;
  if (done.summary.complete) list_complaints = known->complaints(plan.trials, chosen->catalogue_ids);
  Judged judged{interrupted.load(),
                done.forbidden,
                !list_complaints.empty(),
                options.report.allow_inconclusive,
                chosen->empty_shard,
                plan.trials.size(),
                *least};
  done.summary.complaints = std::move(list_complaints);
  done.summary.exit_code = exit_code(done.summary, judged, done.summary.complaints);
  done.summary.seconds = static_cast<double>((*session)->clock().now_us() - start_us) / 1e6;
  reporting.listener().run_finished(done.summary);
  if (auto problem = reporting.problem())
    return complain(*problem, done.summary.exit_code == 0 ? int{kUnusable} : done.summary.exit_code);
  return done.summary.exit_code;
}

}  // namespace diconform::run
