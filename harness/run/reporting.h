// The reporters of a run, and what they stand behind: secrets are redacted before any of them hears of it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "reports/reports.h"
#include "result/known_failures.h"
#include "result/redact.h"
#include "run/options.h"
#include "run/session.h"

namespace diconform::run {

class Reporting {
 public:
  // Errors: no such format, or two machine formats for standard output.
  Result<void> open(const ReportOptions& options, Session& session) {
    return open(options, session.secrets(), session.clock());
  }
  Result<void> open(const ReportOptions& options, std::vector<std::string> secrets, Clock& clock);
  // After open(). Tells all of them.
  result::RunListener& listener() { return *listener_; }
  // Why a report could not be written; ask at the end.
  std::optional<Error> problem() const;

 private:
  std::vector<std::unique_ptr<reports::Reporter>> reporters_;
  std::unique_ptr<result::Discreet> listener_;
};

// The list of `--known-failures`; an empty one where no path is given.
Result<result::KnownFailures> open_known_failures(const std::string& path, Clock& clock);

}  // namespace diconform::run
