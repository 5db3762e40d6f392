// A case that is a probe: which experiment it is.
#pragma once

#include <string>

namespace diconform::scenario {

// An experiment instead of steps. What it does and finds is harness/probe's.
struct ProbePlan {
  enum class Kind { kIds, kRate };
  Kind kind = Kind::kIds;
  std::string level = "standard";  // of kIds: quick, standard or exhaustive
  friend bool operator==(const ProbePlan&, const ProbePlan&) = default;
};

}  // namespace diconform::scenario
