// What can have become of one account: worlds that are still possible, and the ways a call can go from each.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "judge/reply.h"
#include "reference/chooser.h"
#include "reference/model.h"
#include "result/observation.h"
#include "scenario/case.h"

namespace diconform::probe {

// A world that is possible, with the answers to open questions that it takes for granted.
struct Belief {
  reference::State state;
  std::vector<reference::Asked> assumed = {};
};

inline constexpr std::string_view kTooManyCalls = "RequestLimitExceeded";

// One way a call can go: the replies that tell it, and the world that it leaves.
struct Way {
  scenario::ReplyMatch reply = {};
  std::string code = {};                // that the model would say; empty = success
  std::optional<api::World> next = {};  // nothing: unchanged
  std::vector<reference::Asked> asked = {};
};

// Every lawful way of the call from there. `pins` must fix errors.precedence.
std::vector<Way> ways_of(const reference::Manual& manual, const reference::Request& request, Belief& belief,
                         const reference::Pins& pins);
// The ways that a step's own expectation allows. `seen`: the bound step, with what was sent where it was.
std::vector<Way> ways_of(const result::StepObservation& seen, const api::World& world);

// The belief after a way was gone. Answers that are pinned need not be assumed.
Belief after(const Belief& belief, Way way, const reference::Pins& pins);
void add_unless_known(std::vector<Belief>& beliefs, Belief belief);

// What a way takes: ids of images and names of snapshots.
std::set<std::string> taken(const api::World& before, const std::optional<api::World>& after);

scenario::ReplyMatch either(scenario::ReplyMatch one, const scenario::ReplyMatch& other);
// The clause that a wrong reply breaks where one of these was lawful.
std::string clause_of(const std::vector<Way>& ways, bool dry_run, bool heard_success);

}  // namespace diconform::probe
