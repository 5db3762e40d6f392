#include "probe/campaign/guide.h"

#include <algorithm>

namespace diconform::probe {

std::size_t Guide::pick(const Site& site, const Swarm& swarm, Trail& trail, Chance& chance) {
  constexpr std::uint64_t kNovelty = 4;  // how much likelier an option is whose pairs are all new
  std::array<std::uint64_t, 64> scores{};
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < site.weights.size(); ++i) {
    std::size_t option = site.first + i;
    if (i > 0 && option < swarm.size() && swarm[option]) continue;
    std::uint64_t fresh = 0;
    for (std::uint16_t other : trail) fresh += pair(option, other).load(std::memory_order_relaxed) == 0;
    std::uint64_t share = trail.empty() ? 0 : kNovelty * 256 * fresh / trail.size();
    scores[i] = site.weights[i] * (256 + share);
    sum += scores[i];
  }
  std::size_t taken = 0;
  for (std::uint64_t left = chance.below(sum); taken + 1 < site.weights.size() && left >= scores[taken];
       ++taken)
    left -= scores[taken];
  std::size_t option = site.first + taken;
  for (std::uint16_t other : trail) count(option, other);
  count(option, option);
  trail.push_back(static_cast<std::uint16_t>(option));
  return taken;
}

bool Guide::count(std::size_t a, std::size_t b) {
  std::atomic<std::uint8_t>& times = pair(a, b);
  std::uint8_t before = times.load(std::memory_order_relaxed);
  if (before < 255) times.store(static_cast<std::uint8_t>(before + 1), std::memory_order_relaxed);
  if (before == 0 && a != b) pairs_seen_.fetch_add(1, std::memory_order_relaxed);
  return before == 0;
}

bool Guide::note(std::span<const std::string> decisions) {
  std::lock_guard lock(mutex_);
  std::vector<std::size_t> points;
  for (const std::string& decision : decisions) {
    auto known = decisions_.find(decision);
    if (known == decisions_.end()) {
      if (kFirstDecision + decisions_.size() == kMostPoints) continue;
      known = decisions_.emplace(decision, kFirstDecision + decisions_.size()).first;
    }
    points.push_back(known->second);
  }
  bool fresh = false;
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) fresh = count(points[i], points[j]) || fresh;
  return fresh;
}

Guide::Coverage Guide::coverage() const {
  Coverage coverage;
  for (std::size_t i = 0; i < kFirstDecision; ++i)
    coverage.options += pairs_[i * kMostPoints + i].load(std::memory_order_relaxed) > 0;
  coverage.pairs = pairs_seen_.load(std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  coverage.decisions = decisions_.size();
  return coverage;
}

std::vector<std::string> Guide::decisions() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, point] : decisions_) names.push_back(name);
  return names;
}

Swarm some_swarm(Chance& chance) {
  Swarm swarm(Guide::kFirstDecision);
  for (std::size_t i = 0; i < swarm.size(); ++i) swarm[i] = chance.one_in(4);
  return swarm;
}

}  // namespace diconform::probe
