#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "client/catalogue.h"
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

// What both kinds of case have.
template <class Info>
void explain_case(const Info& info, const scenario::Clauses& clauses) {
  fmt::print("{}\n  {}\n", info.name, info.purpose);
  if (!info.why.empty()) fmt::print("  {}\n", info.why);
  fmt::print("\nclauses\n");
  for (const std::string& clause : info.covers) explain_clause(*clauses.find(clause));
  fmt::print("\n{}\n{}\n", info.file, to_text(info.source, JsonStyle::kPretty));
}

// A client case, if it is one.
Result<bool> explain_client(const Options& options, std::string_view name) {
  TRY(auto catalogue, client::open_catalogue(options.target.cases));
  const client::CaseInfo* info = catalogue.find_case(name);
  if (!info) return false;
  explain_case(*info, catalogue.clauses);
  fmt::print("\ntrials\n");
  for (const client::Trial& trial : info->trials) fmt::print("  {}\n", trial.id);
  fmt::print("\ndiconform client '{}' -- DRIVER\n", info->name);
  return true;
}

}  // namespace

int explain_verb(const Options& options) {
  const std::string& wanted = options.patterns.front();
  const std::string name = wanted.substr(0, wanted.find('['));
  auto explained = explain_client(options, name);
  if (!explained) return complain(explained.error(), kUsage);
  if (*explained) return kConforms;
  TargetOptions embedded;
  embedded.cases = options.target.cases;
  embedded.edition = options.target.edition;
  embedded.seed = options.target.seed.value_or(1);
  auto session = Session::open(embedded);
  if (!session) return complain(session.error().error, session.error().code);
  const scenario::Catalogue& catalogue = (*session)->catalogue();
  const scenario::CaseInfo* info = catalogue.find_case(name);
  if (!info)
    return complain(
        {"explain", "there is no case " + diconform::quoted(wanted), "`diconform list` shows what there is"},
        kNotEnough);
  auto trials = scenario::select(std::span(info, 1), (*session)->edition().id, {});
  explain_case(*info, catalogue.clauses);
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
