#include "probe/campaign/seeds.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/chance.h"
#include "base/text.h"

namespace diconform::probe {
namespace {

// The trial's id without edition, encoding and signature, which stand first in it.
std::string without_form(const scenario::Trial& trial) {
  std::vector<std::string_view> parts = split(trial.id, ',');
  std::string kind = trial.case_name;
  for (std::size_t i = 3; i < parts.size(); ++i) {
    kind += ',';
    kind += parts[i];
  }
  return kind;
}

}  // namespace

Seeds::Seeds(const std::vector<scenario::Trial>& all, std::uint64_t seed) {
  for (const scenario::Trial& trial : all) trials.push_back(&trial);
  Chance chance(seed_for(seed, "seeds"));
  for (std::size_t i = trials.size(); i > 1; --i) std::swap(trials[i - 1], trials[chance.below(i)]);
  std::set<std::string> cases, kinds;
  auto first_of = [&](std::set<std::string>& seen, auto name_of) {
    return [&seen, name_of](const scenario::Trial* trial) { return seen.insert(name_of(*trial)).second; };
  };
  auto rest = std::stable_partition(trials.begin(), trials.end(),
                                    first_of(cases, [](const auto& trial) { return trial.case_name; }));
  rest = std::stable_partition(rest, trials.end(), first_of(kinds, without_form));
  first_round = static_cast<std::size_t>(rest - trials.begin());
}

}  // namespace diconform::probe
