// What was seen while a trial was performed: everything the judge may look at.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/world.h"
#include "scenario/case.h"
#include "wire/transport.h"

namespace diconform::result {

// One step, bound, with the worlds around it. A world is absent where the provider cannot show it.
struct StepObservation {
  scenario::Step step;
  std::vector<wire::Exchange> exchanges;                // in the order of their sending
  std::vector<std::int64_t> due_us;                     // of a rate step: when each was meant to be sent
  std::optional<api::World> before, after;              // of the account that called
  std::optional<api::World> other_before, other_after;  // of the account that did not
};

struct Observation {
  std::vector<StepObservation> steps;
  api::WorldFacets facets;  // what of a world can be compared
  bool virtual_clock = false;
  std::vector<std::pair<std::string, std::string>>
      names;  // id -> "$role", to speak of images as the case does
};

}  // namespace diconform::result
