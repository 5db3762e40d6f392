// Reporters: what a run came to, told to people and to machines. One a format, each behind
// result::RunListener.
//
//   Destination to = standard_destination(*format, path, clock);
//   std::unique_ptr<Reporter> reporter = format->make(to);
//   result::Discreet listener(Redactor(secrets), {reporter.get(), …});   // every reporter stands behind this
//   … the run tells the listener …
//   if (reporter->problem()) …                                           // a report that could not be
//   written
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "result/report.h"
#include "result/run.h"

namespace diconform::reports {

// Where a report goes, and what may be done there.
struct Destination {
  std::string path;             // a file; empty = the stream
  std::ostream* out = nullptr;  // must outlive the reporter; used where there is no path
  bool terminal = false;        // lines may be redrawn
  bool colour = false;          // NO_COLOR was respected by whoever says true
  std::size_t columns = 80;     // of the terminal
  Clock* clock = nullptr;       // for rates and redrawing; null = no progress line. Must outlive the reporter
};

// Calls come one at a time, from whichever thread.
class Reporter : public result::RunListener {
 public:
  // Why the report could not be written, as far as is known by now; ask after run_finished.
  const std::optional<Error>& problem() const { return problem_; }

 protected:
  // Keeps the first.
  void note(Result<void> written) {
    if (!written && !problem_) problem_ = std::move(written).error();
  }

 private:
  std::optional<Error> problem_;
};

struct Format {
  std::string_view name;
  std::string_view about;  // one line for --help
  bool for_people;         // told to stderr where no path is given; the others go to stdout
  std::unique_ptr<Reporter> (*make)(const Destination&);
};

// console, json, ndjson, junit, markdown, html.
std::span<const Format> formats();
const Format* format_named(std::string_view name);  // null where there is none

// A file, or where `path` is empty standard output or error as befits the format. Looks at the terminal, at
// NO_COLOR, TERM and COLUMNS.
Destination standard_destination(const Format& format, std::string path, Clock& clock);

// The verb `report convert`: a finished report told again in another format. What the JSON report does not
// hold (result/report.h) is missing.
Result<void> convert(const result::Report& report, const Format& format, const Destination& to);

}  // namespace diconform::reports
