// What a run of trials comes to: known failures, complaints, the exit code.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "result/known_failures.h"
#include "run/exit_code.h"
#include "run/options.h"
#include "run/reporting.h"
#include "run/runner.h"

namespace diconform::run {

// From the first call on, an interrupt sets it and a second one ends the process at once.
const std::atomic<bool>& watch_for_interrupts();

class Ending {
 public:
  // Reads what the run is held against; its seconds count from here. Errors are of usage.
  static Result<Ending> open(const ReportOptions& options, Clock& clock);
  result::KnownFailures& known() { return known_; }

  // Tells the end of the run and answers its exit code. `planned` and `catalogue` are trial ids: of this run,
  // and all there are.
  int tell(RunnerResult done, Reporting& reporting, const std::vector<std::string>& planned,
           const std::vector<std::string>& catalogue, bool empty_shard);

 private:
  Ending(result::KnownFailures known, MinVerified least, bool allow_inconclusive, Clock& clock)
      : known_(std::move(known)),
        least_(least),
        allow_inconclusive_(allow_inconclusive),
        clock_(&clock),
        start_us_(clock.now_us()) {}

  result::KnownFailures known_;
  MinVerified least_;
  bool allow_inconclusive_;
  Clock* clock_;
  std::int64_t start_us_;
};

}  // namespace diconform::run
