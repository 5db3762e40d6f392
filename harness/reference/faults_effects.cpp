// Faults about what a call does: to the images it names, to the others, to snapshots, in a dry run, in a
// race, in another account's world, and too often.
#include <algorithm>
#include <iterator>

#include "reference/faults.h"

namespace diconform::reference {
namespace {

using enum ProblemKind;

constexpr std::int64_t kRaceUs = 2'000;  // long enough that calls sent together meet in it

void nothing(const Context&, Effect& effect) { effect.images.clear(); }

// The lawful part of a refused request is carried out.
void what_it_can(const Context& context, Effect& effect) {
  if (!context.answer || !context.answer->error || !context.request || !context.world) return;
  for (const std::string& id : context.request->image_ids) {
    const api::Image* image = context.world->find(id);
    bool good = image && image->state == "NORMAL" && image->shared_to.empty() && !image->task_running &&
                image->type == "PRIVATE_IMAGE";
    if (good) effect.images.push_back(id);
  }
}

// As that, but only what stands before the first ID that cannot be deleted.
void what_comes_first(const Context& context, Effect& effect) {
  Effect possible;
  what_it_can(context, possible);
  for (std::size_t i = 0; i < possible.images.size() && possible.images[i] == context.request->image_ids[i];
       ++i)
    effect.images.push_back(possible.images[i]);
}

void the_first(const Context&, Effect& effect) {
  if (effect.images.size() > 1) effect.images.resize(1);
}

void all_but_the_last(const Context&, Effect& effect) {
  if (!effect.images.empty()) effect.images.pop_back();
}

// A refused call deletes the image that it refuses for that code.
Seam<Effect> though(std::string_view code) {
  return [code = std::string(code)](const Context& context, Effect& effect) {
    if (context.answer->error && context.answer->error->code == code && context.request)
      effect.images = context.request->image_ids;
  };
}

void as_asked(const Context& context, Effect& effect) {
  if (!context.request || (context.answer->error && context.answer->error->code != "DryRunOperation")) return;
  effect.images = context.request->image_ids;
  effect.with_snapshots = context.request->delete_bound_snapshots;
}

bool succeeded(const Context& context, const api::World& after) {
  return context.world && after.images.size() < context.world->images.size();
}

bool asked_for(const Context& context, const std::string& id) {
  return std::ranges::find(context.request->image_ids, id) != context.request->image_ids.end();
}

// --- The world afterwards

void one_fewer(const Context& context, api::World& world) {
  if (succeeded(context, world) && !world.images.empty()) world.images.pop_back();
}

void no_image(const Context& context, api::World& world) {
  if (succeeded(context, world)) world.images.clear();
}

// Everything that has the name of an image that went.
void no_namesakes(const Context& context, api::World& world) {
  if (!context.request || !succeeded(context, world)) return;
  for (const std::string& id : context.request->image_ids) {
    const api::Image* gone = context.world->find(id);
    if (gone && !gone->name.empty())
      std::erase_if(world.images, [&](const api::Image& image) { return image.name == gone->name; });
  }
}

void no_look_alikes(const Context& context, api::World& world) {
  if (!context.request || !succeeded(context, world)) return;
  for (const std::string& id : context.request->image_ids)
    std::erase_if(world.images,
                  [&](const api::Image& image) { return image.id.starts_with(id.substr(0, 11)); });
}

void spoilt_others(const Context& context, api::World& world) {
  if (!succeeded(context, world)) return;
  for (api::Image& image : world.images) image.state = "CREATING";
}

void unshared(const Context& context, api::World& world) {
  if (!context.request || !context.answer || !context.answer->error) return;
  for (const std::string& id : context.request->image_ids)
    if (api::Image* image = world.find(id)) image->shared_to.clear();
}

void a_shell(const Context& context, api::World& world) {
  if (!context.request || !succeeded(context, world)) return;
  for (const api::Image& image : context.world->images) {
    if (!asked_for(context, image.id)) continue;
    world.images.push_back(image);
    world.images.back().state = "CREATEFAILED";
  }
}

// Remembers in the note what went, and lets the first of it come back with the next call.
void what_was_deleted(const Context& context, api::World& world) {
  if (!context.note || !context.world) return;
  if (!context.note->empty() && !world.find(*context.note))
    world.images.push_back({.id = *context.note, .name = "", .shared_to = {}, .snapshots = {}});
  context.note->clear();
  for (const api::Image& image : context.world->images)
    if (!world.find(image.id)) *context.note = image.id;
}

void without_bound_snapshots(const Context& context, api::World& world) {
  if (!context.request || !context.world) return;
  for (const std::string& id : context.request->image_ids) {
    const api::Image* image = context.world->find(id);
    if (!image) continue;
    for (const std::string& snapshot : image->snapshots) {
      world.snapshots.erase(snapshot);
      for (api::Image& other : world.images) other.snapshots.erase(snapshot);
    }
  }
}

void no_snapshot(const Context& context, api::World& world) {
  if (!succeeded(context, world) || !with_snapshots.holds(context)) return;
  world.snapshots.clear();
  for (api::Image& image : world.images) image.snapshots.clear();
}

void no_loose_snapshot(const Context& context, api::World& world) {
  if (!succeeded(context, world) || !with_snapshots.holds(context)) return;
  world.snapshots.clear();
  for (const api::Image& image : world.images)
    world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
}

void fewer_though_refused(const Context& context, api::World& world) {
  if (context.answer && context.answer->error) without_bound_snapshots(context, world);
}

// Puts back the bound snapshots that went, but the first of each image.
void but_one_snapshot(const Context& context, api::World& world) {
  if (!context.request || !context.world || !with_snapshots.holds(context)) return;
  for (const std::string& id : context.request->image_ids) {
    const api::Image* image = context.world->find(id);
    if (!image || world.find(id) || image->snapshots.empty()) continue;
    world.snapshots.insert(std::next(image->snapshots.begin()), image->snapshots.end());
  }
}

void without_snapshots(const Context&, Effect& effect) { effect.with_snapshots = false; }
void and_snapshots(const Context&, Effect& effect) { effect.with_snapshots = !effect.images.empty(); }

void internal_error(const Context& context, Answer& answer) {
  if (context.request && !answer.error)
    answer.error = api::ApiError{"InternalError", "A fault of the reference endpoint."};
}

// From the second call on: a first one may well name nothing.
void forgets_what_is_gone(const Context& context, std::vector<Problem>& problems) {
  if (context.number > 1) skips(kNotFound)(context, problems);
}

void no_problem(const Context&, std::vector<Problem>& problems) { problems.clear(); }

void races(const Context&, std::int64_t& gap_us) { gap_us = kRaceUs; }

// --- Accounts

// The world of whoever holds the first image that the call names.
void of_the_owner(const Context& context, std::string& secret_id) {
  const Json* ids = context.call->params.find("ImageIds");
  if (!ids || !ids->array() || ids->array()->empty() || !ids->array()->front().string()) return;
  const std::string& id = *ids->array()->front().string();
  if (context.world && context.world->find(id)) return;
  if (std::string owner = context.owner_of(id); !owner.empty()) secret_id = owner;
}

// Another account's image is there for the checks, so that the call succeeds and does nothing.
void with_other_accounts(const Context& context, api::World& world) {
  if (!context.request) return;
  for (const std::string& id : context.request->image_ids)
    if (!world.find(id) && !context.owner_of(id).empty())
      world.images.push_back({.id = id, .name = "", .shared_to = {}, .snapshots = {}});
}

// --- The rate

constexpr std::int64_t kPenaltyMs = 3'000;  // how long a refused account stays shut out

template <std::int64_t (*kChanged)(std::int64_t)>
void rate_becomes(const Context&, LimiterSetup& setup) {
  if (setup.per_second > 0) setup.per_second = kChanged(setup.per_second);
}
std::int64_t unlimited(std::int64_t) { return 0; }
std::int64_t one_more(std::int64_t rate) { return rate + 1; }
std::int64_t doubled(std::int64_t rate) { return rate * 2; }
std::int64_t halved(std::int64_t rate) { return std::max<std::int64_t>(1, rate / 2); }

void pass(const Context&, RateDecision& decision) { decision.passes = true; }

// A call that is refused shuts the account out: for a while, or for good.
template <std::int64_t kDurationMs>
void shut_out(const Context& context, RateDecision& decision) {
  if (!context.note) return;
  std::int64_t now_ms = context.unix_us / 1000;
  if (!decision.passes && context.note->empty()) *context.note = std::to_string(now_ms + kDurationMs);
  if (context.note->empty()) return;
  if (now_ms >= std::stoll(*context.note))
    context.note->clear();
  else
    decision.passes = false;
}

// The images that a call names, before anybody has typed it.
std::vector<std::string> named(const Context& context) {
  std::vector<std::string> ids;
  const Json* list = context.call ? context.call->params.find("ImageIds") : nullptr;
  if (!list || !list->array()) return ids;
  for (const Json& id : *list->array())
    if (id.string()) ids.push_back(*id.string());
  return ids;
}

void deleted_though_too_often(const Context& context, Effect& effect) {
  if (context.answer->error && context.answer->error->code == "RequestLimitExceeded")
    effect.images = named(context);
}

}  // namespace

std::vector<Fault> effect_faults() {
  using F = FaultRow;
  auto does = [](Seam<Effect> effect) { return Bend{.effect = std::move(effect)}; };
  auto leaves = [](Seam<api::World> world) { return Bend{.world = std::move(world)}; };
  std::vector<F> removes = {
      F{"nothing-is-deleted", "no effect", does(nothing), {over_query, in_the_third_call, after_a_dry_run}},
      F{"only-the-first-is-deleted", "of a list the first image is deleted", does(the_first)},
      F{"the-last-stays", "the last image stays", does(all_but_the_last), {with_three_ids}},
      F{"a-shell-stays", "the image stays, in another state", leaves(a_shell)}};
  std::vector<F> others = {
      F{"another-image-goes", "one more image goes", leaves(one_fewer), {over_form, in_batches}},
      F{"all-images-go", "every image goes", leaves(no_image)},
      F{"namesakes-go", "images of the same name go, too", leaves(no_namesakes)},
      F{"look-alikes-go", "images that differ in the last character go, too", leaves(no_look_alikes)},
      F{"others-change-their-state", "the images that stay change their state", leaves(spoilt_others)}};
  std::vector<F> is_final = {
      F{"deleting-again-succeeds",
        "what is gone is deleted again",
        {.problems = forgets_what_is_gone},
        {over_query}},
      F{"a-deleted-image-comes-back", "the next call brings it back", leaves(what_was_deleted)}};
  std::vector<F> refusals = {
      F{"refused-for-its-state-and-deleted",
        "IncorrectState is answered, and the image is deleted",
        does(though("InvalidImageId.IncorrectState")),
        {over_query}},
      F{"refused-for-sharing-and-deleted", "InShared, and deleted", does(though("InvalidImageId.InShared"))},
      F{"refused-for-sharing-and-unshared", "a refusal ends the sharing", leaves(unshared)}};
  std::vector<F> job = {F{"refused-for-a-job-and-deleted", "TaskRunning, and deleted",
                          does(though("MutexOperation.TaskRunning"))}};
  std::vector<F> snapshots = {F{"refused-and-snapshots-gone",
                                "a refusal takes snapshots",
                                leaves(fewer_though_refused),
                                {with_snapshots}}};
  std::vector<F> batches = {
      F{"the-good-ones-go",
        "of a refused batch the good go",
        does(what_it_can),
        {over_query, with_three_ids}},
      F{"the-good-ones-before-go", "a batch is deleted up to the first bad ID", does(what_comes_first)}};
  return group("effects", {{"delete.removes-the-images", std::move(removes)},
                           {"delete.leaves-the-others", std::move(others)},
                           {"delete.is-final", std::move(is_final)},
                           {"refusals.change-nothing", std::move(refusals)},
                           {"refusals.change-nothing", std::move(job), "MutexOperation.TaskRunning"},
                           {"refusals.change-nothing", std::move(snapshots), "DeleteBindedSnap"},
                           {"batch.all-or-nothing", std::move(batches)}});
}

std::vector<Fault> dry_run_faults() {
  using F = FaultRow;
  auto misses = [](ProblemKind kind) { return when(in_dry_runs, {.problems = skips(kind)}); };
  Bend deletes = when(in_dry_runs, {.effect = as_asked});
  std::vector<F> changes = {F{"dry-run-deletes",
                              "a dry run deletes",
                              deletes,
                              {over_query, over_form, in_the_third_call, with_three_ids}},
                            F{"dry-run-deletes-snapshots-too",
                              "… with snapshots asked for",
                              when(with_snapshots, deletes),
                              {with_three_ids}},
                            F{"dry-run-takes-snapshots",
                              "it takes snapshots",
                              when(in_dry_runs, {.world = without_bound_snapshots}),
                              {with_snapshots}}};
  std::vector<F> answer = {
      F{"dry-run-checks-nothing",
        "it always passes",
        when(in_dry_runs, {.problems = no_problem}),
        {over_form}},
      F{"dry-run-always-fails",
        "it never passes",
        when(in_dry_runs, {.answer = internal_error}),
        {with_snapshots}},
      F{"dry-run-misses-the-state", "it does not look at states", misses(kIncorrectState)},
      F{"dry-run-misses-sharing", "it does not look at sharing", misses(kSharedOut)},
      F{"dry-run-misses-absence",
        "it does not look whether an image exists",
        misses(kNotFound),
        {in_batches}}};
  return group("dry-run", {{"dry-run.changes-nothing", std::move(changes), "DryRun"},
                           {"dry-run.answer", std::move(answer), "DryRun"}});
}

std::vector<Fault> snapshot_faults() {
  using F = FaultRow;
  std::vector<F> asked = {
      F{"snapshots-stay", "the bound snapshots stay", {.effect = without_snapshots}, {over_form, in_batches}},
      F{"only-one-snapshot-goes", "of several one goes", {.world = but_one_snapshot}}};
  std::vector<F> unasked = {
      F{"snapshots-go-unasked", "they go unasked", {.effect = and_snapshots}, {over_query, in_batches}}};
  std::vector<F> others = {
      F{"every-snapshot-goes", "all others go, too", {.world = no_snapshot}, {over_query, in_batches}},
      F{"loose-snapshots-go", "snapshots that no image names go, too", {.world = no_loose_snapshot}}};
  return group("snapshots", {{"snapshots.deleted-when-asked", std::move(asked), "DeleteBindedSnap"},
                             {"snapshots.kept-by-default", std::move(unasked)},
                             {"snapshots.leaves-the-others", std::move(others), "DeleteBindedSnap"}});
}

std::vector<Fault> concurrency_faults() {
  std::vector<FaultRow> rows = {FaultRow{"check-then-act",
                                         "between check and act other calls check, too",
                                         {.race_us = races},
                                         {over_query, in_batches, with_snapshots}}};
  return group("concurrency", {{"concurrency.one-winner", std::move(rows)}});
}

std::vector<Fault> account_faults() {
  using F = FaultRow;
  std::vector<F> rows = {
      F{"anothers-image-is-deleted", "anybody's image is deleted", {.account = of_the_owner}, {over_query}},
      F{"anothers-image-is-seen", "anybody's image is there", {.seen = with_other_accounts}, {over_form}}};
  return group("accounts", {{"accounts.apart", std::move(rows)}});
}

std::vector<Fault> rate_faults() {
  using F = FaultRow;
  auto limit = [](Seam<LimiterSetup> setup) { return Bend{.limiter = std::move(setup)}; };
  std::vector<F> number = {
      F{"rate-without-limit", "no limit", limit(rate_becomes<unlimited>)},
      F{"rate-of-eleven", "one call a second too many passes", limit(rate_becomes<one_more>)},
      F{"rate-doubled", "twice as many pass", limit(rate_becomes<doubled>)},
      F{"rate-not-counted",
        "such calls always pass",
        {.rate = pass},
        {over_query, over_form, signed_with_v1}}};
  std::vector<F> too_few = {F{"rate-halved", "half as many pass", limit(rate_becomes<halved>)},
                            F{"rate-shuts-out-for-a-while",
                              "a refusal shuts out for three seconds",
                              {.rate = shut_out<kPenaltyMs>},
                              {over_form}}};
  std::vector<F> code = {
      F{"rate-said-as-uin-limit",
        "the code of another limit",
        {.answer = says_for("RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded")},
        {over_query, over_form}},
      F{"rate-said-as-limit",
        "the code of a quota",
        {.answer = says_for("RequestLimitExceeded", "LimitExceeded")}},
      F{"rate-said-as-success", "a success", {.answer = says_for("RequestLimitExceeded", "")}, {over_query}}};
  std::vector<F> effect = {F{"rate-refused-and-deleted",
                             "what was too often is done all the same",
                             {.effect = deleted_though_too_often},
                             {over_query, over_form}}};
  std::vector<F> recovers = {F{"rate-shuts-out",
                               "one refusal shuts the account out for good",
                               {.rate = shut_out<1'000'000'000>},
                               {over_query}}};
  return group("rate", {{"rate.ten-per-second", std::move(number)},
                        {"rate.not-below-ten", std::move(too_few)},
                        {"rate.code", std::move(code)},
                        {"rate.no-effect", std::move(effect)},
                        {"rate.recovers", std::move(recovers)}});
}

}  // namespace diconform::reference
