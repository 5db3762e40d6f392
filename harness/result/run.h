// A run as values: what was planned, what is told while it goes, what it came to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "result/outcome.h"

namespace diconform::result {

// Fixed before the first trial starts. A planned trial that never reported is an error.
struct Plan {
  std::string verb;     // "run", "client", …
  std::string version;  // diconform's
  Json target;          // endpoint, host, world, capabilities: what the report's "target" says
  std::string edition;
  std::uint64_t seed = 0;
  std::string shard = "1/1";
  std::string started;  // UTC, "2026-11-22T02:15:00Z"
  std::vector<std::string> trials;
};

using Counts = std::map<Verdict, std::size_t>;

// The answer to one choice over a whole run.
struct ChoiceRecord {
  std::string answer;
  std::vector<std::string> trials;  // where it was seen
  friend bool operator==(const ChoiceRecord&, const ChoiceRecord&) = default;
};

struct Summary {
  Counts counts;
  std::map<std::string, ChoiceRecord> choices;
  Json characteristics;  // null where nobody looked
  std::vector<std::string>
      complaints;         // about known failures (stale, unmatched, …), --min-verified, missing trials
  bool complete = false;  // false: interrupted
  int exit_code = 0;
  double seconds = 0;
};

// Hears what happens, in order: run_started once, trial_finished once a trial, run_finished once. Calls never
// overlap.
class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void run_started(const Plan&) {}
  virtual void trial_finished(const Outcome&) {}
  virtual void run_finished(const Summary&) {}
};

}  // namespace diconform::result
