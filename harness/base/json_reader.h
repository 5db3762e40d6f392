// Strict reading of JSON into values: every member is known, every type is checked, every complaint says where.
//
//   Result<Limits> limits_from_json(const Json& json, const JsonPlace& place) {
//     Limits limits;
//     ObjectReader members(json, place);
//     members.required("skewSeconds", limits.skew_seconds);
//     members.optional("imageIds", limits.image_ids);
//     TRY_VOID(members.finish());
//     return limits;
//   }
//
// The first mistake is kept and later reads do nothing, so that a function reads straight through and asks once, at the
// end. What can be read: see `read` below; anything else by a function like the one above, handed to `required_with`.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace diconform {

// Where a value stands: a source (a file, an URL) and the JSON pointer in it (RFC 6901). Made from the source alone.
class JsonPlace {
 public:
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  JsonPlace(const Text& source) : source_(std::string_view(source)) {}
  JsonPlace operator/(std::string_view member) const;
  JsonPlace operator/(std::size_t index) const;
  const std::string& source() const { return source_; }
  const std::string& pointer() const { return pointer_; }
  std::string text() const;  // "cases/x.json: /cases/0/name"
  std::unexpected<Error> failure(std::string what, std::string remedy = "") const;
  // "is a number (7), expected a string"
  std::unexpected<Error> mismatch(const Json& found, std::string_view expected) const;

 private:
  std::string source_, pointer_;
};

// Reads a file of JSON in which no member may appear twice.
Result<Json> read_json_file(const std::string& path);

Result<void> read(const Json& json, const JsonPlace& place, bool& out);
Result<void> read(const Json& json, const JsonPlace& place, double& out);
Result<void> read(const Json& json, const JsonPlace& place, std::string& out);
Result<void> read(const Json& json, const JsonPlace& place, std::set<std::string>& out);  // a repeated one is an error
Result<void> read(const Json& json, const JsonPlace& place, Json& out);                   // anything
Result<std::int64_t> read_integer(const Json& json, const JsonPlace& place, std::int64_t least, std::int64_t most);

template <class Integer>
  requires(std::integral<Integer> && !std::same_as<Integer, bool>)
Result<void> read(const Json& json, const JsonPlace& place, Integer& out) {
  using Limits = std::numeric_limits<Integer>;
  constexpr std::int64_t kMost = std::in_range<std::int64_t>(Limits::max()) ? Limits::max() : INT64_MAX;
  TRY(std::int64_t value, read_integer(json, place, Limits::min(), kMost));
  out = static_cast<Integer>(value);
  return {};
}

// Each item by `read_item(json, place) -> Result<Item>`.
template <class Item, class ReadItem>
Result<void> read_array(const Json& json, const JsonPlace& place, std::vector<Item>& out, ReadItem&& read_item) {
  const Json::Array* items = json.array();
  if (!items) return place.mismatch(json, "an array");
  out.clear();
  for (std::size_t i = 0; i < items->size(); ++i) {
    TRY(Item item, read_item((*items)[i], place / i));
    out.push_back(std::move(item));
  }
  return {};
}

template <class Value>
Result<Value> read_value(const Json& json, const JsonPlace& place) {
  Value value{};
  TRY_VOID(read(json, place, value));
  return value;
}

template <class Item>
Result<void> read(const Json& json, const JsonPlace& place, std::vector<Item>& out) {
  return read_array(json, place, out, read_value<Item>);
}

// A null reads as nothing; a value that may not be null is not made optional for being absent: see ObjectReader::optional.
template <class Value>
Result<void> read(const Json& json, const JsonPlace& place, std::optional<Value>& out) {
  out.reset();
  if (json.is_null()) return {};
  TRY(out, read_value<Value>(json, place));
  return {};
}

template <class Value>
Result<void> read(const Json& json, const JsonPlace& place, std::map<std::string, Value>& out) {
  const Json::Object* members = json.object();
  if (!members) return place.mismatch(json, "an object");
  out.clear();
  for (const auto& [name, value] : *members) {
    TRY(out[name], read_value<Value>(value, place / name));
  }
  return {};
}

// A word of a closed list, as a value: {{"none", kNone}, …}.
template <class Value>
using JsonWords = std::span<const std::pair<std::string_view, Value>>;

// One object, member by member. Not for keeping: it refers to the Json. A member that repeats counts as its last; parse
// with JsonLimits::duplicates false where that is a mistake.
class ObjectReader {
 public:
  ObjectReader(const Json& json, JsonPlace place);

  const JsonPlace& place() const { return place_; }
  // The member, or null; from then on it is a known one.
  const Json* member(std::string_view name);
  // Like member(), and a mistake where it is absent.
  const Json* required_member(std::string_view name);

  // Absent: `out` stays as it is.
  template <class Value>
  void optional(std::string_view name, Value& out) {
    if (const Json* found = member(name); found && !error_) note(read(*found, place_ / name, out));
  }
  template <class Value>
  void required(std::string_view name, Value& out) {
    if (required_member(name)) optional(name, out);
  }

  // By `reader(json, place) -> Result<Value>`.
  template <class Value, class Reader>
  void optional_with(std::string_view name, Value& out, Reader&& reader) {
    const Json* found = member(name);
    if (!found || error_) return;
    auto value = reader(*found, place_ / name);
    if (value) out = std::move(*value);
    else error_ = std::move(value).error();
  }
  template <class Value, class Reader>
  void required_with(std::string_view name, Value& out, Reader&& reader) {
    if (required_member(name)) optional_with(name, out, std::forward<Reader>(reader));
  }
  template <class Item, class ReadItem>
  void optional_array(std::string_view name, std::vector<Item>& out, ReadItem&& read_item) {
    if (const Json* found = member(name); found && !error_) note(read_array(*found, place_ / name, out, read_item));
  }
  template <class Item, class ReadItem>
  void required_array(std::string_view name, std::vector<Item>& out, ReadItem&& read_item) {
    if (required_member(name)) optional_array(name, out, std::forward<ReadItem>(read_item));
  }

  template <class Value>
  void optional_word(std::string_view name, Value& out, JsonWords<Value> words) {
    const Json* found = member(name);
    if (!found || error_) return;
    std::string known;
    for (const auto& [word, value] : words) {
      if (found->string() && *found->string() == word) return void(out = value);
      known += (known.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    note(Result<void>((place_ / name).mismatch(*found, "one of " + known)));
  }
  template <class Value>
  void required_word(std::string_view name, Value& out, JsonWords<Value> words) {
    if (required_member(name)) optional_word(name, out, words);
  }

  // A mistake the caller found in the member.
  void refuse(std::string_view name, std::string what, std::string remedy = "");
  bool failed() const { return error_.has_value(); }

  // The first mistake, or an unknown member; the remedy lists the known ones.
  Result<void> finish();
  // The first mistake; unknown members are let be (a protocol that others extend).
  Result<void> finish_ignoring_unknown();

 private:
  void note(Result<void> read) {
    if (!read && !error_) error_ = std::move(read).error();
  }

  const Json& json_;
  JsonPlace place_;
  std::vector<std::string_view> known_;
  std::optional<Error> error_;
};

}  // namespace diconform
