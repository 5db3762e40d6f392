#include "probe/rate_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace diconform::probe {
namespace {

using reference::LimiterSetup;

constexpr std::int64_t kSecond = 1'000'000;
// Quiet for so long, windows and logs of a second are empty whatever the phase, and a bucket has filled.
constexpr std::int64_t kQuiet = 2 * kSecond;
constexpr std::int64_t kAtOnce = 100'000;
constexpr int kExpectedOf = 16;  // drawn replays: a curve smooth to a twentieth of a call
constexpr double kShares[] = {0, 0.5, 1};
// A reply this much later than foretold was not only jittered.
constexpr std::int64_t kDelayed = 60'000;
// So many may be (stalls); the share beyond counts against the limiter, weighed like ten calls each.
constexpr double kMayStall = 0.08, kDelayWeight = 10;

template <class Values>
std::int64_t quantile(Values values, double share) {
  if (values.empty()) return 0;
  auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

std::vector<std::size_t> order_of(std::span<const std::int64_t> times) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return times[i]; });
  return order;
}

bool waits(const LimiterSetup& setup) { return setup.kind == "leaky-queue" || setup.kind == "concurrency"; }

}  // namespace

bool has_phase(const LimiterSetup& setup) {
  return setup.kind == "fixed-window" || setup.kind == "sliding-counter";
}

Curve curve_of(const std::vector<bool>& accepted) {
  Curve curve;
  double sum = 0;
  for (bool each : accepted) curve.push_back(sum += each ? 1 : 0);
  return curve;
}

double distance(const Curve& one, const Curve& other) {
  double sum = 0;
  for (std::size_t i = 0; i < one.size(); ++i) sum += std::abs(one[i] - other[i]);
  return one.empty() ? 0 : sum / static_cast<double>(one.size());
}

RateRecord::RateRecord(std::vector<RateCall> calls) : calls_(std::move(calls)) {
  std::ranges::stable_sort(calls_, {}, &RateCall::sent_us);
  std::vector<bool> accepted;
  for (const RateCall& call : calls_) accepted.push_back(call.accepted);
  observed_ = curve_of(accepted);
  refused_ = static_cast<std::size_t>(std::ranges::count(accepted, false));
  measure();
  measure_bursts();
  measure_long_run();
  for (std::size_t share = 0; share < std::size(kShares); ++share) {
    for (const RateCall& call : calls_) {
      auto inbound = static_cast<std::int64_t>(kShares[share] * static_cast<double>(interval_us(call)));
      arrivals_[share].push_back(call.sent_us + inbound);
    }
  }
}

void RateRecord::measure() {
  std::vector<std::int64_t> served, refused;
  for (const RateCall& call : calls_)
    (call.accepted ? served : refused).push_back(call.heard_us - call.sent_us);
  // What refused calls take is the way and nothing else; without any, the fastest accepted ones show it.
  bool enough = refused.size() >= 10;
  std::int64_t way = enough ? quantile(refused, 0.5) : quantile(served, 0.1);
  trip_us_ = enough ? quantile(refused, 0.95) : quantile(served, 0.75);
  service_us_ = std::max<std::int64_t>(0, quantile(served, 0.5) - way);
  // A queue shows in a wide spread of what accepted calls take.
  delayed_ = quantile(served, 0.9) - quantile(served, 0.1) > kDelayed + 2 * (trip_us_ - way);
}

// How long this call can have been on its way. What an accepted one took beyond the usual, it was served.
std::int64_t RateRecord::interval_us(const RateCall& call) const {
  std::int64_t whole = call.heard_us - call.sent_us;
  return call.accepted ? std::min(whole, trip_us_) : whole;
}

void RateRecord::measure_bursts() {
  std::int64_t last = 0, first = 0;
  bool begun = false;
  for (const RateCall& call : calls_) {
    if (!begun || call.sent_us - last >= kQuiet) {
      begun = true;
      first = call.sent_us;
      bursts_.push_back(0);
    }
    last = call.sent_us;
    if (call.sent_us - first < kAtOnce && call.accepted) ++bursts_.back();
  }
  std::ranges::sort(bursts_);
}

// Each episode by itself: what was accepted beyond the burst, over how long it took.
void RateRecord::measure_long_run() {
  for (std::size_t begin = 0, end = 0; begin < calls_.size(); begin = end) {
    std::int64_t accepted = 0;
    for (end = begin; end < calls_.size(); ++end) {
      if (end > begin && calls_[end].sent_us - calls_[end - 1].sent_us >= kQuiet) break;
      accepted += calls_[end].accepted ? 1 : 0;
    }
    auto seconds = static_cast<double>(calls_[end - 1].sent_us - calls_[begin].sent_us) / 1e6;
    if (seconds > 1) sustained_ = std::max(sustained_, static_cast<double>(accepted - burst()) / seconds);
  }
}

Replay RateRecord::replay_at(const Fit& fit, std::span<const std::int64_t> arrivals) const {
  Replay out{std::vector<bool>(calls_.size()), std::vector<std::int64_t>(calls_.size())};
  auto limiter = reference::make_limiter(fit.setup);
  if (calls_.empty() || !limiter) return out;
  std::int64_t start = calls_.front().sent_us - 10 * fit.setup.window_us;
  start -= start % fit.setup.window_us;  // so that the phase keeps its meaning from record to record
  bool waiting = waits(fit.setup);
  for (std::size_t i : order_of(arrivals)) {
    reference::RateDecision decision = limiter->offer(arrivals[i] - start + fit.phase_us);
    out.accepted[i] = decision.passes;
    out.answer_us[i] = trip_us_ / 2 + (waiting ? decision.wait_us : service_us_);
  }
  return out;
}

Replay RateRecord::replay(const Fit& fit) const {
  return replay_at(fit, arrivals_[static_cast<std::size_t>(std::lround(fit.inbound * 2))]);
}

// Of two delays of one kind with a known sum, equal ones are likelier than a great and a small one: hence
// the mean of two draws. Where most of the way seems to lie on one side, the draws keep to that side.
Replay RateRecord::replay(const Fit& fit, Chance& chance) const {
  std::vector<std::int64_t> arrivals;
  double lowest = fit.inbound / 2, width = fit.inbound == 0.5 ? 1 : 0.5;
  if (width == 1) lowest = 0;
  for (const RateCall& call : calls_) {
    double share = lowest + width * (chance.unit() + chance.unit()) / 2;
    arrivals.push_back(call.sent_us +
                       static_cast<std::int64_t>(share * static_cast<double>(interval_us(call))));
  }
  return replay_at(fit, arrivals);
}

// The first answer is held against the first, and so on: calls sent together may have changed places.
double RateRecord::delay_of(const Fit& fit, const Replay& replayed) const {
  std::vector<std::int64_t> foretold, heard;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].accepted) heard.push_back(calls_[i].heard_us);
    if (replayed.accepted[i]) foretold.push_back(calls_[i].sent_us + replayed.answer_us[i]);
  }
  std::ranges::sort(heard);
  std::ranges::sort(foretold);
  std::int64_t room = kDelayed + trip_us_;
  if (fit.setup.kind == "leaky-queue") room += kSecond / fit.setup.per_second;  // one call more or less
  double late = 0, all = static_cast<double>(std::min(heard.size(), foretold.size()));
  for (std::size_t i = 0; i < heard.size() && i < foretold.size(); ++i)
    late += std::abs(heard[i] - foretold[i]) > room ? 1 : 0;
  return all > 0 ? kDelayWeight * std::max(0.0, late / all - kMayStall) : 0;
}

Curve RateRecord::expected(const Fit& fit, std::uint64_t seed) const {
  Chance chance(seed);
  Curve sum(calls_.size());
  for (int i = 0; i < kExpectedOf; ++i) {
    Curve drawn = curve_of(replay(fit, chance).accepted);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += drawn[k] / kExpectedOf;
  }
  return sum;
}

Fit RateRecord::refined(Fit fit, std::uint64_t seed) const {
  Fit best = fit;
  best.distance = 1e9;
  auto consider = [&](Fit moved) {
    moved.distance = moved.delay + probe::distance(observed_, expected(moved, seed));
    if (moved.distance < best.distance) best = moved;
  };
  for (double share : kShares) {
    fit.inbound = share;
    consider(fit);
  }
  fit = best;
  for (std::int64_t by : {-3, -2, -1, 1, 2, 3}) {
    std::int64_t window = fit.setup.window_us;
    if (!has_phase(fit.setup)) break;
    Fit moved = fit;
    moved.phase_us = (fit.phase_us + by * window / 100 + window) % window;
    consider(moved);
  }
  return best;
}

Fit RateRecord::fit(const LimiterSetup& setup) const {
  Fit best{setup, 0, 0.5, 1e9, 0};
  auto consider = [&](std::int64_t phase_us, double inbound) {
    Fit fit{setup, phase_us, inbound, 0, 0};
    Replay replayed = replay(fit);
    if (delayed_) fit.delay = delay_of(fit, replayed);
    fit.distance = fit.delay + probe::distance(observed_, curve_of(replayed.accepted));
    if (fit.distance < best.distance) best = fit;
  };
  if (!has_phase(setup)) {
    for (double share : kShares) consider(0, share);
    return best;
  }
  std::int64_t coarse = setup.window_us / 40, fine = setup.window_us / 200;
  for (std::int64_t phase = 0; phase < setup.window_us; phase += coarse) consider(phase, 0.5);
  std::int64_t middle = best.phase_us;
  for (std::int64_t phase = middle - coarse; phase <= middle + coarse; phase += fine) {
    for (double share : kShares) consider((phase + setup.window_us) % setup.window_us, share);
  }
  return best;
}

}  // namespace diconform::probe
