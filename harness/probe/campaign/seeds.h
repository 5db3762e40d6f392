// Cases of the catalogue that a campaign performs among its own, in an order of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenario/catalogue.h"

namespace diconform::probe {

// Each case in one form or another, each of what it says for many things, then all the rest. What is pointed
// to must outlive it.
struct Seeds {
  Seeds(const std::vector<scenario::Trial>& all, std::uint64_t seed);
  std::vector<const scenario::Trial*> trials;
  std::size_t first_round = 0;  // so many are one of each kind
};

}  // namespace diconform::probe
