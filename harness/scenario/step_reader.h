// Reads the steps of a case and what each expects.
#pragma once

#include "base/error.h"
#include "base/json_reader.h"
#include "scenario/case_reader.h"

namespace diconform::scenario {

struct StepContext {
  const Vocabulary& vocabulary;
  bool has_other = false;  // whether the case has a second account
};

// A step that is an object of its own.
Result<Step> read_step(const Json& json, const JsonPlace& place, const StepContext& context);
// A step whose members stand among a case's.
Result<Step> read_step_members(ObjectReader& members, const Json& json, const StepContext& context);

Result<Expectation> read_expectation(const Json& json, const JsonPlace& place, const StepContext& context);

}  // namespace diconform::scenario
