#include "target/rate_episode.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <deque>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>

namespace diconform::target {

// A whole second of any window, and room for jitter.
constexpr std::int64_t kRecovered = 1'200'000;
// A reply that takes so long though the clock stands still was held back. A few of them say it all.
constexpr std::int64_t kHeldBack = 800'000;
constexpr int kMostHeldBack = 4;

std::vector<std::int64_t> due_times(const scenario::RatePlan& plan) {
  std::vector<std::int64_t> due;
  std::int64_t now = plan.quiet_ms * 1000;
  auto evenly = [&](std::int64_t per_second, std::int64_t seconds) {
    for (std::int64_t i = 0; i < per_second * seconds; ++i) due.push_back(now + i * 1'000'000 / per_second);
    now += seconds * 1'000'000;
  };
  evenly(plan.lawful_per_second, plan.lawful_seconds);
  evenly(plan.over_per_second, plan.over_seconds);
  due.push_back(now + kRecovered);
  return due;
}

std::pair<wire::Encoding, wire::Scheme> by_turns(std::size_t i) {
  using enum wire::Encoding;
  using enum wire::Scheme;
  constexpr std::pair<wire::Encoding, wire::Scheme> kTurns[] = {
      {kJson, kTc3}, {kQuery, kTc3}, {kForm, kV1Sha256}};
  return kTurns[i % std::size(kTurns)];
}

namespace {

// The connections of an episode that wait for a call. The one that waited longest goes first, so that all
// take part: a limit that an endpoint counts for each connection shows. Thread-safe.
class IdleLines {
 public:
  IdleLines(const wire::TransportFactory& transports, std::size_t lines, std::int64_t timeout_us)
      : transports_(transports) {
    for (std::size_t i = 0; i < lines; ++i) {
      idle_.push_back(transports());
      (void)idle_.back()->connect(timeout_us);  // a failure shows in the exchange
    }
  }

  wire::Exchange exchange(std::string_view bytes, std::int64_t timeout_us) {
    std::unique_ptr<wire::Transport> line = take();
    wire::Exchange exchange = line->exchange(bytes, timeout_us);
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(line));
    return exchange;
  }

 private:
  std::unique_ptr<wire::Transport> take() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return transports_();
    auto line = std::move(idle_.front());
    idle_.pop_front();
    return line;
  }

  const wire::TransportFactory& transports_;
  std::mutex mutex_;  // guards idle_
  std::deque<std::unique_ptr<wire::Transport>> idle_;
};

// On a busy machine a thread that slept waits until it is its turn. The threads of an episode, which sleep
// nearly all the time, go first where the system allows it (it does to root); elsewhere nothing changes. At a
// load of 23 on two cores the latest of 100 sleeps ended 0.08 ms late, and 4.3 ms without. Threads started
// meanwhile inherit it.
class GoesFirst {
 public:
  GoesFirst() {
    sched_param first{};
    first.sched_priority = 1;
    known_ = pthread_getschedparam(pthread_self(), &policy_, &before_) == 0;
    (void)pthread_setschedparam(pthread_self(), SCHED_RR, &first);
  }
  ~GoesFirst() {
    if (known_) (void)pthread_setschedparam(pthread_self(), policy_, &before_);
  }
  GoesFirst(const GoesFirst&) = delete;
  GoesFirst& operator=(const GoesFirst&) = delete;

 private:
  bool known_ = false;
  int policy_ = SCHED_OTHER;
  sched_param before_{};
};

}  // namespace

Episode run_episode(const std::vector<EpisodeCall>& calls, const wire::TransportFactory& transports,
                    Clock& clock, std::size_t lines, std::int64_t timeout_us, std::int64_t not_before_us) {
  Episode episode;
  episode.exchanges.resize(calls.size());
  GoesFirst goes_first;
  IdleLines idle(transports, std::min(lines, calls.size()), timeout_us);
  std::int64_t start = std::max(not_before_us, clock.now_us() + 20'000);
  for (const EpisodeCall& call : calls) episode.due_us.push_back(start + call.due_us);
  std::vector<std::jthread> threads;  // one a call: starting it takes 20 µs, and none waits for another
  for (std::size_t i = 0; i < calls.size(); ++i) {
    clock.sleep_until_us(episode.due_us[i]);
    threads.emplace_back([&, i] { episode.exchanges[i] = idle.exchange(calls[i].bytes, timeout_us); });
  }
  threads.clear();
  return episode;
}

Result<Episode> run_virtual_episode(const std::vector<EpisodeCall>& calls, wire::Transport& line,
                                    const std::function<Result<std::int64_t>(std::int64_t)>& advance,
                                    std::int64_t timeout_us) {
  Episode episode;
  std::int64_t now_ms = 0;
  int held_back = 0;
  for (const EpisodeCall& call : calls) {
    if (held_back == kMostHeldBack) break;
    std::int64_t due_ms = call.due_us / 1000;
    if (due_ms > now_ms) TRY_VOID(advance(due_ms - now_ms));
    now_ms = std::max(now_ms, due_ms);
    wire::Exchange exchange = line.exchange(call.bytes, timeout_us);
    exchange.started_us = now_ms * 1000;
    bool slow = exchange.elapsed_us > kHeldBack;
    held_back += slow ? 1 : 0;
    if (!slow) exchange.elapsed_us = 0;
    episode.due_us.push_back(exchange.started_us);
    episode.exchanges.push_back(std::move(exchange));
  }
  return episode;
}

std::vector<wire::Exchange> run_burst(const std::vector<std::string>& messages,
                                      std::vector<std::unique_ptr<wire::Transport>>& lines,
                                      const wire::TransportFactory& transports, std::int64_t timeout_us) {
  while (lines.size() < messages.size()) lines.push_back(transports());
  std::vector<wire::Exchange> exchanges(messages.size());
  std::latch ready(static_cast<std::ptrdiff_t>(messages.size()));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    threads.emplace_back([&, i] {
      (void)lines[i]->connect(timeout_us);  // a failure shows in the exchange
      ready.arrive_and_wait();
      exchanges[i] = lines[i]->exchange(messages[i], timeout_us);
    });
  }
  threads.clear();
  return exchanges;
}

}  // namespace diconform::target
