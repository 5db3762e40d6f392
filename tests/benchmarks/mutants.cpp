// How many random mutants of the manual's language each level of `probe ids` kills, with intervals; whether
// what is learned after a kill is the mutant's language; and how many calls it all takes. Mutants answer in
// process: a call is counted, not sent; or, --served, signed, written, read and answered as HTTP, as by an
// endpoint that has no DeleteImages but its validator.
//
//   mutants [COUNT] [LEVEL…] [--lives] [--served]      --lives: also what each mutant that lives does, in
//   words
#include "../probe/mutants.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "../probe/mutant_source.h"
#include "../probe/validator.h"
#include "probe/id_probe.h"
#include "probe/id_report.h"

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
  std::size_t mutants = 0, killed = 0, learned = 0, most_calls = 0, kill_calls = 0, calls = 0;
};

std::string in_short(const Dfa& mutant, const Dfa& manual) {
  const std::vector<std::string> all = in_words(mutant, manual);
  return (all.empty() ? "" : all[0]) + " (" + std::to_string(all.size()) + ")";
}

void tell(Level level, const Tally& sum, const std::map<Defect, Tally>& by_defect, double seconds) {
  auto share = [](std::size_t hits, std::size_t of) {
    auto [low, high] = interval(static_cast<double>(hits), static_cast<double>(of));
    std::printf("%zu of %zu, %.2f %% [%.1f, %.1f]", hits, of,
                100.0 * static_cast<double>(hits) / static_cast<double>(of), low, high);
  };
  std::printf("%.*s: killed ", static_cast<int>(name_of(level).size()), name_of(level).data());
  share(sum.killed, sum.mutants);
  std::printf("; at most %zu calls for one that lives\n  learned exactly ", sum.most_calls);
  share(sum.learned, sum.killed);
  const std::size_t killed = std::max<std::size_t>(sum.killed, 1);
  std::printf("; until the kill %zu calls on average, with the learning %zu; %.0f s\n",
              sum.kill_calls / killed, sum.calls / killed, seconds);
  for (const auto& [defect, tally] : by_defect) {
    const std::string_view name = kDefectNames[static_cast<std::size_t>(defect)];
    std::printf("  %-26.*s killed %4zu of %4zu, learned exactly %4zu\n", static_cast<int>(name.size()),
                name.data(), tally.killed, tally.mutants, tally.learned);
  }
}

struct Wanted {
  bool lives = false, served = false, kills = false;
};

void measure(Level level, int count, Wanted wanted, const std::vector<Dfa>& lawful) {
  api::Edition edition;
  edition.image_id = {"eight", "img-[0-9a-z]{8}"};
  edition.image_id_candidates = {{"eight-or-nine", "img-[0-9a-z]{8,9}"}};
  Mutants mutants(lawful[0], 2'000);
  std::map<Defect, Tally> by_defect;
  Tally sum;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const auto mutant = mutants.next(lawful);
    MutantSource counted(mutant.dfa);
    Validator validator(matching(mutant.dfa));
    const target::EndpointSetup setup = validator.setup();
    IdOracle over_http(setup, 1, true, nullptr, nullptr);
    IdSource& source = wanted.served ? static_cast<IdSource&>(over_http) : counted;
    IdProbeOptions options{.level = level, .seed = static_cast<std::uint64_t>(i)};
    if (wanted.kills) options.most_learned = 0;
    auto found = probe_ids(edition, options, source, nullptr);
    if (!found) {
      std::printf("mutant %d: %s\n", i, found.error().message().c_str());
      continue;
    }
    const bool exact = !found->equal && found->learned.size() > 0 && equivalent(found->learned, mutant.dfa);
    if (wanted.lives && !exact)
      std::printf("%s, %.*s: %s\n", found->equal ? "lives" : "not learned exactly",
                  static_cast<int>(kDefectNames[static_cast<std::size_t>(mutant.defect)].size()),
                  kDefectNames[static_cast<std::size_t>(mutant.defect)].data(),
                  in_short(mutant.dfa, found->equal ? lawful[0] : found->learned).c_str());
    for (Tally* tally : {&sum, &by_defect[mutant.defect]}) {
      ++tally->mutants;
      tally->killed += !found->equal;
      tally->learned += exact;
      if (found->equal) {
        tally->most_calls = std::max<std::size_t>(tally->most_calls, source.requests());
      } else {
        tally->calls += source.requests();
        tally->kill_calls += found->until_difference;
      }
    }
  }
  tell(level, sum, by_defect,
       std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace
}  // namespace diconform::probe

int main(int argc, char** argv) {
  using namespace diconform;
  const std::vector<automata::Dfa> lawful = {*automata::compile("img-[0-9a-z]{8}", automata::kCharacters),
                                             *automata::compile("img-[0-9a-z]{8,9}", automata::kCharacters)};
  int count = 2'000;
  probe::Wanted wanted;
  std::vector<probe::Level> levels;
  for (int i = 1; i < argc; ++i) {
    if (auto level = probe::level_named(argv[i]))
      levels.push_back(*level);
    else if (std::string_view(argv[i]) == "--lives")
      wanted.lives = true;
    else if (std::string_view(argv[i]) == "--served")
      wanted.served = true;
    else if (std::string_view(argv[i]) == "--kills")
      wanted.kills = true;
    else
      count = std::atoi(argv[i]);
  }
  if (levels.empty()) levels = {probe::Level::kStandard, probe::Level::kExhaustive};
  for (probe::Level level : levels) probe::measure(level, count, wanted, lawful);
}
