#include "api/edition.h"

#include <algorithm>
#include <array>

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::api {
namespace {

// The type column of the manual's parameter tables.
constexpr std::array<std::pair<std::string_view, ParameterType>, 5> kTypeWords = {{
    {"String", ParameterType::kString},
    {"Integer", ParameterType::kInteger},
    {"Boolean", ParameterType::kBoolean},
    {"Array of String", ParameterType::kStringArray},
    {"Array of Filter", ParameterType::kFilterArray},
}};

Result<Parameter> parameter_from_json(const Json& json, const JsonPlace& place) {
  Parameter parameter;
  ObjectReader members(json, place);
  members.required("name", parameter.name);
  members.required("type", parameter.type, word<ParameterType>(kTypeWords));
  members.required("required", parameter.required);
  TRY_VOID(members.finish());
  return parameter;
}

Result<Action> action_from_json(const Json& json, const JsonPlace& place) {
  Action action;
  ObjectReader members(json, place);
  members.required("name", action.name);
  members.required("parameters", action.parameters, each(parameter_from_json));
  members.required("codes", action.codes);
  members.required("callsPerSecond", action.calls_per_second);
  members.required("regionRequired", action.region_required);
  if (action.calls_per_second < 0)
    members.refuse("callsPerSecond", "is negative", "0 means that no limit is documented");
  TRY_VOID(members.finish());
  return action;
}

Result<IdLanguage> id_language_from_json(const Json& json, const JsonPlace& place) {
  IdLanguage language;
  ObjectReader members(json, place);
  members.required("name", language.name);
  members.required("pattern", language.pattern);
  TRY_VOID(members.finish());
  return language;
}

Result<Limits> limits_from_json(const Json& json, const JsonPlace& place) {
  Limits limits;
  ObjectReader members(json, place);
  members.required("skewSeconds", limits.skew_seconds);
  members.required("getBytes", limits.get_bytes);
  members.required("v1PostBytes", limits.v1_post_bytes);
  members.required("v3PostBytes", limits.v3_post_bytes);
  members.required("imageIds", limits.image_ids);
  TRY_VOID(members.finish());
  return limits;
}

template <class Item>
const Item* named(const std::vector<Item>& items, std::string_view name) {
  auto found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : &*found;
}

// The index of the first item whose name an earlier item has, or nothing.
template <class Item>
std::optional<std::size_t> repeated_name(const std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (named(items, items[i].name) != &items[i]) return i;
  }
  return std::nullopt;
}

Result<void> check_names(const Edition& edition, const JsonPlace& place) {
  auto refuse = [](const JsonPlace& items, std::size_t index) {
    return Result<void>((items / index / "name").failure("repeats an earlier name", "names are unique"));
  };
  JsonPlace actions = place / "actions";
  if (auto index = repeated_name(edition.actions)) return refuse(actions, *index);
  for (std::size_t i = 0; i < edition.actions.size(); ++i) {
    if (auto index = repeated_name(edition.actions[i].parameters))
      return refuse(actions / i / "parameters", *index);
  }
  if (auto index = repeated_name(edition.image_id_candidates))
    return refuse(place / "imageIdCandidates", *index);
  return {};
}

}  // namespace

const Parameter* Action::parameter(std::string_view parameter_name) const {
  return named(parameters, parameter_name);
}

const Action* Edition::action(std::string_view name) const { return named(actions, name); }

bool Edition::undeletable(std::string_view state) const {
  return std::ranges::find(undeletable_states, state) != undeletable_states.end();
}

Result<Edition> edition_from_json(const Json& json, const JsonPlace& place) {
  Edition edition;
  ObjectReader members(json, place);
  members.required("edition", edition.id);
  members.required("version", edition.version);
  members.required("actions", edition.actions, each(action_from_json));
  members.required("undeletableStates", edition.undeletable_states);
  members.required("commonCodes", edition.common_codes);
  members.required("financeRegions", edition.finance_regions);
  members.required("imageId", edition.image_id, id_language_from_json);
  members.required("imageIdCandidates", edition.image_id_candidates, each(id_language_from_json));
  members.required("limits", edition.limits, limits_from_json);
  TRY_VOID(members.finish());
  TRY_VOID(check_names(edition, place));
  return edition;
}

}  // namespace diconform::api
