// How often the rate probe is right, over simulated limiters: RUNS SIGMA_MS [NAME]. Built on demand.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "../probe/simulated_limiters.h"
#include "probe/rate_refute.h"

int main(int argc, char** argv) {
  using namespace diconform::probe;
  int runs = argc > 1 ? std::atoi(argv[1]) : 30;
  SimulatedLine line;
  if (argc > 2 && std::atof(argv[2]) == 0) line.stall_one_in = ~0ull;
  line.jitter_us = 1000.0 * (argc > 2 ? std::atof(argv[2]) : 5.0);
  int all = 0, right_all = 0, unknown_all = 0, episodes = 0, falsely_refuted = 0, others = 0,
      others_refuted = 0;
  for (const Truth& truth : truths()) {
    if (argc > 3 && truth.name != argv[3]) continue;
    int good = 0, unknown = 0;
    for (int run = 0; run < runs; ++run) {
      SimulatedProbe probe = probe_simulated(truth.setup, line, static_cast<std::uint64_t>(run) * 7919 + 1);
      episodes += static_cast<int>(probe.episodes);
      bool is_right = right(truth, probe.found);
      good += is_right;
      const RateRecord record(probe.calls);
      if (auto why = refuted(record, truth.setup)) {
        ++falsely_refuted;
        std::printf("  %s run %d: the truth is refuted: %s\n", truth.name.c_str(), run, why->c_str());
      }
      for (const Truth& other : truths()) {
        if (same_kind(other.setup, truth.setup)) continue;
        ++others;
        others_refuted += refuted(record, other.setup).has_value();
      }
      unknown += !probe.found.known();
      const auto& found = probe.found;
      if (!is_right) {
        std::printf(
            "  %s run %d: %s (best %s %ld/s burst %ld, %.2f%s; second %s %.2f; confidence %.2f) in %zu\n",
            truth.name.c_str(), run, found.model.c_str(), std::string(found.best.setup.kind).c_str(),
            static_cast<long>(found.best.setup.per_second), static_cast<long>(found.best.setup.burst),
            found.best.distance, found.explained ? "" : " unexplained",
            found.second ? std::string(found.second->setup.kind).c_str() : "",
            found.second ? found.second->distance : 0, found.confidence, probe.episodes);
      }
    }
    std::printf("%-24s %d of %d right, %d unknown\n", truth.name.c_str(), good, runs, unknown);
    all += runs, right_all += good, unknown_all += unknown;
  }
  std::printf("right %.1f %%, unknown %.1f %%, wrong %.1f %%; %.1f episodes a run\n", 100.0 * right_all / all,
              100.0 * unknown_all / all, 100.0 * (all - right_all - unknown_all) / all, 1.0 * episodes / all);
  std::printf("strict test: %d of %d truths refuted (at most %.2f %%, 95 %%); of others %.1f %% refuted\n",
              falsely_refuted, all, falsely_refuted == 0 ? 300.0 / all : 100.0 * falsely_refuted / all,
              100.0 * others_refuted / std::max(others, 1));
}
