#include "probe/campaign/rates.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "judge/rate_gate.h"
#include "probe/campaign/sites.h"
#include "target/rate_episode.h"

namespace diconform::probe {
namespace {

// A hundred calls in a second, of which a right limiter lets at most twenty pass, however it counts.
constexpr scenario::RatePlan kBrief{
    .quiet_ms = 0, .lawful_seconds = 0, .over_per_second = 100, .over_seconds = 1};
// Five whole seconds over the limit after the first: a fixed window reads 9.8 to 10.2 a second there.
constexpr scenario::RatePlan kSteady{.quiet_ms = 0, .lawful_seconds = 1, .over_seconds = 6};
// The same in each encoding by turns: a budget for each of them lets three times as much pass.
constexpr scenario::RatePlan kMixed = [] {
  scenario::RatePlan plan = kSteady;
  plan.mixed = true;
  return plan;
}();

Script script_of(const sites::Form& form, const scenario::RatePlan& plan, bool dry_run, bool settable) {
  Script script;
  script.encoding = form.encoding;
  script.scheme = form.scheme;
  script.body.covers = {"rate.ten-per-second", "rate.code", "rate.no-effect", "rate.recovers",
                        "rate.not-below-ten"};
  if (settable) script.body.account.rate_limit = 10;
  if (!settable) script.body.account.own_rate_limit = true;
  if (dry_run) script.body.given = {{"a", {}}};
  scenario::Step step;
  step.kind = scenario::Step::Kind::kRate;
  step.rate = plan;
  Json call = Json::Object{{"ImageIds", Json(Json::Array{Json(dry_run ? "$a" : "$each")})}};
  if (dry_run) call.set("DryRun", true);
  step.call = std::move(call);
  step.expect.reply.success = true;
  script.body.steps = {std::move(step)};
  return script;
}

bool hangs_on_the_clock(const Proof& proof) { return proof.finding.where.ends_with(judge::kByTheClock); }

// How many repetitions there is time for, five at most; less than two say nothing.
std::size_t replays_in(std::int64_t left_us, std::int64_t takes_us, std::size_t side_by_side) {
  constexpr std::size_t kReplays = 5;
  if (takes_us == 0) return left_us > 0 ? kReplays : 0;
  auto rounds = static_cast<std::size_t>(std::max<std::int64_t>(0, left_us) / takes_us);
  std::size_t times = std::min(kReplays, rounds * side_by_side);
  return times < 2 ? 0 : times;
}

// From the first call to the last reply, where the clock is a real one.
std::int64_t duration_of(const Script& script) {
  constexpr std::int64_t kRoom = 300'000;
  return target::due_times(script.body.steps.front().rate).back() + kRoom;
}

}  // namespace

RateScripts rate_scripts(const Abilities& abilities) {
  RateScripts scripts;
  if (!abilities.world.isolated) return scripts;
  bool settable = abilities.world.facets.contains("rateLimit");
  const api::Action* action = abilities.edition->action("DeleteImages");
  bool dry = action && action->parameter("DryRun");
  if (!abilities.world.virtual_clock) scripts.brief = {script_of(sites::forms[0], kBrief, false, settable)};
  scripts.steady.push_back(script_of(sites::forms[0], kSteady, false, settable));
  if (dry) scripts.steady.push_back(script_of(sites::forms[0], kSteady, true, settable));
  scripts.steady.push_back(script_of(sites::forms[0], kMixed, false, settable));
  for (std::size_t i = 1; i < sites::forms.size(); ++i)
    scripts.steady.push_back(script_of(sites::forms[i], kSteady, false, settable));
  return scripts;
}

std::vector<Trying> RateTrials::perform(const std::vector<Script>& scripts, std::size_t side_by_side) {
  std::vector<Trying> tried(scripts.size());
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(side_by_side, scripts.size()); ++i) {
    threads.emplace_back([&, name = name_ + "/" + std::to_string(++number_)] {
      Prover prover(setup_, oracle_, rules_, name);
      for (std::size_t at; (at = next++) < scripts.size();)
        tried[at] = prover.perform(trial_of(scripts[at], name, oracle_.edition().id));
    });
  }
  threads.clear();
  return tried;
}

void RateTrials::run(const std::vector<Script>& scripts, std::size_t side_by_side, const Surroundings& around,
                     const Tell& tell) {
  for (std::size_t at = 0; at < scripts.size(); at += side_by_side) {
    std::size_t count = std::min(side_by_side, scripts.size() - at);
    std::vector<Script> some(scripts.begin() + static_cast<std::ptrdiff_t>(at),
                             scripts.begin() + static_cast<std::ptrdiff_t>(at + count));
    std::int64_t takes_us = setup_.capabilities.virtual_clock ? 0 : duration_of(some.front());
    if (around.time_left_us() <= takes_us) return;
    std::int64_t start_us = setup_.clock->now_us();
    std::vector<Trying> tried = perform(some, side_by_side);
    bool calm = around.calm_since(start_us);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      Investigator::Inquiry inquiry;
      inquiry.calls = tried[i].calls;
      inquiry.error = std::move(tried[i].error);
      inquiry.proved = true;  // there is nothing to be proved, or it was told already
      std::string kind;
      std::size_t times = replays_in(around.time_left_us(), takes_us, side_by_side);
      if (tried[i].proof && times > 0 && (calm || !hangs_on_the_clock(*tried[i].proof))) {
        Proof& proof = *tried[i].proof;
        kind = "rate|" + proof.finding.clause;
        if (findings_.claims(proof.finding.clause, kind))
          inquiry = confirm(some[i], std::move(proof), times, side_by_side, around);
      }
      tell(std::move(inquiry), kind);
    }
  }
}

Investigator::Inquiry RateTrials::confirm(const Script& script, Proof proof, std::size_t times,
                                          std::size_t side_by_side, const Surroundings& around) {
  Investigator::Inquiry inquiry;
  std::size_t shown = 0;
  bool by_the_clock = false;
  std::int64_t start_us = setup_.clock->now_us();
  for (Trying& again : perform(std::vector<Script>(times, script), side_by_side)) {
    inquiry.calls += again.calls;
    if (again.error) inquiry.error = std::move(again.error);
    if (!again.proof || again.proof->finding.clause != proof.finding.clause) continue;
    ++shown;
    by_the_clock = by_the_clock || hangs_on_the_clock(*again.proof);
  }
  inquiry.proved = 2 * shown > times && (!by_the_clock || around.calm_since(start_us));
  if (!inquiry.proved) return inquiry;
  inquiry.finding = told(std::move(proof), findings_);
  if (inquiry.finding) inquiry.finding->failed = shown, inquiry.finding->replayed = times;
  return inquiry;
}

}  // namespace diconform::probe
