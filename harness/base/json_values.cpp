#include "base/json_values.h"

#include <charconv>

#include "base/text.h"

namespace diconform {

Result<void> read_json(const Json& json, const JsonPlace& place, bool& out) {
  const bool* value = json.boolean();
  if (!value) return place.mismatch(json, "true or false");
  out = *value;
  return {};
}

Result<void> read_json(const Json& json, const JsonPlace& place, double& out) {
  const Json::Number* number = json.number();
  if (!number) return place.mismatch(json, "a number");
  const char* end = number->text.data() + number->text.size();
  auto [stop, error] = std::from_chars(number->text.data(), end, out);
  if (error != std::errc() || stop != end) return place.mismatch(json, "a number that fits a double");
  return {};
}

Result<void> read_json(const Json& json, const JsonPlace& place, std::string& out) {
  const std::string* value = json.string();
  if (!value) return place.mismatch(json, "a string");
  out = *value;
  return {};
}

Result<void> read_json(const Json& json, const JsonPlace& place, std::set<std::string>& out) {
  TRY(std::vector<std::string> items, json_as<std::vector<std::string>>(json, place));
  out.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!out.insert(items[i]).second)
      return (place / i).failure("repeats " + quoted(items[i]), "list it once");
  }
  return {};
}

Result<void> read_json(const Json& json, const JsonPlace&, Json& out) {
  out = json;
  return {};
}

Result<std::int64_t> read_integer(const Json& json, const JsonPlace& place, std::int64_t least,
                                  std::int64_t most) {
  std::optional<std::int64_t> value = json.integer();
  if (value && *value >= least && *value <= most) return *value;
  return place.mismatch(json, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace diconform
