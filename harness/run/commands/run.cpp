#include "base/file.h"
#include "base/text.h"
#include "run/ending.h"
#include "run/exit_code.h"
#include "run/probe_trial.h"
#include "run/reporting.h"
#include "run/session.h"
#include "run/shard.h"
#include "run/version.h"

namespace diconform::run {
namespace {

bool is_file(std::string_view pattern) { return pattern.ends_with(".json"); }

// Suite files alone leave the built-in cases out; known failures are held against all of them.
Cases needed(const Options& options) {
  bool own = !options.patterns.empty() && std::ranges::all_of(options.patterns, is_file);
  return own && options.report.known_failures.empty() ? Cases::kNone : Cases::kAll;
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
    if (!is_file(pattern)) {
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
    return (options.probes.which == "skip" && is_probe_trial(trial)) ||
           (options.report.rate_trials == "skip" && rate) || (options.report.rate_trials == "only" && !rate);
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
  out.interrupted = &watch_for_interrupts();
  ProbeHabits habits;
  habits.level = probe::level_named(options.probes.level);
  habits.by_real_clock = options.probes.which == "all";
  habits.lines = session.jobs();
  out.probe = [habits, &session, rules = session.rules(options.report.strict)](const scenario::Trial& trial) {
    return perform_probe(trial, session.setup(), rules, habits);
  };
  if (habits.level) out.repeat_suffix += " --level " + options.probes.level;
  if (habits.by_real_clock) out.repeat_suffix += " --probes all";
  out.repeat_suffix += " --seed " + std::to_string(session.seed());
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
  auto session = Session::open(options.target, needed(options));
  if (!session) return complain(session.error().error, session.error().code);
  auto chosen = choose(options, **session);
  if (!chosen) return complain(chosen.error().error, chosen.error().code);
  Reporting reporting;
  if (auto opened = reporting.open(options.report, **session); !opened)
    return complain(opened.error(), kUsage);
  auto ending = Ending::open(options.report, (*session)->clock());
  if (!ending) return complain(ending.error(), kUsage);

  result::Plan plan = plan_of(options, **session, *chosen);
  reporting.listener().run_started(plan);
  RunnerResult done =
      perform_all(chosen->trials, (*session)->targets(), (*session)->rules(options.report.strict),
                  runner_options(options, **session), ending->known(), reporting.listener());
  return ending->tell(std::move(done), reporting, plan.trials, chosen->catalogue_ids, chosen->empty_shard);
}

}  // namespace diconform::run
