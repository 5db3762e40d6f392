// What the manual leaves open about batches: how many ids a call takes, which of several true errors it
// names, and what it makes of an id that stands there twice.
//
// The maximum is found by doubling and bisection, with images that exist, so that no other error is true.
// For the precedence every kind of error is first seen alone; then each pair is true at once, in both places
// and, where one image can have both faults, in one id. All calls are dry runs, but for the last, which
// deletes one image; where the edition has no DryRun the worlds are made anew.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/edition.h"
#include "probe/caller.h"
#include "result/outcome.h"

namespace diconform::probe {

using Order = std::vector<std::pair<std::string, std::string>>;  // the first wins over the second

// Without the pairs that others imply. Pairs of a circle stay.
Order reduced(const Order& order);

struct BatchProbe {
  std::optional<std::size_t> most;  // ids in one call
  std::size_t tried = 0;            // the greatest number that was tried
  std::string too_many;             // the code that says so
  Order precedence;
  std::vector<std::string> by_place;    // pairs of codes of which the first in the list wins
  std::string duplicates;               // "accepted" or the code; empty: could not be asked
  std::vector<std::string> untestable;  // kinds of error that this world cannot show
  std::vector<result::Finding> findings;
};

Result<BatchProbe> probe_batch(const target::EndpointSetup& setup, const api::Edition& edition);

}  // namespace diconform::probe
