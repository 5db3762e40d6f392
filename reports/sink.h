// Where the text of a report goes.
#pragma once

#include <fstream>
#include <memory>
#include <ostream>
#include <string_view>

#include "reports/reports.h"

namespace diconform::reports {

// Text as it comes, flushed after every `write`, so that what was told is there even if we are killed.
class Stream {
 public:
  explicit Stream(const Destination& to);
  Result<void> write(std::string_view text);

 private:
  std::string path_;
  std::ofstream file_;
  std::ostream* out_;
};

// A whole report at once: beside the file and renamed, or to the stream.
Result<void> write_whole(const Destination& to, std::string_view text);

// Collects the run and writes it as one text at its end. For formats that cannot be written from front to
// back.
class WholeReporter : public Reporter {
 public:
  explicit WholeReporter(const Destination& to) : to_(to) {}
  void run_started(const result::Plan& plan) override;
  void trial_finished(const result::Outcome& outcome) override { report_.outcomes.push_back(outcome); }
  void run_finished(const result::Summary& summary) override;

 protected:
  // The text of what is known of the run: before its end, without outcomes and not complete.
  virtual std::string text_of(const result::Report& report) const = 0;

 private:
  Destination to_;
  result::Report report_;
};

}  // namespace diconform::reports
