// A probe as a trial of `run`: an experiment instead of steps, judged by what it found.
//
// It must not make a run long, nor red where nothing is wrong: what the endpoint's world cannot offer, or
// would take minutes, is left to the verb `probe`, and the outcome says so.
#pragma once

#include <optional>

#include "judge/judge.h"
#include "probe/id_suite.h"
#include "result/outcome.h"
#include "target/endpoint_target.h"

namespace diconform::run {

struct ProbeHabits {
  std::optional<probe::Level> level = {};  // of image IDs; nothing: as the case says
  bool by_real_clock = false;              // the rate limiter, too: half a minute
  // Words to learn a wrong language by: a few seconds of a slow endpoint. Of 50 wrong validators of a foreign
  // one all but four took less, and of these four two were learned rightly by then. 0: that it is wrong will
  // do.
  std::size_t most_learned = 30'000;
  std::size_t lines = 1;  // side by side, where the world keeps accounts apart
};

bool is_probe_trial(const scenario::Trial& trial);

// The verdict is never an error for what the endpoint did. A limiter that no model explains is no failure,
// nor is one that only the gate (judge/rate_gate.h) can tell from a lawful one. `setup` is that of the run.
result::Outcome perform_probe(const scenario::Trial& trial, const target::EndpointSetup& setup,
                              const judge::Rules& rules, const ProbeHabits& habits);

}  // namespace diconform::run
