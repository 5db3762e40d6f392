#include "probe/campaign/prove.h"

#include <algorithm>

#include "judge/ledger.h"

namespace diconform::probe {
namespace {

using result::Finding;
using result::Outcome;
using scenario::Trial;

constexpr std::string_view kName = "found";

// What a run knows of a trial once it is judged.
Outcome outcome_of(const Trial& trial, result::Observation& observation, const judge::Rules& rules) {
  judge::Judgement judgement = judge::judge(trial, observation, rules);
  Outcome outcome;
  outcome.trial = trial.id;
  outcome.case_name = trial.case_name;
  outcome.findings = std::move(judgement.findings);
  outcome.choices = std::move(judgement.choices);
  outcome.precedence = std::move(judgement.precedence);
  outcome.request_ids = std::move(judgement.request_ids);
  return outcome;
}

const Finding* first_failure(const Outcome& outcome) {
  auto found = std::ranges::find(outcome.findings, result::Severity::kFailure, &Finding::severity);
  return found == outcome.findings.end() ? nullptr : &*found;
}

// Whether only many replies together show it: the oracle looks at each alone.
bool is_of_the_ledger(const Finding& finding) {
  return finding.clause == "envelope.request-id-unique" || finding.clause == "choices.consistent";
}

std::size_t calls_in(const result::Observation& observation) {
  std::size_t calls = 0;
  for (const result::StepObservation& step : observation.steps) calls += step.exchanges.size();
  return calls;
}

void keep_exchanges(Outcome& outcome, result::Observation& observation) {
  for (result::StepObservation& step : observation.steps)
    std::ranges::move(step.exchanges, std::back_inserter(outcome.exchanges));
}

Trying not_performed(const target::NotPerformed& why) {
  Trying trying;
  using Kind = target::NotPerformed::Kind;
  if (why.kind == Kind::kError || why.kind == Kind::kForbidden) trying.error = Error{"", why.reason, ""};
  return trying;
}

}  // namespace

Prover::Prover(const target::EndpointSetup& setup, const Oracle& oracle, const judge::Rules& rules,
               std::string name)
    : setup_(setup),
      oracle_(oracle),
      rules_(rules),
      name_(std::move(name)),
      target_(setup, {.ends_in_silence = true}) {}

Result<Trial> Prover::written_and_read(const scenario::WrittenCase& written) {
  std::string text = scenario::suite_text("findings", "What a campaign found.", {written});
  TRY(std::vector<scenario::CaseInfo> cases, scenario::read_suite({"finding", text}, *setup_.catalogue));
  if (cases.size() != 1 || cases.front().trials.size() != 1) return failure("finding", "is not one trial");
  Trial trial = cases.front().trials.front();
  trial.id = name_ + "/" + std::to_string(++number_);
  return trial;
}

Trying Prover::prove(const Script& script, const reference::Pins& pins) {
  scenario::Body filled = oracle_.with_expectations(script.body, script.encoding, script.scheme, pins);
  scenario::WrittenCase written{std::string(kName), "", oracle_.edition().id, script.encoding, script.scheme,
                                std::move(filled)};
  auto trial = written_and_read(written);
  if (!trial) return {};
  auto observation = target_.perform(*trial);
  if (!observation) return not_performed(observation.error());
  Trying trying{std::nullopt, calls_in(*observation)};
  Outcome outcome = outcome_of(*trial, *observation, rules_);
  judge::Ledger({}).fold(outcome, rules_);
  const Finding* failure = first_failure(outcome);
  if (!failure) return trying;
  if (!is_of_the_ledger(*failure) &&
      !oracle_.check(script.body, *observation, script.encoding, pins).mismatch)
    return trying;
  Finding finding = *failure;
  Sent sent(*observation);
  keep_exchanges(outcome, *observation);
  trying.proof = Proof{{std::move(written)}, std::move(outcome), std::move(finding), std::move(sent)};
  return trying;
}

Trying Prover::prove_contradiction(const Script& one, const Script& other, const reference::Pins& pins) {
  Trying trying;
  judge::Ledger ledger({});
  Proof proof;
  for (const Script* script : {&one, &other}) {
    scenario::Body filled = oracle_.with_expectations(script->body, script->encoding, script->scheme, pins);
    proof.cases.push_back(
        {std::string(kName), "", oracle_.edition().id, script->encoding, script->scheme, std::move(filled)});
    auto trial = written_and_read(proof.cases.back());
    if (!trial) return trying;
    auto observation = target_.perform(*trial);
    if (!observation) return not_performed(observation.error());
    trying.calls += calls_in(*observation);
    proof.outcome = outcome_of(*trial, *observation, rules_);
    if (first_failure(proof.outcome)) return trying;
    ledger.fold(proof.outcome, rules_);
    keep_exchanges(proof.outcome, *observation);
  }
  const Finding* failure = first_failure(proof.outcome);
  if (!failure || failure->clause != "choices.consistent") return trying;
  proof.finding = *failure;
  trying.proof = std::move(proof);
  return trying;
}

Trying Prover::perform(const Trial& trial) {
  Trial mine = trial;
  mine.id = name_ + "/" + std::to_string(++number_);
  auto observation = target_.perform(mine);
  if (!observation) return not_performed(observation.error());
  Trying trying{std::nullopt, calls_in(*observation)};
  Outcome outcome = outcome_of(mine, *observation, rules_);
  judge::Ledger({}).fold(outcome, rules_);
  const Finding* failure = first_failure(outcome);
  if (!failure) return trying;
  Finding finding = *failure;
  Sent sent(*observation);
  keep_exchanges(outcome, *observation);
  scenario::WrittenCase written{std::string(kName), "",           trial.edition,
                                trial.encoding,     trial.scheme, *trial.body};
  trying.proof = Proof{{std::move(written)}, std::move(outcome), std::move(finding), std::move(sent)};
  return trying;
}

Trying Prover::perform(const scenario::WrittenCase& written) {
  auto trial = written_and_read(written);
  if (!trial) return {};
  Trying trying = perform(*trial);
  if (trying.proof) trying.proof->cases = {written};
  return trying;
}

}  // namespace diconform::probe
