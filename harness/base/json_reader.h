// Strict reading of JSON into values: every member is known, every type is checked, every complaint says
// where.
//
//   Result<Action> action_from_json(const Json& json, const JsonPlace& place) {
//     Action action;
//     ObjectReader members(json, place);
//     members.required("name", action.name);
//     members.optional("callsPerSecond", action.calls_per_second);  // absent: stays as it is
//     members.required("parameters", action.parameters, each(parameter_from_json));
//     members.required("kind", action.kind, word<Kind>(kKindWords));
//     TRY_VOID(members.finish());
//     return action;
//   }
//
// The first mistake is kept and what is read later stays unset, so that a function reads straight through and
// asks once, at the end. Such a function is a *reader*: (json, place) -> Result<Value>; readers nest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_place.h"
#include "base/json_values.h"

namespace diconform {

// One object, member by member. Not for keeping: it refers to the Json. A member that repeats counts as its
// last; parse with JsonLimits::duplicates false (read_json_file does) where that is a mistake.
class ObjectReader {
 public:
  ObjectReader(const Json& json, JsonPlace place);

  template <class Value>
  void required(std::string_view name, Value& out) {
    required(name, out, json_as<Value>);
  }
  template <class Value>
  void optional(std::string_view name, Value& out) {
    optional(name, out, json_as<Value>);
  }
  template <class Value, class Reader>
  void required(std::string_view name, Value& out, Reader&& reader) {
    if (!member(name)) return refuse("", "lacks the member \"" + std::string(name) + '"');
    optional(name, out, reader);
  }
  template <class Value, class Reader>
  void optional(std::string_view name, Value& out, Reader&& reader) {
    const Json* found = member(name);
    if (!found || error_) return;
    auto value = reader(*found, place_ / name);
    if (value)
      out = std::move(*value);
    else
      error_ = std::move(value).error();
  }
  // As optional; a null says as little as nothing.
  template <class Value>
  void unless_null(std::string_view name, Value& out) {
    unless_null(name, out, json_as<Value>);
  }
  template <class Value, class Reader>
  void unless_null(std::string_view name, Value& out, Reader&& reader) {
    if (const Json* found = member(name); found && !found->is_null()) optional(name, out, reader);
  }

  // The member or null, unread; from then on it is a known one.
  const Json* member(std::string_view name);
  // A mistake that the caller found in the member, or with an empty name in the object.
  void refuse(std::string_view name, std::string what, std::string remedy = "");
  const JsonPlace& place() const { return place_; }
  bool failed() const { return error_.has_value(); }

  // The first mistake, or an unknown member with the known ones as remedy.
  Result<void> finish();
  // The first mistake; unknown members are let be, for protocols that others extend.
  Result<void> finish_ignoring_unknown();

 private:
  const Json& json_;
  JsonPlace place_;
  std::vector<std::string_view> known_;
  std::optional<Error> error_;
};

}  // namespace diconform
