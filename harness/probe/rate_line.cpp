#include "probe/rate_line.h"

#include <algorithm>

#include "base/text.h"
#include "wire/envelope.h"

namespace diconform::probe {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
// A burst of thirty, and a queue that keeps ten more a second for two seconds, each hold a connection.
constexpr std::size_t kLines = 64;
constexpr std::int64_t kSlip = 20'000;
constexpr double kMaySlip = 0.02, kMayBeLost = 0.02;
constexpr std::size_t kMostVoid = 6;
constexpr std::size_t kAsked = 5;  // calls of each kind in an experiment; most of them must agree

// Codes of calls that came past the limiter: the id names nothing, or the call would have passed.
constexpr std::string_view kPast[] = {"InvalidImageId", "InvalidParameter", "DryRunOperation"};

struct Answer {
  enum class Kind { kAccepted, kRefused, kLost } kind = Kind::kLost;
  std::string code;
};

Answer read_answer(const wire::Exchange& exchange) {
  if (!exchange.reply) return {};
  auto envelope = wire::decode_envelope(exchange.reply->body);
  std::string code = envelope && envelope->error ? envelope->error->code : "";
  int status = exchange.reply->status;
  if (code.starts_with("RequestLimitExceeded")) return {Answer::Kind::kRefused, code};
  // Any other error than those our calls are made for: a limiter that does not give its refusals their name.
  auto expected = [&](std::string_view family) { return code.starts_with(family); };
  if (!code.empty() && std::ranges::none_of(kPast, expected)) return {Answer::Kind::kRefused, code};
  if (status == 429 || status == 503)
    return {Answer::Kind::kRefused, "HTTP status " + std::to_string(status)};
  return {Answer::Kind::kAccepted, code};
}

class Prober {
 public:
  Prober(const target::EndpointSetup& setup, bool dry_run,
         const std::function<void(const std::string&)>& tell)
      : setup_(setup), dry_run_(dry_run), tell_(tell), account_(setup, "probe rate"), chance_(setup.seed) {}

  Result<RateProbe> run() {
    TRY_VOID(account_.hold({}, target::EndpointsOwnRate{}));
    RateRecord record({});
    while (auto plan = next_plan(record, probe_.found, probe_.episodes, chance_)) {
      std::vector<RateCall> calls;
      TRY(bool counts, episode(*plan, record, calls));
      if (!counts) {
        if (++probe_.voided <= kMostVoid) continue;
        probe_.inconclusive = "the schedule slipped: more than 2 % of the calls left over 20 ms late, " +
                              std::to_string(probe_.voided) + " times";
        return std::move(probe_);
      }
      ++probe_.episodes;
      std::ranges::move(calls, std::back_inserter(probe_.calls));
      record = RateRecord(probe_.calls);
      probe_.found = identify(record, setup_.seed);
      tell_("episode " + std::to_string(probe_.episodes) + ": " + std::to_string(probe_.calls.size()) +
            " calls, " + std::to_string(record.refused()) + " refused, " + probe_.found.model);
    }
    TRY_VOID(experiments(record));
    return std::move(probe_);
  }

 private:
  // Sends at times of the plan, after a quiet spell; answers whether the times were kept.
  Result<bool> episode(const EpisodePlan& plan, const RateRecord& before, std::vector<RateCall>& calls) {
    std::vector<target::EpisodeCall> due;
    for (std::int64_t due_us : plan.due_us) {
      TRY(std::string bytes, account_.harmless(dry_run_, quiet_us(before) + due_us));
      due.push_back({due_us, std::move(bytes)});
    }
    TRY(target::Episode sent, send(due, plan.phase_us, quiet_us(before)));
    std::size_t lost = 0, late = 0;
    for (std::size_t i = 0; i < sent.exchanges.size(); ++i) {
      const wire::Exchange& exchange = sent.exchanges[i];
      Answer answer = read_answer(exchange);
      std::int64_t heard_us = exchange.started_us + exchange.elapsed_us;
      late += exchange.started_us - sent.due_us[i] > kSlip ? 1 : 0;
      if (answer.kind == Answer::Kind::kLost) {
        ++lost;
        continue;
      }
      bool accepted = answer.kind == Answer::Kind::kAccepted;
      if (!accepted && (probe_.code.empty() || answer.code != "RequestLimitExceeded"))
        probe_.code = answer.code;
      calls.push_back({sent.due_us[i], exchange.started_us, heard_us, accepted});
    }
    auto most = [&](double share) { return share * static_cast<double>(due.size()); };
    if (static_cast<double>(lost) > most(kMayBeLost))
      return failure("probe rate",
                     std::to_string(lost) + " of " + std::to_string(due.size()) +
                         " calls were not answered: " + problem_of(sent),
                     "");
    probe_.lost += lost;
    return static_cast<double>(late) <= most(kMaySlip);
  }

  static std::string problem_of(const target::Episode& episode) {
    auto lost =
        std::ranges::find_if(episode.exchanges, [](const wire::Exchange& each) { return !each.reply; });
    return lost == episode.exchanges.end() ? "" : std::string(wire::name_of(lost->end)) + " " + lost->problem;
  }

  // After `quiet` a start at this phase of a second.
  Result<target::Episode> send(const std::vector<target::EpisodeCall>& calls, std::int64_t phase_us,
                               std::int64_t quiet) {
    if (!setup_.capabilities.virtual_clock) {
      std::int64_t start = setup_.clock->now_us() + quiet;
      start += kSecond - start % kSecond + phase_us;
      return target::run_episode(calls, setup_.transports, *setup_.clock, kLines, setup_.timeout_us, start);
    }
    TRY(std::int64_t now_ms, account_.advance(quiet / 1000));
    auto line = setup_.transports();
    auto advance = [&](std::int64_t ms) { return account_.advance(ms); };
    auto episode = target::run_virtual_episode(calls, *line, advance, setup_.timeout_us);
    if (!episode) return episode;
    for (std::int64_t& due : episode->due_us) due += now_ms * 1000;
    for (wire::Exchange& exchange : episode->exchanges) exchange.started_us += now_ms * 1000;
    return episode;
  }

  // What is limited, whether refused calls execute, and whether all is well a while later.
  Result<void> experiments(const RateRecord& record) {
    if (record.refused() == 0) return one_connection();
    if (!account_.own_account()) return {};
    std::size_t flood = static_cast<std::size_t>(std::clamp<std::int64_t>(2 * record.burst() + 10, 20, 100));
    Caller other(setup_, "probe rate, other account");
    TRY_VOID(other.hold({}, target::EndpointsOwnRate{}));
    api::World world;
    for (std::size_t i = 0; i < flood; ++i) {
      api::Image image;
      image.id = account_.absent_id();
      world.images.push_back(std::move(image));
    }
    TRY(bool made, account_.hold(world, target::EndpointsOwnRate{}));
    if (!made) return {};
    tell_("what is limited, and whether refused calls execute");
    return flood_and_ask(world, other);
  }

  Result<void> flood_and_ask(const api::World& world, Caller& other) {
    std::vector<target::EpisodeCall> calls;
    std::int64_t quiet = 23 * kSecond / 10, at = 0;
    auto add = [&](Result<std::string> bytes) -> Result<void> {
      TRY(std::string text, std::move(bytes));
      calls.push_back({at, std::move(text)});
      at += 1'000;
      return {};
    };
    for (const api::Image& image : world.images) {
      Json params;
      params.set("ImageIds", Json::Array{image.id});
      TRY_VOID(add(account_.compose("DeleteImages", std::move(params), quiet)));
    }
    at += 20'000;
    bool describes = setup_.capabilities.actions.contains("DescribeImages");
    for (std::size_t i = 0; i < kAsked; ++i) {
      TRY_VOID(add(account_.harmless(dry_run_, quiet)));
      TRY_VOID(add(other.harmless(dry_run_, quiet)));
      if (describes) TRY_VOID(add(account_.compose("DescribeImages", Json(Json::Object{}), quiet)));
    }
    at += 22 * kSecond / 10;
    TRY_VOID(add(account_.harmless(dry_run_, quiet + at)));
    TRY(target::Episode sent, send(calls, 0, quiet));
    return conclude(world, sent, describes);
  }

  Result<void> conclude(const api::World& world, const target::Episode& sent, bool describes) {
    auto refused = [&](std::size_t i) {
      return read_answer(sent.exchanges[i]).kind == Answer::Kind::kRefused;
    };
    const std::size_t kinds = describes ? 3 : 2;
    std::size_t counts[3] = {};
    for (std::size_t i = 0; i < kAsked * kinds; ++i) counts[i % kinds] += refused(world.images.size() + i);
    if (limited(counts[0])) {
      bool shared = limited(counts[1]);
      probe_.key = shared                             ? "shared or address"
                   : describes && !limited(counts[2]) ? "account+action"
                                                      : "account";
    }
    probe_.recovers = !refused(sent.exchanges.size() - 1);
    TRY(api::World after, account_.look());
    bool any_refused = false, executed = false;
    for (std::size_t i = 0; i < world.images.size(); ++i) {
      if (!refused(i)) continue;
      any_refused = true;
      executed = executed || !after.find(world.images[i].id);
    }
    if (any_refused) probe_.executes = executed;
    if (probe_.key == "shared or address") return all_or_address(world.images.size());
    return {};
  }

  // Whether so many of kAsked calls that were refused met a limit. Another limiter would have accepted its
  // burst; one call may have found what was just refilled.
  bool limited(std::size_t refused) const {
    auto burst = static_cast<std::size_t>(RateRecord(probe_.calls).burst());
    return kAsked - refused < std::clamp<std::size_t>(burst, 1, 2);
  }

  Result<std::size_t> refused_on(wire::Transport& line) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kAsked; ++i) {
      TRY(std::string bytes, account_.harmless(dry_run_));
      count += read_answer(line.exchange(bytes, setup_.timeout_us)).kind == Answer::Kind::kRefused;
    }
    return count;
  }

  // Where all accounts share a limit: whether calls from another address of ours do, too. What is asked from
  // here before and after must still be refused, or a window has ended meanwhile and nothing is known.
  Result<void> all_or_address(std::size_t flood) {
    if (!setup_.elsewhere || setup_.capabilities.virtual_clock) return {};
    auto here = setup_.transports(), there = setup_.elsewhere();
    if (!here->connect(setup_.timeout_us) || !there->connect(setup_.timeout_us)) return {};
    for (std::size_t tries = 0; tries < kMostVoid; ++tries) {
      std::vector<target::EpisodeCall> calls;
      const std::int64_t quiet = 23 * kSecond / 10;
      for (std::size_t i = 0; i < flood; ++i) {
        TRY(std::string bytes, account_.harmless(dry_run_, quiet));
        calls.push_back({static_cast<std::int64_t>(i) * 1'000, std::move(bytes)});
      }
      TRY_VOID(send(calls, static_cast<std::int64_t>(chance_.below(kSecond)), quiet));
      TRY(std::size_t before, refused_on(*here));
      TRY(std::size_t elsewhere, refused_on(*there));
      TRY(std::size_t after, refused_on(*here));
      if (!limited(before) || !limited(after)) continue;
      probe_.key = limited(elsewhere) ? "shared" : "address";
      break;
    }
    return {};
  }

  // A limit for each connection does not show where every call has one of its own.
  Result<void> one_connection() {
    if (setup_.capabilities.virtual_clock) return {};
    auto line = setup_.transports();
    for (std::size_t i = 0; i < 2 * kEpisodeCalls; ++i) {
      TRY(std::string bytes, account_.harmless(dry_run_));
      Answer answer = read_answer(line->exchange(bytes, setup_.timeout_us));
      if (answer.kind != Answer::Kind::kRefused) continue;
      probe_.key = "connection";
      probe_.code = answer.code;
      probe_.found.model = "unknown";
      return {};
    }
    return {};
  }

  const target::EndpointSetup& setup_;
  bool dry_run_;
  const std::function<void(const std::string&)>& tell_;
  Caller account_;
  Chance chance_;
  RateProbe probe_;
};

}  // namespace

Result<RateProbe> probe_rate(const target::EndpointSetup& setup, bool dry_run,
                             const std::function<void(const std::string&)>& tell) {
  return Prober(setup, dry_run, tell).run();
}

}  // namespace diconform::probe
