// The rate limit, as a campaign tries it: episodes of calls, each in an account of its own.
//
// A burst of a used-up account is a scenario like any other (generate.h). How many calls a second pass takes
// seconds to be seen, so that episodes go on beside everything else, and what they show is held for true only
// if most repetitions show it: the endpoint is busy meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "probe/campaign/generate.h"
#include "probe/campaign/investigate.h"

namespace diconform::probe {

// A call that takes so long is slow: half of what the gate of the rate calls a delay (judge/rate_gate.h).
inline constexpr std::int64_t kSlowUs = 250'000;

struct RateScripts {
  std::vector<Script> brief;   // short, far over the limit: whether there is any
  std::vector<Script> steady;  // how many pass, in every form and as dry runs, the plainest first
};

// The episodes that make sense there. None where accounts cannot be kept apart.
RateScripts rate_scripts(const Abilities& abilities);

class RateTrials {
 public:
  // What is pointed to must outlive it. `name`: of its trials.
  RateTrials(const target::EndpointSetup& setup, const Oracle& oracle, const judge::Rules& rules,
             Findings& findings, std::string name)
      : setup_(setup), oracle_(oracle), rules_(rules), findings_(findings), name_(std::move(name)) {}

  // Of the campaign around it.
  struct Surroundings {
    std::function<std::int64_t()> time_left_us;
    // Whether no other call was slow since then: what holds those up holds up ours.
    std::function<bool(std::int64_t us)> calm_since;
  };
  using Tell = std::function<void(Investigator::Inquiry, const std::string& kind)>;
  // Performs all scripts, at most `side_by_side` at once, and tells of each that shows something, once a
  // clause: a finding if most of five repetitions show it too (or of as many as there is time for), while no
  // other call was slow where that matters.
  void run(const std::vector<Script>& scripts, std::size_t side_by_side, const Surroundings& around,
           const Tell& tell);

 private:
  std::vector<Trying> perform(const std::vector<Script>& scripts, std::size_t side_by_side);
  Investigator::Inquiry confirm(const Script& script, Proof proof, std::size_t times,
                                std::size_t side_by_side, const Surroundings& around);

  const target::EndpointSetup& setup_;
  const Oracle& oracle_;
  const judge::Rules& rules_;
  Findings& findings_;
  std::string name_;
  std::size_t number_ = 0;
};

}  // namespace diconform::probe
