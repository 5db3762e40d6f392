#include "probe/rate_identify.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "probe/rate_refute.h"

namespace diconform::probe {
namespace {

using reference::LimiterSetup;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::size_t kLeastEpisodes = 3, kMostEpisodes = 7;
constexpr int kDraws = 100;
constexpr int kCloseOfAKind = 16;
// Whatever is this far behind by replays at the likely times does not win by the expected curve.
constexpr double kFar = 2, kFarFloor = 1.5;
// A candidate is explained while its distance is below the greatest of kDraws drawn ones, with room for
// stalls, which the draws know only where they happened.
constexpr double kRoom = 1.5, kFloor = 0.25;
constexpr double kLeastConfidence = 0.98;
// And the second must be this much further away: where both are near, another episode tells.
// Neighbouring rates are told apart by so much; a bucket of one token shows its rate only to a tenth.
constexpr double kAsGood = 3, kAsGoodFloor = 0.5;
constexpr std::int64_t kNeighbour = 1;
constexpr double kMargin = 1.5, kLead = 0.3;

std::vector<std::int64_t> around(std::int64_t middle, std::int64_t reach) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = std::max<std::int64_t>(1, middle - reach); value <= middle + reach; ++value)
    values.push_back(value);
  return values;
}

// Everything that could be, given roughly what the burst and the long run looked like.
std::vector<LimiterSetup> candidates(const RateRecord& record, std::int64_t window_us) {
  std::vector<LimiterSetup> all;
  double in_window = record.sustained() * static_cast<double>(window_us) / 1e6;
  std::set<std::int64_t> limits;
  for (std::int64_t burst : record.bursts())
    limits.insert(burst - 1), limits.insert(burst), limits.insert(burst + 1);
  for (std::int64_t limit : around(std::lround(in_window), 1)) limits.insert(limit);
  std::erase_if(limits, [](std::int64_t limit) { return limit < 1; });
  if (record.burst() > 1) limits.insert((record.burst() + 1) / 2);  // a burst across the end of a window
  // One call in a tenth of a second is a bucket of one token by another name.
  if (window_us < kSecond && limits.erase(1) > 0)
    all.push_back({.kind = "token-bucket", .per_second = kSecond / window_us, .burst = 1});
  for (std::int64_t limit : limits) {
    auto add = [&](std::string_view kind, bool refused_count, bool counts_itself = true) {
      all.push_back({.kind = kind,
                     .per_second = limit,
                     .refused_calls_count = refused_count,
                     .window_us = window_us,
                     .counts_itself = counts_itself});
    };
    add("fixed-window", true);
    add("anchored-window", true);
    for (bool refused_count : {false, true}) {
      add("sliding-log", refused_count);
      add("sliding-counter", refused_count, true);
      add("sliding-counter", refused_count, false);
    }
  }
  return all;
}

std::vector<LimiterSetup> rate_candidates(const RateRecord& record) {
  std::vector<LimiterSetup> all = {{.kind = "none", .per_second = 0}};
  for (std::int64_t rate : around(std::lround(record.sustained()), 6)) {
    for (std::int64_t burst : around(record.burst() - 1, 2)) {  // some of a burst is refilled at once
      all.push_back({.kind = "token-bucket", .per_second = rate, .burst = burst});
      if (record.delayed()) all.push_back({.kind = "leaky-queue", .per_second = rate, .burst = burst});
    }
  }
  std::int64_t service_us = record.service_us();
  if (service_us < 5'000) return all;
  for (std::int64_t slots : around(record.burst(), 1))
    all.push_back({.kind = "concurrency", .per_second = slots, .service_us = service_us});
  return all;
}

// The distance that jitter alone brings about: the greatest of many drawn.
double jitter_distance(const RateRecord& record, const Fit& fit, std::uint64_t seed) {
  Curve expected = record.expected(fit, seed);
  Chance chance(seed + 1);
  double greatest = 0;
  for (int i = 0; i < kDraws; ++i)
    greatest = std::max(greatest, distance(expected, curve_of(record.replay(fit, chance).accepted)));
  return greatest;
}

// How often `other`, were it true, would lose against `best` by as much as was observed.
double chance_of_lead(const RateRecord& record, const Fit& best, const Fit& other, std::uint64_t seed) {
  Curve by_best = record.expected(best, seed), by_other = record.expected(other, seed);
  Chance chance(seed + 2);
  double lead = other.distance - best.distance;
  int as_great = 0;
  for (int i = 0; i < kDraws; ++i) {
    Curve drawn = curve_of(record.replay(other, chance).accepted);
    if (distance(by_other, drawn) - distance(by_best, drawn) >= lead) ++as_great;
  }
  return static_cast<double>(as_great + 1) / (kDraws + 1);
}

// Adds the fits of `setups`; those that may win, a few of each kind, are looked at closely.
void consider(std::vector<Fit>& fits, const RateRecord& record, const std::vector<LimiterSetup>& setups,
              std::uint64_t seed) {
  std::vector<Fit> rough;
  for (const LimiterSetup& setup : setups) rough.push_back(record.fit(setup));
  std::ranges::stable_sort(rough, {}, &Fit::distance);
  std::vector<Fit> close;
  for (const Fit& fit : rough) {
    if (close.size() > 1 && fit.distance > kFar * rough.front().distance + kFarFloor) break;
    auto alike =
        std::ranges::count_if(close, [&](const Fit& one) { return same_kind(one.setup, fit.setup); });
    if (alike < kCloseOfAKind) close.push_back(fit);
  }
  for (const Fit& fit : close) fits.push_back(record.refined(fit, seed));
  std::ranges::stable_sort(fits, {}, &Fit::distance);
}

// Variants that only differ in what is not reported are one answer.
bool same_answer(const LimiterSetup& one, const LimiterSetup& other) {
  return same_kind(one, other) && one.per_second == other.per_second && one.burst == other.burst &&
         one.window_us == other.window_us;
}

bool explained(const RateRecord& record, const Fit& fit, std::uint64_t seed) {
  return fit.distance <= kFloor + kRoom * jitter_distance(record, fit, seed);
}

// What people configure is round: of neighbouring rates and bursts that the jitter explains about as well,
// the roundest.
Fit roundest(const std::vector<Fit>& fits, const RateRecord& record, std::uint64_t seed) {
  auto roundness = [](const LimiterSetup& setup) {
    auto of = [](std::int64_t n) { return n % 10 == 0 ? 2 : n % 5 == 0 ? 1 : 0; };
    return of(setup.per_second) * 3 + (setup.burst == 1 ? 2 : of(setup.burst));
  };
  const Fit& front = fits.front();
  Fit best = front;
  for (const Fit& fit : fits) {
    if (!same_kind(fit.setup, front.setup) || roundness(fit.setup) <= roundness(best.setup)) continue;
    if (std::abs(fit.setup.per_second - front.setup.per_second) > kNeighbour) continue;
    if (fit.distance <= kAsGood * front.distance + kAsGoodFloor && explained(record, fit, seed)) best = fit;
  }
  return best;
}

}  // namespace

bool shows_what_counts(const LimiterSetup& setup) {
  return setup.kind == "sliding-log" || setup.kind == "sliding-counter";
}

bool same_kind(const LimiterSetup& one, const LimiterSetup& other) {
  return one.kind == other.kind &&
         (!shows_what_counts(one) || one.refused_calls_count == other.refused_calls_count);
}

std::vector<LimiterSetup> all_candidates(const RateRecord& record, std::int64_t window_us) {
  std::vector<LimiterSetup> all = rate_candidates(record);
  std::ranges::move(candidates(record, window_us), std::back_inserter(all));
  return all;
}

Identification identify(const RateRecord& record, std::uint64_t seed) {
  Identification found;
  if (record.calls().empty()) return found;
  if (record.refused() == 0 && !record.delayed()) {
    found.model = "none";
    found.explained = true;
    found.confidence = 0.99;
    return found;
  }
  std::vector<Fit> fits;
  consider(fits, record, rate_candidates(record), seed);
  consider(fits, record, candidates(record, kSecond), seed);
  for (std::int64_t window_us : {100'000, 500'000, 2'000'000, 5'000'000, 10'000'000}) {
    if (explained(record, fits.front(), seed)) break;
    consider(fits, record, candidates(record, window_us), seed);
  }
  found.best = roundest(fits, record, seed);
  found.explained = explained(record, found.best, seed);
  auto first_not = [&](auto same) {
    auto at = std::ranges::find_if(fits, [&](const Fit& fit) { return !same(fit.setup, found.best.setup); });
    return at == fits.end() ? std::optional<Fit>() : *at;
  };
  auto against = [&](const std::optional<Fit>& rival) {
    return rival ? 1 - chance_of_lead(record, found.best, *rival, seed) : 1.0;
  };
  found.second = first_not(same_kind);
  found.nearest = first_not(same_answer);
  found.confidence = against(found.second);
  found.exactness = against(found.nearest);
  bool ahead = !found.second || found.second->distance >= kMargin * found.best.distance + kLead;
  if (found.explained && ahead && found.confidence >= kLeastConfidence && !refuted(record, found.best.setup))
    found.model = found.best.setup.kind;
  return found;
}

std::optional<EpisodePlan> next_plan(const RateRecord& record, const Identification& so_far, std::size_t done,
                                     Chance& chance) {
  bool decided = so_far.known() && (so_far.exactness >= kLeastConfidence || !so_far.nearest);
  if (done == 0) return burst_plan(chance);
  if (done >= kMostEpisodes || (done >= kLeastEpisodes && decided)) return std::nullopt;
  if (record.refused() == 0) return done == 1 ? flood_plan(chance) : ramp_plan(chance);
  if (done == 1) return staggered_plan(record.burst(), chance);
  const std::optional<Fit>& rival = so_far.known() ? so_far.nearest : so_far.second;
  if (!rival) return ramp_plan(chance);
  return telling_plan(so_far.best, *rival, record.burst(), chance);
}

}  // namespace diconform::probe
