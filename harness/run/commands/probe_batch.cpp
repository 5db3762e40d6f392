#include "probe/batch.h"
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
  if (!by_place.empty()) json.set("precedenceByPlace", std::move(by_place));
  if (!untestable.empty()) json.set("precedenceUntestable", std::move(untestable));
  if (!probe.duplicates.empty()) json.set("duplicates", probe.duplicates);
  return json;
}

}  // namespace

int probe_batch_verb(const Options& options) {
  auto work = [](Session& session) -> Result<ProbeOutcome> {
    TRY(probe::BatchProbe probe, probe::probe_batch(session.setup(), session.edition()));
    ProbeOutcome outcome;
    outcome.characteristics = characteristics(probe);
    outcome.findings = std::move(probe.findings);
    return outcome;
  };
  return run_probe(options, "probe/batch", work);
}

}  // namespace diconform::run
