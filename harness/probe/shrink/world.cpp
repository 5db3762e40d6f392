#include <algorithm>
#include <utility>

#include "probe/shrink/reductions.h"

namespace diconform::probe {

using scenario::Step;

// All calls from one account, where which of the two it is makes no difference.
Made from_one_account(Script& script, std::size_t n) {
  if (n > 0) return Made::kEnd;
  bool changed = false;
  for (Step& step : script.body.steps) changed = std::exchange(step.as_other, false) || changed;
  return made(changed);
}

Made drop_role(Script& script, std::size_t n) {
  auto& given = script.body.given;
  auto& other = script.body.other;
  if (n >= given.size() + other.size()) return Made::kEnd;
  if (n >= given.size()) {
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(n - given.size()));
    return Made::kSmaller;
  }
  for (const Step& step : script.body.steps)
    for (const Json& call : step.beside)
      if (to_text(call).find("\"$" + given[n].name + "\"") != std::string::npos) return Made::kNothing;
  given.erase(given.begin() + static_cast<std::ptrdiff_t>(n));
  return Made::kSmaller;
}

Made drop_account(Script& script, std::size_t n) {
  scenario::Body& body = script.body;
  switch (n) {
    case 0:
      if (!body.has_other) return Made::kNothing;
      body.has_other = false;
      body.other.clear();
      return Made::kSmaller;
    case 1:
      return made(!std::exchange(body.account.token, "").empty());
    case 2:
      return made(!std::exchange(body.account.snapshots, {}).empty());
    case 3:
      return made(body.other.empty() ? false : !std::exchange(body.other.front().image.id, "").empty());
    case 4:
      return made(std::exchange(body.account.rate_limit, std::nullopt).has_value());
    case 5:
      return made(body.account.rate_limit && std::exchange(body.account.rate_limit, 1) != 1);
    default:
      return Made::kEnd;
  }
}

Made simplify_image(Script& script, std::size_t n) {
  constexpr std::size_t kWays = 9;
  if (n / kWays >= script.body.given.size()) return Made::kEnd;
  api::Image& image = script.body.given[n / kWays].image;
  api::Image before = image, plain;
  switch (n % kWays) {
    case 0:
      image = plain;
      break;
    case 1:
      image.snapshots = {};
      break;
    case 2:
      if (image.snapshots.size() > 1) image.snapshots.erase(std::prev(image.snapshots.end()));
      break;
    case 3:
      image.shared_to = {};
      break;
    case 4:
      if (image.shared_to.size() > 1) image.shared_to.erase(std::prev(image.shared_to.end()));
      break;
    case 5:
      image.state = plain.state;
      break;
    case 6:
      image.type = plain.type;
      image.task_running = false;
      break;
    case 7:
      image.name = "";
      break;
    default:
      image.id = "";
  }
  return made(image != before);
}

}  // namespace diconform::probe
