// Different calls at one moment (`beside` in a case), held against every order in which they can have
// happened.
#pragma once

#include <optional>
#include <span>

#include "judge/reply.h"
#include "result/observation.h"

namespace diconform::judge {

// What is wrong where there is no order in which each call heard what it heard and the world that is seen is
// what they leave; nothing where there is one, or where the world before was not seen. `replies` as the
// exchanges of the step, which is bound. A refusal that tells of nothing missing says nothing: whether it was
// lawful is for the case.
std::optional<result::Finding> race_finding(const result::StepObservation& step,
                                            std::span<const Reply> replies);

}  // namespace diconform::judge
