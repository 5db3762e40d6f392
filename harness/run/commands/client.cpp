#include <algorithm>
#include <iostream>
#include <random>
#include <thread>

#include "base/chance.h"
#include "base/file.h"
#include "base/text.h"
#include "client/case_reader.h"
#include "client/catalogue.h"
#include "client/lane.h"
#include "run/ending.h"
#include "run/exit_code.h"
#include "run/reporting.h"
#include "run/session.h"
#include "run/shard.h"
#include "run/version.h"

namespace diconform::run {
namespace {

// Lanes wait more than they work; more of them, and the start of their drivers costs more than it saves.
constexpr std::size_t kMostLanes = 6;

// The trials of this run, or why there are none.
struct Chosen {
  std::vector<client::Trial> trials;
  std::vector<std::string> catalogue_ids;
  result::Plan plan;
  bool empty_shard = false;
};

std::unexpected<NotOpened> usage(Error error) { return std::unexpected(NotOpened{std::move(error), kUsage}); }

std::expected<std::vector<client::Trial>, NotOpened> matching(const Options& options,
                                                              const client::Catalogue& catalogue) {
  std::vector<client::Trial> trials;
  std::vector<std::string> patterns;
  for (const std::string& pattern : options.patterns) {
    if (!pattern.ends_with(".json")) {
      patterns.push_back(pattern);
      if (!client::select(catalogue.cases, std::vector{pattern}).empty()) continue;
      return std::unexpected(NotOpened{
          {quoted(pattern), "matches no client case", "`diconform list` shows what there is"}, kNotEnough});
    }
    auto text = read_file(pattern);
    if (!text) return usage(text.error());
    auto cases = client::read_suite(pattern, *text, catalogue.clauses);
    if (!cases) return usage(cases.error());
    std::ranges::move(client::select(*cases, {}), std::back_inserter(trials));
  }
  if (trials.empty() || !patterns.empty())
    std::ranges::move(client::select(catalogue.cases, patterns), std::back_inserter(trials));
  return trials;
}

std::expected<Chosen, NotOpened> choose(const Options& options, const client::Catalogue& catalogue) {
  Chosen chosen;
  auto all = matching(options, catalogue);
  if (!all) return std::unexpected(all.error());
  auto shard = options.report.shard.empty() ? shard_of_environment() : parse_shard(options.report.shard);
  if (!shard) return usage(shard.error());
  for (std::size_t i = 0; i < all->size(); ++i) {
    if (shard->takes(i)) chosen.trials.push_back(std::move((*all)[i]));
  }
  chosen.empty_shard = shard->total > 1 && chosen.trials.empty() && !all->empty();
  for (const client::Trial& trial : client::select(catalogue.cases, {}))
    chosen.catalogue_ids.push_back(trial.id);
  for (const client::Trial& trial : chosen.trials) chosen.plan.trials.push_back(trial.id);
  chosen.plan.shard = shard->text();
  return chosen;
}

std::string command_text(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
  return text;
}

// One `diconform client` from end to end.
class ClientRun {
 public:
  ClientRun(const Options& options, const client::Catalogue& catalogue, const api::Edition& edition,
            const client::Place& place)
      : options_(options), place_(place), rules_{catalogue.clauses, edition, options.report.strict} {
    setup_.place = &place;
    setup_.driver = options.client.driver;
    setup_.seed = options.target.seed ? *options.target.seed : std::random_device{}();
    setup_.secret_key = "SECRET" + Chance(setup_.seed).text("0123456789abcdefghijklmnopqrstuvwxyz", 24);
  }

  int go(Chosen chosen) {
    client::Lane first(setup_, 0);
    auto hello = first.hello();
    if (!hello) return complain(hello.error(), kUnusable);
    SystemClock clock;
    Reporting reporting;
    if (auto opened = reporting.open(options_.report, {setup_.secret_key}, clock); !opened)
      return complain(opened.error(), kUsage);
    auto ending = Ending::open(options_.report, clock);
    if (!ending) return complain(ending.error(), kUsage);
    if (!place_.isolated && !place_.why_not.empty())
      std::cerr << "diconform: the drivers run on loopback as it is: " << place_.why_not << '\n';
    complete(chosen.plan, *hello, clock);
    reporting.listener().run_started(chosen.plan);

    RunnerOptions runner;
    runner.repeat_prefix = "diconform client";
    runner.repeat_suffix = " --seed " + std::to_string(setup_.seed) + " -- " + command_text(setup_.driver);
    runner.interrupted = &watch_for_interrupts();
    Run run(chosen.trials.size(), rules_, runner, ending->known(), reporting.listener());
    std::size_t number = 0;
    run.perform(order_of(chosen.trials), lanes(), [&]() -> Worker {
      auto lane = std::make_shared<client::Lane>(setup_, number++);
      return [this, &chosen, lane](std::size_t trial) {
        result::Outcome outcome = lane->perform(chosen.trials[trial], rules_);
        conclude(outcome);
        return outcome;
      };
    });
    return ending->tell(run.finish(), reporting, chosen.plan.trials, chosen.catalogue_ids,
                        chosen.empty_shard);
  }

 private:
  std::size_t lanes() const {
    if (options_.target.jobs > 0) return options_.target.jobs;
    return std::min<std::size_t>(kMostLanes, std::size_t{3} * std::max(1u, std::thread::hardware_concurrency()));
  }

  // Those that wait begin first, so that none is left when all others are done.
  static std::vector<std::size_t> order_of(const std::vector<client::Trial>& trials) {
    std::vector<std::size_t> order(trials.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(-trials[i].waits_ms(), i); });
    return order;
  }

  void complete(result::Plan& plan, const client::Hello& hello, Clock& clock) const {
    Json target;
    target.set("driver", hello.sdk + (hello.version.empty() ? "" : " " + hello.version));
    target.set("language", hello.language);
    target.set("features", Json::Array(hello.features.begin(), hello.features.end()));
    target.set("command", command_text(setup_.driver));
    target.set("isolated", place_.isolated);
    plan.verb = "client";
    plan.version = kVersion;
    plan.target = std::move(target);
    plan.edition = rules_.edition.id;
    plan.seed = setup_.seed;
    plan.started = utc_time(clock.unix_ms() / 1000);
  }

  const Options& options_;
  const client::Place& place_;
  const judge::Rules rules_;
  client::LaneSetup setup_;
};

}  // namespace

int client_verb(const Options& options) {
  if (options.client.driver.empty())
    return complain({"client", "no driver is named", "diconform client [PATTERN…] -- DRIVER [ARG…]"}, kUsage);
  auto manual = open_catalogue(options.target.cases);
  if (!manual) return complain(manual.error(), kUsage);
  auto catalogue = client::open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  if (catalogue->cases.empty())
    return complain({"client/", "holds no case", "an empty catalogue proves nothing"}, kUsage);
  const std::string edition = options.target.edition.empty() ? "2023-03-27" : options.target.edition;
  if (!manual->edition(edition))
    return complain({"--edition", "there is no edition " + quoted(edition), ""}, kUsage);
  auto chosen = choose(options, *catalogue);
  if (!chosen) return complain(chosen.error().error, chosen.error().code);
  using client::Isolation;
  const std::string& isolated = options.client.isolated;
  auto place = client::open_place(isolated == "always"  ? Isolation::kAlways
                                  : isolated == "never" ? Isolation::kNever
                                                        : Isolation::kAuto,
                                  options.client.trust);
  if (!place) return complain(place.error(), kUnusable);
  const int code = ClientRun(options, *catalogue, *manual->edition(edition), *place).go(std::move(*chosen));
  client::close(*place);
  return code;
}

}  // namespace diconform::run
