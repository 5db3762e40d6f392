// JSON values read as ours: what `ObjectReader` (base/json_reader.h) does with one member, by the type of its
// destination.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json_place.h"

namespace diconform {

Result<void> read_json(const Json& json, const JsonPlace& place, bool& out);
Result<void> read_json(const Json& json, const JsonPlace& place, double& out);
Result<void> read_json(const Json& json, const JsonPlace& place, std::string& out);
Result<void> read_json(const Json& json, const JsonPlace& place,
                       std::set<std::string>& out);                           // repeats are mistakes
Result<void> read_json(const Json& json, const JsonPlace& place, Json& out);  // any value at all
Result<std::int64_t> read_integer(const Json& json, const JsonPlace& place, std::int64_t least,
                                  std::int64_t most);

template <class Integer>
  requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>)
Result<void> read_json(const Json& json, const JsonPlace& place, Integer& out) {
  constexpr auto kLeast = std::numeric_limits<Integer>::min();
  constexpr auto kMost = std::numeric_limits<Integer>::max();
  constexpr std::int64_t kFits =
      std::in_range<std::int64_t>(kMost) ? static_cast<std::int64_t>(kMost) : INT64_MAX;
  TRY(std::int64_t value, read_integer(json, place, kLeast, kFits));
  out = static_cast<Integer>(value);
  return {};
}

template <class Value>
Result<Value> json_as(const Json& json, const JsonPlace& place) {
  Value value{};
  TRY_VOID(read_json(json, place, value));
  return value;
}

// A null is nothing. (A member that may be absent but not null is not made std::optional: see
// ObjectReader::optional.)
template <class Value>
Result<void> read_json(const Json& json, const JsonPlace& place, std::optional<Value>& out) {
  out.reset();
  if (json.is_null()) return {};
  TRY(out, json_as<Value>(json, place));
  return {};
}

// A reader of arrays from a reader of items.
template <class ReadItem>
auto each(ReadItem read_item) {
  using Item = typename std::invoke_result_t<ReadItem, const Json&, const JsonPlace&>::value_type;
  return [read_item](const Json& json, const JsonPlace& place) -> Result<std::vector<Item>> {
    const Json::Array* items = json.array();
    if (!items) return place.mismatch(json, "an array");
    std::vector<Item> out;
    for (std::size_t i = 0; i < items->size(); ++i) {
      TRY(Item item, read_item((*items)[i], place / i));
      out.push_back(std::move(item));
    }
    return out;
  };
}

template <class Item>
Result<void> read_json(const Json& json, const JsonPlace& place, std::vector<Item>& out) {
  TRY(out, each(json_as<Item>)(json, place));
  return {};
}

template <class Value>
Result<void> read_json(const Json& json, const JsonPlace& place, std::map<std::string, Value>& out) {
  const Json::Object* members = json.object();
  if (!members) return place.mismatch(json, "an object");
  out.clear();
  for (const auto& [name, value] : *members) {
    TRY(out[name], json_as<Value>(value, place / name));
  }
  return {};
}

// A reader of a word from a closed list. The table must outlive the reader.
template <class Value>
auto word(std::span<const std::pair<std::string_view, Value>> words) {
  return [words](const Json& json, const JsonPlace& place) -> Result<Value> {
    std::string known;
    for (const auto& [name, value] : words) {
      if (json.string() && *json.string() == name) return value;
      known += (known.empty() ? "\"" : ", \"") + std::string(name) + '"';
    }
    return place.mismatch(json, "one of " + known);
  };
}

}  // namespace diconform
