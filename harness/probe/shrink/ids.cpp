#include <algorithm>

#include "probe/shrink/reductions.h"

namespace diconform::probe {

using scenario::Role;
using scenario::Step;

namespace {

constexpr std::size_t kLong = 24;

Json::Array* list_in(Json& call) {
  Json* ids = call.find("ImageIds");
  return ids ? ids->array() : nullptr;
}

// What a step that says itself what is gone says no more: the images of that name, and their snapshots.
void forget(scenario::Expectation& expect, const std::vector<Role>& given, const std::string& reference) {
  std::vector<std::string> names = {reference};
  for (const Role& role : given)
    if ("$" + role.name == reference)
      names.insert(names.end(), role.image.snapshots.begin(), role.image.snapshots.end());
  auto leave_out = [&](scenario::WorldExpectation& world) {
    std::erase_if(world.gone,
                  [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); });
  };
  leave_out(expect.world);
  for (auto& [name, answer] : expect.answers) leave_out(answer.world);
}

void forget_what_is_not_named(Script& script, Step& step, const Json::Array& before) {
  std::string now;
  if (step.call) now = to_text(*step.call);
  for (const Json& call : step.beside) now += to_text(call);
  for (const Json& id : before)
    if (id.string() && now.find("\"" + *id.string() + "\"") == std::string::npos)
      forget(step.expect, script.body.given, *id.string());
}

// Calls make(ids, n) for the n-th id of all lists. Of a long list only ends and middle: what it takes there
// is its length.
template <class Make>
Made at_id(Script& script, std::size_t n, Make make) {
  for (Step& step : script.body.steps) {
    for (Json::Array* ids : lists_of(step)) {
      std::size_t places = ids->size() > kLong ? 3 : ids->size();
      if (n >= places) {
        n -= places;
        continue;
      }
      Json::Array before = *ids;
      bool changed = make(*ids, places == ids->size() ? n : n * (ids->size() - 1) / 2);
      if (changed) forget_what_is_not_named(script, step, before);
      return made(changed);
    }
  }
  return Made::kEnd;
}

}  // namespace

Json::Array* ids_of(Step& step) { return step.call ? list_in(*step.call) : nullptr; }

std::vector<Json::Array*> lists_of(Step& step) {
  std::vector<Json::Array*> lists;
  if (Json::Array* ids = ids_of(step)) lists.push_back(ids);
  for (Json& call : step.beside)
    if (Json::Array* ids = list_in(call)) lists.push_back(ids);
  return lists;
}

Made keep_one_id(Script& script, std::size_t n) {
  return at_id(script, n, [](Json::Array& ids, std::size_t i) {
    if (ids.size() == 1) return false;
    Json kept = ids[i];
    ids = {std::move(kept)};
    return true;
  });
}

Made halve_ids(Script& script, std::size_t n) {
  if (n / 2 >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / 2];
  Json::Array* ids = ids_of(step);
  if (!ids || ids->size() < 4) return Made::kNothing;
  Json::Array before = *ids;
  auto middle = ids->begin() + static_cast<std::ptrdiff_t>(ids->size() / 2);
  n % 2 == 0 ? ids->erase(middle, ids->end()) : ids->erase(ids->begin(), middle);
  forget_what_is_not_named(script, step, before);
  return Made::kSmaller;
}

Made drop_id(Script& script, std::size_t n) {
  return at_id(script, n, [](Json::Array& ids, std::size_t i) {
    if (ids.size() == 1) return false;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  });
}

// An image that an earlier step takes away need not have been there.
Made absent_id(Script& script, std::size_t n) {
  return at_id(script, n, [](Json::Array& ids, std::size_t i) {
    const std::string* id = ids[i].string();
    if (!id || id->starts_with("$absent") || !(id->starts_with("$") || id->starts_with("img-"))) return false;
    bool there = std::ranges::find(ids, Json("$absent")) != ids.end();
    ids[i] = there ? "$absent-" + std::to_string(i) : std::string("$absent");
    return true;
  });
}

Made absent_ids(Script& script, std::size_t n) {
  if (n >= script.body.steps.size()) return Made::kEnd;
  Json::Array* ids = ids_of(script.body.steps[n]);
  if (!ids || ids->size() < 2) return Made::kNothing;
  Json::Array before = *ids;
  for (std::size_t i = 0; i < ids->size(); ++i)
    (*ids)[i] = i == 0 ? std::string("$absent") : "$absent-" + std::to_string(i);
  return made(*ids != before);
}

Made write_out_id(Script& script, std::size_t n) {
  auto& given = script.body.given;
  if (n >= given.size()) return Made::kEnd;
  const std::string id = given[n].image.id, reference = "$" + given[n].name;
  if (id.empty() || id.starts_with('$')) return Made::kNothing;
  for (Step& step : script.body.steps)
    for (Json::Array* ids : lists_of(step)) std::ranges::replace(*ids, Json(reference), Json(id));
  given.erase(given.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

Made drop_image(Script& script, std::size_t n) {
  auto& given = script.body.given;
  if (n >= given.size()) return Made::kEnd;
  const std::string reference = "$" + given[n].name;
  for (Step& step : script.body.steps) {
    for (Json::Array* ids : lists_of(step)) {
      std::erase(*ids, Json(reference));
      if (ids->empty()) return Made::kNothing;
    }
    forget(step.expect, given, reference);
  }
  given.erase(given.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

Made shorten_id(Script& script, std::size_t n) {
  for (Step& step : script.body.steps) {
    Json::Array* ids = ids_of(step);
    if (!ids || ids->size() > 8) continue;
    for (Json& id : *ids) {
      if (!id.string() || id.string()->find('$') != std::string::npos) continue;
      std::string text = *id.string();
      if (n >= 2 * text.size()) {
        n -= 2 * text.size();
        continue;
      }
      char& c = text[n / 2];
      bool letter = (c >= 'b' && c <= 'z') || (c >= '0' && c <= '9');
      if (n % 2 == 1 && (!letter || n / 2 < 4)) return Made::kNothing;
      if (n % 2 == 1) c = 'a';
      if (n % 2 == 0) text.erase(n / 2, 1);
      id = text;
      return Made::kSmaller;
    }
  }
  return Made::kEnd;
}

Made plainer_role(Script& script, std::size_t n) {
  auto& given = script.body.given;
  for (Role& role : given) {
    std::string id = role.image.id;
    if (n >= id.size()) {
      n -= id.size();
      continue;
    }
    if (n < 4 || id[n] == 'a' || id.starts_with('$')) return Made::kNothing;
    id[n] = 'a';
    if (std::ranges::any_of(given, [&](const Role& other) { return other.image.id == id; }))
      return Made::kNothing;
    role.image.id = std::move(id);
    return Made::kSmaller;
  }
  return Made::kEnd;
}

}  // namespace diconform::probe
