// A case with `forEach` becomes several: one for each way to fill in its variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_place.h"

namespace diconform::scenario {

// A name of a suite, case or label: a-z, 0-9, '.' and '-'.
bool is_slug(std::string_view name);

// A variable, and the value that it has under a label.
struct Filled {
  std::string variable, label;
  Json value;
};

// One way to fill in the variables of a case.
struct Filling {
  std::string label;  // ",name,name" for the trial id
  std::vector<Filled> values;
};

// The member `forEach`: variable -> label -> value; several variables multiply. Null: one filling without
// variables.
Result<std::vector<Filling>> read_fillings(const Json* json, const JsonPlace& place);

// The case with its variables filled in: "$name" alone is the value itself, within a text it is the value's
// text.
Json fill(const Json& json, const Filling& filling);

// An error found in the filled case, told of the case as it is written: what came out of a variable has its
// place in `forEach`. `place` is that of the case.
Error as_written(Error error, const Json& source, const Filling& filling, const JsonPlace& place);

}  // namespace diconform::scenario
