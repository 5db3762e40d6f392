// JSON as a value, and the one door through which all JSON enters.
//
// Unlike most DOMs it keeps what a hostile sender wrote: the order of members, duplicate members and the text
// of numbers. The depth is bounded before anything is built, so that no input can overflow the stack of code
// that walks a value. Values are plain: copyable, comparable, safe to share between threads while nobody
// writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace diconform {

class Json {
 public:
  enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;
  struct Number {
    std::string text;  // as written: 1e3 and 1000 differ (but -0 is 0)
    friend bool operator==(const Number&, const Number&) = default;
  };

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : Json(static_cast<std::int64_t>(value)) {}
  Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
  Json(std::uint64_t value) : value_(Number{std::to_string(value)}) {}
  Json(double value);  // six decimals, trailing zeros cut
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json number(std::string text) {
    Json json;
    json.value_ = Number{std::move(text)};
    return json;
  }

  Kind kind() const { return static_cast<Kind>(value_.index()); }
  const char* kind_name() const;  // "null", "a Boolean", "a number", "a string", "an array", "an object"
  bool is_null() const { return kind() == Kind::kNull; }

  // Each answers null (or nothing) where the value is of another kind.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Number* number() const { return std::get_if<Number>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  std::string* string() { return std::get_if<std::string>(&value_); }
  Array* array() { return std::get_if<Array>(&value_); }
  Object* object() { return std::get_if<Object>(&value_); }
  std::optional<std::int64_t> integer() const;  // the whole number, if it is one and fits

  // The last member of that name, or null; null as well where this is no object.
  const Json* find(std::string_view name) const;
  Json* find(std::string_view name);
  // Sets or appends a member; makes an object of a null.
  Json& set(std::string_view name, Json value);
  // Removes every member of that name.
  void remove(std::string_view name);

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct JsonLimits {
  std::size_t depth = 64;          // nested arrays and objects
  std::size_t values = 2'000'000;  // values in all: bounds memory, not speed
  bool duplicates = true;          // false: a repeated member is an error
};

// Parses one complete text. Errors name the byte (and where a name repeats, the JSON pointer); `where` is put
// in front.
Result<Json> parse_json(std::string_view text, std::string_view where = "", const JsonLimits& limits = {});

enum class JsonStyle { kCompact, kPretty };
// UTF-8 text of a value. Bytes that are not UTF-8 become U+FFFD, so that the text is JSON whatever the value
// holds.
std::string to_text(const Json& value, JsonStyle style = JsonStyle::kCompact);
// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace diconform
