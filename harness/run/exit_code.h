// The exit code of a run: one table, the first line that applies. (Contract: the command line.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "result/run.h"

namespace diconform::run {

enum ExitCode {
  kConforms = 0,
  kFailed = 1,     // a failure that is not known, or a known failure that is stale, unmatched or expired
  kUsage = 2,      // usage, configuration, or a case file that is not valid
  kUnusable = 3,   // the endpoint, hook or driver could not be used, or a trial ended in error
  kNotEnough = 4,  // not enough verified
  kForbidden = 5,  // refused by the guard
  kDefect = 6,     // of diconform itself
  kInterrupted = 130,
};

// `--min-verified`: a number of trials or a share of those planned.
struct MinVerified {
  std::size_t count = 1;
  std::optional<double> percent;
};
Result<MinVerified> parse_min_verified(std::string_view text);

struct Judged {
  bool interrupted = false;
  bool forbidden = false;
  bool known_failures_wrong = false;
  bool allow_inconclusive = false;
  bool empty_shard = false;  // a shard that was dealt no trial
  std::size_t planned = 0;
  MinVerified min_verified;
};

// Also says why, as complaints, where the counts alone do not.
int exit_code(const result::Summary& summary, const Judged& judged, std::vector<std::string>& complaints);

}  // namespace diconform::run
