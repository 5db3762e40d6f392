// Calls at their own time, whatever became of the others: a rate episode, or all at one moment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "scenario/case.h"
#include "wire/encode.h"
#include "wire/transport.h"

namespace diconform::target {

struct EpisodeCall {
  std::int64_t due_us = 0;  // from the start of the episode
  std::string bytes;        // signed beforehand
};

// When the calls of a plan are due: quiet, evenly, over the limit, quiet, one more.
std::vector<std::int64_t> due_times(const scenario::RatePlan& plan);

// The encoding and the signature of the i-th call of an episode that mixes them.
std::pair<wire::Encoding, wire::Scheme> by_turns(std::size_t i);

struct Episode {
  std::vector<wire::Exchange> exchanges;  // as the calls
  std::vector<std::int64_t> due_us;       // on the clock of the exchanges
};

// Sends by the real clock, each call when it is due, over `lines` connections made beforehand; while all of
// them wait for a reply, over further ones, so that an endpoint that delays its replies delays no call.
Episode run_episode(const std::vector<EpisodeCall>& calls, const wire::TransportFactory& transports,
                    Clock& clock, std::size_t lines, std::int64_t timeout_us, std::int64_t not_before_us = 0);

// The same on a virtual clock that `advance(ms)` moves; the times of the exchanges are then those of that
// clock.
Result<Episode> run_virtual_episode(const std::vector<EpisodeCall>& calls, wire::Transport& line,
                                    const std::function<Result<std::int64_t>(std::int64_t)>& advance,
                                    std::int64_t timeout_us);

// Sends all at one moment, each over a line of its own; more are made where there are too few.
std::vector<wire::Exchange> run_burst(const std::vector<std::string>& messages,
                                      std::vector<std::unique_ptr<wire::Transport>>& lines,
                                      const wire::TransportFactory& transports, std::int64_t timeout_us);

}  // namespace diconform::target
