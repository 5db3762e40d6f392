#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <set>

#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {
namespace {

struct Row {
  const scenario::Clause* clause;
  std::size_t cases = 0, trials = 0;
  const char* state() const {
    return cases > 0 ? "covered" : !clause->excluded.empty() ? "excluded" : "NOT COVERED";
  }
};

std::vector<Row> rows_of(const scenario::Catalogue& catalogue) {
  std::map<std::string_view, Row> rows;
  for (const scenario::Clause& clause : catalogue.clauses.all()) rows[clause.id].clause = &clause;
  auto count = [&](std::string_view clause, const scenario::CaseInfo& info,
                   std::set<std::string_view>& seen) {
    auto row = rows.find(clause);
    if (row == rows.end() || !seen.insert(row->first).second) return;
    ++row->second.cases;
    row->second.trials += info.trials.size();
  };
  for (const scenario::CaseInfo& info : catalogue.cases) {
    std::set<std::string_view> seen;
    for (const std::string& clause : info.covers) count(clause, info, seen);
    for (const scenario::Step& step : info.trials.front().body->steps) {
      if (!step.expect.clause.empty()) count(step.expect.clause, info, seen);
    }
  }
  std::vector<Row> sorted;
  for (const scenario::Clause& clause : catalogue.clauses.all()) sorted.push_back(rows[clause.id]);
  return sorted;
}

}  // namespace

int coverage_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  std::size_t covered = 0, excluded = 0, missing = 0;
  Json::Array all;
  for (const Row& row : rows_of(*catalogue)) {
    ++(row.cases > 0 ? covered : !row.clause->excluded.empty() ? excluded : missing);
    if (options.format == "json") {
      Json json;
      json.set("clause", row.clause->id);
      json.set("state", row.cases > 0 ? "covered" : !row.clause->excluded.empty() ? "excluded" : "missing");
      json.set("strength", row.clause->strength);
      json.set("gates", row.clause->gates);
      json.set("cases", std::uint64_t{row.cases});
      json.set("trials", std::uint64_t{row.trials});
      if (!row.clause->excluded.empty()) json.set("reason", row.clause->excluded);
      all.push_back(std::move(json));
    } else {
      fmt::print("{:<34} {:<11} {:<11} {:>3} cases {:>5} trials{}\n", row.clause->id, row.state(),
                 row.clause->gates ? "gates" : row.clause->strength, row.cases, row.trials,
                 row.cases == 0 ? "  " + row.clause->excluded : "");
    }
  }
  if (options.format == "json") {
    fmt::print("{}\n", to_text(Json(std::move(all)), JsonStyle::kPretty));
  } else {
    fmt::print("{} clauses covered, {} excluded with a reason, {} not covered\n", covered, excluded, missing);
  }
  return missing == 0 ? kConforms : kFailed;
}

}  // namespace diconform::run
