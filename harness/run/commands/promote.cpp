#include <filesystem>
#include <iostream>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "run/exit_code.h"
#include "run/session.h"
#include "scenario/case_writer.h"

namespace diconform::run {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuite = "found";
constexpr std::string_view kPurpose = "What campaigns have found, each as small as it gets.";

// The name, or the first of name-2, name-3, … that is free.
std::string free_name(const std::string& name, std::set<std::string>& taken) {
  std::string free = name;
  for (int i = 2; !taken.insert(free).second; ++i) free = name + "-" + std::to_string(i);
  return free;
}

std::set<std::string> names_of(const Json::Array& cases) {
  std::set<std::string> names;
  for (const Json& each : cases)
    if (const Json* name = each.find("name"); name && name->string()) names.insert(*name->string());
  return names;
}

Result<Json::Array> cases_in(const std::string& path) {
  if (!fs::exists(path)) return Json::Array{};
  TRY(std::string text, read_file(path));
  TRY(Json suite, parse_json(text, path, {.duplicates = false}));
  const Json* cases = suite.find("cases");
  if (!cases || !cases->array()) return failure(path, "has no cases");
  return *cases->array();
}

// Adds the cases to the suite of what was found. A catalogue that would not read any more is left as it was.
Result<std::string> promote_cases(const Json::Array& cases, const std::string& folder) {
  std::string path = (fs::path(folder) / "endpoint" / kSuite / (std::string(kSuite) + ".json")).string();
  TRY_VOID(scenario::read_catalogue_folder(folder));
  TRY(Json::Array all, cases_in(path));
  std::set<std::string> taken = names_of(all);
  for (Json one : cases) {
    const Json* name = one.find("name");
    one.set("name", free_name(name && name->string() ? *name->string() : "finding", taken));
    all.push_back(std::move(one));
  }
  auto before = read_file(path);
  std::error_code failed;
  fs::create_directories(fs::path(path).parent_path(), failed);
  TRY_VOID(write_file(path, scenario::suite_text(kSuite, kPurpose, all)));
  if (auto read = scenario::read_catalogue_folder(folder); !read) {
    if (before) TRY_VOID(write_file(path, *before));
    if (!before) fs::remove(path, failed);
    return std::unexpected(read.error());
  }
  return path;
}

Result<std::string> promote_crash(const std::string& bytes, const PromoteOptions& options) {
  if (options.of.empty())
    return failure("--of", "is missing: the file is no case file, so it is the input of a crash",
                   "name the fuzz target that crashed");
  fs::path folder = fs::path(options.into.empty() ? "fuzz/regressions" : options.into) / options.of;
  if (!fs::is_directory(folder.parent_path()))
    return failure(folder.parent_path().string(), "is no folder", "name that of the regressions with --into");
  std::error_code failed;
  fs::create_directories(folder, failed);
  std::string path = (folder / to_hex(sha256(bytes)).substr(0, 16)).string();
  TRY_VOID(write_file(path, bytes));
  return path;
}

}  // namespace

int promote_verb(const Options& options) {
  for (const std::string& file : options.patterns) {
    auto bytes = read_file(file);
    if (!bytes) return complain(bytes.error(), kUsage);
    auto json = parse_json(*bytes);
    const Json* cases = json ? json->find("cases") : nullptr;
    bool is_suite = cases && cases->array() && json->find("suite") && options.promote.of.empty();
    std::string catalogue = options.promote.into.empty() ? "cases" : options.promote.into;
    auto path = is_suite ? promote_cases(*cases->array(), catalogue) : promote_crash(*bytes, options.promote);
    if (!path) return complain(path.error(), kUsage);
    std::error_code failed;
    fs::remove(file, failed);
    std::cerr << file << " -> " << *path << '\n';
  }
  return kConforms;
}

}  // namespace diconform::run
