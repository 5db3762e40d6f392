// Makes a script smaller on its structure while it still fails: steps, repeats, ids, members, states,
// characters. Pure but for what the predicate does.
#pragma once

#include <cstddef>
#include <functional>

#include "probe/campaign/script.h"

namespace diconform::probe {

// Delta debugging (Zeller and Hildebrandt, 2002) over what a case is made of: reductions are tried from the
// coarse to the fine and again from the start, until none is left that fails. Ends in a script none of whose
// single reductions fails, or after `most_attempts` (of the predicate). The larger parts that the result
// still has, it needs.
Script shrink(Script script, const std::function<bool(const Script&)>& fails,
              std::size_t most_attempts = 600);

}  // namespace diconform::probe
