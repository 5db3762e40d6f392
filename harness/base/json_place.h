// Where a JSON value stands, and the door for JSON files.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace diconform {

// A source (a file, a URL) and the JSON pointer in it (RFC 6901). A source alone converts to the place of its
// root.
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

// A file of JSON in which no member may appear twice.
Result<Json> read_json_file(const std::string& path);

}  // namespace diconform
