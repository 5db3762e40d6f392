#include <algorithm>

#include "probe/shrink/reductions.h"

namespace diconform::probe {

using scenario::Step;

namespace {

// 1, a half, one less.
Made fewer(std::size_t& number, std::size_t n, std::size_t least) {
  std::size_t to = n == 0 ? least : n == 1 ? number / 2 : number - 1;
  if (number <= least || to < least || to >= number) return Made::kNothing;
  number = to;
  return Made::kSmaller;
}

}  // namespace

Made keep_one_step(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n >= steps.size()) return Made::kEnd;
  if (steps.size() == 1) return Made::kNothing;
  steps = {steps[n]};
  return Made::kSmaller;
}

Made barest_step(Script& script, std::size_t n) {
  if (script.body.steps.size() > 1 || n > 3) return Made::kEnd;
  Step& step = script.body.steps.front();
  if (!step.call || !step.call->object() || !step.beside.empty()) return Made::kEnd;
  bool keeps_list = n % 2 == 1, keeps_members = n / 2 == 1;
  std::size_t before = weight_of(script);
  Step bare;
  bare.call = keeps_members ? *step.call : Json(Json::Object{});
  if (const Json* ids = step.call->find("ImageIds"))
    bare.call->set("ImageIds", keeps_list ? *ids : Json(Json::Array{Json("$absent")}));
  step = std::move(bare);
  script.body.account = {};
  script.body.has_other = false;
  script.body.other.clear();
  if (!keeps_list) script.body.given.clear();
  return made(weight_of(script) < before);
}

Made drop_steps_behind(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n + 1 >= steps.size()) return Made::kEnd;
  steps.resize(n + 1);
  return Made::kSmaller;
}

Made drop_step(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n >= steps.size() || steps.size() == 1) return Made::kEnd;
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

Made join_steps(Script& script, std::size_t n) {
  auto& steps = script.body.steps;
  if (n + 1 >= steps.size()) return Made::kEnd;
  auto text_of = [&](Step step) {
    step.times = 1;
    scenario::WrittenCase alone{"", "", "", script.encoding, script.scheme, {}};
    alone.body.steps = {std::move(step)};
    return to_text(to_json(alone));
  };
  bool single = steps[n].kind == Step::Kind::kCall && steps[n].at_once() == 1;
  if (!single || text_of(steps[n]) != text_of(steps[n + 1])) return Made::kNothing;
  steps[n].times += steps[n + 1].times;
  steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(n + 1));
  return Made::kSmaller;
}

Made repeat_less(Script& script, std::size_t n) {
  if (n / 3 >= script.body.steps.size()) return Made::kEnd;
  return fewer(script.body.steps[n / 3].times, n % 3, 1);
}

Made less_together(Script& script, std::size_t n) {
  if (n / 4 >= script.body.steps.size()) return Made::kEnd;
  std::size_t& together = script.body.steps[n / 4].together;
  return n % 4 == 0 ? fewer(together, 0, 1) : fewer(together, n % 4 - 1, 2);
}

Made less_beside(Script& script, std::size_t n) {
  auto step = std::ranges::find_if(script.body.steps, [](const Step& some) { return !some.beside.empty(); });
  if (step == script.body.steps.end() || n > 2 * step->beside.size()) return Made::kEnd;
  if (n == 0) step->call = step->beside.front();
  auto at = step->beside.begin() + static_cast<std::ptrdiff_t>(n == 0 ? 0 : (n - 1) / 2);
  if (n > 0 && n % 2 == 0) {
    bool said_more = at->object()->size() > 1;
    *at = Json::Object{{"ImageIds", *at->find("ImageIds")}};
    return made(said_more);
  }
  step->beside.erase(at);
  return Made::kSmaller;
}

}  // namespace diconform::probe
