#include "probe/campaign/oracle.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "judge/effect.h"
#include "judge/falsehood.h"
#include "judge/history.h"
#include "judge/race.h"
#include "probe/campaign/believer.h"

namespace diconform::probe {
namespace {

using judge::HistoryCall;
using judge::Reply;
using reference::Asked;
using reference::Pins;
using scenario::Expectation;

scenario::ReplyMatch all_of(const std::vector<Way>& ways) {
  scenario::ReplyMatch match;
  for (const Way& way : ways) match = either(std::move(match), way.reply);
  return match;
}

bool asks_for_a_dry_run(const result::StepObservation& seen) {
  auto asked = judge::asked_for(seen);
  return asked && asked->dry_run;
}

std::string first_of(std::vector<std::string> differences,
                     const std::vector<std::pair<std::string, std::string>>& names) {
  if (differences.empty()) return "";
  std::ranges::sort(differences);
  std::string text = differences.front();
  for (const auto& [id, role] : names) text = replaced(std::move(text), id, role);
  return text;
}

// Looks at an observation step by step.
class Checking {
 public:
  Checking(Believer& believer, const scenario::Body& scenario, const result::Observation& seen)
      : believer_(believer), scenario_(scenario), seen_(seen) {}

  Opinion run() {
    for (std::size_t i = 0; i < seen_.steps.size() && !opinion_.mismatch; ++i) {
      index_ = i;
      std::optional<result::StepObservation> stripped = bare(i);
      const result::StepObservation& step = stripped ? *stripped : seen_.steps[i];
      for (const wire::Exchange& exchange : step.exchanges) {
        replies_.push_back(judge::read_reply(exchange));
        if (const std::string& id = replies_.back().envelope.request_id; !id.empty())
          opinion_.request_ids.push_back(id);
        envelope(exchange, replies_.back(), step.step.expect);
      }
      if (!opinion_.mismatch) replies(step);
      believer_.count(step.step);
      if (!opinion_.mismatch && step.step.beside.empty()) worlds(step);
      replies_.clear();
    }
    if (!opinion_.mismatch) opinion_.settled = believer_.settled();
    return std::move(opinion_);
  }

 private:
  // The observed step with the scenario's own expectation, where it has another: what was filled in is ours
  // to find again.
  std::optional<result::StepObservation> bare(std::size_t i) const {
    bool modelled = i < scenario_.steps.size() && is_modelled(scenario_.steps[i]);
    if (!modelled || seen_.steps[i].step.expect == Expectation{}) return std::nullopt;
    std::optional<result::StepObservation> step = seen_.steps[i];
    step->step.expect = {};
    return step;
  }

  void wrong(std::string clause, std::string expected, std::string observed) {
    opinion_.mismatch = {index_, std::move(clause), std::move(expected), std::move(observed)};
  }

  void envelope(const wire::Exchange& exchange, const Reply& reply, const Expectation& expect) {
    bool excused = expect.reply.http_error || std::ranges::any_of(expect.answers, [](const auto& answer) {
                     return answer.second.reply.http_error;
                   });
    if (opinion_.mismatch || (judge::is_http_refusal(reply) && excused)) return;
    auto findings = judge::envelope_findings(exchange, reply);
    if (!findings.empty()) wrong(findings[0].clause, findings[0].expected, findings[0].observed);
  }

  void replies(const result::StepObservation& step) {
    if (!step.step.beside.empty()) return race(step);
    if (step.step.together > 1) return together(step);
    for (std::size_t i = 0; i < replies_.size() && !opinion_.mismatch; ++i) {
      auto ways = believer_.ways(step, step.exchanges[i].sent, is_modelled(step.step));
      if (!ways) return;
      single(step, std::move(*ways), replies_[i]);
    }
  }

  void single(const result::StepObservation& step, Believer::Ways ways, const Reply& reply) {
    auto copy = ways;
    bool lawful = believer_.go(step.step, std::move(ways),
                               [&](const Way& way) { return judge::matches(way.reply, reply); });
    opinion_.decisions.push_back(reply.text);
    if (!lawful) return unlawful(step, std::move(copy), reply);
    // An error of any kind may be lawful, and this one untrue.
    auto untrue =
        &reply == &replies_.front() ? judge::falsehood(step, reply, step.before.has_value()) : std::nullopt;
    if (untrue) wrong(untrue->clause, untrue->expected, untrue->observed);
  }

  void unlawful(const result::StepObservation& step, Believer::Ways ways, const Reply& reply) {
    std::vector<Way> plain;
    for (auto& [from, way] : ways) plain.push_back(std::move(way));
    std::string clause = step.step.expect.clause;
    if (clause.empty())
      clause = clause_of(plain, asks_for_a_dry_run(step), reply.kind == Reply::Kind::kSuccess);
    wrong(std::move(clause), to_text(all_of(plain)), reply.text);
  }

  // Different calls at once, of images that can be deleted.
  void race(const result::StepObservation& step) {
    scenario::ReplyMatch lawful = reply_in_a_race();
    for (const Reply& reply : replies_)
      if (!judge::matches(lawful, reply)) return wrong("concurrency.one-winner", to_text(lawful), reply.text);
    if (auto finding = judge::race_finding(step, replies_))
      wrong(finding->clause, finding->expected, finding->observed);
    opinion_.decisions.push_back("different calls at once");
  }

  // Calls that overlap: who wins is open, that there is an order is not.
  void together(const result::StepObservation& step) {
    auto ways = believer_.ways(step, step.exchanges.front().sent, is_modelled(step.step));
    if (!ways) return;
    bool may_win = false, takes = false, won = false;
    for (const auto& [from, way] : *ways) {
      may_win = may_win || way.reply.success;
      takes = takes || way.next;
    }
    auto beliefs = *ways;
    for (const Reply& reply : replies_) {
      bool lawful =
          std::ranges::any_of(*ways, [&](const auto& way) { return matches(way.second.reply, reply); });
      bool beaten = takes && judge::matches(reply_in_a_race(), reply) && reply.kind != Reply::Kind::kSuccess;
      if (!lawful && !beaten) return unlawful(step, std::move(beliefs), reply);
      won = won || reply.kind == Reply::Kind::kSuccess;
    }
    if (takes && !has_order(step))
      return wrong(
          "concurrency.one-winner", "an order in which each call would hear what it heard",
          "none: " + std::to_string(std::ranges::count(replies_, Reply::Kind::kSuccess, &Reply::kind)) +
              " of " + std::to_string(replies_.size()) + " succeed");
    (void)believer_.go(step.step, std::move(beliefs),
                       [&](const Way& way) { return way.reply.success == (won && may_win); });
  }

  bool has_order(const result::StepObservation& step) const {
    auto asked = judge::asked_for(step);
    if (!asked) return true;
    std::set<std::string> ids(asked->image_ids.begin(), asked->image_ids.end());
    std::vector<HistoryCall> calls;
    for (std::size_t i = 0; i < replies_.size(); ++i) {
      const wire::Exchange& exchange = step.exchanges[i];
      HistoryCall call{
          .ids = ids, .sent_us = exchange.started_us, .heard_us = exchange.started_us + exchange.elapsed_us};
      using Heard = HistoryCall::Heard;
      call.heard = replies_[i].kind == Reply::Kind::kSuccess       ? Heard::kDone
                   : replies_[i].code == "InvalidImageId.NotFound" ? Heard::kMissing
                   : replies_[i].kind == Reply::Kind::kApiError    ? Heard::kRefused
                                                                   : Heard::kNothing;
      calls.push_back(std::move(call));
    }
    std::set<std::string> there;
    for (const Belief& belief : believer_.of(step.step))
      for (const api::Image& image : belief.state.world.images) there.insert(image.id);
    return judge::check_history(there, calls).kind != judge::HistoryVerdict::Kind::kImpossible;
  }

  void worlds(const result::StepObservation& step) {
    std::size_t mine = step.step.as_other ? 1 : 0;
    if (step.after) {
      auto differences = believer_.look(mine, *step.after, seen_.facets);
      if (!differences.empty())
        wrong("delete.leaves-the-others", "a world that the replies allow",
              first_of(differences, seen_.names));
    }
    if (step.other_after && !opinion_.mismatch) {
      auto differences = believer_.look(1 - mine, *step.other_after, seen_.facets);
      if (!differences.empty())
        wrong("accounts.apart", "a world that the replies allow", first_of(differences, seen_.names));
    }
  }

  Believer& believer_;
  const scenario::Body& scenario_;
  const result::Observation& seen_;
  std::size_t index_ = 0;
  std::vector<Reply> replies_;
  Opinion opinion_;
};

}  // namespace

Opinion Oracle::check(const scenario::Body& scenario, const result::Observation& seen,
                      wire::Encoding encoding, const Pins& pins) const {
  if (seen.steps.empty() || !seen.steps.front().before) return {};
  const result::StepObservation& first = seen.steps.front();
  bool swapped = first.step.as_other;
  const api::World* other = first.other_before ? &*first.other_before : nullptr;
  Believer believer(manual_, region_, pins, encoding);
  believer.begin(swapped && other ? *other : *first.before, swapped ? &*first.before : other,
                 scenario.account.rate_limit);
  Opinion opinion = Checking(believer, scenario, seen).run();
  for (const Asked& asked : opinion.settled)
    opinion.decisions.push_back(std::string(asked.name) + ": " + std::string(asked.answer));
  if (opinion.mismatch) opinion.mismatch->clause = gating(opinion.mismatch->clause);
  return opinion;
}

std::string Oracle::gating(std::string_view clause) const {
  const scenario::Clause* found = catalogue_.clauses.find(clause);
  bool here =
      found && found->gates &&
      (found->editions.empty() || std::ranges::find(found->editions, edition().id) != found->editions.end());
  return here ? std::string(clause) : "choices.lawful";
}

}  // namespace diconform::probe
