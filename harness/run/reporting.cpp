#include "run/reporting.h"

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::run {

Result<void> Reporting::open(const ReportOptions& options, std::vector<std::string> secrets, Clock& clock) {
  std::vector<std::string> wanted = options.reports;
  if (wanted.empty()) wanted = {"console"};
  bool stdout_taken = false;
  for (const std::string& each : wanted) {
    std::size_t equals = each.find('=');
    std::string name = each.substr(0, equals), path = equals == each.npos ? "" : each.substr(equals + 1);
    const reports::Format* format = reports::format_named(name);
    if (!format)
      return failure("--report", "no format " + quoted(name),
                     "console, json, ndjson, junit, html or markdown");
    if (path.empty() && !format->for_people) {
      if (stdout_taken)
        return failure("--report", "two machine formats would both go to standard output",
                       "give one of them a path: " + name + "=FILE");
      stdout_taken = true;
    }
    reporters_.push_back(format->make(reports::standard_destination(*format, path, clock)));
  }
  std::vector<result::RunListener*> listeners;
  for (auto& reporter : reporters_) listeners.push_back(reporter.get());
  listener_ = std::make_unique<result::Discreet>(result::Redactor(std::move(secrets)), std::move(listeners));
  return {};
}

std::optional<Error> Reporting::problem() const {
  for (const auto& reporter : reporters_) {
    if (reporter->problem()) return reporter->problem();
  }
  return std::nullopt;
}

Result<result::KnownFailures> open_known_failures(const std::string& path, Clock& clock) {
  std::vector<result::KnownFailure> entries;
  if (!path.empty()) {
    TRY(Json json, read_json_file(path));
    TRY(entries, result::known_failures_from_json(json, path));
  }
  return result::KnownFailures(std::move(entries), utc_date(clock.unix_ms() / 1000));
}

}  // namespace diconform::run
