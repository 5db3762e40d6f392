#include "probe/campaign/script.h"

namespace diconform::probe {

scenario::Trial trial_of(const Script& script, const std::string& id, const std::string& edition) {
  scenario::Trial trial;
  trial.id = id;
  trial.case_name = id;
  trial.edition = edition;
  trial.encoding = script.encoding;
  trial.scheme = script.scheme;
  trial.body = std::make_shared<const scenario::Body>(script.body);
  return trial;
}

std::size_t weight_of(const Script& script) {
  std::size_t weight = script.encoding == wire::Encoding::kJson ? 0 : 10;
  if (script.scheme == wire::Scheme::kV1Sha1) weight += 5;
  for (const scenario::Step& step : script.body.steps) {
    weight += 100'000 + 10'000 * (step.times + step.together);
    if (const Json* ids = step.call ? step.call->find("ImageIds") : nullptr; ids && ids->array())
      weight += 1'000 * ids->array()->size();
    if (step.call && step.call->object()) weight += 300 * step.call->object()->size();
  }
  return weight +
         to_text(to_json(scenario::WrittenCase{"", "", "", script.encoding, script.scheme, script.body}))
             .size();
}

}  // namespace diconform::probe
