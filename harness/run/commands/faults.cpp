#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <thread>

#include "base/text.h"
#include "run/exit_code.h"
#include "run/fault_matrix.h"
#include "run/session.h"

namespace diconform::run {
namespace {

Json to_json(const FaultMatrix& matrix) {
  Json::Array rows;
  for (const FaultRow& row : matrix.rows) {
    Json json;
    json.set("fault", row.fault->name);
    json.set("group", row.fault->group);
    json.set("clause", row.fault->clause);
    json.set("about", row.fault->description);
    json.set("caught", !row.caught_by.empty());
    json.set("cases", Json::Array(row.caught_by.begin(), row.caught_by.end()));
    json.set("elsewhere", Json::Array(row.elsewhere.begin(), row.elsewhere.end()));
    rows.push_back(std::move(json));
  }
  Json json;
  json.set("faults", std::move(rows));
  json.set("falseAlarms", Json::Array(matrix.false_alarms.begin(), matrix.false_alarms.end()));
  json.set("idleCases", Json::Array(matrix.idle_cases.begin(), matrix.idle_cases.end()));
  json.set("trials", std::uint64_t{matrix.trials});
  json.set("seconds", matrix.seconds);
  return json;
}

}  // namespace

int faults_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  const api::Edition* edition =
      catalogue->edition(options.target.edition.empty() ? "2023-03-27" : options.target.edition);
  if (!edition) return complain({"--edition", "there is no such edition", ""}, kUsage);
  std::vector<const reference::Fault*> faults;
  for (const reference::Fault& fault : reference::faults(*edition)) {
    auto named = [&](const std::string& pattern) {
      return matches_glob(pattern, fault.name) || pattern == fault.group;
    };
    if (options.patterns.empty() || std::ranges::any_of(options.patterns, named)) faults.push_back(&fault);
  }
  if (faults.empty())
    return complain({"faults", "no fault matches", "`diconform faults` without a pattern runs them all"},
                    kNotEnough);
  if (options.names_only) {
    for (const reference::Fault* fault : faults)
      fmt::print("{:<44} {:<16} {:<34} {}\n", fault->name, fault->group, fault->clause, fault->description);
    return kConforms;
  }
  bool text = options.format == "text";
  auto trials = scenario::select(catalogue->cases, edition->id, {});
  std::size_t jobs =
      options.target.jobs ? options.target.jobs : std::max(1u, std::thread::hardware_concurrency());
  FaultMatrix matrix = measure_faults(trials, faults, *catalogue, *edition, jobs, [&](const FaultRow& row) {
    if (!text) return;
    fmt::print("{} {:<44} {:<34} {}\n", row.caught_by.empty() ? "MISSED" : "caught", row.fault->name,
               row.fault->clause,
               row.caught_by.empty()
                   ? fmt::format("seen elsewhere: {}", fmt::join(row.elsewhere, " "))
                   : fmt::format("by {} case{}, such as {}", row.caught_by.size(),
                                 row.caught_by.size() == 1 ? "" : "s", *row.caught_by.begin()));
  });
  auto caught =
      std::ranges::count_if(matrix.rows, [](const FaultRow& row) { return !row.caught_by.empty(); });
  bool whole = options.patterns.empty();
  if (!text) {
    fmt::print("{}\n", diconform::to_text(run::to_json(matrix), JsonStyle::kPretty));
  } else {
    for (const std::string& alarm : matrix.false_alarms) fmt::print("FALSE ALARM {}\n", alarm);
    if (whole) {
      for (const std::string& idle : matrix.idle_cases) fmt::print("IDLE {} catches no fault\n", idle);
    }
    fmt::print(
        "{} of {} faults caught on their clause, {} false alarms, {} cases that catch none; {} trials in "
        "{:.1f} s, {:.0f} a second\n",
        caught, matrix.rows.size(), matrix.false_alarms.size(), whole ? matrix.idle_cases.size() : 0,
        matrix.trials, matrix.seconds, static_cast<double>(matrix.trials) / matrix.seconds);
  }
  bool good = static_cast<std::size_t>(caught) == matrix.rows.size() && matrix.false_alarms.empty() &&
              (!whole || matrix.idle_cases.empty());
  return good ? kConforms : kFailed;
}

}  // namespace diconform::run
