#include "reports/sink.h"

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace diconform::reports {

Stream::Stream(const Destination& to) : path_(to.path), out_(to.out) {
  if (path_.empty()) return;
  file_.open(path_, std::ios::binary | std::ios::trunc);
  out_ = &file_;
}

Result<void> Stream::write(std::string_view text) {
  if (!out_) return {};
  out_->write(text.data(), static_cast<std::streamsize>(text.size()));
  out_->flush();
  if (!*out_)
    return failure(path_.empty() ? "the report's stream" : path_, "could not be written",
                   "is the folder there, writable and not full?");
  return {};
}

Result<void> write_whole(const Destination& to, std::string_view text) {
  if (!to.path.empty()) return write_file(to.path, text);
  return Stream(to).write(text);
}

void WholeReporter::run_started(const result::Plan& plan) {
  report_ = {};
  report_.plan = plan;
  report_.summary.counts = result::counts_of({});
  // The report of an earlier run must not pass for this one's if we are killed; and a path that cannot be
  // written shows now and not after an hour.
  if (!to_.path.empty()) note(write_whole(to_, text_of(report_)));
}

void WholeReporter::run_finished(const result::Summary& summary) {
  report_.summary = summary;
  report_.summary.counts = result::counts_of(report_.outcomes);  // no report may contradict itself
  note(write_whole(to_, text_of(report_)));
}

}  // namespace diconform::reports
