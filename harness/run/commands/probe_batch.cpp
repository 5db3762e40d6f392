#include <iostream>

#include "base/file.h"
#include "probe/batch.h"
#include "reports/order_drawing.h"
#include "run/probing.h"

namespace diconform::run {
namespace {

Json characteristics(const probe::BatchProbe& probe) {
  Json json;
  if (probe.most) json.set("maxImageIds", std::uint64_t{*probe.most});
  if (!probe.most) json.set("maxImageIdsAtLeast", std::uint64_t{probe.tried});
  Json::Array order, by_place, untestable;
  for (const auto& [above, below] : probe.precedence) order.push_back(Json::Array{above, below});
  for (const std::string& pair : probe.by_place) by_place.push_back(pair);
  for (const std::string& code : probe.untestable) untestable.push_back(code);
  json.set("precedence", std::move(order));
  Json::Array drawn;
  for (const auto& [above, below] : probe::reduced(probe.precedence))
    drawn.push_back(Json::Array{above, below});
  if (!drawn.empty()) json.set("precedenceDrawn", std::move(drawn));
  if (!by_place.empty()) json.set("precedenceByPlace", std::move(by_place));
  if (!untestable.empty()) json.set("precedenceUntestable", std::move(untestable));
  if (!probe.duplicates.empty()) json.set("duplicates", probe.duplicates);
  return json;
}

// The order for a person, without what follows from the rest.
void tell(const probe::BatchProbe& probe) {
  for (const auto& [above, below] : probe::reduced(probe.precedence))
    std::cerr << "probe batch: " << above << " before " << below << '\n';
  for (const std::string& pair : probe.by_place)
    std::cerr << "probe batch: " << pair << ": whichever comes first in the list\n";
}

Result<void> write_pictures(const ProbeOptions& options, const Json& characteristics) {
  const Json* drawn = characteristics.find("precedenceDrawn");
  const Json order = drawn ? *drawn : Json(Json::Array{});
  if (!options.dot.empty()) TRY_VOID(write_file(options.dot, reports::order_dot(order)));
  if (!options.plot.empty()) TRY_VOID(write_file(options.plot, reports::order_svg(order, true)));
  return {};
}

}  // namespace

int probe_batch_verb(const Options& options) {
  auto work = [&](Session& session) -> Result<ProbeOutcome> {
    TRY(probe::BatchProbe probe, probe::probe_batch(session.setup(), session.edition()));
    ProbeOutcome outcome;
    outcome.characteristics = characteristics(probe);
    tell(probe);
    TRY_VOID(write_pictures(options.probe, outcome.characteristics));
    outcome.findings = std::move(probe.findings);
    return outcome;
  };
  return run_probe(options, "probe/batch", work);
}

}  // namespace diconform::run
