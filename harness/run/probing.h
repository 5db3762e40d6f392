// A probe, reported like a run of one trial.
#pragma once

#include <functional>
#include <string>

#include "result/outcome.h"
#include "run/options.h"
#include "run/session.h"

namespace diconform::run {

// What a probe came to. Severities of findings are set here, by the clauses; so is the verdict.
struct ProbeOutcome {
  std::vector<result::Finding> findings;
  std::string inconclusive;  // why nothing can be said; else empty
  Json characteristics;
};

// Opens the session, lets `probe` do its work as trial `name`, tells the reporters; answers the exit code.
int run_probe(const Options& options, const std::string& name,
              const std::function<Result<ProbeOutcome>(Session&)>& probe);

// The clauses of the edition that take `DryRun`.
bool has_dry_run(const Session& session);

}  // namespace diconform::run
