#include "probe/campaign/script.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/bind.h"

namespace diconform::probe {
namespace {

using scenario::Role;
using scenario::Step;
using Names = std::vector<std::pair<std::string, std::string>>;  // old, new

template <class Rename>
Json renamed(const Json& json, const Rename& rename) {
  if (const std::string* text = json.string()) {
    std::string out = *text;
    rename(out);
    return out;
  }
  if (const Json::Array* items = json.array()) {
    Json::Array out;
    for (const Json& item : *items) out.push_back(renamed(item, rename));
    return out;
  }
  if (const Json::Object* members = json.object()) {
    Json::Object out;
    for (const auto& [name, value] : *members) out.emplace_back(name, renamed(value, rename));
    return out;
  }
  return json;
}

// Names of what is absent, in the order in which they are called: absent, absent-1, absent-2.
void name_absent(const Json& call, Names& names) {
  const Json* ids = call.find("ImageIds");
  if (!ids || !ids->array()) return;
  for (const Json& id : *ids->array()) {
    if (!id.string() || !id.string()->starts_with("$absent")) continue;
    std::string name = id.string()->substr(1);
    if (std::ranges::find(names, name, &Names::value_type::first) != names.end()) continue;
    auto known = static_cast<std::size_t>(
        std::ranges::count_if(names, [](const auto& pair) { return pair.second.starts_with("absent"); }));
    names.emplace_back(std::move(name), known == 0 ? "absent" : "absent-" + std::to_string(known));
  }
}

// Images by their first use in a call; those that none names stay behind.
void order_by_use(scenario::Body& body) {
  std::string calls;
  for (const Step& step : body.steps) {
    if (step.call) calls += to_text(*step.call);
    for (const Json& call : step.beside) calls += to_text(call);
  }
  std::vector<std::string> used;
  scenario::for_each_reference(
      calls, [&](std::string_view name, std::size_t, std::size_t) { used.emplace_back(name); });
  auto first_use = [&](const Role& role) { return std::ranges::find(used, role.name) - used.begin(); };
  std::ranges::stable_sort(body.given, {}, first_use);
}

void number_snapshots(scenario::Body& body) {
  Names names;
  auto numbered = [&](const std::set<std::string>& snapshots) {
    std::set<std::string> out;
    for (const std::string& snapshot : snapshots) {
      auto known = std::ranges::find(names, snapshot, &Names::value_type::first);
      if (known == names.end())
        known = names.insert(names.end(), {snapshot, fmt::format("snap-{:08}", names.size() + 1)});
      out.insert(known->second);
    }
    return out;
  };
  for (Role& role : body.given) role.image.snapshots = numbered(role.image.snapshots);
  for (Role& role : body.other) role.image.snapshots = numbered(role.image.snapshots);
  body.account.snapshots = numbered(body.account.snapshots);
}

std::size_t weight_of_call(const Json& call) {
  const Json* ids = call.find("ImageIds");
  return (ids && ids->array() ? 1'000 * ids->array()->size() : 0) +
         (call.object() ? 300 * call.object()->size() : 0);
}

}  // namespace

scenario::Trial trial_of(const Script& script, const std::string& id, const std::string& edition) {
  scenario::Trial trial;
  trial.id = id;
  trial.case_name = id;
  trial.edition = edition;
  trial.encoding = script.encoding;
  trial.scheme = script.scheme;
  trial.body = std::make_shared<const scenario::Body>(script.body);
  return trial;
}

scenario::Step race_of(const std::vector<std::string>& images, bool dry_runs, Chance& chance) {
  auto some_call = [&] {
    Json::Array ids;
    std::size_t count = 1 + chance.below(std::min<std::size_t>(3, images.size()));
    for (std::size_t i = 0, at = chance.below(images.size()); i < count; ++i)
      ids.emplace_back(images[(at + i) % images.size()]);
    Json call = Json::Object{{"ImageIds", Json(std::move(ids))}};
    if (dry_runs && chance.one_in(5)) call.set("DryRun", true);
    return call;
  };
  Step step;
  step.call = some_call();
  step.together = chance.one_in(3) ? 2 : 1;
  for (std::size_t i = 2 + chance.below(5); i > 0; --i) step.beside.push_back(some_call());
  return step;
}

std::size_t weight_of(const Script& script) {
  std::size_t weight = script.encoding == wire::Encoding::kJson ? 0 : 10;
  if (script.scheme == wire::Scheme::kV1Sha1) weight += 5;
  for (const scenario::Step& step : script.body.steps) {
    weight += 100'000 + 10'000 * (step.times + step.together);
    if (step.call) weight += weight_of_call(*step.call);
    for (const Json& call : step.beside) weight += 10'000 + weight_of_call(call);
  }
  return weight +
         to_text(to_json(scenario::WrittenCase{"", "", "", script.encoding, script.scheme, script.body}))
             .size();
}

Script with_plain_names(const Script& script) {
  Script named = script;
  order_by_use(named.body);
  number_snapshots(named.body);
  Names names;
  for (std::size_t i = 0; i < named.body.given.size() && i < 26; ++i) {
    std::string& name = named.body.given[i].name;
    names.emplace_back(name, std::string(1, static_cast<char>('a' + i)));
    name = names.back().second;
  }
  for (const Step& step : named.body.steps)
    if (step.call) name_absent(*step.call, names);
  auto rename = [&](std::string& text) {
    std::string out;
    std::size_t done = 0;
    scenario::for_each_reference(text, [&](std::string_view name, std::size_t begin, std::size_t end) {
      auto found = std::ranges::find(names, name, &Names::value_type::first);
      if (found == names.end()) return;
      out.append(text, done, begin - done)
          .append(end - begin > name.size() + 1 ? "${" : "$")
          .append(found->second);
      if (end - begin > name.size() + 1) out += '}';
      done = end;
    });
    text = out.append(text, done);
  };
  for (Role& role : named.body.other) rename(role.image.id);
  for (Step& step : named.body.steps) {
    if (step.http.body) rename(*step.http.body);
    for (auto& [from, to] : step.after_signing.replace) rename(from), rename(to);
    for (std::string& name : step.expect.world.gone) rename(name);
    for (auto& [answer, told] : step.expect.answers)
      for (std::string& name : told.world.gone) rename(name);
    if (step.call) step.call = renamed(*step.call, rename);
    for (Json& call : step.beside) call = renamed(call, rename);
  }
  return named;
}

}  // namespace diconform::probe
