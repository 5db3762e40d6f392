#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {
namespace {

std::string edition_of(const Options& options) {
  return options.target.edition.empty() ? "2023-03-27" : options.target.edition;
}

// What a static world must offer, by role, for one run of the trials.
std::map<std::string, std::size_t> needs_of(const std::vector<scenario::Trial>& trials) {
  std::map<std::string, std::size_t> needs;
  auto role_of = [](const api::Image& image) -> std::string {
    if (image.type == "PUBLIC_IMAGE") return "public";
    if (image.type == "SHARED_IMAGE") return "sharedIn";
    if (!image.shared_to.empty()) return "sharedOut";
    if (image.task_running) return "running";
    std::string state = image.state;
    for (char& c : state) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return state;
  };
  for (const scenario::Trial& trial : trials) {
    for (const scenario::Role& role : trial.body->given) ++needs[role_of(role.image)];
  }
  return needs;
}

Json to_json(const scenario::CaseInfo& info, const std::vector<scenario::Trial>& trials) {
  Json json;
  json.set("case", info.name);
  json.set("file", info.file);
  if (!info.why.empty()) json.set("why", info.why);
  json.set("covers", Json::Array(info.covers.begin(), info.covers.end()));
  Json::Array ids;
  for (const scenario::Trial& trial : trials) ids.emplace_back(trial.id);
  json.set("trials", std::move(ids));
  return json;
}

}  // namespace

int list_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  std::string edition = edition_of(options);
  auto trials = scenario::select(catalogue->cases, edition, options.patterns);
  if (trials.empty()) return complain({"list", "no case of edition " + edition + " matches", ""}, kNotEnough);
  if (options.needs) {
    Json json;
    for (const auto& [role, count] : needs_of(trials)) json.set(role, std::uint64_t{count});
    fmt::print("{}\n", to_text(json, JsonStyle::kPretty));
    return kConforms;
  }
  std::map<std::string_view, std::vector<scenario::Trial>> by_case;
  for (scenario::Trial& trial : trials) by_case[trial.case_name].push_back(trial);
  Json::Array all;
  std::string text;
  for (const scenario::CaseInfo& info : catalogue->cases) {
    auto found = by_case.find(info.name);
    if (found == by_case.end()) continue;
    if (options.format == "json") {
      all.push_back(to_json(info, found->second));
    } else {
      text += fmt::format("{:<64} {:>3} trials  {}\n", info.name, found->second.size(),
                          fmt::join(info.covers, " "));
    }
  }
  if (options.format == "json") {
    fmt::print("{}\n", to_text(Json(std::move(all)), JsonStyle::kPretty));
  } else {
    fmt::print("{}{} cases, {} trials of edition {}\n", text, by_case.size(), trials.size(), edition);
  }
  return kConforms;
}

}  // namespace diconform::run
