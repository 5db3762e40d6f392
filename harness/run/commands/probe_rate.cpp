#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "probe/rate_report.h"
#include "reports/drawings.h"
#include "run/probing.h"

namespace diconform::run {

int probe_rate_verb(const Options& options) {
  auto work = [&](Session& session) -> Result<ProbeOutcome> {
    auto tell = [](const std::string& text) { std::cerr << "probe rate: " << text << '\n'; };
    TRY(probe::RateProbe probe, probe::probe_rate(session.setup(), has_dry_run(session), tell));
    probe::RateRecord record(probe.calls);
    ProbeOutcome outcome;
    Json strict;
    if (probe.lost > 0)
      tell(fmt::format("no strict test: {} calls got no answer", probe.lost));
    else
      strict = probe::rate_strict_test(probe, record, tell);
    outcome.characteristics = probe::rate_characteristics(probe, record, std::move(strict), session.seed());
    outcome.inconclusive = probe.inconclusive;
    if (probe.inconclusive.empty() && !probe.found.known())
      outcome.inconclusive =
          "no model explains what was seen well enough and better than every other; nearest: " +
          std::string(probe.found.best.setup.kind);
    if (probe.inconclusive.empty()) outcome.findings = probe::rate_findings(probe, record);
    if (!options.probe.plot.empty()) {
      std::string svg = reports::rate_plot_svg(*outcome.characteristics.find("rateLimiter"), true);
      TRY_VOID(write_file(options.probe.plot, svg));
    }
    return outcome;
  };
  return run_probe(options, "probe/rate", work);
}

}  // namespace diconform::run
