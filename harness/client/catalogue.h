// The client catalogue: the clauses an SDK is held against, and the cases that do it.
//
// Read once, then immutable and safe to share between threads.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/case.h"
#include "scenario/catalogue.h"

namespace diconform::client {

struct Catalogue {
  scenario::Clauses clauses;  // of client/requirements.json
  std::vector<CaseInfo> cases;
  const CaseInfo* find_case(std::string_view name) const;
};

// From the files of a catalogue: those under client/; nothing where it has none, as one of endpoint cases
// alone. The first thing wrong is the Error.
Result<Catalogue> read_catalogue(std::span<const scenario::SourceFile> files);
// From the folder of `--cases`, or what was built in where it is empty.
Result<Catalogue> open_catalogue(const std::string& folder);

// The trials whose case name or trial id matches one of the patterns (as scenario::select).
std::vector<Trial> select(std::span<const CaseInfo> cases, std::span<const std::string> patterns);

}  // namespace diconform::client
