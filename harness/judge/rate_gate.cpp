#include "judge/rate_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "judge/reply.h"

namespace diconform::judge {
namespace {

using Phase = RateSample::Phase;

constexpr double kMost = 10.5;  // a fixed window reads 9.8 to 10.2 over whole seconds: half a call of room
constexpr std::int64_t kWholeSeconds =
    3;  // so many after the first, or no rate can be told from a window's cut
constexpr std::size_t kManyCrowds = 3;
constexpr double kLeast = 8.5;  // below: lawful, but a user gets less than the manual says
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kSlip = 20'000;  // a request sent later than this slipped
constexpr double kMaySlip = 0.02;       // this share of the requests may
constexpr std::int64_t kStandstill = 1'050'000;
constexpr std::int64_t kDelayed =
    500'000;  // a reply this late under a lawful load: calls are queued, not refused

void add(RateVerdict& verdict, std::string clause, std::string expected, std::string observed,
         std::string_view where = "the rate episode") {
  verdict.findings.push_back({std::move(clause), result::Severity::kFailure, std::move(expected),
                              std::move(observed), std::string(where)});
}

// How many requests may have arrived in some second that holds this one's arrival: all whose interval from
// sending to hearing comes within a second of its own.
std::size_t possible_company(const RateSample& sample, const std::vector<RateSample>& samples) {
  return static_cast<std::size_t>(std::ranges::count_if(samples, [&](const RateSample& other) {
    return other.heard_us > sample.sent_us - kSecond && other.sent_us < sample.heard_us + kSecond;
  }));
}

// The most that can have arrived in one second around `sample`: slides a second over the possible arrivals.
// One that begins later than it must loses a call when it passes the hearing of one: there are its maxima.
std::size_t most_in_a_second(const RateSample& sample, const std::vector<RateSample>& samples) {
  if (possible_company(sample, samples) <= 9) return 9;
  std::size_t most = 0;
  for (const RateSample& first : samples) {
    std::int64_t start = first.heard_us, end = start + kSecond;
    if (sample.heard_us < start || sample.sent_us > end) continue;
    auto in = static_cast<std::size_t>(std::ranges::count_if(
        samples, [&](const RateSample& other) { return other.heard_us >= start && other.sent_us <= end; }));
    most = std::max(most, in);
  }
  return most;
}

void judge_lawful(const std::vector<RateSample>& samples, RateVerdict& verdict) {
  std::size_t refused = 0, wrong = 0;
  for (const RateSample& sample : samples) {
    if (sample.phase != Phase::kLawful || sample.accepted) continue;
    ++refused;
    if (most_in_a_second(sample, samples) <= 9) ++wrong;
  }
  verdict.characteristics.set("lawfulRefusals", std::uint64_t{refused});
  if (wrong > 0) {
    add(verdict, "rate.ten-per-second", "no refusal below ten calls a second",
        fmt::format("{} refused where at most nine can have arrived in a second", wrong));
  }
}

// A window lets its calls pass in a burst and refuses the rest; a window that begins with a call is longer
// than a second, and whole seconds then cut bursts in two. Whole bursts over the time from the first to the
// last of them give the rate exactly.
std::optional<double> rate_by_bursts(const std::vector<RateSample>& samples, std::int64_t start) {
  constexpr std::int64_t kPause = 200'000;                   // calls come every 40 ms
  std::vector<std::pair<std::int64_t, std::size_t>> bursts;  // when it began, how many
  std::int64_t last = 0;
  for (const RateSample& sample : samples) {
    if (sample.phase != Phase::kOver || sample.due_us < start || !sample.accepted) continue;
    if (bursts.empty() || sample.sent_us - last > kPause) bursts.emplace_back(sample.sent_us, 0);
    ++bursts.back().second;
    last = sample.sent_us;
  }
  if (bursts.size() < 5) return std::nullopt;
  std::size_t calls = 0;
  std::int64_t shortest = INT64_MAX, longest = 0;
  for (std::size_t i = 1; i + 1 < bursts.size(); ++i) {  // the first may be cut
    calls += bursts[i].second;
    const std::int64_t length = bursts[i + 1].first - bursts[i].first;
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
  }
  // A log's pattern has gaps, too, but no windows of one length between them.
  if (longest * 4 > shortest * 5) return std::nullopt;
  return static_cast<double>(calls) * 1e6 / static_cast<double>(bursts.back().first - bursts[1].first);
}

// How often, one after another, eleven were accepted of which the first was sent and the last was heard
// within nine tenths of a second. Of calls that come every 40 ms the first that a window takes is sent at its
// very beginning, and a log never has eleven in a second: under ten a second that takes calls that overtake
// each other in a standstill, which happens once.
std::size_t crowds(const std::vector<RateSample>& by_sending, std::int64_t start, std::int64_t end) {
  constexpr std::size_t kCrowd = 11;
  constexpr std::int64_t kSpan = 900'000;
  std::size_t count = 0;
  std::vector<const RateSample*> run;
  for (const RateSample& sample : by_sending) {
    if (sample.phase != Phase::kOver || !sample.accepted || sample.due_us < start || sample.due_us >= end)
      continue;
    run.push_back(&sample);
    if (run.size() < kCrowd) continue;
    std::int64_t last = 0;
    for (const RateSample* each : run) last = std::max(last, each->heard_us);
    if (last - run.front()->sent_us <= kSpan) {
      ++count;
      run.clear();
    } else {
      run.erase(run.begin());
    }
  }
  return count;
}

void judge_over(const std::vector<RateSample>& samples, std::int64_t over_seconds, RateVerdict& verdict) {
  auto first = std::ranges::find(samples, Phase::kOver, &RateSample::phase);
  if (first == samples.end()) return;
  // The first second may spend what a bucket saved up; whole seconds after it show the steady rate.
  std::int64_t start = first->due_us + kSecond, end = start + (over_seconds - 1) * kSecond;
  std::size_t accepted = 0, refused = 0;
  for (const RateSample& sample : samples) {
    if (sample.phase != Phase::kOver || sample.due_us < start || sample.due_us >= end) continue;
    ++(sample.accepted ? accepted : refused);
  }
  double per_second = static_cast<double>(accepted) / static_cast<double>(over_seconds - 1);
  if (auto by_bursts = rate_by_bursts(samples, start)) per_second = *by_bursts;
  verdict.characteristics.set("acceptedPerSecond", per_second);
  verdict.characteristics.set("refused", std::uint64_t{refused});
  std::string observed = fmt::format("{:.1f} a second accepted of those offered", per_second);
  if (per_second > kMost) {
    add(verdict, "rate.ten-per-second", "at most ten a second, refused beyond", observed, kByTheClock);
  } else if (std::size_t count = crowds(samples, start, end); count >= kManyCrowds) {
    add(verdict, "rate.ten-per-second", "at most ten a second, refused beyond",
        fmt::format("{} times eleven within nine tenths of a second", count), kByTheClock);
  } else if (per_second < kLeast) {
    add(verdict, "rate.not-below-ten", "ten a second are accepted", observed, kByTheClock);
  }
}

void judge_codes(const std::vector<RateSample>& samples, RateVerdict& verdict) {
  auto wrong = std::ranges::find_if(samples, [](const RateSample& sample) {
    return sample.answered && !sample.accepted && sample.code != "RequestLimitExceeded";
  });
  if (wrong != samples.end()) add(verdict, "rate.code", "RequestLimitExceeded", wrong->code);
}

// For more than a second nothing was heard while calls waited. An endpoint that serves each window its ten is
// never silent for longer, but again and again; a machine on which nothing runs is, once or twice.
struct Standstills {
  std::size_t count = 0;
  std::int64_t longest_us = 0;
  bool excuse() const { return count > 0 && count <= 2; }
};

Standstills standstills(const std::vector<RateSample>& by_sending) {
  std::vector<RateSample> by_hearing = by_sending;
  std::ranges::sort(by_hearing, {}, &RateSample::heard_us);
  Standstills found;
  for (std::size_t i = 1; i < by_hearing.size(); ++i) {
    std::int64_t heard = by_hearing[i].heard_us;
    auto waiting =
        std::ranges::find_if(by_sending, [&](const RateSample& each) { return each.heard_us >= heard; });
    std::int64_t silence = heard - std::max(by_hearing[i - 1].heard_us, waiting->sent_us);
    if (silence <= kStandstill) continue;
    ++found.count;
    found.longest_us = std::max(found.longest_us, silence);
  }
  return found;
}

void judge_delays(const std::vector<RateSample>& samples, std::int64_t excused_us, RateVerdict& verdict) {
  // What held up our own sending may have held up the reply as well.
  std::int64_t worst_slip = 0;
  for (const RateSample& sample : samples) worst_slip = std::max(worst_slip, sample.sent_us - sample.due_us);
  const std::int64_t may_take = kDelayed + worst_slip + excused_us;
  auto late = static_cast<std::size_t>(std::ranges::count_if(samples, [&](const RateSample& sample) {
    return (sample.accepted || !sample.answered) && sample.heard_us - sample.sent_us > may_take;
  }));
  if (late * 20 > samples.size()) {
    add(verdict, "rate.ten-per-second", "calls over the limit are refused",
        fmt::format("{} calls were answered more than {} ms late: delayed, not refused", late,
                    may_take / 1000),
        kByTheClock);
  }
}

// However ten a second are counted: a bucket of ten may be full at first, and a window may begin with the
// phase and another end with it. More than these twenty above the rate is too permissive whatever slipped.
void judge_excess(const std::vector<RateSample>& samples, RateVerdict& verdict) {
  std::int64_t first = 0, last = 0;
  std::size_t accepted = 0;
  for (const RateSample& sample : samples) {
    if (sample.phase != Phase::kOver || !sample.accepted) continue;
    if (accepted++ == 0) first = sample.sent_us;
    last = std::max(last, sample.heard_us);
  }
  double most = 10 * static_cast<double>(last - first) / 1e6 + 20;
  if (static_cast<double>(accepted) > most) {
    add(verdict, "rate.ten-per-second", "at most ten a second, refused beyond",
        fmt::format("{} accepted in {:.1f} s", accepted, static_cast<double>(last - first) / 1e6));
  }
}

void judge_recovery(const std::vector<RateSample>& samples, RateVerdict& verdict) {
  for (const RateSample& sample : samples) {
    if (sample.phase == Phase::kRecovery && !sample.accepted) {
      add(verdict, "rate.recovers", "a call after a quiet spell is accepted", sample.code, kByTheClock);
      return;
    }
  }
}

bool slipped(const std::vector<RateSample>& samples) {
  auto late = std::ranges::count_if(
      samples, [](const RateSample& sample) { return sample.sent_us - sample.due_us > kSlip; });
  return static_cast<double>(late) > kMaySlip * static_cast<double>(samples.size());
}

}  // namespace

RateVerdict judge_rate(std::vector<RateSample> samples, std::int64_t over_seconds, bool virtual_clock) {
  RateVerdict verdict;
  if (samples.empty()) {
    verdict.inconclusive = "no call of the episode was answered";
    return verdict;
  }
  std::ranges::sort(samples, {}, &RateSample::sent_us);
  judge_lawful(samples, verdict);
  judge_codes(samples, verdict);
  bool steady = over_seconds > kWholeSeconds;
  const Standstills still = virtual_clock ? Standstills{} : standstills(samples);
  if (!virtual_clock && slipped(samples)) {
    verdict.inconclusive = "the schedule slipped: more than 2 % of the requests left over 20 ms late";
  } else if (still.excuse()) {
    verdict.inconclusive = fmt::format("the endpoint stood still for {} ms", still.longest_us / 1000);
  }
  if (!steady || !verdict.inconclusive.empty()) judge_excess(samples, verdict);
  judge_delays(samples, still.excuse() ? still.longest_us : 0, verdict);
  if (!verdict.inconclusive.empty()) return verdict;
  if (steady) judge_over(samples, over_seconds, verdict);
  judge_recovery(samples, verdict);
  return verdict;
}

RateVerdict judge_rate(const result::StepObservation& step, bool virtual_clock) {
  std::vector<RateSample> samples;
  const scenario::RatePlan& plan = step.step.rate;
  auto lawful = static_cast<std::size_t>(plan.lawful_per_second * plan.lawful_seconds);
  auto over = static_cast<std::size_t>(plan.over_per_second * plan.over_seconds);
  for (std::size_t i = 0; i < step.exchanges.size() && i < step.due_us.size(); ++i) {
    Reply reply = read_reply(step.exchanges[i]);
    const wire::Exchange& exchange = step.exchanges[i];
    Phase phase = i < lawful ? Phase::kLawful : i < lawful + over ? Phase::kOver : Phase::kRecovery;
    // DryRunOperation is a lawful way to say that a dry run passes.
    bool refused = reply.kind != Reply::Kind::kSuccess && reply.code != "DryRunOperation";
    samples.push_back({phase, step.due_us[i], exchange.started_us, exchange.started_us + exchange.elapsed_us,
                       !refused, refused ? reply.text : "", reply.kind != Reply::Kind::kNone});
  }
  return judge_rate(std::move(samples), plan.over_seconds, virtual_clock);
}

std::optional<result::Finding> shared_budget(std::span<const double> accepted_per_second) {
  double together = std::accumulate(accepted_per_second.begin(), accepted_per_second.end(), 0.0);
  if (accepted_per_second.size() < 2 || together < kLeast || together > kMost) return std::nullopt;
  return result::Finding{
      "accounts.apart", result::Severity::kFailure, "every account has its ten a second",
      fmt::format("{} accounts got {:.1f} a second together", accepted_per_second.size(), together),
      std::string(kByTheClock)};
}

}  // namespace diconform::judge
