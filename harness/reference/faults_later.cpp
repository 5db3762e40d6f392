// Faults of an endpoint that goes on after it has answered: they remember in the account's note what is put
// off, and do it within the first call that comes a second later by the account's clock.
#include <algorithm>

#include "base/text.h"
#include "reference/faults.h"

namespace diconform::reference {
namespace {

constexpr std::int64_t kLaterUs = 1'000'000;

using Ids = std::vector<std::string>;

// The note is the time, then the IDs, with spaces between them.
void put_off(const Context& context, const Ids& ids) {
  if (ids.empty()) return;
  if (context.note->empty()) *context.note = std::to_string(context.unix_us + kLaterUs);
  for (const std::string& id : ids) *context.note += ' ' + id;
}

Ids due(const Context& context) {
  const std::vector<std::string_view> parts = split(*context.note, ' ');
  const auto time = static_cast<std::int64_t>(to_unsigned(parts[0]).value_or(INT64_MAX));
  if (context.unix_us < time) return {};
  Ids ids(parts.begin() + 1, parts.end());
  context.note->clear();
  return ids;
}

// What a call puts off, and what is then done with each ID.
Bend later(Ids (*chosen)(const Context&, const api::World& after),
           void (*done)(api::World&, const std::string& id)) {
  return {.world = [chosen, done](const Context& context, api::World& world) {
    if (!context.note || !context.world) return;
    for (const std::string& id : due(context)) done(world, id);
    if (context.request && context.answer) put_off(context, chosen(context, world));
  }};
}

Ids deleted(const Context& context, const api::World& after) {
  Ids ids;
  for (const api::Image& image : context.world->images)
    if (!after.find(image.id)) ids.push_back(image.id);
  return ids;
}

Ids refused(const Context& context, const api::World&) {
  return context.answer->error && !context.request->dry_run ? context.request->image_ids : Ids{};
}

Ids tried(const Context& context, const api::World&) {
  const auto& error = context.answer->error;
  const bool passed = context.request->dry_run && (!error || error->code == "DryRunOperation");
  return passed ? context.request->image_ids : Ids{};
}

Ids left_loose(const Context& context, const api::World& after) {
  Ids ids;
  for (const std::string& id : deleted(context, after)) {
    const auto& snapshots = context.world->find(id)->snapshots;
    ids.insert(ids.end(), snapshots.begin(), snapshots.end());
  }
  return ids;
}

void comes_back(api::World& world, const std::string& id) {
  world.images.push_back({.id = id, .name = "", .shared_to = {}, .snapshots = {}});
}

void goes(api::World& world, const std::string& id) {
  std::erase_if(world.images, [&](const api::Image& image) { return image.id == id; });
}

void is_swept_up(api::World& world, const std::string& snapshot) { world.snapshots.erase(snapshot); }

}  // namespace

std::vector<Fault> later_faults() {
  using F = FaultRow;
  std::vector<F> final = {
      F{"comes-back-later", "a deleted image is there again a second later", later(deleted, comes_back)}};
  std::vector<F> refusals = {
      F{"refused-and-done-later", "a refused call is carried out a second later", later(refused, goes)}};
  std::vector<F> dry_runs = {
      F{"tried-and-done-later", "a dry run is carried out a second later", later(tried, goes)}};
  std::vector<F> snapshots = {
      F{"swept-up-later", "snapshots that no image names go a second later", later(left_loose, is_swept_up)}};
  return group("later", {{"delete.is-final", std::move(final)},
                         {"refusals.change-nothing", std::move(refusals)},
                         {"dry-run.changes-nothing", std::move(dry_runs), "DryRun"},
                         {"snapshots.kept-by-default", std::move(snapshots), "DeleteBindedSnap"}});
}

}  // namespace diconform::reference
