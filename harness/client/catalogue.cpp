#include "client/catalogue.h"

#include <algorithm>
#include <set>

#include "base/json_reader.h"
#include "base/text.h"
#include "client/case_reader.h"

namespace diconform::client {

const CaseInfo* Catalogue::find_case(std::string_view name) const {
  auto found = std::ranges::find(cases, name, &CaseInfo::name);
  return found == cases.end() ? nullptr : &*found;
}

Result<Catalogue> read_catalogue(std::span<const scenario::SourceFile> files) {
  constexpr std::string_view kClauses = "client/requirements.json";
  Catalogue catalogue;
  auto clauses = std::ranges::find(files, kClauses, &scenario::SourceFile::path);
  if (clauses == files.end()) return catalogue;
  TRY(Json json, parse_json(clauses->text, clauses->path, {.duplicates = false}));
  TRY(catalogue.clauses, scenario::clauses_from_json(json, clauses->path));
  std::set<std::string> names;
  for (const scenario::SourceFile& file : files) {
    bool suite = file.path.starts_with("client/") && file.path != kClauses &&
                 !file.path.starts_with("client/known-failures/");
    if (!suite) continue;
    TRY(std::vector<CaseInfo> cases, read_suite(file.path, file.text, catalogue.clauses));
    for (CaseInfo& info : cases) {
      if (!names.insert(info.name).second)
        return failure(info.file, "the case " + quoted(info.name) + " exists already", "rename one");
      catalogue.cases.push_back(std::move(info));
    }
  }
  return catalogue;
}

Result<Catalogue> open_catalogue(const std::string& folder) {
  if (folder.empty()) return client::read_catalogue(scenario::embedded_files());
  TRY(auto loaded, scenario::read_folder(folder));
  return client::read_catalogue(loaded.files());
}

std::vector<Trial> select(std::span<const CaseInfo> cases, std::span<const std::string> patterns) {
  std::vector<Trial> trials;
  for (const CaseInfo& info : cases) {
    for (const Trial& trial : info.trials) {
      if (scenario::matches_any(trial.id, trial.case_name, patterns)) trials.push_back(trial);
    }
  }
  return trials;
}

}  // namespace diconform::client
