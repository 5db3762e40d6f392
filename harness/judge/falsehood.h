// What a reply claims that cannot be so, whatever the case allows: that an image is not found which is there,
// that a right signature is wrong. A case that takes any error is not satisfied by one that is untrue.
#pragma once

#include <optional>

#include "judge/reply.h"
#include "result/observation.h"

namespace diconform::judge {

// The finding on the first reply of a step, where its code says something untrue of a call that was sent as
// it was meant, once. `world_is_fresh`: step.before is the world as it was when the step began. Doubt is no
// falsehood.
std::optional<result::Finding> falsehood(const result::StepObservation& step, const Reply& reply,
                                         bool world_is_fresh);

}  // namespace diconform::judge
