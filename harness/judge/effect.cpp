#include "judge/effect.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "wire/decode.h"
#include "wire/http_reader.h"

namespace diconform::judge {
namespace {

using scenario::WorldExpectation;

bool truthy(const Json* value) {
  if (!value) return false;
  if (const bool* boolean = value->boolean()) return *boolean;
  if (const std::string* text = value->string()) return equal_ignoring_case(*text, "true") || *text == "1";
  return value->integer() == 1;
}

api::DeleteImages read_leniently(const Json& params) {
  api::DeleteImages asked;
  if (const Json* ids = params.find("ImageIds"); ids && ids->array()) {
    for (const Json& id : *ids->array()) {
      if (id.string()) asked.image_ids.push_back(*id.string());
    }
  }
  asked.delete_bound_snapshots = truthy(params.find("DeleteBindedSnap"));
  asked.dry_run = truthy(params.find("DryRun"));
  return asked;
}

std::optional<api::DeleteImages> read_sent(const wire::Exchange& exchange) {
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  if (reader.feed(exchange.sent) != wire::ReadState::kDone) return std::nullopt;
  auto decoded = wire::decode(reader.request());
  if (!decoded || decoded->call.action != "DeleteImages") return std::nullopt;
  return read_leniently(decoded->call.params);
}

// The world with what `gone` names taken out: images and snapshots by id.
api::World without(api::World world, const std::vector<std::string>& gone) {
  std::set<std::string_view> names(gone.begin(), gone.end());
  auto named = [&](const std::string& id) { return names.contains(id); };
  std::erase_if(world.images, [&](const api::Image& image) { return named(image.id); });
  std::erase_if(world.snapshots, named);
  for (api::Image& image : world.images) std::erase_if(image.snapshots, named);
  return world;
}

// Speaks of images as the case does.
std::string with_roles(std::string text, const result::Observation& observation) {
  for (const auto& [id, role] : observation.names) text = replaced(std::move(text), id, role);
  return text;
}

// One sentence for all that differs, roles for ids and in their order, so that it is the same whatever ids
// were minted.
std::string sentence(std::vector<std::string> differences, const result::Observation& observation) {
  for (std::string& difference : differences) difference = with_roles(std::move(difference), observation);
  std::ranges::sort(differences);
  std::string text;
  for (const std::string& difference : differences) text += (text.empty() ? "" : "; ") + difference;
  return text;
}

// Whether the call says in so many words that it is no dry run.
bool denies_dry_run(const result::StepObservation& step) {
  const Json* value = step.step.call ? step.step.call->find("DryRun") : nullptr;
  return value && !truthy(value) && (value->boolean() || value->string());
}

struct Comparison {
  const result::StepObservation& step;
  const result::Observation& observation;
  const api::World& expected;
  bool snapshots_asked;  // whether the call asks for snapshots to go
  std::vector<result::Finding>& findings;

  void add(std::string clause, std::string wanted, std::string seen) {
    findings.push_back(
        {std::move(clause), result::Severity::kFailure, std::move(wanted), std::move(seen), "the world"});
  }

  // A refusal or a dry run changed something.
  void unchanged(std::string clause) {
    auto differences = difference(expected, *step.after, observation.facets);
    if (!differences.empty()) add(std::move(clause), "nothing changes", sentence(differences, observation));
  }

  // A delete took too much, too little, or the wrong things: each has a clause of its own.
  void effect() {
    images_that_stayed();
    images_that_should_have();
    if (observation.facets.snapshot_set) snapshots();
  }

  void images_that_stayed() {
    std::vector<std::string> stayed;
    for (const api::Image& image : step.after->images) {
      if (step.before->find(image.id) && !expected.find(image.id)) stayed.push_back(image.id);
    }
    if (stayed.empty()) return;
    add("delete.removes-the-images", "the images are gone", "still there: " + sentence(stayed, observation));
    if (denies_dry_run(step) && step.after->images.size() == step.before->images.size())
      add("parameters.booleans", "a DryRun that is false is none", "nothing was deleted");
  }

  void images_that_should_have() {
    api::World wanted = expected, seen = *step.after;
    auto gone = [&](const api::Image& image) {
      return step.before->find(image.id) && !expected.find(image.id);
    };
    std::erase_if(seen.images, gone);
    api::WorldFacets facets = observation.facets;
    facets.snapshot_set = false;
    wanted.snapshots = seen.snapshots = {};
    auto differences = difference(wanted, seen, facets);
    if (!differences.empty())
      add("delete.leaves-the-others", "all else is as before", sentence(differences, observation));
  }

  void snapshots() {
    std::vector<std::string> lost, kept;
    for (const std::string& snapshot : expected.snapshots) {
      if (!step.after->snapshots.contains(snapshot)) lost.push_back(snapshot);
    }
    for (const std::string& snapshot : step.after->snapshots) {
      if (!expected.snapshots.contains(snapshot)) kept.push_back(snapshot);
    }
    if (!lost.empty()) {
      add(snapshots_asked ? "snapshots.leaves-the-others" : "snapshots.kept-by-default",
          "snapshots that nobody asked to delete stay", "gone: " + sentence(lost, observation));
    }
    if (!kept.empty())
      add("snapshots.deleted-when-asked", "the bound snapshots are gone",
          "still there: " + sentence(kept, observation));
  }
};

}  // namespace

std::optional<api::DeleteImages> asked_for(const result::StepObservation& step) {
  const auto& action = step.step.common.action;
  if (action && *action && **action == "DescribeImages") return std::nullopt;
  if (step.step.call) return read_leniently(*step.step.call);
  return step.exchanges.empty() ? std::nullopt : read_sent(step.exchanges.front());
}

std::optional<api::DeleteImages> asked_in(const Json& parameters) { return read_leniently(parameters); }

std::vector<result::Finding> rate_effect_findings(const result::StepObservation& step,
                                                  const std::vector<std::optional<bool>>& accepted) {
  std::vector<result::Finding> findings;
  if (!step.before || !step.after) return findings;
  std::vector<std::string> spared, taken;
  for (std::size_t i = 0; i < step.exchanges.size() && i < accepted.size(); ++i) {
    std::optional<api::DeleteImages> asked = read_sent(step.exchanges[i]);
    if (!asked || !accepted[i]) continue;
    for (const std::string& id : asked->image_ids) {
      bool there = step.after->find(id) != nullptr;
      if (*accepted[i] && !asked->dry_run && there) spared.push_back(id);
      if ((!*accepted[i] || asked->dry_run) && !there) taken.push_back(id);
    }
  }
  auto add = [&](std::string clause, std::string expected, std::size_t count) {
    findings.push_back({std::move(clause), result::Severity::kFailure, std::move(expected),
                        std::to_string(count) + " images", "the world"});
  };
  if (!taken.empty()) add("rate.no-effect", "a refused call deletes nothing", taken.size());
  if (!spared.empty())
    add("rate.code", "a call that is not carried out is refused with RequestLimitExceeded", spared.size());
  return findings;
}

std::vector<result::Finding> effect_findings(const result::StepObservation& step,
                                             const WorldExpectation& expectation, bool refused,
                                             const result::Observation& observation) {
  std::vector<result::Finding> findings;
  if (step.other_before && step.other_after) {
    auto differences = difference(*step.other_before, *step.other_after, observation.facets);
    if (!differences.empty()) {
      findings.push_back({"accounts.apart", result::Severity::kFailure,
                          "another account's world is left alone", sentence(differences, observation),
                          "the other account"});
    }
  }
  if (!step.before || !step.after) return findings;
  std::optional<api::DeleteImages> asked = asked_for(step);
  bool keeps = expectation.kind == WorldExpectation::Kind::kUnchanged ||
               (expectation.kind == WorldExpectation::Kind::kGone && expectation.gone.empty());
  bool dry = asked && asked->dry_run;
  api::World expected = *step.before;
  if (expectation.kind == WorldExpectation::Kind::kGone) {
    expected = without(std::move(expected), expectation.gone);
  } else if (!keeps && !refused && asked && !dry) {
    expected = api::without_images(std::move(expected), asked->image_ids, asked->delete_bound_snapshots);
  }
  Comparison comparison{step, observation, expected, asked && asked->delete_bound_snapshots, findings};
  bool nothing_goes = expected == *step.before;
  if (nothing_goes && dry) {
    comparison.unchanged("dry-run.changes-nothing");
  } else if (nothing_goes && refused) {
    comparison.unchanged(asked && asked->image_ids.size() > 1 ? "batch.all-or-nothing"
                                                              : "refusals.change-nothing");
  } else {
    comparison.effect();
  }
  return findings;
}

}  // namespace diconform::judge
