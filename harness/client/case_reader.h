// Reads the suites of client cases. The form is cases/client/README.md's; unknown members are mistakes.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/case.h"
#include "scenario/clauses.h"

namespace diconform::client {

// The cases of one suite file.
Result<std::vector<CaseInfo>> read_suite(std::string_view path, std::string_view text,
                                         const scenario::Clauses& clauses);

}  // namespace diconform::client
