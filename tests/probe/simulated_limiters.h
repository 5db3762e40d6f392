// A line with jitter to a limiter, simulated: episodes as the rate probe sends them, without waiting.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "base/chance.h"
#include "probe/rate_identify.h"

namespace diconform::probe {

struct SimulatedLine {
  double jitter_us = 5'000;  // half-normal, on the way there and, apart from that, on the way back
  std::uint64_t stall_one_in = 300;
  std::int64_t stall_us = 150'000;  // at most
};

inline double half_normal(double sigma, Chance& chance) {
  double radius = std::sqrt(-2 * std::log(1 - chance.unit()));
  return std::abs(sigma * radius * std::cos(2 * std::numbers::pi * chance.unit()));
}

// Adds what the limiter does with the calls of a plan that begins at `start_us`.
inline void simulate(const EpisodePlan& plan, std::int64_t start_us, reference::Limiter& limiter,
                     const SimulatedLine& line, Chance& chance, std::vector<RateCall>& calls) {
  struct Arrival {
    std::int64_t at_us;
    std::size_t call;
  };
  std::vector<Arrival> arrivals;
  auto delay = [&] {
    std::int64_t stall =
        chance.one_in(line.stall_one_in)
            ? static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(line.stall_us)))
            : 0;
    return 50 + stall + static_cast<std::int64_t>(half_normal(line.jitter_us, chance));
  };
  for (std::int64_t due : plan.due_us) {
    RateCall call;
    call.due_us = start_us + due;
    call.sent_us = call.due_us + static_cast<std::int64_t>(chance.below(200));
    arrivals.push_back({call.sent_us + delay(), calls.size()});
    calls.push_back(call);
  }
  std::ranges::stable_sort(arrivals, {}, &Arrival::at_us);
  for (const Arrival& arrival : arrivals) {
    reference::RateDecision decision = limiter.offer(arrival.at_us);
    RateCall& call = calls[arrival.call];
    call.accepted = decision.passes;
    call.heard_us = arrival.at_us + decision.wait_us + delay();
  }
}

struct SimulatedProbe {
  Identification found;
  std::vector<RateCall> calls;
  std::size_t episodes = 0;
};

inline SimulatedProbe probe_simulated(const reference::LimiterSetup& truth, const SimulatedLine& line,
                                      std::uint64_t seed) {
  Chance chance(seed);
  reference::Limiter limiter(reference::make_limiter(truth));
  SimulatedProbe out;
  constexpr std::int64_t kSecond = 1'000'000;
  // Their clock is ahead of ours by anything: what the phase of a window hangs on.
  std::int64_t now = 1'000 * kSecond + static_cast<std::int64_t>(chance.below(kSecond));
  RateRecord record({});
  while (auto plan = next_plan(record, out.found, out.episodes, chance)) {
    std::int64_t start = now - now % kSecond + kSecond + plan->phase_us;
    // The limiter's clock is not ours.
    std::vector<RateCall> fresh;
    simulate(*plan, start, limiter, line, chance, fresh);
    out.calls.insert(out.calls.end(), fresh.begin(), fresh.end());
    now = start + plan->due_us.back() + quiet_us(RateRecord(out.calls));
    record = RateRecord(out.calls);
    out.found = identify(record, seed);
    ++out.episodes;
  }
  return out;
}

struct Truth {
  std::string name;
  reference::LimiterSetup setup;
};

// The limiters that a probe must tell apart.
inline std::vector<Truth> truths() {
  return {{"fixed", {.kind = "fixed-window"}},
          {"anchored", {.kind = "anchored-window"}},
          {"log", {.kind = "sliding-log", .refused_calls_count = false}},
          {"log_counting_refusals", {.kind = "sliding-log"}},
          {"counter", {.kind = "sliding-counter", .refused_calls_count = false}},
          {"bucket_1", {.kind = "token-bucket", .burst = 1}},
          {"bucket_10", {.kind = "token-bucket", .burst = 10}},
          {"bucket_20", {.kind = "token-bucket", .burst = 20}},
          {"leaky_queue", {.kind = "leaky-queue", .burst = 10}},
          {"concurrency", {.kind = "concurrency", .per_second = 10}},
          {"none", {.kind = "none", .per_second = 0}},
          {"fixed_20", {.kind = "fixed-window", .per_second = 20}},
          {"bucket_20_a_second", {.kind = "token-bucket", .per_second = 20, .burst = 20}},
          {"bucket_5_a_second", {.kind = "token-bucket", .per_second = 5, .burst = 5}}};
}

// Whether the answer is right: the kind, what counts, the rate and the burst.
inline bool right(const Truth& truth, const Identification& found) {
  if (found.model != truth.setup.kind) return false;
  if (truth.setup.kind == "none") return true;
  if (shows_what_counts(truth.setup) && !same_kind(truth.setup, found.best.setup)) return false;
  bool bucket = truth.setup.kind == "token-bucket";
  return found.best.setup.per_second == truth.setup.per_second &&
         (!bucket || found.best.setup.burst == truth.setup.burst);
}

}  // namespace diconform::probe
