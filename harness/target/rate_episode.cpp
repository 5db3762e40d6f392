#include "target/rate_episode.h"

#include <atomic>
#include <memory>
#include <thread>

namespace diconform::target {

// A whole second of any window, and room for jitter.
constexpr std::int64_t kRecovered = 1'200'000;

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

Episode run_episode(const std::vector<EpisodeCall>& calls, const wire::TransportFactory& transports,
                    Clock& clock, std::size_t lines, std::int64_t timeout_us) {
  Episode episode;
  episode.exchanges.resize(calls.size());
  std::vector<std::unique_ptr<wire::Transport>> connections;
  for (std::size_t i = 0; i < std::min(lines, calls.size()); ++i) {
    connections.push_back(transports());
    (void)connections.back()->connect(timeout_us);  // a failure shows in the exchange
  }
  std::int64_t start = clock.now_us() + 20'000;
  for (const EpisodeCall& call : calls) episode.due_us.push_back(start + call.due_us);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (auto& connection : connections) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < calls.size(); i = next++) {
        clock.sleep_until_us(episode.due_us[i]);
        episode.exchanges[i] = connection->exchange(calls[i].bytes, timeout_us);
      }
    });
  }
  threads.clear();
  return episode;
}

Result<Episode> run_virtual_episode(const std::vector<EpisodeCall>& calls, wire::Transport& line,
                                    const std::function<Result<std::int64_t>(std::int64_t)>& advance,
                                    std::int64_t timeout_us) {
  Episode episode;
  std::int64_t now_ms = 0;
  for (const EpisodeCall& call : calls) {
    std::int64_t due_ms = call.due_us / 1000;
    if (due_ms > now_ms) TRY_VOID(advance(due_ms - now_ms));
    now_ms = std::max(now_ms, due_ms);
    wire::Exchange exchange = line.exchange(call.bytes, timeout_us);
    exchange.started_us = now_ms * 1000;
    episode.due_us.push_back(exchange.started_us);
    episode.exchanges.push_back(std::move(exchange));
  }
  for (wire::Exchange& exchange : episode.exchanges) exchange.elapsed_us = 0;
  return episode;
}

}  // namespace diconform::target
