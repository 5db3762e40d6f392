#include "probe/id_report.h"

#include <fmt/format.h>

#include "automata/comparison.h"
#include "automata/separation.h"
#include "base/text.h"

namespace diconform::probe {
namespace {

using result::Finding;
using result::Outcome;
using result::Severity;
using result::Verdict;

constexpr std::size_t kMostTold = 20;  // findings of one kind: the report is for people, too

const char* verdict_word(bool accepted) { return accepted ? "accepted" : "refused"; }

Outcome outcome_of(const std::string& trial, std::vector<Finding> findings) {
  Outcome outcome;
  outcome.trial = trial;
  outcome.case_name = trial.substr(0, trial.find('['));
  outcome.findings = std::move(findings);
  outcome.verdict = outcome.findings.empty() ? Verdict::kPass : Verdict::kFail;
  if (!outcome.findings.empty()) {
    const Finding& first = outcome.findings[0];
    outcome.reason = fmt::format("{}: expected {}, observed {}", first.where, first.expected, first.observed);
  }
  return outcome;
}

std::vector<Finding> language_findings(const IdFindings& found) {
  std::vector<Finding> all;
  if (!found.equal && found.differs) {
    const std::string language = found.observed.empty()
                                     ? "; what the endpoint's language is, was too long to learn"
                                     : fmt::format("; the endpoint's language is {}{}", found.observed,
                                                   found.certain ? "" : ", as far as it was learned");
    all.push_back({"image-id.language", Severity::kFailure,
                   fmt::format("{}, as {} says", verdict_word(found.declared_accepts), found.declared),
                   verdict_word(!found.declared_accepts) + language, "image id " + quoted(found.witness)});
  }
  for (const Unclear& one : found.unclear) {
    if (all.size() >= kMostTold) break;
    all.push_back({"image-id.language", Severity::kFailure,
                   "an answer that tells whether this is an image ID", one.said,
                   "image id " + quoted(one.id)});
  }
  return all;
}

std::vector<Finding> carrier_findings(const IdFindings& found) {
  std::vector<Finding> all;
  for (const CarrierDifference& one : found.carriers) {
    std::string said;
    for (const auto& [carrier, answer] : one.said)
      said += fmt::format("{}{}: {}", said.empty() ? "" : ", ", name_of(carrier), answer);
    if (all.size() < kMostTold)
      all.push_back({"image-id.language", Severity::kFailure, "the same answer however the id travels", said,
                     "image id " + quoted(one.id)});
  }
  return all;
}

std::vector<Finding> consistency_findings(const IdFindings& found) {
  std::vector<Finding> all;
  for (const automata::Contradiction& one : found.contradictions) {
    if (all.size() < kMostTold)
      all.push_back({"image-id.language", Severity::kFailure,
                     fmt::format("{}, as before", verdict_word(one.first)), verdict_word(one.later),
                     "image id " + quoted(automata::utf8_of(one.word).value_or(""))});
  }
  return all;
}

constexpr std::size_t kMostNamed = 4;

std::string letters_text(const automata::LetterSet& set) {
  for (const FaultClass& one : fault_classes()) {
    if (set.size() > 1 && one.letters == set)
      return fmt::format("{} [{}]", one.name, automata::to_pattern(set, automata::kCharacters));
  }
  if (set.size() > kMostNamed) return "any of [" + automata::to_pattern(set, automata::kCharacters) + "]";
  std::string text;
  for (std::size_t i = 0; i < set.size(); ++i) text += (i == 0 ? "" : " or ") + automata::name_of(set.at(i));
  return text;
}

std::string count_text(std::size_t characters) {
  return fmt::format("after {} character{}", characters, characters == 1 ? "" : "s");
}

// What an automaton does that has come to a state.
std::string deed(const automata::Dfa& dfa, const std::vector<bool>& useful, automata::State state) {
  if (!useful[state]) return "refuses";
  return dfa.accepting[state] ? "accepts" : "goes on";
}

Json to_json(const automata::Drawing& drawing) {
  Json json;
  json.set("accepting", Json::Array(drawing.accepting.begin(), drawing.accepting.end()));
  json.set("differs", Json::Array(drawing.differs.begin(), drawing.differs.end()));
  Json::Array edges;
  for (const auto& edge : drawing.edges) {
    Json one;
    one.set("from", std::uint64_t{edge.from});
    one.set("to", std::uint64_t{edge.to});
    one.set("label", edge.label);
    if (edge.differs) one.set("differs", true);
    edges.push_back(std::move(one));
  }
  json.set("edges", std::move(edges));
  return json;
}

}  // namespace

std::vector<std::string> in_words(const automata::Dfa& found, const automata::Dfa& expected) {
  const auto access = automata::access_paths(expected);
  const auto useful_found = automata::productive(found), useful_expected = automata::productive(expected);
  std::vector<std::string> all;
  for (const automata::Difference& one : automata::differences(found, expected)) {
    // What was refused already is no place to count characters at.
    std::string where =
        useful_expected[one.from]
            ? count_text(one.after.size())
            : fmt::format("after {}, which is refused,", quoted(automata::utf8_of(one.after).value_or("")));
    if (one.letters.empty()) {
      all.push_back(fmt::format("{}, the end: the manual {}, the endpoint {}", where,
                                expected.accepting[one.from] ? "accepts" : "refuses",
                                expected.accepting[one.from] ? "refuses" : "accepts"));
      continue;
    }
    const automata::State there = found.run(one.after + automata::Word(1, one.letters.front()));
    std::string does = deed(found, useful_found, there);
    if (useful_found[there] && one.found && *one.found == one.from)
      does += ", as if it were not there";
    else if (useful_found[there] && one.found && useful_expected[*one.found])
      does += " as " + count_text(access[*one.found].size());
    all.push_back(fmt::format("{}, {}: the manual {}, the endpoint {}", where, letters_text(one.letters),
                              deed(expected, useful_expected, one.expected), does));
  }
  return all;
}

std::vector<std::string> id_trials(const std::string& edition, Level level) {
  std::vector<std::string> all;
  for (const char* name : {"language", "carriers", "consistency"})
    all.push_back(fmt::format("probe/image-id-{}[{},{}]", name, edition, name_of(level)));
  return all;
}

std::vector<Outcome> id_outcomes(const IdFindings& found, const std::string& edition, Level level) {
  const std::vector<std::string> trials = id_trials(edition, level);
  std::vector<Outcome> all = {outcome_of(trials[0], language_findings(found)),
                              outcome_of(trials[1], carrier_findings(found)),
                              outcome_of(trials[2], consistency_findings(found))};
  if (!found.differences.empty()) all[0].reason += "; " + found.differences[0];
  if (!found.equal && !found.differs && all[0].verdict == Verdict::kPass) {
    all[0].verdict = Verdict::kInconclusive;
    all[0].reason = "the endpoint contradicts itself, so that it has no language: see " + trials[2];
  }
  if (found.forbidden > 0 && all[0].verdict == Verdict::kPass) {
    all[0].verdict = Verdict::kInconclusive;
    all[0].reason = fmt::format("{} ids were not asked about: the guard kept them back", found.forbidden);
  }
  if (found.language.size() > 0 && found.equal)
    all[0].choices.push_back({"image-id.nine-characters", found.nine_characters ? "accepted" : "malformed"});
  return all;
}

automata::Drawing id_drawing(const IdFindings& found) {
  return found.equal || found.observed.empty() ? automata::draw(found.language)
                                               : automata::draw(found.learned, &found.language);
}

Json id_characteristics(const IdFindings& found, Level level) {
  Json id;
  id.set("declared", found.declared);
  id.set("level", name_of(level));
  id.set("queries", std::uint64_t{found.queries});
  id.set("equal", found.equal);
  const bool learned = !found.equal && !found.observed.empty();
  if (found.differs && !found.equal) id.set("witness", found.witness);
  if (found.equal || learned) id.set("observed", found.equal ? found.declared : found.observed);
  id.set("ids", std::uint64_t{found.ids});
  if (learned) {
    id.set("differences", Json::Array(found.differences.begin(), found.differences.end()));
    id.set("automaton", to_json(id_drawing(found)));
  }
  if (!found.unused_carriers.empty()) {
    Json unused;
    for (const auto& [carrier, said] : found.unused_carriers) unused.set(name_of(carrier), said);
    id.set("carriersNotServed", std::move(unused));
  }
  Json json;
  json.set("idLanguage", std::move(id));
  return json;
}

}  // namespace diconform::probe
