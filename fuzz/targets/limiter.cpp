// Every kind of limiter, which remembers as little as it can, against its definition, which looks at the
// whole history; the clock may stand still, and a copy goes on as the original would. An input is a text:
// kind, calls per second, whether refused calls count, burst; then one character for each call, that says how
// much later it comes.
#include "reference/limiter.h"

#include <algorithm>
#include <array>

#include "check.h"
#include "input.h"

using namespace diconform::fuzz;
using namespace diconform::reference;

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kSteps[] = {0,       0,         1,         1'000,    50'000,  99'999,
                                   100'000, 100'001,   142'858,   250'000,  333'333, 500'000,
                                   999'999, 1'000'000, 1'000'001, 2'500'000};
constexpr std::size_t kMostCalls = 30;

struct Past {
  std::int64_t us;
  bool passed, counted;
};

struct History {
  LimiterSetup setup;
  std::array<Past, kMostCalls> calls;
  std::size_t size = 0;

  template <class Test>
  std::int64_t count(Test test) const {
    return std::count_if(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(size), test);
  }
};

RateDecision plain(std::int64_t before, std::int64_t limit) {
  return {.passes = before < limit, .count = before + 1};
}

RateDecision fixed_window(const History& past, std::int64_t now) {
  return plain(
      past.count([&](const Past& call) { return call.counted && call.us / kSecond == now / kSecond; }),
      past.setup.per_second);
}

RateDecision anchored_window(const History& past, std::int64_t now) {
  std::int64_t start = past.size > 0 ? past.calls[0].us : now;
  for (std::size_t i = 0; i < past.size; ++i)
    if (past.calls[i].us >= start + kSecond) start = past.calls[i].us;
  if (now >= start + kSecond) start = now + 1;  // a new one: nothing counts
  return plain(past.count([&](const Past& call) { return call.counted && call.us >= start; }),
               past.setup.per_second);
}

RateDecision sliding_log(const History& past, std::int64_t now) {
  std::int64_t recent = past.count([&](const Past& call) { return call.counted && call.us > now - kSecond; });
  return plain(std::min(recent, past.setup.per_second), past.setup.per_second);
}

RateDecision sliding_counter(const History& past, std::int64_t now) {
  auto in = [&](std::int64_t window) {
    return past.count([&](const Past& call) { return call.counted && call.us / kSecond == window; });
  };
  std::int64_t weighted = in(now / kSecond - 1) * (kSecond - now % kSecond), here = in(now / kSecond);
  return {.passes = weighted + (here + 1) * kSecond <= past.setup.per_second * kSecond,
          .count = weighted / kSecond + here + 1};
}

// Since no passed call may there have been more than the bucket held and what has come in since.
RateDecision token_bucket(const History& past, std::int64_t now) {
  std::int64_t size = (past.setup.burst > 0 ? past.setup.burst : past.setup.per_second) * kSecond;
  std::int64_t level = size, taken = 0;
  for (std::size_t i = past.size; i-- > 0;) {
    if (!past.calls[i].passed) continue;
    taken += kSecond;
    level = std::min(level, size - taken + (now - past.calls[i].us) * past.setup.per_second);
  }
  return {.passes = level >= kSecond, .count = (size - level) / kSecond + 1};
}

// A call leaves when it comes, or behind those that were waiting: as far behind a passed call as there were
// calls between them. In units of 1/per_second microseconds.
RateDecision leaky_queue(const History& past, std::int64_t now) {
  std::int64_t rate = past.setup.per_second, places = past.setup.burst > 0 ? past.setup.burst : rate;
  std::int64_t wait = 0, behind = 0;
  for (std::size_t i = past.size; i-- > 0;) {
    if (!past.calls[i].passed) continue;
    behind += kSecond;
    wait = std::max(wait, behind - (now - past.calls[i].us) * rate);
  }
  std::int64_t ahead = (wait + kSecond - 1) / kSecond;
  if (wait > places * kSecond) return {.passes = false, .count = ahead + 1};
  return {.passes = true, .wait_us = (wait + rate - 1) / rate, .count = ahead + 1};
}

RateDecision concurrency(const History& past, std::int64_t now) {
  std::int64_t busy =
      past.count([&](const Past& call) { return call.passed && call.us + past.setup.service_us > now; });
  bool passes = busy < past.setup.per_second;
  return {.passes = passes, .wait_us = passes ? past.setup.service_us : 0, .count = busy + 1};
}

RateDecision none(const History&, std::int64_t) { return {}; }

using Definition = RateDecision (*)(const History&, std::int64_t);
constexpr Definition kDefinitions[] = {fixed_window, anchored_window, sliding_log, sliding_counter,
                                       token_bucket, leaky_queue,     concurrency, none};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  std::size_t kind = data[0] % std::size(kDefinitions);
  History past{.setup = {.kind = limiter_kinds()[kind],
                         .per_second = 1 + data[1] % 12,
                         .refused_calls_count = data[2] % 2 == 0,
                         .burst = data[3] % 8},
               .calls = {}};
  Limiter limiter(make_limiter(past.setup));
  std::int64_t now = 1'795'307'990'000'000 + (data[3] % 4) * 333'333;
  for (std::size_t i = 4; i < size && past.size < kMostCalls; ++i) {
    now += kSteps[data[i] % 16];
    if (data[i] == 'C') limiter = Limiter(limiter);  // the copy goes on
    RateDecision should = kDefinitions[kind](past, now), does = limiter.offer(now);
    FUZZ_CHECK(does == should, std::string(past.setup.kind) + ", call " + std::to_string(i - 3) +
                                   ": passes " + std::to_string(does.passes) + " count " +
                                   std::to_string(does.count) + " wait " + std::to_string(does.wait_us) +
                                   ", by its definition " + std::to_string(should.passes) + ", " +
                                   std::to_string(should.count) + ", " + std::to_string(should.wait_us));
    past.calls[past.size++] = {now, does.passes, does.passes || past.setup.refused_calls_count};
  }
  return 0;
}
