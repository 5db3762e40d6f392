#include "base/json_reader.h"

#include <algorithm>

namespace diconform {

ObjectReader::ObjectReader(const Json& json, JsonPlace place) : json_(json), place_(std::move(place)) {
  if (!json_.object()) error_ = place_.mismatch(json_, "an object").error();
}

const Json* ObjectReader::member(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.push_back(name);
  return json_.find(name);
}

void ObjectReader::refuse(std::string_view name, std::string what, std::string remedy) {
  if (error_) return;
  const JsonPlace& at = name.empty() ? place_ : place_ / name;
  error_ = at.failure(std::move(what), std::move(remedy)).error();
}

Result<void> ObjectReader::finish() {
  if (error_) return finish_ignoring_unknown();
  for (const auto& [name, value] : *json_.object()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    std::string known;
    for (std::string_view each_known : known_) known += (known.empty() ? "" : ", ") + std::string(each_known);
    return (place_ / name).failure("is a member that nothing reads", "known here: " + known);
  }
  return {};
}

Result<void> ObjectReader::finish_ignoring_unknown() {
  if (error_) return std::unexpected(std::move(*error_));
  return {};
}

}  // namespace diconform
