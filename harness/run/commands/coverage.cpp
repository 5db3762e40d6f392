#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <set>

#include "client/catalogue.h"
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

// Counts, for each clause, the cases that name it: each once, whatever it names it for.
class Rows {
 public:
  explicit Rows(const scenario::Clauses& clauses) : clauses_(clauses) {
    for (const scenario::Clause& clause : clauses.all()) rows_[clause.id].clause = &clause;
  }
  void add(const std::set<std::string_view>& named, std::size_t trials) {
    for (std::string_view clause : named) {
      auto row = rows_.find(clause);
      if (row == rows_.end()) continue;
      ++row->second.cases;
      row->second.trials += trials;
    }
  }
  void move_to(std::vector<Row>& all) const {
    for (const scenario::Clause& clause : clauses_.all()) all.push_back(rows_.at(clause.id));
  }

 private:
  const scenario::Clauses& clauses_;
  std::map<std::string_view, Row> rows_;
};

std::vector<Row> rows_of(const scenario::Catalogue& catalogue, const client::Catalogue& clients) {
  Rows endpoint(catalogue.clauses), client(clients.clauses);
  for (const scenario::CaseInfo& info : catalogue.cases) {
    std::set<std::string_view> named(info.covers.begin(), info.covers.end());
    for (const scenario::Step& step : info.trials.front().body->steps) named.insert(step.expect.clause);
    endpoint.add(named, info.trials.size());
  }
  for (const client::CaseInfo& info : clients.cases) {
    std::set<std::string_view> named(info.covers.begin(), info.covers.end());
    for (const client::CallPlan& call : info.trials.front().body->calls) named.insert(call.expect.clause);
    client.add(named, info.trials.size());
  }
  std::vector<Row> all;
  endpoint.move_to(all);
  client.move_to(all);
  return all;
}

}  // namespace

int coverage_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  auto clients = client::open_catalogue(options.target.cases);
  if (!clients) return complain(clients.error(), kUsage);
  std::size_t covered = 0, excluded = 0, missing = 0;
  Json::Array all;
  for (const Row& row : rows_of(*catalogue, *clients)) {
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
