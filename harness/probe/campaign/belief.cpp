#include "probe/campaign/belief.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "judge/effect.h"
#include "judge/reply.h"
#include "reference/bend.h"

namespace diconform::probe {
namespace {

using scenario::ReplyMatch;
using scenario::WorldExpectation;

// Codes that answer a parameter which is not of its type: nobody says which. (Cases of the suite "types".)
constexpr std::array<std::string_view, 5> kTypeCodes = {"InvalidParameter", "InvalidParameterValue",
                                                        "InvalidRequest", "MissingParameter",
                                                        "InvalidImageId.Malformed"};

// Whether every parameter but the list is what it should be, so that nothing else can be said of the call.
bool is_plain(const reference::Request& request) {
  const Json::Object* members = request.call.params.object();
  return members && std::ranges::all_of(*members, [&](const Json::Member& member) {
           if (member.first == "ImageIds") return true;
           bool flag = member.first == "DryRun" || member.first == "DeleteBindedSnap";
           const std::string* text = member.second.string();
           bool written = request.call.text_values && text && (*text == "true" || *text == "false");
           return flag && (member.second.boolean() || written);
         });
}

ReplyMatch match_of(const reference::Outcome& outcome, const reference::Request& request) {
  ReplyMatch match;
  if (!outcome.answer.error) {
    match.success = true;
    return match;
  }
  const std::string& code = outcome.answer.error->code;
  bool of_types = code == "InvalidParameter" || code == "MissingParameter";
  const Json* ids = request.call.params.find("ImageIds");
  bool exact = !of_types || (code == "MissingParameter" && !ids && is_plain(request));
  if (outcome.any_code || (!exact && ids && ids->array() && ids->array()->size() > 1)) {
    match.any_error = true;
  } else if (exact) {
    match.codes = {code};
  } else {
    match.codes.assign(kTypeCodes.begin(), kTypeCodes.end());
  }
  return match;
}

api::World without(api::World world, const std::vector<std::string>& gone) {
  auto named = [&](const std::string& id) { return std::ranges::find(gone, id) != gone.end(); };
  std::erase_if(world.images, [&](const api::Image& image) { return named(image.id); });
  std::erase_if(world.snapshots, named);
  for (api::Image& image : world.images) std::erase_if(image.snapshots, named);
  return world;
}

std::optional<api::World> as_expected(const result::StepObservation& seen, const WorldExpectation& world,
                                      const api::World& before) {
  if (world.kind == WorldExpectation::Kind::kUnchanged) return std::nullopt;
  if (world.kind == WorldExpectation::Kind::kGone) return without(before, world.gone);
  auto asked = judge::asked_for(seen);
  if (!asked || asked->dry_run || asked->image_ids.empty()) return std::nullopt;
  return api::without_images(before, asked->image_ids, asked->delete_bound_snapshots);
}

void add_ways(std::vector<Way>& ways, const ReplyMatch& reply, const WorldExpectation& world,
              const result::StepObservation& seen, const api::World& before) {
  ReplyMatch refused = reply;
  refused.success = false;
  if (!refused.empty()) ways.push_back({.reply = refused, .code = "error"});
  if (!reply.success) return;
  Way& way = ways.emplace_back();
  way.reply.success = true;
  way.next = as_expected(seen, world, before);
}

struct ClauseOfCode {
  std::string_view code, clause;
};
constexpr std::array kClauses = std::to_array<ClauseOfCode>({
    {"InvalidImageId.NotFound", "errors.not-found"},
    {"InvalidImageId.Malformed", "errors.malformed"},
    {"InvalidImageId.IncorrectState", "errors.incorrect-state"},
    {"InvalidImageId.InShared", "errors.in-shared"},
    {"MutexOperation.TaskRunning", "errors.task-running"},
    {"InvalidParameterValue.InvalidImageId", "errors.unsupported-image"},
    {"InvalidParameterValue.InvalidImageIdIsShared", "errors.in-shared"},
    {"InvalidParameterValue.LimitExceeded", "errors.limit-exceeded"},
    {"MissingParameter", "parameters.image-ids-required"},
    {"InvalidParameter", "parameters.types"},
    {"InvalidAction", "common.action"},
    {"NoSuchVersion", "common.version"},
    {"DryRunOperation", "dry-run.answer"},
});

// Of problems that are told alike, one is enough: a list of a hundred missing images has one answer, not a
// hundred.
void keep_one_of_a_kind(const reference::Context& context, std::vector<reference::Problem>& problems) {
  auto told_as = [&](const reference::Problem& problem) {
    const std::string& id = context.request->image_ids[problem.place];
    bool open = problem.kind == reference::ProblemKind::kMalformed && (id.empty() || !is_utf8(id));
    return std::pair(problem.kind, open);
  };
  std::set<std::pair<reference::ProblemKind, bool>> told;
  std::erase_if(problems, [&](const auto& problem) { return !told.insert(told_as(problem)).second; });
}

}  // namespace

std::vector<Way> ways_of(const reference::Manual& manual, const reference::Request& request, Belief& belief,
                         const reference::Pins& pins) {
  std::vector<Way> ways;
  std::optional<reference::Pins> more;
  if (!belief.assumed.empty()) {
    more = pins;
    for (const reference::Asked& asked : belief.assumed) more->emplace(asked.name, asked.answer);
  }
  static const reference::Bend kFewer{.problems = keep_one_of_a_kind};
  reference::Context context;
  reference::Bending bending{kFewer, context};
  reference::for_every_answer(more ? *more : pins, [&](reference::Chooser& chooser) {
    reference::Outcome outcome = reference::decide(manual, belief.state, request, chooser, &bending);
    Way& way = ways.emplace_back();
    way.reply = match_of(outcome, request);
    if (outcome.answer.error) way.code = outcome.answer.error->code;
    if (!outcome.effect.images.empty()) way.next = reference::after(belief.state.world, outcome.effect);
    way.asked = chooser.asked();
  });
  return ways;
}

std::vector<Way> ways_of(const result::StepObservation& seen, const api::World& world) {
  const scenario::Expectation& expect = seen.step.expect;
  std::vector<Way> ways;
  if (expect.winners) {
    scenario::ReplyMatch reply = expect.losers;
    reply.success = true;
    add_ways(ways, reply, {}, seen, world);
  } else if (expect.choice.empty()) {
    add_ways(ways, expect.reply, expect.world, seen, world);
  } else {
    for (const auto& [name, answer] : expect.answers) add_ways(ways, answer.reply, answer.world, seen, world);
  }
  return ways;
}

Belief after(const Belief& belief, Way way, const reference::Pins& pins) {
  Belief next = belief;
  if (way.next) next.state.world = *std::move(way.next);
  for (const reference::Asked& asked : way.asked) {
    if (!pins.contains(asked.name) && std::ranges::find(next.assumed, asked) == next.assumed.end())
      next.assumed.push_back(asked);
  }
  return next;
}

void add_unless_known(std::vector<Belief>& beliefs, Belief belief) {
  auto same = [&](const Belief& other) {
    return other.assumed == belief.assumed && other.state.world == belief.state.world;
  };
  if (std::ranges::none_of(beliefs, same)) beliefs.push_back(std::move(belief));
}

std::set<std::string> taken(const api::World& before, const std::optional<api::World>& after) {
  std::set<std::string> names;
  if (!after) return names;
  for (const api::Image& image : before.images)
    if (!after->find(image.id)) names.insert(image.id);
  std::ranges::set_difference(before.snapshots, after->snapshots, std::inserter(names, names.end()));
  return names;
}

ReplyMatch either(ReplyMatch one, const ReplyMatch& other) {
  one.success = one.success || other.success;
  one.any_error = one.any_error || other.any_error;
  one.http_error = one.http_error || other.http_error;
  for (const std::string& code : other.codes)
    if (std::ranges::find(one.codes, code) == one.codes.end()) one.codes.push_back(code);
  if (one.any_error) std::erase_if(one.codes, judge::concerns_the_request);
  return one;
}

std::string clause_of(const std::vector<Way>& ways, bool dry_run, bool heard_success) {
  if (!heard_success && std::ranges::find(ways, kTooManyCalls, &Way::code) != ways.end()) return "rate.code";
  if (std::ranges::any_of(ways, [](const Way& way) { return way.reply.success; }))
    return dry_run ? "dry-run.answer" : "delete.removes-the-images";
  for (const Way& way : ways) {
    auto found = std::ranges::find(kClauses, way.code, &ClauseOfCode::code);
    if (found == kClauses.end()) continue;
    return found->code == "InvalidImageId.Malformed" && heard_success ? "image-id.language"
                                                                      : std::string(found->clause);
  }
  return "choices.lawful";
}

}  // namespace diconform::probe
