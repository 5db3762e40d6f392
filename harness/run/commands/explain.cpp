#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "run/curl.h"
#include "run/exit_code.h"
#include "run/fault_matrix.h"
#include "run/session.h"

namespace diconform::run {
namespace {

// The first request of a trial, as it would go to the embedded endpoint.
std::string curl_of(const scenario::Trial& trial, const Session& session) {
  target::EndpointTarget target(session.setup());
  auto seen = target.perform(trial);
  if (!seen) return "";
  for (const result::StepObservation& step : seen->steps) {
    if (!step.exchanges.empty()) return curl_line(step.exchanges.front().sent, "http://127.0.0.1:PORT");
  }
  return "";
}

void explain_clause(const scenario::Clause& clause) {
  fmt::print("  {} ({}{})\n    \"{}\"\n    {}\n", clause.id, clause.strength, clause.gates ? ", gates" : "",
             clause.sentence, clause.source);
}

}  // namespace

int explain_verb(const Options& options) {
  TargetOptions embedded;
  embedded.cases = options.target.cases;
  embedded.edition = options.target.edition;
  embedded.seed = options.target.seed.value_or(1);
  auto session = Session::open(embedded);
  if (!session) return complain(session.error().error, session.error().code);
  const std::string& wanted = options.patterns.front();
  const scenario::Catalogue& catalogue = (*session)->catalogue();
  const scenario::CaseInfo* info = catalogue.find_case(wanted.substr(0, wanted.find('[')));
  if (!info)
    return complain(
        {"explain", "there is no case " + diconform::quoted(wanted), "`diconform list` shows what there is"},
        kNotEnough);
  auto trials = scenario::select(std::span(info, 1), (*session)->edition().id, {});
  fmt::print("{}\n  {}\n", info->name, info->purpose);
  if (!info->why.empty()) fmt::print("  {}\n", info->why);
  fmt::print("\nclauses\n");
  for (const std::string& clause : info->covers) explain_clause(*catalogue.clauses.find(clause));
  fmt::print("\n{}\n{}\n", info->file, to_text(info->source, JsonStyle::kPretty));
  fmt::print("\ntrials of edition {}\n", (*session)->edition().id);
  for (const scenario::Trial& trial : trials) fmt::print("  {}\n", trial.id);
  if (trials.empty()) return kConforms;
  fmt::print("\nfaults of the reference endpoint that it catches\n");
  for (const std::string& fault : faults_caught_by(trials, (*session)->catalogue(), (*session)->edition()))
    fmt::print("  {}\n", fault);
  if (std::string curl = curl_of(trials.front(), **session); !curl.empty())
    fmt::print("\nthe first call of {}\n{}\n", trials.front().id, curl);
  return kConforms;
}

}  // namespace diconform::run
