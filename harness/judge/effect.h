// What a step did to the world, held against what it may do.
#pragma once

#include <optional>
#include <vector>

#include "api/call.h"
#include "judge/reply.h"
#include "result/observation.h"
#include "result/outcome.h"

namespace diconform::judge {

// What the step's call asks for, read leniently ("True" counts as true); nothing where it asks for nothing
// that a DeleteImages could do.
std::optional<api::DeleteImages> asked_for(const result::StepObservation& step);
// The same of typed parameters alone.
std::optional<api::DeleteImages> asked_in(const Json& parameters);

// What the accepted calls of a rate step did: their images are gone, those of the refused are not. `accepted`
// as exchanges; nothing of a call that was not answered, which may have been carried out.
std::vector<result::Finding> rate_effect_findings(const result::StepObservation& step,
                                                  const std::vector<std::optional<bool>>& accepted);

// Breaches of the clauses about effects. `expectation` is the one of the answer that was given; `refused`: no
// call of the step succeeded.
std::vector<result::Finding> effect_findings(const result::StepObservation& step,
                                             const scenario::WorldExpectation& expectation, bool refused,
                                             const result::Observation& observation);

}  // namespace diconform::judge
