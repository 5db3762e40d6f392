// How many random mutants of the manual's language each level of `probe ids` kills, with intervals; whether
// what is learned after a kill is the mutant's language; and how many calls it all takes. Every mutant is a
// whole endpoint, asked call by call.
//
//   mutants [COUNT] [LEVEL…]
#include "../probe/mutants.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "../probe/validator.h"
#include "probe/id_probe.h"

namespace diconform::probe {
namespace {

using automata::Dfa;

// Wilson's interval at 95 %.
std::pair<double, double> interval(double hits, double of) {
  const double z = 1.96, p = hits / of, middle = p + z * z / (2 * of),
               half = z * std::sqrt(p * (1 - p) / of + z * z / (4 * of * of)), all = 1 + z * z / of;
  return {100 * (middle - half) / all, 100 * (middle + half) / all};
}

struct Tally {
  std::size_t mutants = 0, killed = 0, learned = 0, most_calls = 0, learning_calls = 0;
};

void measure(Level level, int count, const std::vector<Dfa>& lawful) {
  api::Edition edition;
  edition.image_id = {"eight", "img-[0-9a-z]{8}"};
  edition.image_id_candidates = {{"eight-or-nine", "img-[0-9a-z]{8,9}"}};
  Mutants mutants(lawful[0], 2'000);
  std::map<Defect, Tally> by_defect;
  Tally sum;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const auto mutant = mutants.next(lawful);
    Validator endpoint(matching(mutant.dfa));
    target::EndpointSetup setup = endpoint.setup();
    IdOracle oracle(setup, 1, true, nullptr, nullptr);
    auto found = probe_ids(edition, {.level = level, .seed = static_cast<std::uint64_t>(i)}, oracle, nullptr);
    if (!found) {
      std::printf("mutant %d: %s\n", i, found.error().message().c_str());
      continue;
    }
    auto back = automata::compile(found->observed, automata::kCharacters);
    bool exact = !found->equal && back && equivalent(*back, mutant.dfa);
    for (Tally* tally : {&sum, &by_defect[mutant.defect]}) {
      ++tally->mutants;
      tally->killed += !found->equal;
      tally->learned += exact;
      if (found->equal)
        tally->most_calls = std::max<std::size_t>(tally->most_calls, endpoint.requests);
      else
        tally->learning_calls += endpoint.requests;
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  auto [low, high] = interval(static_cast<double>(sum.killed), static_cast<double>(sum.mutants));
  std::printf(
      "%.*s: killed %zu of %zu, %.1f %% [%.1f, %.1f]; at most %zu calls for one that lives; learned exactly "
      "%zu of %zu, "
      "%zu calls on average; %.1f s\n",
      static_cast<int>(name_of(level).size()), name_of(level).data(), sum.killed, sum.mutants,
      100.0 * static_cast<double>(sum.killed) / static_cast<double>(sum.mutants), low, high, sum.most_calls,
      sum.learned, sum.killed, sum.killed ? sum.learning_calls / sum.killed : 0, seconds);
  for (const auto& [defect, tally] : by_defect) {
    const std::string_view name = kDefectNames[static_cast<std::size_t>(defect)];
    std::printf("  %-26.*s killed %4zu of %4zu, learned exactly %4zu\n", static_cast<int>(name.size()),
                name.data(), tally.killed, tally.mutants, tally.learned);
  }
}

}  // namespace
}  // namespace diconform::probe

int main(int argc, char** argv) {
  using namespace diconform;
  const int count = argc > 1 ? std::atoi(argv[1]) : 2'000;
  const std::vector<automata::Dfa> lawful = {*automata::compile("img-[0-9a-z]{8}", automata::kCharacters),
                                             *automata::compile("img-[0-9a-z]{8,9}", automata::kCharacters)};
  for (int i = 2; i < argc; ++i) probe::measure(probe::level_named(argv[i]).value(), count, lawful);
  if (argc <= 2)
    for (probe::Level level : {probe::Level::kStandard, probe::Level::kExhaustive})
      probe::measure(level, count, lawful);
}
