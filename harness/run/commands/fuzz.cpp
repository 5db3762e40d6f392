#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "base/text.h"
#include "probe/campaign/campaign.h"
#include "probe/campaign/journal.h"
#include "run/exit_code.h"
#include "run/reporting.h"
#include "run/session.h"
#include "run/shard.h"
#include "run/version.h"

namespace diconform::run {
namespace {

namespace fs = std::filesystem;
using probe::CampaignFinding;
using probe::CampaignProgress;

constexpr const char* kFolder = "findings";
constexpr const char* kDefaultTime = "60s";
constexpr std::int64_t kLongPauseMs = 500;  // a case of the catalogue that waits longer is no seed

std::atomic<bool> stop_asked = false;

// The first interrupt ends the campaign in good order, the second at once.
void end_in_good_order() {
  auto stop = [](int signal) {
    if (stop_asked.exchange(true)) std::_Exit(128 + signal);
  };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
}

// Saves findings where they can be run again, keeps the journal, and tells people how it goes.
class Narrator final : public probe::CampaignListener {
 public:
  Narrator(fs::path folder, std::optional<probe::Journal> journal)
      : folder_(std::move(folder)), journal_(std::move(journal)) {}

  void found(const CampaignFinding& finding) override {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    std::string path = (folder_ / (finding.name + ".json")).string();
    if (auto written = write_file(path, finding.suite()); !written) problem_ = written.error();
    if (journal_) journal_->found(finding);  // before it is told: what was seen survives a kill
    const result::Finding& told = finding.proof.finding;
    std::cerr << fmt::format("{:8.2f} s  {}: expected {}, saw {} ({})\n            diconform run {}\n",
                             finding.found_after_seconds, finding.clause, clean_utf8(told.expected),
                             clean_utf8(told.observed), finding.label(), path);
  }

  void progressed(const CampaignProgress& now) override {
    if (journal_) journal_->progressed(now);
    std::cerr << fmt::format(
        "{:8.1f} s  {} requests ({:.0f}/s, and {} of the hook), {} scenarios; model coverage: {} options, {} "
        "decisions, {} pairs; {} findings\n",
        now.seconds, now.requests, static_cast<double>(now.requests) / std::max(now.seconds, 1e-3),
        now.hook_calls, now.scenarios, now.coverage.options, now.coverage.decisions, now.coverage.pairs,
        now.findings);
  }

  void kept(const probe::Script& script) override {
    if (journal_) journal_->kept(script);
  }

  void done() {
    if (journal_) journal_->done();
  }
  const std::optional<Error>& problem() const { return problem_; }

 private:
  fs::path folder_;
  std::optional<probe::Journal> journal_;
  std::optional<Error> problem_;
};

// Cases of the catalogue that a campaign performs among its own.
std::vector<scenario::Trial> seeds_of(const Session& session) {
  auto waits = [](const scenario::Step& step) {
    using Kind = scenario::Step::Kind;
    bool large = step.raw.size() > 65536 || (step.http.body && step.http.body->size() > 65536);
    return large || step.kind == Kind::kRate ||
           (step.kind == Kind::kPause && step.duration_ms > kLongPauseMs);
  };
  std::vector<scenario::Trial> seeds = scenario::select(session.catalogue().cases, session.edition().id, {});
  std::erase_if(seeds, [&](const scenario::Trial& trial) {
    return std::ranges::any_of(trial.body->steps, waits) || target::missing_for(trial, session.setup());
  });
  return seeds;
}

result::Outcome outcome_of(const CampaignFinding& finding, const Session& session) {
  result::Outcome outcome = finding.proof.outcome;
  const scenario::WrittenCase& last = finding.proof.cases.back();
  outcome.case_name = "findings/" + finding.name;
  outcome.trial = outcome.case_name + "[" + session.edition().id + "," + std::string(name_of(last.encoding)) +
                  "," + std::string(name_of(last.scheme)) + "]";
  outcome.reason = finding.clause + ": expected " + finding.proof.finding.expected + ", saw " +
                   finding.proof.finding.observed + " (" + finding.label() + ")";
  outcome.verdict = result::Verdict::kFail;
  return outcome;
}

// What went well, as one trial: how much there was of it, and which decisions of the model it showed.
result::Outcome rest_of(const probe::CampaignResult& result, const Session& session) {
  const CampaignProgress& at = result.progress;
  result::Outcome rest;
  rest.case_name = "campaign/all-else";
  rest.trial = rest.case_name + "[" + session.edition().id + "]";
  rest.verdict = result.error ? result::Verdict::kError : result::Verdict::kPass;
  rest.seconds = at.seconds;
  rest.reason = fmt::format(
      "{} requests ({} of the hook), {} scenarios, {} suspicions that no case shows; model coverage: {} "
      "options, {} "
      "pairs, {} decisions: ",
      at.requests, at.hook_calls, at.scenarios, at.unproved, at.coverage.options, at.coverage.pairs,
      result.decisions.size());
  for (const std::string& decision : result.decisions) rest.reason += decision + "; ";
  if (result.error) rest.reason = result.error->message();
  for (const auto& [question, answer] : result.learned) rest.choices.push_back({question, answer});
  return rest;
}

// What a campaign is held against: scenarios take the place of trials.
struct Demands {
  MinVerified least;
  result::KnownFailures known;
  std::string shard;
  bool allow_inconclusive = false;
};

Result<Demands> demands_of(const Options& options, Clock& clock) {
  if (options.report.rate_trials == "only")
    return failure("--rate-trials", "\"only\" is no campaign",
                   "diconform run --rate-trials only, or probe rate");
  TRY(MinVerified least, parse_min_verified(options.report.min_verified));
  TRY(result::KnownFailures known, open_known_failures(options.report.known_failures, clock));
  TRY(Shard shard, options.report.shard.empty() ? shard_of_environment() : parse_shard(options.report.shard));
  return Demands{least, std::move(known), shard.text(), options.report.allow_inconclusive};
}

// Tells the reporters a campaign as they know runs: one trial a finding, and one for all that went well.
int report(const probe::CampaignResult& result, const Options& options, Session& session, Demands& demands,
           const std::string& started) {
  std::vector<result::Outcome> outcomes;
  for (const CampaignFinding& finding : result.findings) outcomes.push_back(outcome_of(finding, session));
  if (result.progress.requests > 0 || result.error) outcomes.push_back(rest_of(result, session));
  result::Plan plan{
      "fuzz", kVersion, session.describe(), session.edition().id, session.seed(), demands.shard, started, {}};
  result::Summary summary;
  for (result::Outcome& outcome : outcomes) {
    demands.known.apply(outcome);
    plan.trials.push_back(outcome.trial);
    ++summary.counts[outcome.verdict];
    for (const result::ChoiceAnswer& answer : outcome.choices)
      summary.choices.try_emplace(answer.choice, result::ChoiceRecord{answer.answer, {outcome.trial}});
  }
  summary.complaints = demands.known.complaints_of(plan.trials);
  Judged judged{.interrupted = stop_asked,
                .known_failures_wrong = !summary.complaints.empty(),
                .allow_inconclusive = demands.allow_inconclusive,
                .planned = outcomes.size()};
  summary.complete = !stop_asked;
  summary.seconds = result.progress.seconds;
  summary.exit_code = exit_code(summary, judged, summary.complaints);
  if (summary.exit_code == kConforms && result.progress.scenarios < demands.least.count) {
    summary.complaints.push_back(fmt::format("{} scenarios were judged, {} were asked for",
                                             result.progress.scenarios, demands.least.count));
    summary.exit_code = kNotEnough;
  }
  Reporting reporting;
  if (auto opened = reporting.open(options.report, session); !opened) return complain(opened.error(), kUsage);
  reporting.listener().run_started(plan);
  for (const result::Outcome& outcome : outcomes) reporting.listener().trial_finished(outcome);
  reporting.listener().run_finished(summary);
  auto problem = reporting.problem();
  if (problem) return complain(*problem, summary.exit_code == 0 ? int{kUnusable} : summary.exit_code);
  return summary.exit_code;
}

// Whether a campaign can be made against this at all.
std::expected<void, NotOpened> check(const Session& session) {
  const target::EndpointSetup& setup = session.setup();
  if (!setup.loopback)
    return std::unexpected(
        NotOpened{{"--endpoint", "a campaign goes to loopback only: it deletes whatever it can think of", ""},
                  kForbidden});
  if (!setup.worlds || !setup.worlds->makes_worlds())
    return std::unexpected(NotOpened{
        {"--world", "a campaign makes worlds, and nobody is there who could", "name the endpoint's hook"},
        kUsage});
  return {};
}

Result<probe::CampaignOptions> campaign_options(const Options& options, const Session& session,
                                                const Demands& demands) {
  probe::CampaignOptions campaign;
  campaign.requests = options.fuzz.requests;
  bool limited = campaign.requests > 0 && options.fuzz.time.empty();
  std::string time = options.fuzz.time.empty() ? kDefaultTime : options.fuzz.time;
  auto time_us = parse_duration_us(time);
  if (!time_us) return failure("--time", diconform::quoted(time) + " is no duration", "such as 60s");
  campaign.time_us = limited ? 0 : *time_us;
  campaign.jobs = session.jobs();
  // Shards of a campaign are campaigns of their own.
  campaign.seed = demands.shard == "1/1" ? session.seed() : seed_for(session.seed(), demands.shard);
  campaign.rates = options.report.rate_trials != "skip";
  for (const auto& [name, answer] : session.pinned())
    if (reference::check_pins({{name, answer}})) campaign.pins[name] = answer;
  campaign.seeds = seeds_of(session);
  campaign.interrupted = &stop_asked;
  return campaign;
}

// What the journal holds of this campaign, put into the options; the journal to write on.
Result<std::optional<probe::Journal>> go_on(const Options& options, const Session& session,
                                            probe::CampaignOptions& campaign) {
  if (options.fuzz.journal.empty()) return std::optional<probe::Journal>();
  Json identity = session.describe();
  identity.set("edition", session.edition().id);
  TRY(probe::Earlier earlier, probe::read_journal(options.fuzz.journal, identity, session.catalogue()));
  TRY(probe::Journal journal, probe::Journal::open(options.fuzz.journal, identity, !earlier.ended));
  if (!earlier.ended)
    std::cerr << fmt::format("fuzz: goes on after {:.1f} s, {} requests, {} findings\n", earlier.seconds,
                             earlier.requests, earlier.findings.size());
  if (earlier.ended)
    for (const probe::Script& script : earlier.corpus) journal.kept(script);
  campaign.earlier = std::move(earlier);
  return std::optional<probe::Journal>(std::move(journal));
}

}  // namespace

int fuzz_verb(const Options& options) {
  auto session = Session::open(options.target);
  if (!session) return complain(session.error().error, session.error().code);
  if (auto able = check(**session); !able) return complain(able.error().error, able.error().code);
  auto demands = demands_of(options, (*session)->clock());
  if (!demands) return complain(demands.error(), kUsage);
  auto campaign = campaign_options(options, **session, *demands);
  if (!campaign) return complain(campaign.error(), kUsage);
  auto journal = go_on(options, **session, *campaign);
  if (!journal) return complain(journal.error(), kUsage);
  auto manual = reference::Manual::of((*session)->edition());
  if (!manual) return complain(manual.error(), kDefect);

  end_in_good_order();
  std::string started = utc_time((*session)->clock().unix_ms() / 1000);
  std::cerr << fmt::format("fuzz: edition {}, seed {}, {} threads, {} cases of the catalogue as seeds\n",
                           (*session)->edition().id, campaign->seed, campaign->jobs, campaign->seeds.size());
  Narrator narrator(options.output.empty() ? kFolder : options.output, *std::move(journal));
  judge::Rules rules = (*session)->rules(options.report.strict);
  probe::CampaignResult result =
      probe::run_campaign((*session)->setup(), *manual, rules, *campaign, narrator);
  if (!stop_asked && !result.error) narrator.done();
  if (result.progress.unproved > 0)
    std::cerr << fmt::format("fuzz: {} suspicions that no ordinary case shows\n", result.progress.unproved);
  if (result.error) complain(*result.error, kUnusable);
  if (narrator.problem()) return complain(*narrator.problem(), kUnusable);
  return report(result, options, **session, *demands, started);
}

}  // namespace diconform::run
