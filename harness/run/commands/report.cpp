#include "result/report.h"

#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "reports/reports.h"
#include "result/diff.h"
#include "result/merge.h"
#include "run/exit_code.h"
#include "run/options.h"

namespace diconform::run {
namespace {

int write_text(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::cout << text << std::flush;
    return kConforms;
  }
  auto written = write_file(path, text);
  return written ? int{kConforms} : complain(written.error(), kUnusable);
}

Result<std::vector<result::Report>> read_all(const std::vector<std::string>& paths) {
  std::vector<result::Report> reports;
  for (const std::string& path : paths) {
    TRY(result::Report report, result::read_report(path));
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace

int report_merge_verb(const Options& options) {
  auto shards = read_all(options.patterns);
  if (!shards) return complain(shards.error(), kUsage);
  auto merged = result::merge(std::move(*shards));
  if (!merged) return complain(merged.error(), kUsage);
  for (const std::string& complaint : merged->summary.complaints)
    std::cerr << "diconform: " << complaint << '\n';
  int written = write_text(options.output, to_text(result::to_json(*merged), JsonStyle::kPretty) + "\n");
  return written != kConforms ? written : result::exit_code_of(*merged);
}

int report_convert_verb(const Options& options) {
  if (options.patterns.size() != 1) return complain({"report convert", "takes one report", ""}, kUsage);
  auto report = result::read_report(options.patterns.front());
  if (!report) return complain(report.error(), kUsage);
  const reports::Format* format = reports::format_named(options.format);
  if (!format)
    return complain(
        {"--to", "there is no format " + options.format, "console, json, ndjson, junit, html or markdown"},
        kUsage);
  SystemClock clock;
  auto done =
      reports::convert(*report, *format, reports::standard_destination(*format, options.output, clock));
  return done ? int{kConforms} : complain(done.error(), kUnusable);
}

int report_diff_verb(const Options& options) {
  if (options.patterns.size() != 2)
    return complain({"report diff", "takes two reports", "the earlier one first"}, kUsage);
  auto both = read_all(options.patterns);
  if (!both) return complain(both.error(), kUsage);
  result::ReportDiff diff = result::diff(both->front(), both->back());
  int written = write_text(options.output, result::to_text(diff));
  return written != kConforms ? written : result::regressed(diff) ? int{kFailed} : int{kConforms};
}

}  // namespace diconform::run
