#include "probe/rate_plan.h"

#include <algorithm>

namespace diconform::probe {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kTogether = 1'000;  // between the calls of a burst: a loopback server keeps up
constexpr std::size_t kBurst = 30;         // shows limits and buckets up to 29
constexpr int kPlansDrawn = 60;

// Times at odd distances, so that none is exactly a window after another: what a limiter does at the very
// moment a window ends is nobody's promise.
class Timetable {
 public:
  explicit Timetable(Chance& chance) : chance_(chance) {
    plan_.phase_us = static_cast<std::int64_t>(chance.below(kSecond));
  }
  bool full() const { return plan_.due_us.size() >= kEpisodeCalls; }
  void add(std::size_t calls, std::int64_t apart_us) {
    for (std::size_t i = 0; i < calls && !full(); ++i) {
      plan_.due_us.push_back(now_us_ + static_cast<std::int64_t>(chance_.below(300)));
      now_us_ += apart_us;
    }
  }
  void fill(std::int64_t apart_us) { add(kEpisodeCalls, apart_us); }
  void pause(std::int64_t us) { now_us_ += us; }
  EpisodePlan plan() {
    std::ranges::sort(plan_.due_us);
    return std::move(plan_);
  }

 private:
  Chance& chance_;
  EpisodePlan plan_;
  std::int64_t now_us_ = 0;
};

EpisodePlan random_plan(std::size_t burst, Chance& chance) {
  Timetable times(chance);
  while (!times.full()) {
    std::size_t calls = 1 + burst * (2 + chance.below(13)) / 10;
    if (chance.one_in(3)) {
      times.add(calls, 10'000 + static_cast<std::int64_t>(chance.below(60'000)));
    } else {
      times.add(calls, kTogether);
    }
    times.pause(100'000 + static_cast<std::int64_t>(chance.below(1'100'000)));
  }
  return times.plan();
}

}  // namespace

EpisodePlan burst_plan(Chance& chance) {
  Timetable times(chance);
  times.add(kBurst, kTogether);
  times.fill(39'700);
  return times.plan();
}

EpisodePlan staggered_plan(std::int64_t burst, Chance& chance) {
  auto part = static_cast<std::size_t>(std::clamp<std::int64_t>(burst * 6 / 10, 1, 20));
  Timetable times(chance);
  times.add(part, kTogether);
  for (int i = 0; !times.full(); ++i) {
    times.pause(530'000 + static_cast<std::int64_t>(chance.below(60'000)));
    times.add(i < 6 ? part * 2 : kEpisodeCalls, i < 6 ? kTogether : 41'300);
  }
  return times.plan();
}

EpisodePlan flood_plan(Chance& chance) {
  Timetable times(chance);
  times.fill(kTogether);
  return times.plan();
}

EpisodePlan ramp_plan(Chance& chance) {
  Timetable times(chance);
  for (std::int64_t per_second = 6; !times.full(); per_second += 4)
    times.add(static_cast<std::size_t>(per_second) / 2, kSecond / per_second);
  return times.plan();
}

EpisodePlan telling_plan(const Fit& one, const Fit& other, std::int64_t burst, Chance& chance) {
  EpisodePlan best;
  double most = -1;
  for (int i = 0; i < kPlansDrawn; ++i) {
    EpisodePlan plan = random_plan(static_cast<std::size_t>(std::max<std::int64_t>(burst, 2)), chance);
    RateRecord record(imagined_calls(plan));
    double apart = distance(curve_of(record.replay(one).accepted), curve_of(record.replay(other).accepted));
    if (apart <= most) continue;
    most = apart;
    best = std::move(plan);
  }
  return best;
}

std::int64_t quiet_us(const RateRecord& record) {
  double fills = static_cast<double>(record.burst()) / std::max(record.sustained(), 1.0);
  return std::clamp(static_cast<std::int64_t>(1.2e6 * fills), 23 * kSecond / 10, 6 * kSecond);
}

std::vector<RateCall> imagined_calls(const EpisodePlan& plan) {
  std::vector<RateCall> calls;
  for (std::int64_t due : plan.due_us) {
    std::int64_t time = 1'000 * kSecond + plan.phase_us + due;
    calls.push_back({time, time, time, true});
  }
  return calls;
}

}  // namespace diconform::probe
