#include "target/endpoint_target.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "scenario/bind.h"
#include "target/rate_episode.h"

namespace diconform::target {
namespace {

using Kind = NotPerformed::Kind;
using scenario::Step;
using Done = std::expected<void, NotPerformed>;

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kEach = "$each";
// So few that each is used once a second at 8 calls a second: some servers close what is idle for two.
constexpr std::size_t kEpisodeLines = 8;
// Ten a second are promised, by whatever window; so many calls and then a whole quiet window are within it.
constexpr std::size_t kLawfulCalls = 9;
constexpr std::int64_t kQuietUs = 2'100'000;

std::unexpected<NotPerformed> not_performed(Kind kind, std::string reason) {
  return std::unexpected(NotPerformed{kind, std::move(reason)});
}

std::unexpected<NotPerformed> broken(const Error& error) {
  return not_performed(Kind::kError, error.message());
}

std::unexpected<NotPerformed> broken(const PutProblem& problem) {
  if (const Error* error = std::get_if<Error>(&problem)) return broken(*error);
  return not_performed(Kind::kUntestable,
                       "the world cannot be made: " + std::get<CannotMake>(problem).reason);
}

Account account_of(const scenario::AccountPlan& plan, const Capabilities& capabilities) {
  Account account;
  if (!plan.token.empty()) account.token = plan.token;
  bool settable = capabilities.facets.contains("rateLimit");
  if (plan.rate_limit && settable) {
    account.rate = *plan.rate_limit;
  } else if (!plan.own_rate_limit && settable) {
    account.rate = NoRateLimit{};
  }
  return account;
}

// Every id that is minted is ours from then on, unless it is, or holds, one that is not.
std::function<bool(std::string_view)> acceptable(Guard* guard) {
  if (!guard) return nullptr;
  return [guard](std::string_view id) { return guard->allow(id).has_value(); };
}

Chance chance_of(const EndpointSetup& setup, const std::string& account, std::size_t number) {
  return Chance(seed_for(setup.seed, account + "/account" + std::to_string(number)));
}

// One trial under way: its accounts, its worlds, and what was seen.
class Performance {
 public:
  Performance(const EndpointSetup& setup, const Habits& habits, const scenario::Trial& trial,
              std::vector<std::unique_ptr<wire::Transport>>& lines)
      : setup_(setup),
        habits_(habits),
        trial_(trial),
        lines_(lines),
        bindings_(seed_for(setup.seed, trial.id), acceptable(setup.guard)) {}

  std::expected<result::Observation, NotPerformed> run() {
    if (auto ready = prepare(); !ready) return std::unexpected(ready.error());
    Done done;
    if (habits_.sends_ahead) {
      done = perform_all();
    } else {
      for (const Step& step : trial_.body->steps)
        if (done = perform(step); !done || is_over()) break;
    }
    for (const Account& account : accounts_) {
      if (setup_.worlds && setup_.capabilities.isolated && habits_.account.empty())
        (void)setup_.worlds->drop(account.secret_id);
    }
    if (!done) return std::unexpected(done.error());
    observation_.facets = setup_.capabilities.world_facets();
    observation_.virtual_clock = setup_.capabilities.virtual_clock;
    return std::move(observation_);
  }

 private:
  Done prepare() {
    accounts_.push_back(account_of(trial_.body->account, setup_.capabilities));
    if (trial_.body->has_other) {
      scenario::AccountPlan other = trial_.body->account;  // its limit, and nothing else of it
      other.token.clear();
      accounts_.push_back(account_of(other, setup_.capabilities));
    }
    worlds_.resize(accounts_.size());
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      name_account(accounts_[i]);
      TRY(accounts_[i].world, make_world(i == 0 ? trial_.body->given : trial_.body->other, i == 0));
    }
    bindings_.set("secretId", accounts_[0].secret_id);
    bindings_.set("host", setup_.host);
    bindings_.set("hostname", setup_.host.substr(0, setup_.host.rfind(':')));
    if (!setup_.worlds) return {};
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      if (auto put = setup_.worlds->put(accounts_[i]); !put) return broken(put.error());
      worlds_[i] = accounts_[i].world;
    }
    return {};
  }

  void name_account(Account& account) {
    if (!setup_.worlds || !setup_.capabilities.isolated) {
      account.secret_id = setup_.credentials.secret_id;
      account.secret_key = setup_.credentials.secret_key;
      return;
    }
    std::size_t number = static_cast<std::size_t>(&account - accounts_.data());
    Chance chance = chance_of(setup_, habits_.account.empty() ? trial_.id : habits_.account, number);
    account.secret_id = "AKID" + chance.text(kAlphanumeric, 20);
    account.secret_key = chance.text(kAlphanumeric, 32);
  }

  std::expected<api::World, NotPerformed> make_world(const std::vector<scenario::Role>& roles, bool first) {
    api::World world;
    bool shows_snapshots = setup_.capabilities.facets.contains("SnapshotSet");
    for (const scenario::Role& role : roles) {
      world.images.push_back(scenario::bind(role, bindings_));
      if (!shows_snapshots) world.images.back().snapshots.clear();
    }
    if (setup_.worlds && !world.images.empty()) {
      auto chosen = setup_.worlds->choose(std::move(world.images), may_delete());
      if (!chosen) return broken(chosen.error());
      world.images = std::move(*chosen);
    }
    for (std::size_t i = 0; i < roles.size(); ++i) {
      api::Image& image = world.images[i];
      if (image.id.empty()) image.id = bindings_.mint("img-");
      if (!bindings_.find(roles[i].name)) bindings_.set(roles[i].name, image.id);
      name(image.id, "$" + roles[i].name);
    }
    if (first) world.snapshots = trial_.body->account.snapshots;
    if (setup_.worlds && setup_.worlds->makes_worlds()) add_extras(world, first);
    for (const api::Image& image : world.images)
      world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
    return world;
  }

  // Whether a right endpoint deletes something in this trial.
  bool may_delete() const {
    return std::ranges::any_of(trial_.body->steps, [](const Step& step) {
      const Json* dry = step.call ? step.call->find("DryRun") : nullptr;
      bool succeeds = step.expect.reply.success || step.expect.winners || !step.expect.answers.empty();
      return succeeds && !(dry && dry->boolean() && *dry->boolean());
    });
  }

  // The images of a rate step, and the bystander that every world holds.
  void add_extras(api::World& world, bool first) {
    for (const Step& step : trial_.body->steps) {
      bool each = first && step.kind == Step::Kind::kRate && step.call;
      if (each && to_text(*step.call).find(kEach) != std::string::npos) add_each(step, world);
    }
    api::Image bystander;
    bystander.id = bindings_.mint("img-");
    if (setup_.capabilities.facets.contains("SnapshotSet")) bystander.snapshots = {bindings_.mint("snap-")};
    name(bystander.id, "$bystander");
    world.images.push_back(std::move(bystander));
  }

  // An image of its own for every call of a rate step.
  void add_each(const Step& step, api::World& world) {
    for (std::size_t i = due_times(step.rate).size(); i > 0; --i) {
      api::Image image;
      image.id = bindings_.mint("img-");
      each_.push_back(image.id);
      name(image.id, "$each");
      world.images.push_back(std::move(image));
    }
  }

  void name(const std::string& id, std::string role) { observation_.names.emplace_back(id, std::move(role)); }

  Done perform(const Step& step) {
    if (step.kind == Step::Kind::kPause || step.kind == Step::Kind::kAdvance)
      return let_pass(step.duration_ms * 1000);
    if (auto told = tell_time(step.as_other ? 1 : 0); !told) return std::unexpected(told.error());
    result::StepObservation seen;
    seen.step = step.kind == Step::Kind::kRate ? step : scenario::bind(step, bindings_);
    before(seen);
    auto send = step.kind == Step::Kind::kRate ? &Performance::send_episode
                : step.at_once() > 1           ? &Performance::send_together
                                               : &Performance::send_in_a_row;
    if (auto sent = (this->*send)(seen); !sent) return sent;
    observation_.steps.push_back(std::move(seen));
    bool looks = habits_.looks_after_each_step || &step == &trial_.body->steps.back() || is_over();
    return looks ? look(observation_.steps.back()) : Done();
  }

  bool is_over() const {
    if (!habits_.ends_in_silence || observation_.steps.empty()) return false;
    const auto& last = observation_.steps.back().exchanges;
    return std::ranges::find(last, wire::ExchangeEnd::kTimeout, &wire::Exchange::end) != last.end();
  }

  Done perform_all() {
    std::vector<std::string> messages;
    for (const Step& step : trial_.body->steps) {
      if (auto told = tell_time(step.as_other ? 1 : 0); !told) return told;
      result::StepObservation& seen = observation_.steps.emplace_back();
      seen.step = scenario::bind(step, bindings_);
      if (observation_.steps.size() == 1) before(seen);
      for (std::size_t i = 0; i < step.times; ++i)
        messages.push_back(compose(seen.step, composition(seen.step)));
    }
    std::vector<wire::Exchange> exchanges = lines_[0]->exchange_all(messages, setup_.timeout_us);
    if (exchanges.empty()) return not_performed(Kind::kError, "calls sent ahead were not all answered");
    auto next = exchanges.begin();
    for (result::StepObservation& seen : observation_.steps)
      for (std::size_t i = 0; i < seen.step.times; ++i) seen.exchanges.push_back(std::move(*next++));
    return look(observation_.steps.back());
  }

  Result<std::int64_t> advance(std::size_t account, std::int64_t ms) {
    auto now = setup_.worlds->advance(accounts_[account].secret_id, ms);
    if (now) virtual_ms_[account] = *now;
    return now;
  }

  // Waits where the clock is real; where it is virtual, that of each account goes on.
  Done let_pass(std::int64_t us) {
    if (!setup_.capabilities.virtual_clock) {
      setup_.clock->sleep_us(us);
      return {};
    }
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      auto advanced = advance(i, us / 1000);
      if (!advanced) return broken(advanced.error());
      unix_ms_ = *advanced;
    }
    return {};
  }

  Done tell_time(std::size_t account) {
    unix_ms_ = setup_.clock->unix_ms();
    if (setup_.capabilities.virtual_clock) {
      // It stands still between advances: asked once, it is known.
      if (!virtual_ms_[account])
        if (auto now = advance(account, 0); !now) return broken(now.error());
      unix_ms_ = *virtual_ms_[account];
    }
    if (!bindings_.find("timestamp")) bindings_.set("timestamp", std::to_string(unix_ms_ / 1000));
    return {};
  }

  Composition composition(const Step& step) {
    const Account& account = accounts_[step.as_other ? 1 : 0];
    Composition out;
    std::tie(out.encoding, out.scheme) =
        step.rate.mixed ? by_turns(nonce_) : std::pair(trial_.encoding, trial_.scheme);
    out.credentials = {account.secret_id, account.secret_key, account.token.value_or("")};
    if (accounts_.size() == 1 && !setup_.worlds) out.credentials.token = setup_.credentials.token;
    out.host = setup_.host;
    out.region = setup_.region;
    out.unix_seconds = unix_ms_ / 1000;
    out.nonce = ++nonce_;
    return out;
  }

  // Where the limit cannot be lifted, waits until `count` more calls stay within what the manual promises.
  Done keep_within_rate(std::size_t count) {
    if (setup_.capabilities.facets.contains("rateLimit")) return {};
    if (calls_ + count > kLawfulCalls && calls_ > 0) {
      if (auto quiet = let_pass(kQuietUs); !quiet) return quiet;
      calls_ = 0;
    }
    calls_ += count;
    return {};
  }

  std::expected<wire::Exchange, NotPerformed> checked(wire::Exchange exchange) {
    if (exchange.end == wire::ExchangeEnd::kNotConnected)
      return not_performed(Kind::kError, "the endpoint cannot be reached: " + exchange.problem);
    if (exchange.end == wire::ExchangeEnd::kForbidden)
      // Off loopback much of the catalogue may not be sent, and is untestable there: the guard says why.
      return not_performed(setup_.guard ? Kind::kUntestable : Kind::kForbidden, exchange.problem);
    return exchange;
  }

  Done send_in_a_row(result::StepObservation& seen) {
    for (std::size_t i = 0; i < seen.step.times; ++i) {
      if (auto room = keep_within_rate(1); !room) return room;
      std::string bytes = compose(seen.step, composition(seen.step));
      if (setup_.pacer) setup_.pacer->wait();
      auto exchange = checked(lines_[0]->exchange(bytes, setup_.timeout_us));
      if (!exchange) return std::unexpected(exchange.error());
      seen.exchanges.push_back(std::move(*exchange));
      if (!seen.exchanges.back().reply) break;  // hung or broken once is enough
    }
    return {};
  }

  Done send_together(result::StepObservation& seen) {
    scenario::Step step = seen.step;
    if (auto room = keep_within_rate(step.at_once()); !room) return room;
    std::vector<std::string> messages(step.at_once());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (i >= step.together) step.call = step.beside[i - step.together];
      messages[i] = compose(step, composition(step));
    }
    return keep(run_burst(messages, lines_, setup_.transports, setup_.timeout_us), seen);
  }

  Done keep(std::vector<wire::Exchange> exchanges, result::StepObservation& seen) {
    for (wire::Exchange& exchange : exchanges) {
      TRY(wire::Exchange good, checked(std::move(exchange)));
      seen.exchanges.push_back(std::move(good));
    }
    return {};
  }

  Done send_episode(result::StepObservation& seen) {
    std::vector<EpisodeCall> calls;
    std::vector<std::int64_t> due = due_times(seen.step.rate);
    std::int64_t start_ms = unix_ms_;
    for (std::size_t i = 0; i < due.size(); ++i) {
      scenario::Bindings mine = bindings_;
      if (i < each_.size()) mine.set("each", each_[i]);
      unix_ms_ = start_ms + due[i] / 1000;
      calls.push_back({due[i], compose(scenario::bind(seen.step, mine), composition(seen.step))});
    }
    auto move_on = [&](std::int64_t ms) { return advance(0, ms); };
    auto episode =
        setup_.capabilities.virtual_clock
            ? run_virtual_episode(calls, *lines_[0], move_on, setup_.timeout_us)
            : run_episode(calls, setup_.transports, *setup_.clock, kEpisodeLines, setup_.timeout_us);
    if (!episode) return broken(episode.error());
    seen.due_us = std::move(episode->due_us);
    return keep(std::move(episode->exchanges), seen);
  }

  void before(result::StepObservation& seen) {
    bool known = habits_.looks_after_each_step ||
                 observation_.steps.size() <= (habits_.sends_ahead ? 1 : 0);  // otherwise it is long past
    if (!setup_.worlds || !known) return;
    std::size_t mine = seen.step.as_other ? 1 : 0;
    seen.before = worlds_[mine];
    if (accounts_.size() > 1) seen.other_before = worlds_[1 - mine];
  }

  Done look(result::StepObservation& seen) {
    if (!setup_.worlds) return {};
    std::size_t mine = seen.step.as_other ? 1 : 0;
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      auto world = setup_.worlds->get(accounts_[i].secret_id);
      if (!world) return broken(world.error());
      (i == mine ? seen.after : seen.other_after) = *world;
      worlds_[i] = std::move(*world);
    }
    return {};
  }

  const EndpointSetup& setup_;
  const Habits& habits_;
  const scenario::Trial& trial_;
  std::vector<std::unique_ptr<wire::Transport>>& lines_;
  scenario::Bindings bindings_;
  std::vector<Account> accounts_;   // the first is the case's, the second its `other`
  std::vector<api::World> worlds_;  // as last seen
  std::vector<std::string> each_;
  std::int64_t unix_ms_ = 0;
  std::optional<std::int64_t> virtual_ms_[2];  // of either account, where it is known
  std::uint64_t nonce_ = 0;
  std::size_t calls_ = 0;  // since the last quiet spell
  result::Observation observation_;
};

}  // namespace

std::string secret_id_of(const EndpointSetup& setup, const std::string& account, std::size_t number) {
  return "AKID" + chance_of(setup, account, number).text(kAlphanumeric, 20);
}

EndpointTarget::EndpointTarget(const EndpointSetup& setup, Habits habits)
    : setup_(setup), habits_(std::move(habits)) {
  lines_.push_back(setup.transports());
}

std::expected<result::Observation, NotPerformed> EndpointTarget::perform(const scenario::Trial& trial) {
  if (auto missing = missing_for(trial, setup_)) return std::unexpected(std::move(*missing));
  return Performance(setup_, habits_, trial, lines_).run();
}

}  // namespace diconform::target
