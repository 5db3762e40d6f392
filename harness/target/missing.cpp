#include "target/endpoint_target.h"

namespace diconform::target {
namespace {

using Kind = NotPerformed::Kind;

template <class Set>
std::string first_missing(const Set& wanted, const Set& have) {
  for (const std::string& name : wanted) {
    if (!have.contains(name)) return name;
  }
  return "";
}

}  // namespace

std::optional<NotPerformed> missing_for(const scenario::Trial& trial, const EndpointSetup& setup) {
  const scenario::Needs& needs = trial.body->needs;
  const Capabilities& have = setup.capabilities;
  auto lacks = [](std::string what) { return NotPerformed{Kind::kUntestable, std::move(what)}; };
  if (!setup.worlds && (needs.world || trial.body->has_other))
    return lacks("no --world: images cannot be made");
  if (std::string state = first_missing(needs.states, have.states); needs.world && !state.empty()) {
    return lacks("the world has no state " + state);
  }
  if (std::string facet = first_missing(needs.facets, have.facets); !facet.empty())
    return lacks("the world has no facet " + facet);
  if (std::string action = first_missing(needs.actions, have.actions); !action.empty())
    return lacks("the endpoint has no action " + action);
  if (needs.virtual_clock && !have.virtual_clock) return lacks("the world has no virtual clock");
  if (needs.real_clock && have.virtual_clock) return lacks("the world's clock is virtual");
  if (needs.auth && !have.auth) return lacks("the endpoint checks no signatures");
  if (needs.max_image_ids && needs.max_image_ids != have.max_image_ids)
    return lacks("the endpoint does not announce a limit of " + std::to_string(*needs.max_image_ids) +
                 " image IDs");
  if (trial.body->has_other && !have.isolated) return lacks("the world knows one account only");
  if (!setup.loopback && needs.bytes)
    return NotPerformed{Kind::kSkipped, "raw bytes are sent to loopback only"};
  return std::nullopt;
}

}  // namespace diconform::target
