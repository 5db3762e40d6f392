#include <fmt/format.h>

#include <iostream>

#include "base/clock.h"
#include "base/file.h"
#include "client/catalogue.h"
#include "result/upkeep.h"
#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {
namespace {

using Entries = std::vector<result::KnownFailure>;

std::string today() { return utc_date(SystemClock().unix_ms() / 1000); }

// LIST REPORT: what `change` makes of the list, written back to it (or to --output). A list that is not there
// yet is empty.
int rewrite(const Options& options, bool may_be_new,
            Entries (*change)(const Entries&, const result::Report&)) {
  if (options.patterns.size() != 2)
    return complain({"known-failures", "takes a list and a report", ""}, kUsage);
  const std::string& list = options.patterns.front();
  Entries entries;
  if (auto text = read_file(list); text || !may_be_new) {
    auto read = result::read_known_failures(list);
    if (!read) return complain(read.error(), kUsage);
    entries = std::move(*read);
  }
  auto report = result::read_report(options.patterns.back());
  if (!report) return complain(report.error(), kUsage);
  Entries changed = change(entries, *report);
  auto written = result::write_known_failures(options.output.empty() ? list : options.output, changed);
  if (!written) return complain(written.error(), kUnusable);
  fmt::print("{} entries, {} before\n", changed.size(), entries.size());
  return kConforms;
}

}  // namespace

int known_failures_update_verb(const Options& options) {
  return rewrite(options, true, [](const Entries& entries, const result::Report& report) {
    return result::updated(entries, report, today());
  });
}

int known_failures_prune_verb(const Options& options) {
  return rewrite(options, false, [](const Entries& entries, const result::Report& report) {
    return result::pruned(entries, report);
  });
}

int known_failures_check_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  std::vector<std::string> ids;
  for (const scenario::CaseInfo& info : catalogue->cases) {
    for (const scenario::Trial& trial : info.trials) ids.push_back(trial.id);
  }
  auto clients = client::open_catalogue(options.target.cases);
  if (!clients) return complain(clients.error(), kUsage);
  for (const client::Trial& trial : client::select(clients->cases, {})) ids.push_back(trial.id);
  int code = kConforms;
  for (const std::string& list : options.patterns) {
    auto entries = result::read_known_failures(list);
    if (!entries) return complain(entries.error(), kUsage);
    for (const std::string& problem : result::list_problems(*entries, today(), ids)) {
      std::cerr << list << ": " << problem << '\n';
      code = kFailed;
    }
    fmt::print("{}: {} entries\n", list, entries->size());
  }
  return code;
}

}  // namespace diconform::run
