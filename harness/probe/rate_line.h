// The rim of the rate probe: sends episodes, and the small experiments beside them.
//
// Open loop: every call has an absolute deadline, is signed beforehand and finds a connection that is open.
// An episode in which more than 2 % of the calls left over 20 ms late is void and repeated.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probe/caller.h"
#include "probe/rate_identify.h"
#include "target/rate_episode.h"

namespace diconform::probe {

struct RateProbe {
  std::vector<RateCall> calls;  // of the episodes that count
  Identification found;
  std::size_t episodes = 0, voided = 0;
  std::size_t lost = 0;      // calls of those episodes that got no answer: what became of them, nobody knows
  std::string inconclusive;  // why nothing can be said; else empty
  std::string code;          // of refusals: the first that is not RequestLimitExceeded, else that
  // "account", "account+action", "connection", "address", "shared" (by all), or "shared or address" where
  // there is no other address to call from; empty: not looked at.
  std::string key;
  std::optional<bool> executes;  // whether a refused call deleted its image all the same
  std::optional<bool> recovers;  // whether a call after a quiet spell is accepted
};

// `dry_run`: whether the edition has it. `tell` hears what is going on, for a person.
Result<RateProbe> probe_rate(const target::EndpointSetup& setup, bool dry_run,
                             const std::function<void(const std::string&)>& tell);

}  // namespace diconform::probe
