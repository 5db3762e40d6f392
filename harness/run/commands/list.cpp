#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "client/catalogue.h"
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

// Cases of either kind.
template <class Info, class Trial>
Json to_json(const Info& info, const std::vector<Trial>& trials, const char* verb) {
  Json json;
  json.set("case", info.name);
  json.set("verb", verb);
  json.set("file", info.file);
  if (!info.why.empty()) json.set("why", info.why);
  json.set("covers", Json::Array(info.covers.begin(), info.covers.end()));
  Json::Array ids;
  for (const Trial& trial : trials) ids.emplace_back(trial.id);
  json.set("trials", std::move(ids));
  return json;
}

// The cases among which the trials are, as rows of a text or as members of the list.
template <class Info, class Trial>
std::size_t add_cases(const std::vector<Info>& cases, std::vector<Trial> trials, const char* verb,
                      std::string& text, Json::Array& all) {
  std::map<std::string, std::vector<Trial>> by_case;
  for (Trial& trial : trials) by_case[trial.case_name].push_back(std::move(trial));
  for (const Info& info : cases) {
    auto found = by_case.find(info.name);
    if (found == by_case.end()) continue;
    all.push_back(to_json(info, found->second, verb));
    text += fmt::format("{:<64} {:>3} trials  {}\n", info.name, found->second.size(),
                        fmt::join(info.covers, " "));
  }
  return by_case.size();
}

}  // namespace

int list_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  auto clients = client::open_catalogue(options.target.cases);
  if (!clients) return complain(clients.error(), kUsage);
  std::string edition = edition_of(options);
  // A pattern means what it means to `run`; client cases are listed where they are asked for, or where it
  // means nothing else.
  std::vector<scenario::Trial> trials;
  std::vector<client::Trial> client_trials;
  if (!options.of_clients) trials = scenario::select(catalogue->cases, edition, options.patterns);
  if (trials.empty()) client_trials = client::select(clients->cases, options.patterns);
  if (options.needs) {
    Json json;
    for (const auto& [role, count] : needs_of(trials)) json.set(role, std::uint64_t{count});
    fmt::print("{}\n", to_text(json, JsonStyle::kPretty));
    return trials.empty() ? kNotEnough : kConforms;
  }
  if (trials.empty() && client_trials.empty())
    return complain({"list", "no case of edition " + edition + " matches", ""}, kNotEnough);
  const std::size_t of_endpoint = trials.size(), of_client = client_trials.size();
  Json::Array all;
  std::string text, client_text;
  const std::size_t cases = add_cases(catalogue->cases, std::move(trials), "run", text, all);
  const std::size_t client_cases =
      add_cases(clients->cases, std::move(client_trials), "client", client_text, all);
  if (options.format == "json") {
    fmt::print("{}\n", to_text(Json(std::move(all)), JsonStyle::kPretty));
    return kConforms;
  }
  if (of_endpoint > 0) fmt::print("{}{} cases, {} trials of edition {}\n", text, cases, of_endpoint, edition);
  if (of_client > 0) fmt::print("{}{} client cases, {} trials\n", client_text, client_cases, of_client);
  return kConforms;
}

}  // namespace diconform::run
