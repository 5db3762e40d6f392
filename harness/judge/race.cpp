#include "judge/race.h"

#include <algorithm>

#include "judge/effect.h"
#include "judge/history.h"

namespace diconform::judge {
namespace {

using Heard = HistoryCall::Heard;

Heard heard_of(const Reply& reply) {
  if (reply.kind == Reply::Kind::kSuccess || reply.code == "DryRunOperation") return Heard::kDone;
  if (reply.code == "InvalidImageId.NotFound") return Heard::kMissing;
  return reply.kind == Reply::Kind::kNone ? Heard::kNothing : Heard::kRefused;
}

std::set<std::string> ids_of(const api::World& world) {
  std::set<std::string> ids;
  for (const api::Image& image : world.images) ids.insert(image.id);
  return ids;
}

std::string seen_of(std::span<const Reply> replies) {
  std::string text = "none: ";
  for (std::size_t i = 0; i < replies.size(); ++i) text += (i ? ", " : "") + replies[i].text;
  return text;
}

}  // namespace

std::optional<result::Finding> race_finding(const result::StepObservation& step,
                                            std::span<const Reply> replies) {
  if (!step.before || !step.step.call) return std::nullopt;
  std::set<std::string> there = ids_of(*step.before);
  std::vector<HistoryCall> calls;
  std::int64_t end_us = 0;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    std::size_t other = i - std::min(i, step.step.together);
    auto asked = asked_in(i < step.step.together ? *step.step.call : step.step.beside[other]);
    if (!asked) return std::nullopt;
    HistoryCall call{.kind = asked->dry_run ? HistoryCall::Kind::kDryRun : HistoryCall::Kind::kDelete,
                     .ids = {asked->image_ids.begin(), asked->image_ids.end()},
                     .heard = heard_of(replies[i])};
    const wire::Exchange& exchange = step.exchanges[i];
    call.sent_us = exchange.started_us;
    call.heard_us = exchange.started_us + exchange.elapsed_us;
    end_us = std::max(end_us, call.heard_us);
    calls.push_back(std::move(call));
  }
  if (step.after) {
    std::set<std::string> left = ids_of(*step.after), seen;
    std::ranges::set_intersection(there, left, std::inserter(seen, seen.end()));
    calls.push_back({.kind = HistoryCall::Kind::kLook,
                     .ids = there,
                     .seen = std::move(seen),
                     .sent_us = end_us + 1,
                     .heard_us = end_us + 1});
  }
  if (check_history(there, calls).kind != HistoryVerdict::Kind::kImpossible) return std::nullopt;
  return result::Finding{"concurrency.one-winner", result::Severity::kFailure,
                         "an order in which each call would hear what it heard, and the world be as it is",
                         seen_of(replies), ""};
}

}  // namespace diconform::judge
