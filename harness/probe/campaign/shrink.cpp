#include "probe/campaign/shrink.h"

#include <algorithm>
#include <array>

#include "probe/campaign/believer.h"
#include "probe/campaign/sites.h"

namespace diconform::probe {
namespace {

using scenario::Role;
using scenario::Step;

// A kind of reduction: makes the n-th of its kind. kEnd: there is no n-th; kNothing: it changes nothing.
enum class Made { kEnd, kNothing, kSmaller };
using Reduction = Made (*)(Script& script, std::size_t n);

Made made(bool changed) { return changed ? Made::kSmaller : Made::kNothing; }

// A step that says itself what it expects is right only as it is: with the image it needs, and the change
// that makes it wrong.
bool is_fixed(const Step& step) { return !is_modelled(step); }

Json::Array* ids_of(Step& step) {
  if (is_fixed(step) || !step.call || !step.call->object()) return nullptr;
  for (auto& [name, value] : *step.call->object())
    if (name == "ImageIds") return value.array();
  return nullptr;
}

// The lists of all calls of a step.
std::vector<Json::Array*> lists_of(Step& step) {
  std::vector<Json::Array*> lists;
  if (Json::Array* ids = ids_of(step)) lists.push_back(ids);
  for (Json& call : step.beside)
    for (auto& [name, value] : *call.object())
      if (name == "ImageIds" && value.array()) lists.push_back(value.array());
  return lists;
}

bool wants_the_token(const Script& script) {
  return std::ranges::any_of(script.body.steps,
                             [](const Step& step) { return step.expect.clause == "auth.token"; });
}

// --- Steps

Made keep_one_step(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n >= steps.size()) return Made::kEnd;
  if (steps.size() == 1) return Made::kNothing;
  steps = {steps[n]};
  return Made::kSmaller;
}

Made drop_steps_behind(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n + 1 >= steps.size()) return Made::kEnd;
  steps.resize(n + 1);
  return Made::kSmaller;
}

Made drop_step(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n >= steps.size() || steps.size() == 1) return Made::kEnd;
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

// 1, a half, one less.
Made fewer(std::size_t& number, std::size_t n, std::size_t least) {
  std::size_t to = n == 0 ? least : n == 1 ? number / 2 : number - 1;
  if (number <= least || to < least || to >= number) return Made::kNothing;
  number = to;
  return Made::kSmaller;
}

Made repeat_less(Script& script, std::size_t n) {
  if (n / 3 >= script.body.steps.size()) return Made::kEnd;
  return fewer(script.body.steps[n / 3].times, n % 3, 1);
}

Made less_together(Script& script, std::size_t n) {
  if (n / 4 >= script.body.steps.size()) return Made::kEnd;
  std::size_t& together = script.body.steps[n / 4].together;
  return n % 4 == 0 ? fewer(together, 0, 1) : fewer(together, n % 4 - 1, 2);
}

// Of different calls at one moment: leaves one out, or what it says beside its list.
Made less_beside(Script& script, std::size_t n) {
  auto step = std::ranges::find_if(script.body.steps, [](const Step& some) { return !some.beside.empty(); });
  if (step == script.body.steps.end() || n > 2 * step->beside.size()) return Made::kEnd;
  if (n == 0) step->call = step->beside.front();
  auto at = step->beside.begin() + static_cast<std::ptrdiff_t>(n == 0 ? 0 : (n - 1) / 2);
  if (n > 0 && n % 2 == 0) {
    bool said_more = at->object()->size() > 1;
    *at = Json::Object{{"ImageIds", *at->find("ImageIds")}};
    return made(said_more);
  }
  step->beside.erase(at);
  return Made::kSmaller;
}

// --- Ids

// Calls make(ids, n) for the n-th id of all lists. Of a long list only ends and middle: what it takes there
// is its length.
template <class Make>
Made at_id(Script& script, std::size_t n, Make make) {
  constexpr std::size_t kLong = 24;
  for (Step& step : script.body.steps) {
    for (Json::Array* ids : lists_of(step)) {
      std::size_t places = ids->size() > kLong ? 3 : ids->size();
      if (n < places) return made(make(*ids, places == ids->size() ? n : n * (ids->size() - 1) / 2));
      n -= places;
    }
  }
  return Made::kEnd;
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
  Json::Array* ids = ids_of(script.body.steps[n / 2]);
  if (!ids || ids->size() < 4) return Made::kNothing;
  auto middle = ids->begin() + static_cast<std::ptrdiff_t>(ids->size() / 2);
  n % 2 == 0 ? ids->erase(middle, ids->end()) : ids->erase(ids->begin(), middle);
  return Made::kSmaller;
}

Made drop_id(Script& script, std::size_t n) {
  return at_id(script, n, [](Json::Array& ids, std::size_t i) {
    if (ids.size() == 1) return false;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  });
}

// An id that names nothing, whatever it was: an image that an earlier step takes away need not have been
// there.
Made absent_id(Script& script, std::size_t n) {
  return at_id(script, n, [](Json::Array& ids, std::size_t i) {
    const std::string* id = ids[i].string();
    if (!id || id->starts_with("$absent") || !(id->starts_with("$") || id->starts_with("img-"))) return false;
    bool there = std::ranges::find(ids, Json("$absent")) != ids.end();
    ids[i] = there ? "$absent-" + std::to_string(i) : std::string("$absent");
    return true;
  });
}

// The same of a whole list at once.
Made absent_ids(Script& script, std::size_t n) {
  if (n >= script.body.steps.size()) return Made::kEnd;
  Json::Array* ids = ids_of(script.body.steps[n]);
  if (!ids || ids->size() < 2) return Made::kNothing;
  Json::Array before = *ids;
  for (std::size_t i = 0; i < ids->size(); ++i)
    (*ids)[i] = i == 0 ? std::string("$absent") : "$absent-" + std::to_string(i);
  return made(*ids != before);
}

// --- Members

Made drop_member(Script& script, std::size_t n) {
  for (Step& step : script.body.steps) {
    Json::Object* members = step.call ? step.call->object() : nullptr;
    if (!members || is_fixed(step)) continue;
    if (n < members->size()) {
      members->erase(members->begin() + static_cast<std::ptrdiff_t>(n));
      return Made::kSmaller;
    }
    n -= members->size();
  }
  return Made::kEnd;
}

// Flags of a fixed step, where nothing of its change hangs on them.
Made drop_flags(Script& script, std::size_t n) {
  if (n / 2 >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / 2];
  const char* flag = n % 2 == 0 ? "DeleteBindedSnap" : "DryRun";
  // A change of "true" must find one.
  bool hangs =
      n % 2 == 1 && step.after_signing.replace.size() == 1 && step.after_signing.replace[0].first == "true";
  if (!is_fixed(step) || hangs || !step.call || !step.call->find(flag)) return Made::kNothing;
  step.call->remove(flag);
  return Made::kSmaller;
}

// Common parameters one by one.
Made drop_common(Script& script, std::size_t n) {
  if (n / 3 >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / 3];
  scenario::CommonPlan before = step.common;
  if (is_fixed(step)) return Made::kNothing;
  if (n % 3 == 0) step.common.region.reset();
  if (n % 3 == 1) step.common.language.reset();
  if (n % 3 == 2) step.common.timestamp_offset = 0;
  return made(step.common != before);
}

// What a step has beside its call; without the oddity it was made for, its expectation is the model's again.
Made drop_oddity(Script& script, std::size_t n) {
  if (n / 4 >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / 4];
  Step before = step;
  if (n % 4 > 0 && is_fixed(step)) return Made::kNothing;
  if (n % 4 == 0 || n % 4 == 1) step.common = {};
  if (n % 4 == 0 || n % 4 == 2) step.http = {};
  if (n % 4 == 0) step.sign = {}, step.after_signing = {}, step.expect = {};
  if (n % 4 == 3) step.as_other = false;
  return made(step.common != before.common || step.http != before.http || step.sign != before.sign ||
              step.after_signing != before.after_signing || step.as_other != before.as_other);
}

// All calls from one account, where which of the two it is makes no difference.
Made from_one_account(Script& script, std::size_t n) {
  if (n > 0) return Made::kEnd;
  bool changed = false;
  for (Step& step : script.body.steps) {
    if (step.as_other && is_fixed(step)) return Made::kNothing;
    changed = std::exchange(step.as_other, false) || changed;
  }
  return made(changed);
}

// --- The world

Made drop_role(Script& script, std::size_t n) {
  auto& given = script.body.given;
  if (n >= given.size()) return Made::kEnd;
  for (const Step& step : script.body.steps)
    for (const Json& call : step.beside)
      if (to_text(call).find("\"$" + given[n].name + "\"") != std::string::npos) return Made::kNothing;
  given.erase(given.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

Made drop_account(Script& script, std::size_t n) {
  scenario::Body& body = script.body;
  switch (n) {
    case 0:
      if (!body.has_other) return Made::kNothing;
      body.has_other = false;
      body.other.clear();
      return Made::kSmaller;
    case 1:
      return made(!wants_the_token(script) && !std::exchange(body.account.token, "").empty());
    case 2:
      return made(!std::exchange(body.account.snapshots, {}).empty());
    case 3:
      return made(body.other.empty() ? false : !std::exchange(body.other.front().image.id, "").empty());
    case 4:
      return made(std::exchange(body.account.rate_limit, std::nullopt).has_value());
    case 5:
      return made(body.account.rate_limit && std::exchange(body.account.rate_limit, 1) != 1);
    default:
      return Made::kEnd;
  }
}

Made simplify_image(Script& script, std::size_t n) {
  constexpr std::size_t kWays = 9;
  if (n / kWays >= script.body.given.size()) return Made::kEnd;
  api::Image& image = script.body.given[n / kWays].image;
  api::Image before = image, plain;
  switch (n % kWays) {
    case 0:
      image = plain;
      break;
    case 1:
      image.snapshots = {};
      break;
    case 2:
      if (image.snapshots.size() > 1) image.snapshots.erase(std::prev(image.snapshots.end()));
      break;
    case 3:
      image.shared_to = {};
      break;
    case 4:
      if (image.shared_to.size() > 1) image.shared_to.erase(std::prev(image.shared_to.end()));
      break;
    case 5:
      image.state = plain.state;
      break;
    case 6:
      image.type = plain.type;
      image.task_running = false;
      break;
    case 7:
      image.name = "";
      break;
    default:
      image.id = "";
  }
  return made(image != before);
}

Made simpler_form(Script& script, std::size_t n) {
  const auto& forms = sites::forms;
  auto now = std::ranges::find_if(forms, [&](const sites::Form& form) {
    return form.encoding == script.encoding && form.scheme == script.scheme;
  });
  if (n >= static_cast<std::size_t>(now - forms.begin())) return Made::kEnd;
  script.encoding = forms[n].encoding;
  script.scheme = forms[n].scheme;
  return Made::kSmaller;
}

// --- Characters

// Characters of ids that are written out: one less, or one that is plainer.
Made shorten(Script& script, std::size_t n) {
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

// Characters of the ids that images were given.
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

constexpr std::array<Reduction, 22> kReductions = {
    keep_one_step, drop_steps_behind, drop_step,   repeat_less, less_together,    less_beside,
    simpler_form,  halve_ids,         keep_one_id, absent_ids,  drop_id,          absent_id,
    drop_member,   drop_flags,        drop_oddity, drop_common, from_one_account, drop_account,
    drop_role,     simplify_image,    shorten,     plainer_role};

}  // namespace

Script shrink(Script script, const std::function<bool(const Script&)>& fails, std::size_t most_attempts) {
  std::size_t attempts = 0;
  for (bool progress = true; progress;) {
    progress = false;
    for (Reduction reduce : kReductions) {
      for (std::size_t n = 0;;) {
        Script smaller = script;
        Made result = reduce(smaller, n);
        if (result == Made::kEnd) break;
        if (result == Made::kSmaller && attempts++ >= most_attempts) return script;
        if (result == Made::kNothing || !fails(smaller)) {
          ++n;
          continue;
        }
        script = std::move(smaller);
        progress = true;
      }
    }
  }
  Script named = with_plain_names(script);
  return fails(named) ? named : script;
}

}  // namespace diconform::probe
