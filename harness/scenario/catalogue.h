// The catalogue: every edition, clause, choice and case, and the trials they become.
//
// Read once, then immutable and safe to share between threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/edition.h"
#include "base/error.h"
#include "scenario/case.h"
#include "scenario/clauses.h"

namespace diconform::scenario {

// A file of the catalogue, wherever it comes from.
struct SourceFile {
  std::string path;  // relative: "endpoint/dry-run/states.json"
  std::string_view text;
};
// The catalogue this binary was built with.
std::span<const SourceFile> embedded_files();

// One way to perform a case: the smallest thing that gets a verdict.
struct Trial {
  std::string id;         // suite/case[2023-03-27,json,tc3,label]
  std::string case_name;  // suite/case
  std::string edition;
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
  std::shared_ptr<const Body> body;
};

// A case with its texts, as `list` and `explain` show it.
struct CaseInfo {
  std::string name;  // suite/case
  std::string file, why, purpose;
  std::vector<std::string> covers, editions;
  Json source;                // the case as written
  std::vector<Trial> trials;  // of every edition
};

struct Catalogue {
  std::vector<api::Edition> editions;
  Clauses clauses;
  Choices choices;
  std::vector<CaseInfo> cases;
  const api::Edition* edition(std::string_view id) const;
  const CaseInfo* find_case(std::string_view name) const;
};

// A folder read whole, for whoever reads source files.
struct Folder {
  std::vector<std::string> paths, texts;  // relative, sorted
  std::vector<SourceFile> files() const;  // refers to both
};
Result<Folder> read_folder(const std::string& folder);

// Reads files of the form of cases/README.md. The first thing wrong is the Error: file, JSON pointer, what
// and remedy.
Result<Catalogue> read_catalogue(std::span<const SourceFile> files);
// The same without its cases, for whoever brings his own or none: a tenth of the time and of the memory.
Result<Catalogue> read_vocabulary(std::span<const SourceFile> files);
// The whole catalogue from a folder (`--cases DIR`).
Result<Catalogue> read_catalogue_folder(const std::string& folder);
// The cases of one suite file outside any catalogue, held against the catalogue's clauses, choices and
// editions.
Result<std::vector<CaseInfo>> read_suite(const SourceFile& file, const Catalogue& catalogue);

// The trials of one edition whose case name or trial id matches one of the patterns (globs; none = all), in
// catalogue order. A pattern without '/' matches a suite or a case name.
std::vector<Trial> select(std::span<const CaseInfo> cases, std::string_view edition,
                          std::span<const std::string> patterns);

// Whether one of the patterns means this trial, as `select` says; no pattern means every trial.
bool matches_any(std::string_view trial, std::string_view case_name, std::span<const std::string> patterns);

}  // namespace diconform::scenario
