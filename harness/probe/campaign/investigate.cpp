#include "probe/campaign/investigate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "base/text.h"
#include "probe/campaign/believer.h"
#include "probe/shrink/shrink.h"

namespace diconform::probe {
namespace {

constexpr std::size_t kReplays = 5;
constexpr std::size_t kRepeats = 2;                         // that tell whether ids which are drawn matter
constexpr std::size_t kFirstTries = 3, kTriesOfARace = 12;  // before a suspicion counts as unproved
// How often a script must be tried before it counts as one that does not fail, by how many of six trials of
// the first failed: of what fails as often as that, one in twenty is missed.
constexpr auto kTriesByShown = std::to_array<std::size_t>({10, 10, 8, 5, 3, 2, 1});

bool races(const Script& script) {
  return std::ranges::any_of(script.body.steps, [](const auto& step) { return step.at_once() > 1; });
}

// The script with the ids that were sent, where another drawing of them would be another case.
Script spelled_out(Script script, const Sent& seen) {
  for (scenario::Role& role : script.body.given) {
    auto named = std::ranges::find(seen.names, "$" + role.name, &std::pair<std::string, std::string>::second);
    if (named != seen.names.end()) role.image.id = named->first;
  }
  for (std::size_t i = 0; i < script.body.steps.size() && i < seen.steps.size(); ++i) {
    auto& step = script.body.steps[i];
    if (!step.call || !step.call->object() || !seen.steps[i].call) continue;
    const Json* sent = seen.steps[i].call->find("ImageIds");
    const Json* ids = step.call->find("ImageIds");
    if (!ids || !ids->array() || !sent || !sent->array()) continue;
    Json::Array spelled = *ids->array();
    for (std::size_t n = 0; n < spelled.size() && n < sent->array()->size(); ++n)
      if (spelled[n].string() && spelled[n].string()->starts_with("$absent"))
        spelled[n] = (*sent->array())[n];
    step.call->set("ImageIds", std::move(spelled));
  }
  return script;
}

bool draws_ids(const Script& script) {
  auto calls_absent = [](const scenario::Step& step) {
    return step.call && to_text(*step.call).find("$absent") != std::string::npos;
  };
  return std::ranges::any_of(script.body.given,
                             [](const scenario::Role& role) { return role.image.id.empty(); }) ||
         std::ranges::any_of(script.body.steps, calls_absent);
}

// The first steps of a case of the catalogue, their expectations left to the model; nothing where the model
// does not see all that is in them. `plain`: without what is odd about them.
std::optional<Script> bare(const scenario::Trial& trial, std::size_t steps, bool plain) {
  Script script{*trial.body, trial.encoding, trial.scheme};
  script.body.steps.resize(steps);
  for (scenario::Step& step : script.body.steps) {
    bool typed = step.kind == scenario::Step::Kind::kCall && step.call && step.beside.empty();
    if (!typed) return std::nullopt;
    scenario::Step usual;
    usual.common.region = step.common.region;
    usual.common.language = step.common.language;
    if (plain) step.common = {}, step.http = {}, step.after_signing = {}, step.sign = {};
    bool seen = step.http == usual.http && step.after_signing == usual.after_signing &&
                step.sign == usual.sign && (plain || step.common == usual.common);
    if (!seen) return std::nullopt;
    step.expect = {};
  }
  return script;
}

// The steps that say themselves what they expect, written as the only one.
std::set<std::string> fixed_steps(const Script& script) {
  std::set<std::string> texts;
  for (const scenario::Step& step : script.body.steps) {
    if (is_modelled(step)) continue;
    scenario::WrittenCase alone{"", "", "", script.encoding, script.scheme, {}};
    alone.body.steps = {step};
    texts.insert(to_text(to_json(alone)));
  }
  return texts;
}

// Whether it was by waiting in vain that it was seen.
bool is_silence(const Proof& proof) {
  const auto& exchanges = proof.outcome.exchanges;
  return std::ranges::find(exchanges, wire::ExchangeEnd::kTimeout, &wire::Exchange::end) != exchanges.end();
}

// What makes a finding the same as another: the case without what it is called, ids of its own apart.
std::string shape_of(const Proof& proof) {
  std::string shape = proof.finding.clause;
  for (scenario::WrittenCase written : proof.cases) {
    written.body = with_plain_names({std::move(written.body), written.encoding, written.scheme}).body;
    for (scenario::Step& step : written.body.steps) step.expect = {};  // follows from the rest
    shape += scenario::suite_text("", "", {written});
  }
  return shape;
}

// A text in which images and snapshots have no names: another drawing of them is no other kind.
std::string without_names(std::string_view text) {
  auto is_name = [](char c) { return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    bool named = text[i] == '$' || text.substr(i).starts_with("img-") || text.substr(i).starts_with("snap-");
    out += text[i++];
    while (named && i < text.size() && is_name(text[i])) ++i;
  }
  return out;
}

}  // namespace

std::string kind_of(std::string_view clause, std::string_view expected, std::string_view observed) {
  return std::string(clause) + "|" + without_names(expected) + "|" + without_names(observed);
}

std::string kind_of(const result::Finding& finding) {
  return kind_of(finding.clause, finding.expected, finding.observed);
}

void Findings::learn(const result::Finding& finding) {
  std::lock_guard lock(mutex_);
  kinds_.insert(kind_of(finding));
  clauses_.insert(finding.clause);
}

bool Findings::knows_some() {
  std::lock_guard lock(mutex_);
  return !kinds_.empty();
}

bool Findings::knows_clause(const std::string& clause) {
  std::lock_guard lock(mutex_);
  return clauses_.contains(clause);
}

bool Findings::knows(const std::string& kind) {
  std::lock_guard lock(mutex_);
  return kinds_.contains(kind);
}

bool Findings::claims(const std::string& clause, const std::string& kind) {
  std::lock_guard lock(mutex_);
  if (of_clause_[clause] >= kMostOfAClause || tries_[kind] >= kMostTries) return false;
  tries_[kind] = kMostTries;
  return true;
}

void Findings::give_back(const std::string& kind) {
  std::lock_guard lock(mutex_);
  std::size_t& given_back = of_clause_["given back: " + kind];
  if (++given_back < kMostTries) tries_[kind] = given_back;
}

std::optional<std::string> Findings::admit(const std::string& clause, const std::string& shape) {
  std::lock_guard lock(mutex_);
  if (of_clause_[clause] >= kMostOfAClause || !shapes_.insert(shape).second) return std::nullopt;
  return clause + "-" + std::to_string(++of_clause_[clause]);
}

std::optional<CampaignFinding> told(Proof proof, Findings& findings) {
  CampaignFinding finding;
  finding.clause = proof.finding.clause;
  auto name = findings.admit(finding.clause, shape_of(proof));
  if (!name) return std::nullopt;
  finding.name = *name;
  findings.learn(proof.finding);
  for (scenario::WrittenCase& written : proof.cases) {
    written.name = finding.name;
    auto& covers = written.body.covers;
    if (std::ranges::find(covers, finding.clause) == covers.end()) covers.push_back(finding.clause);
    if (&written != &proof.cases.back()) written.name += "-otherwise";
    written.why =
        "Found by a campaign: expected " + proof.finding.expected + ", saw " + proof.finding.observed + ".";
    written.why = clean_utf8(replaced(written.why, "$", "$$"));
  }
  finding.proof = std::move(proof);
  return finding;
}

std::optional<Proof> Investigator::prove(const Script& script, const Attempt& attempt, std::size_t tries,
                                         Inquiry& inquiry) {
  for (std::size_t i = 0; i < tries && !inquiry.error; ++i) {
    Trying trying = attempt(script);
    inquiry.calls += trying.calls;
    if (trying.error) inquiry.error = std::move(trying.error);
    if (trying.proof) return std::move(trying.proof);
  }
  return std::nullopt;
}

bool Investigator::proves_always(const Script& script, const Attempt& attempt, std::size_t times,
                                 Inquiry& inquiry) {
  for (std::size_t i = 0; i < times; ++i)
    if (!prove(script, attempt, 1, inquiry)) return false;
  return true;
}

std::size_t Investigator::tries_for(const Script& script, const Attempt& attempt, Inquiry& inquiry) {
  std::size_t shown = 0;
  for (std::size_t i = 0; i + 1 < kTriesByShown.size(); ++i)
    shown += prove(script, attempt, 1, inquiry).has_value();
  return kTriesByShown[shown];
}

Investigator::Inquiry Investigator::look_into(const Script& script, const Sent& seen,
                                              const reference::Pins& pins, const Limit& limit) {
  Inquiry inquiry;
  patience_.be(Patience::For::kAnAttempt);
  Attempt once = [&](const Script& some) { return prover_.prove(some, pins); };
  Attempt smaller = [&](const Script& some) {
    bool by_model = std::ranges::all_of(some.body.steps, [](const scenario::Step& step) {
      return is_modelled(step) && step.beside.empty();  // what different calls may hear is a rule of thumb
    });
    return by_model ? once(some) : if_right(once(some));
  };
  std::size_t tries = races(script) ? kTriesOfARace : kFirstTries;
  Script large = script;
  auto first = prove(large, once, tries, inquiry);
  if (!first) first = prove(large = spelled_out(script, seen), once, 1, inquiry);
  if (first) make_small({std::move(large), *std::move(first), once, smaller, limit}, inquiry);
  return inquiry;
}

Trying Investigator::if_right(Trying trying) {
  if (trying.proof && !touchstone_.passes(trying.proof->cases.back())) trying.proof.reset();
  return trying;
}

void Investigator::make_small(Descent descent, Inquiry& inquiry) {
  bool silent = is_silence(descent.first);
  inquiry.proved = !silent;
  bool race = races(descent.large),
       always = !race && proves_always(descent.large, descent.once, kRepeats, inquiry);
  if (!race && !always) {
    Script spelled = spelled_out(descent.large, descent.first.sent);
    if (proves_always(spelled, descent.once, kRepeats, inquiry))
      descent.large = std::move(spelled), descent.repeats = kRepeats;
  }
  if (!always && descent.repeats == 0) descent.tries = tries_for(descent.large, descent.once, inquiry);
  // What waits in vain for a moment may do so for another reason: at the end it is waited for as long as
  // ever, and where that was too short, all is done again more patiently.
  std::optional<Proof> proof;
  for (auto patience : {Patience::For::kAnAttempt, Patience::For::kAScript}) {
    patience_.be(patience);
    Script least = shrunk(descent, inquiry);
    patience_.be(Patience::For::kAVerdict);
    proof = prove(least, descent.once, descent.tries + 2, inquiry);
    if (proof) descent.large = std::move(least);
    if (proof || descent.limit.is_over() || inquiry.error) break;
  }
  bool cut = !proof || descent.limit.is_over();
  if (!proof) proof = silent ? prove(descent.large, descent.once, 1, inquiry) : std::move(descent.first);
  if (!proof) return;
  inquiry.proved = true;
  const std::string& clause = proof->finding.clause;
  bool known = cut ? findings_.knows_clause(clause)
                   : clause != descent.first.finding.clause && findings_.knows(kind_of(proof->finding));
  if (!known) conclude(inquiry, *std::move(proof), [&] { return descent.once(descent.large); });
}

Script Investigator::shrunk(const Descent& descent, Inquiry& inquiry) {
  bool silent = is_silence(descent.first);
  const std::string original = descent.first.finding.clause;
  auto still_fails = [&](const Script& smaller) -> std::optional<Proof> {
    // Where drawn ids matter, none is drawn any more: a lucky draw would prove nothing.
    if (descent.limit.is_over() || (descent.repeats > 0 && draws_ids(smaller))) return std::nullopt;
    auto proof = prove(smaller, descent.smaller, descent.tries, inquiry);
    bool as_before = proof && is_silence(*proof) == silent &&
                     proves_always(smaller, descent.smaller, descent.repeats, inquiry);
    return as_before ? std::move(proof) : std::nullopt;
  };
  Proof latest = descent.first;
  auto shrink_where = [&](const Script& script, const auto& holds) {
    return shrink(script, [&](const Script& smaller) {
      auto proof = still_fails(smaller);
      bool held = proof && holds(*proof);
      if (held) latest = *std::move(proof);
      return held;
    });
  };
  // Another clause will do, unless it is another defect that is known already.
  Script least = shrink_where(descent.large, [&](const Proof& proof) {
    return proof.finding.clause == original || !findings_.knows(kind_of(proof.finding));
  });
  // What a known finding explains as well is that one, seen through another clause.
  if (findings_.knows_some()) least = shrink_where(least, [](const Proof&) { return true; });
  // Of many drawn ids one nearly always shows it; of the few that are left it must be the right one.
  bool lucky = descent.repeats == 0 && !silent && !races(least) && draws_ids(least) &&
               !proves_always(least, descent.once, kReplays, inquiry);
  if (!lucky) return least;
  Script spelled = spelled_out(least, latest.sent);
  if (!proves_always(spelled, descent.once, kRepeats, inquiry)) return least;
  return shrunk(
      {std::move(spelled), std::move(latest), descent.once, descent.smaller, descent.limit, 1, kRepeats},
      inquiry);
}

Investigator::Inquiry Investigator::look_into_contradiction(Script witness, Script script,
                                                            const reference::Pins& pins, const Limit& limit) {
  Inquiry inquiry;
  patience_.be(Patience::For::kAVerdict);
  auto once = [&](const Script& one, const Script& other) {
    Trying trying;
    if (!inquiry.error) trying = prover_.prove_contradiction(one, other, pins);
    inquiry.calls += trying.calls;
    if (trying.error) inquiry.error = trying.error;
    return trying;
  };
  if (!once(witness, script).proof) return inquiry;
  inquiry.proved = true;
  // What a step answers to a question it was made for is an answer only as long as it is as it was made.
  auto may_be_tried = [&](const Script& smaller, const std::set<std::string>& fixed) {
    return !limit.is_over() && std::ranges::includes(fixed, fixed_steps(smaller));
  };
  witness = shrink(witness, [&, fixed = fixed_steps(witness)](const Script& smaller) {
    return may_be_tried(smaller, fixed) && once(smaller, script).proof;
  });
  const Attempt alone = [&](const Script& some) { return prover_.prove(some, pins); };
  std::optional<Script> wrong_alone;
  script = shrink(script, [&, fixed = fixed_steps(script)](const Script& smaller) {
    if (wrong_alone || !may_be_tried(smaller, fixed)) return false;
    if (once(witness, smaller).proof) return true;
    if (prove(smaller, alone, 1, inquiry)) wrong_alone = smaller;
    return false;
  });
  if (wrong_alone) {
    Inquiry plain = look_into(*wrong_alone, Sent(), pins, limit);
    plain.calls += inquiry.calls;
    if (plain.finding || plain.error) return plain;
    inquiry.calls = plain.calls;
  }
  if (auto proof = once(witness, script).proof)
    conclude(inquiry, *std::move(proof), [&] { return prover_.prove_contradiction(witness, script, pins); });
  return inquiry;
}

Investigator::Inquiry Investigator::look_into(const scenario::Trial& trial, const Sent& seen,
                                              const reference::Pins& pins, const Limit& limit) {
  Inquiry inquiry;
  patience_.be(Patience::For::kAnAttempt);
  Attempt once = [&](const Script& some) { return prover_.prove(some, pins); };
  std::size_t all = trial.body->steps.size();
  for (std::size_t steps = 1; steps <= all; ++steps) {
    for (bool plain : {true, false}) {
      std::optional<Script> script = bare(trial, steps, plain);
      if (!script) continue;
      bool shows = prove(*script, once, 1, inquiry) || prove(spelled_out(*script, seen), once, 1, inquiry);
      if (!shows) continue;
      inquiry = look_into(*script, seen, pins, limit);
      if (inquiry.proved || inquiry.error) return inquiry;
    }
  }
  return look_into_as_written(trial, limit);
}

Investigator::Inquiry Investigator::look_into_as_written(const scenario::Trial& trial, const Limit& limit) {
  Inquiry inquiry;
  Attempt once = [&](const Script& some) {
    return prover_.perform(
        scenario::WrittenCase{"found", "", trial.edition, some.encoding, some.scheme, some.body});
  };
  Attempt smaller = [&](const Script& some) { return if_right(once(some)); };
  // What comes behind the step that fails is not needed; what comes before it may be.
  std::size_t all = trial.body->steps.size();
  for (std::size_t steps = 1; steps <= all && !inquiry.error; ++steps) {
    Script begun{*trial.body, trial.encoding, trial.scheme};
    begun.body.steps.resize(steps);
    auto first = prove(begun, once, 1, inquiry);
    if (!first) continue;
    make_small({std::move(begun), *std::move(first), once, smaller, limit}, inquiry);
    break;
  }
  return inquiry;
}

void Investigator::conclude(Inquiry& inquiry, Proof proof, const std::function<Trying()>& once) {
  bool silent = is_silence(proof);
  inquiry.finding = told(std::move(proof), findings_);
  if (silent) patience_.be(Patience::For::kAnAttempt);
  if (inquiry.finding) replay(*inquiry.finding, once, inquiry);
}

void Investigator::replay(CampaignFinding& finding, const std::function<Trying()>& once, Inquiry& inquiry) {
  for (; finding.replayed < kReplays && !inquiry.error; ++finding.replayed) {
    Trying trying = once();
    inquiry.calls += trying.calls;
    inquiry.error = std::move(trying.error);
    if (trying.proof) ++finding.failed;
  }
}

}  // namespace diconform::probe
