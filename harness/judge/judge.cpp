#include "judge/judge.h"

#include <algorithm>

#include "base/text.h"
#include "judge/effect.h"
#include "judge/falsehood.h"
#include "judge/race.h"
#include "judge/rate_gate.h"
#include "judge/reply.h"

namespace diconform::judge {
namespace {

using result::Finding;
using scenario::Expectation;
using scenario::ReplyMatch;
using scenario::Step;

// Whether a JSON value holds what is asked for: objects member by member, arrays item by item, "$any"
// anything.
bool holds(const Json& wanted, const Json& seen) {
  if (wanted.string() && *wanted.string() == "$any") return true;
  if (wanted.array() && seen.array()) return std::ranges::equal(*wanted.array(), *seen.array(), holds);
  if (!wanted.object()) return wanted == seen;
  return std::ranges::all_of(*wanted.object(), [&](const Json::Member& member) {
    const Json* found = seen.find(member.first);
    return found && holds(member.second, *found);
  });
}

class StepJudge {
 public:
  StepJudge(const scenario::Trial& trial, const result::Observation& observation, std::size_t index,
            const Rules& rules, Judgement& out)
      : observation_(observation),
        step_(observation.steps[index]),
        expect_(step_.step.expect),
        rules_(rules),
        out_(out) {
    world_is_fresh_ = index == 0 || observation.steps[index - 1].after.has_value();
    if (observation.steps.size() > 1) where_ = "step " + std::to_string(index + 1);
    clause_ = expect_.clause.empty() ? trial.body->covers.front() : expect_.clause;
  }

  void run() {
    for (const wire::Exchange& exchange : step_.exchanges) replies_.push_back(judge::read_reply(exchange));
    std::size_t before = out_.findings.size();
    if (step_.step.kind == Step::Kind::kRate) {
      rate();
    } else if (expect_.winners) {
      race();
    } else {
      for (std::size_t i = 0; i < replies_.size(); ++i) single(i);
      bool good = out_.findings.size() == before && !replies_.empty();
      if (good && !step_.step.beside.empty()) order();
      if (good && step_.step.beside.empty()) untrue();
    }
    for (std::size_t i = 0; i < replies_.size(); ++i) envelope(i);
    effects();
    for (std::size_t i = before; i < out_.findings.size(); ++i) {
      out_.findings[i].severity = rules_.severity(out_.findings[i].clause);
    }
  }

 private:
  std::string where(std::size_t call) const {
    if (replies_.size() < 2) return where_;
    return where_ + (where_.empty() ? "" : ", ") + "call " + std::to_string(call + 1);
  }

  void add(std::string clause, std::string expected, std::string observed, std::string where) {
    out_.findings.push_back({std::move(clause), result::Severity::kFailure, std::move(expected),
                             std::move(observed), std::move(where)});
  }

  void single(std::size_t i) {
    const Reply& reply = replies_[i];
    if (!expect_.choice.empty()) return choice(i);
    if (!matches(expect_.reply, reply)) return add(clause_, to_text(expect_.reply), reply.text, where(i));
    if (!expect_.true_errors.empty()) precedence(reply.code);
    if (!expect_.fields.is_null() && !holds(expect_.fields, reply.envelope.fields)) {
      add(clause_, "fields " + to_text(expect_.fields), to_text(reply.envelope.fields), where(i));
    }
  }

  void untrue() {
    auto finding = falsehood(step_, replies_[0], world_is_fresh_);
    if (finding) add(finding->clause, finding->expected, finding->observed, where(0));
  }

  // Of several answers whose reply this is, the one whose effect was seen; among those, one that names the
  // code. Where that still leaves several, the reply does not tell which answer it is.
  void choice(std::size_t i) {
    const std::pair<const std::string, scenario::Answer>* given = nullptr;
    bool open = false;
    for (const auto& answer : expect_.answers) {
      if (!matches(answer.second.reply, replies_[i])) continue;
      int more = given ? rank(answer.second) - rank(given->second) : 1;
      if (more > 0) given = &answer;
      open = more == 0 || (open && more < 0);
    }
    if (!given) return add(clause_, lawful_answers(), replies_[i].text, where(i));
    answer_ = &given->second;
    result::ChoiceAnswer seen{expect_.choice, given->first};
    if (!open && std::ranges::find(out_.choices, seen) == out_.choices.end())
      out_.choices.push_back(std::move(seen));
  }

  int rank(const scenario::Answer& answer) const {
    bool shows = effect_findings(step_, answer.world, refused(), observation_).empty();
    return (shows ? 2 : 0) + (answer.reply.any_error ? 0 : 1);
  }

  std::string lawful_answers() const {
    std::string lawful;
    for (const auto& [name, answer] : expect_.answers) {
      lawful += (lawful.empty() ? "" : ", or ") + name + ": " + to_text(answer.reply);
    }
    return lawful + " (choice " + expect_.choice + ")";
  }

  bool refused() const {
    return std::ranges::none_of(replies_,
                                [](const Reply& reply) { return reply.kind == Reply::Kind::kSuccess; });
  }

  void precedence(const std::string& named) {
    bool first = named == expect_.true_errors[0];
    if (expect_.true_errors[0] == expect_.true_errors[1]) return;
    out_.precedence.push_back({named, expect_.true_errors[first ? 1 : 0], first});
  }

  // Many at once: so many win, and all others lose as they may.
  void race() {
    std::size_t winners = 0;
    for (std::size_t i = 0; i < replies_.size(); ++i) {
      if (replies_[i].kind == Reply::Kind::kSuccess) {
        ++winners;
      } else if (!matches(expect_.losers, replies_[i])) {
        add(clause_, to_text(expect_.losers) + " for those who lose", replies_[i].text, where_);
      }
    }
    if (winners != *expect_.winners) {
      add(clause_, std::to_string(*expect_.winners) + " of " + std::to_string(replies_.size()) + " succeed",
          std::to_string(winners) + " succeed", where_);
    }
  }

  // Different calls at once: who wins is open, that there is an order is not.
  void order() {
    if (auto finding = race_finding(step_, replies_))
      add(finding->clause, finding->expected, finding->observed, where_);
  }

  void rate() {
    RateVerdict verdict = judge_rate(step_, observation_.virtual_clock);
    for (Finding& finding : verdict.findings) out_.findings.push_back(std::move(finding));
    out_.inconclusive = verdict.inconclusive;
    std::vector<std::optional<bool>> accepted;
    for (const Reply& reply : replies_)
      accepted.push_back(reply.kind == Reply::Kind::kNone
                             ? std::nullopt
                             : std::optional(reply.kind == Reply::Kind::kSuccess));
    for (Finding& finding : rate_effect_findings(step_, accepted))
      out_.findings.push_back(std::move(finding));
    if (!verdict.characteristics.is_null()) out_.characteristics = std::move(verdict.characteristics);
  }

  // A case that accepts a plain HTTP error excuses its status and form, whichever lawful answer comes with
  // it.
  bool excused(const Reply& reply) const {
    return is_http_refusal(reply) &&
           (expect_.reply.http_error || std::ranges::any_of(expect_.answers, [](const auto& answer) {
              return answer.second.reply.http_error;
            }));
  }

  void envelope(std::size_t i) {
    const Reply& reply = replies_[i];
    if (excused(reply)) return;
    for (Finding& finding : envelope_findings(step_.exchanges[i], reply)) {
      finding.where = where(i);
      out_.findings.push_back(std::move(finding));
    }
    if (!reply.envelope.request_id.empty()) out_.request_ids.push_back(reply.envelope.request_id);
  }

  void effects() {
    if (step_.step.kind == Step::Kind::kRate || !step_.step.beside.empty()) return;
    const scenario::WorldExpectation& world = answer_ ? answer_->world : expect_.world;
    // A wrong reply is one finding: the world is then held against what the reply said, not against the case.
    bool surprised = !expect_.winners && !answered_as_expected();
    for (Finding& finding :
         effect_findings(step_, surprised ? scenario::WorldExpectation{} : world, refused(), observation_)) {
      if (!where_.empty()) finding.where = where_ + ", " + finding.where;
      out_.findings.push_back(std::move(finding));
    }
  }

  bool answered_as_expected() const {
    const ReplyMatch& match = answer_ ? answer_->reply : expect_.reply;
    return std::ranges::all_of(replies_, [&](const Reply& reply) { return matches(match, reply); });
  }

  const result::Observation& observation_;
  const result::StepObservation& step_;
  const Expectation& expect_;
  const Rules& rules_;
  Judgement& out_;
  std::vector<Reply> replies_;
  const scenario::Answer* answer_ = nullptr;  // the lawful answer that was given, of a choice
  std::string where_, clause_;
  bool world_is_fresh_ = false;  // step_.before is no older than the step
};

}  // namespace

result::Severity Rules::severity(std::string_view clause) const {
  const scenario::Clause* found = clauses.find(clause);
  bool gates = strict || (found && found->gates);
  bool here = !found || found->editions.empty() ||
              std::ranges::find(found->editions, edition.id) != found->editions.end();
  return gates && here ? result::Severity::kFailure : result::Severity::kWarning;
}

Judgement judge(const scenario::Trial& trial, const result::Observation& observation, const Rules& rules) {
  Judgement judgement;
  for (std::size_t i = 0; i < observation.steps.size(); ++i)
    StepJudge(trial, observation, i, rules, judgement).run();
  return judgement;
}

}  // namespace diconform::judge
