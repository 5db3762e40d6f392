#include "reference/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "reference/bend.h"
#include "reference/describe.h"
#include "reference/gateway.h"

namespace diconform::reference {
namespace {

// What to call a problem: the first of the codes that the edition lists (its page's own before the common
// ones), and what to tell a person. Where a message of the service is known, it is that one.
struct Naming {
  ProblemKind kind;
  std::vector<std::string_view> codes;
  std::string_view message;  // {} = the id
  bool any_code = false;     // the manual leaves open which code it is
};

const std::array<Naming, kProblemKinds>& namings() {
  static const std::array<Naming, kProblemKinds> kNamings = {{
      {ProblemKind::kTooManyIds,
       {"InvalidParameterValue.LimitExceeded", "InvalidParameterValue"},
       "The number of parameter values exceeds the limit.",
       true},
      {ProblemKind::kMalformed, {"InvalidImageId.Malformed"}, "Invalid image ID format: {}."},
      {ProblemKind::kDuplicate, {"InvalidParameterValue"}, "The image ID {} is there more than once.", true},
      {ProblemKind::kNotFound, {"InvalidImageId.NotFound"}, "ImageId {} is not found"},
      {ProblemKind::kUnsupported,
       {"InvalidParameterValue.InvalidImageId", "InvalidImageId.IncorrectState"},
       "The image {} does not support this operation.",
       true},
      {ProblemKind::kSharedIn,
       {"InvalidParameterValue.InvalidImageIdIsShared", "InvalidParameterValue.InvalidImageId",
        "InvalidImageId.InShared"},
       "The specified image ID {} is a shared image.",
       true},
      {ProblemKind::kSharedOut, {"InvalidImageId.InShared"}, "The image {} is being shared."},
      {ProblemKind::kIncorrectState, {"InvalidImageId.IncorrectState"}, "Invalid image status: {}."},
      {ProblemKind::kTaskRunning,
       {"MutexOperation.TaskRunning", "InvalidImageId.IncorrectState"},
       "An identical job is running on {}."},
      {ProblemKind::kSnapshotShared, {"ResourceInUse"}, "A snapshot of {} is used by another image.", true},
  }};
  return kNamings;
}

bool lists(const std::vector<std::string>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

std::string_view listed(const api::Edition& edition, std::span<const std::string_view> codes) {
  const api::Action* action = edition.action("DeleteImages");
  for (std::string_view code : codes) {
    if (action && lists(action->codes, code)) return code;
  }
  for (std::string_view code : codes) {
    if (lists(edition.common_codes, code)) return code;
  }
  return "InvalidParameterValue";
}

Outcome refused(std::string code, std::string message) {
  return {.answer = {.error = api::ApiError{std::move(code), std::move(message)}}};
}

// As that, where the manual leaves open whether to refuse, and so with which code.
Outcome refused_somehow(std::string code, std::string message) {
  Outcome outcome = refused(std::move(code), std::move(message));
  outcome.any_code = true;
  return outcome;
}

// --- What the gateway looks at

// The action the call names. The undated page's example says DeleteImage where its table says DeleteImages.
const api::Action* named_action(const api::Edition& edition, std::string_view name, Chooser& chooser) {
  if (const api::Action* action = edition.action(name)) return action;
  bool open = name == "DeleteImage" && arises_in("action.singular", edition.id);
  return open && chooser.says("action.singular", "accepted") ? edition.action("DeleteImages") : nullptr;
}

// "If the common parameter Region is a Finance region, a domain name with the Finance region needs to be
// specified."
bool finance_region_elsewhere(const api::Edition& edition, const std::string& region,
                              const std::string& host) {
  return lists(edition.finance_regions, region) && host.find("." + region + ".") == std::string::npos;
}

// The question that a value of Region raises, if any. Which regions there are is not for this page to say.
std::string_view question_of_region(std::string_view region) {
  if (region.empty()) return "region.empty";
  auto lawful = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
  };
  if (std::ranges::all_of(region, lawful)) return "";
  return std::ranges::all_of(lower_case(region), lawful) ? "region.case" : "region.malformed";
}

std::optional<Outcome> region_problem(const api::Edition& edition, const api::Action& action,
                                      const Request& request, Chooser& chooser) {
  const std::optional<std::string>& region = request.call.region;
  if (!region) {
    bool optional = !action.region_required ||
                    (arises_in("region.missing", edition.id) && chooser.says("region.missing", "optional"));
    if (optional) return std::nullopt;
    return refused("MissingParameter", "The request is missing a required parameter `Region`.");
  }
  // "This parameter is not required for this API": then it is ignored, unless that is pinned otherwise.
  std::string_view question = question_of_region(*region);
  if (!question.empty() && chooser.ask(question, action.region_required ? "refused" : "ignored") == "refused")
    return refused_somehow("InvalidParameterValue",
                           "A value specified in `Region` is not valid, is unsupported, or cannot be used.");
  if (finance_region_elsewhere(edition, *region, request.host) && chooser.says("finance.region", "refused"))
    return refused_somehow("UnsupportedRegion", "The action not support this region.");
  return std::nullopt;
}

std::optional<Outcome> rate_problem(const api::Action& action, const RateDecision& decision) {
  if (decision.passes) return std::nullopt;
  return refused(
      "RequestLimitExceeded",
      fmt::format("Your current request times equals to `{}` in a second, which exceeds the frequency limit "
                  "`{}` for a second. Please reduce the frequency of calls.",
                  decision.count, action.calls_per_second));
}

// --- DeleteImages

// Tells of each ID of a list, in turn, whether it is there for the first time: a set that costs one
// allocation for all of them, and none where there is only one. The library's, which takes one an ID, or
// sorting the list, costs a model that is asked again and again a seventh of its calls a second.
class FirstTimes {
 public:
  explicit FirstTimes(const std::vector<std::string>& ids)
      : ids_(ids), places_(ids.size() < 2 ? 0 : std::bit_ceil(2 * ids.size()), kNone) {}
  bool insert(std::size_t place) {
    if (places_.empty()) return true;
    for (std::size_t slot = std::hash<std::string>{}(ids_[place]);; ++slot) {
      std::size_t& held = places_[slot & (places_.size() - 1)];
      if (held != kNone && ids_[held] == ids_[place]) return false;
      if (held != kNone) continue;
      held = place;
      return true;
    }
  }

 private:
  static constexpr std::size_t kNone = -1;
  const std::vector<std::string>& ids_;
  std::vector<std::size_t> places_;  // by hash; half of them stay empty
};

class Deletion {
 public:
  Deletion(const Manual& manual, Chooser& chooser, const Bending* bending)
      : manual_(manual), chooser_(chooser), bending_(bending) {}

  Outcome decide(const api::World& world, api::DeleteImages request) {
    std::vector<Problem> problems = problems_of(world, request);
    if (problems.empty()) note_shared_snapshots(world, request, problems);
    if (bending_) bending_->at(&Bend::problems, problems);
    if (problems.empty()) return passed(std::move(request));
    Problem told = foremost(problems);
    const Naming& naming = namings()[static_cast<std::size_t>(told.kind)];
    const std::string& id = request.image_ids[told.place];
    Outcome outcome = refused(manual_.code(told.kind), fmt::format(fmt::runtime(naming.message), id));
    outcome.any_code = naming.any_code || code_is_open(told.kind, id);
    return outcome;
  }

 private:
  std::vector<Problem> problems_of(const api::World& world, const api::DeleteImages& request) {
    std::vector<Problem> problems;
    const std::vector<std::string>& ids = request.image_ids;
    if (is_too_long(ids)) problems.push_back({ProblemKind::kTooManyIds, ids.size() - 1});
    FirstTimes first_times(ids);
    for (std::size_t place = 0; place < ids.size(); ++place) {
      if (!accepts(ids[place], place)) {
        problems.push_back({ProblemKind::kMalformed, place});
        continue;
      }
      if (first_times.insert(place))
        note_problems(world.find(ids[place]), place, problems);
      else if (chooser_.says("batch.duplicates", "refused"))
        problems.push_back({ProblemKind::kDuplicate, place});
    }
    return problems;
  }

  bool code_is_open(ProblemKind kind, const std::string& id) const {
    if (kind == ProblemKind::kMalformed) return id.empty() || !is_utf8(id);
    if (kind == ProblemKind::kIncorrectState) return open_state_;
    return kind == ProblemKind::kTaskRunning && job_is_a_question();
  }

  // How many IDs are too many is not documented. The page allows ten images in a region, so that nobody has
  // use for a longer list; from there on it is a question, and by default the edition's guess.
  bool is_too_long(const std::vector<std::string>& ids) {
    if (ids.size() <= 10) return false;
    std::string_view question = ids.size() >= 1000 ? "batch.thousand"
                                : ids.size() > 100 ? "batch.hundred-and-twenty"
                                                   : "batch.twelve";
    bool guess = ids.size() > manual_.edition().limits.image_ids;
    return chooser_.ask(question, guess ? "limited" : "allowed") != "allowed";
  }

  bool accepts(std::string_view id, std::size_t place) {
    bool accepted = manual_.accepts(id, chooser_);
    if (!bending_) return accepted;
    bending_->context.place = place;
    bending_->context.image_id = id;
    bending_->at(&Bend::accepts_id, accepted);
    return accepted;
  }

  // States that this page does not call undeletable are questions, but for the normal one.
  bool refuses(const std::string& state) {
    if (manual_.edition().undeletable(state)) return true;
    if (state == "NORMAL") return false;
    std::string question = "state." + lower_case(state);
    if (state == "USING") question += "-2025";
    bool refused = arises_in(question, manual_.edition().id) && chooser_.says(question, "refused");
    open_state_ = open_state_ || refused;
    return refused;
  }

  // Where the edition has no code for a running job.
  bool job_is_a_question() const { return arises_in("task-running.undated", manual_.edition().id); }
  bool minds_the_job() { return !job_is_a_question() || chooser_.says("task-running.undated", "refused"); }

  void note_problems(const api::Image* image, std::size_t place, std::vector<Problem>& problems) {
    if (!image) return problems.push_back({ProblemKind::kNotFound, place});
    if (image->type == "SHARED_IMAGE")
      problems.push_back({ProblemKind::kSharedIn, place});
    else if (image->type != "PRIVATE_IMAGE")
      problems.push_back({ProblemKind::kUnsupported, place});
    if (!image->shared_to.empty()) problems.push_back({ProblemKind::kSharedOut, place});
    if (refuses(image->state)) problems.push_back({ProblemKind::kIncorrectState, place});
    if (image->task_running && minds_the_job()) problems.push_back({ProblemKind::kTaskRunning, place});
  }

  // Snapshots that are to go and that more than one image names: with one that stays, or only with each
  // other.
  void note_shared_snapshots(const api::World& world, const api::DeleteImages& request,
                             std::vector<Problem>& problems) {
    if (!request.delete_bound_snapshots) return;
    std::vector<std::string_view> batch(request.image_ids.begin(), request.image_ids.end());
    std::ranges::sort(batch);
    for (std::size_t place = 0; place < request.image_ids.size(); ++place) {
      const api::Image* image = world.find(request.image_ids[place]);
      if (!image) continue;
      for (const std::string& snapshot : image->snapshots) {
        std::string_view question = question_of(world, *image, snapshot, batch);
        if (question.empty()) continue;
        std::string_view answer = chooser_.ask(question);
        if (answer == "kept") kept_.insert(snapshot);
        if (answer == "refused") return problems.push_back({ProblemKind::kSnapshotShared, place});
      }
    }
  }

  static std::string_view question_of(const api::World& world, const api::Image& owner,
                                      const std::string& snapshot, std::span<const std::string_view> batch) {
    std::string_view question;
    for (const api::Image& image : world.images) {
      if (&image == &owner || !image.snapshots.contains(snapshot)) continue;
      if (!std::ranges::binary_search(batch, std::string_view(image.id))) return "snapshot.shared";
      question = "snapshot.shared-by-both";
    }
    return question;
  }

  // Which of several true errors is told. (Undocumented: errors.precedence.)
  Problem foremost(std::span<const Problem> problems) {
    if (problems.size() == 1) return problems.front();
    auto by_kind = [](const Problem& problem) { return std::pair(problem.kind, problem.place); };
    auto by_place = [](const Problem& problem) { return std::pair(problem.place, problem.kind); };
    std::string_view rule = chooser_.ask("errors.precedence");
    if (rule == "by-kind") return *std::ranges::min_element(problems, {}, by_kind);
    if (rule == "by-place") return *std::ranges::min_element(problems, {}, by_place);
    return problems[chooser_.pick(problems.size())];
  }

  Outcome passed(api::DeleteImages request) {
    if (!request.dry_run)
      return {.effect = {.images = std::move(request.image_ids),
                         .with_snapshots = request.delete_bound_snapshots,
                         .kept_snapshots = std::move(kept_)}};
    if (chooser_.says("dry-run.passing-answer", "success")) return {};
    return refused("DryRunOperation", "The request would have succeeded, but the DryRun parameter was set.");
  }

  const Manual& manual_;
  Chooser& chooser_;
  const Bending* bending_;
  std::set<std::string> kept_;
  bool open_state_ = false;  // a state was refused as the answer to a question
};

Outcome delete_images(const Manual& manual, const api::World& world, api::DeleteImages request,
                      Chooser& chooser, const Bending* bending) {
  Deletion deletion(manual, chooser, bending);
  if (!bending) return deletion.decide(world, std::move(request));
  bending->at(&Bend::request, request);
  bending->context.request = request;
  if (!bending->bend.seen) return deletion.decide(world, std::move(request));
  api::World seen = world;
  bending->at(&Bend::seen, seen);
  return deletion.decide(seen, std::move(request));
}

Outcome serve(const Manual& manual, const api::Action& action, const api::World& world, api::Call&& call,
              Chooser& chooser, const Bending* bending) {
  if (bending) bending->at(&Bend::params, call.params);
  auto typed = read_parameters(std::move(call), action, manual.edition(), chooser);
  if (!typed)
    return {.answer = {.error = std::move(typed).error()}, .any_code = chooser.refused_with_any_code()};
  if (action.name == "DescribeImages") return {.answer = describe_images(manual, world, *typed, chooser)};
  return delete_images(manual, world, wire::delete_images_of(*std::move(typed)), chooser, bending);
}

RateDecision offer(State& state, const api::Action& action, std::int64_t unix_us, const Bending* bending) {
  auto limiter = state.limiters.find(action.name);
  RateDecision decision = limiter == state.limiters.end() ? RateDecision{} : limiter->second.offer(unix_us);
  if (bending) bending->at(&Bend::rate, decision);
  return decision;
}

}  // namespace

Result<Manual> Manual::of(api::Edition edition) {
  TRY(api::IdMatcher lawful, api::IdMatcher::compile(edition.image_id));
  Manual manual(std::move(edition), std::move(lawful));
  for (const api::IdLanguage& language : manual.edition_.image_id_candidates) {
    TRY(api::IdMatcher candidate, api::IdMatcher::compile(language));
    manual.candidates_.push_back(std::move(candidate));
  }
  for (const Naming& naming : namings())
    manual.codes_[static_cast<std::size_t>(naming.kind)] = listed(manual.edition_, naming.codes);
  return manual;
}

bool Manual::accepts(std::string_view image_id, Chooser& chooser) const {
  if (lawful_.matches(image_id)) return true;
  bool arguable =
      std::ranges::any_of(candidates_, [&](const auto& matcher) { return matcher.matches(image_id); });
  return arguable && chooser.says("image-id.nine-characters", "accepted");
}

api::World after(api::World world, const Effect& effect) {
  if (effect.images.empty()) return world;
  if (effect.kept_snapshots.empty())
    return api::without_images(std::move(world), effect.images, effect.with_snapshots);
  api::World images_gone = api::without_images(world, effect.images, false);
  api::World all_gone = api::without_images(std::move(world), effect.images, effect.with_snapshots);
  for (const std::string& snapshot : effect.kept_snapshots) {
    all_gone.snapshots.insert(snapshot);
    for (std::size_t i = 0; i < all_gone.images.size(); ++i)
      if (images_gone.images[i].snapshots.contains(snapshot)) all_gone.images[i].snapshots.insert(snapshot);
  }
  return all_gone;
}

Outcome decide(const Manual& manual, State& state, Request request, Chooser& chooser,
               const Bending* bending) {
  const api::Edition& edition = manual.edition();
  const api::Call& call = request.call;
  if (call.version != edition.version)
    return refused(
        "NoSuchVersion",
        fmt::format("The specified api version=`{}` does not exist in service=`cvm`.", call.version));
  const api::Action* action = named_action(edition, call.action, chooser);
  if (!action) return refused("InvalidAction", fmt::format("The action `{}` does not exist.", call.action));
  if (auto problem = region_problem(edition, *action, request, chooser)) return *std::move(problem);
  RateDecision rate = offer(state, *action, request.unix_us, bending);
  if (auto problem = rate_problem(*action, rate)) return *std::move(problem);
  Outcome outcome = serve(manual, *action, state.world, std::move(request.call), chooser, bending);
  outcome.wait_us = rate.wait_us;
  return outcome;
}

std::vector<LawfulOutcome> lawful_outcomes(const Manual& manual, const State& state, const Request& request,
                                           const Pins& pins) {
  std::vector<LawfulOutcome> outcomes;
  for_every_answer(pins, [&](Chooser& chooser) {
    LawfulOutcome& lawful = outcomes.emplace_back(LawfulOutcome{{}, state, {}});
    lawful.outcome = decide(manual, lawful.next, request, chooser);
    lawful.next.world = after(std::move(lawful.next.world), lawful.outcome.effect);
    lawful.choices = chooser.asked();
  });
  return outcomes;
}

}  // namespace diconform::reference
