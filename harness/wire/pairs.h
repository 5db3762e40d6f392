// name=value pairs, as a query and a form carry them, and where a request keeps them. One reading for
// signing, verifying and decoding: were there two, what is signed and what is done could differ.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/http_message.h"

namespace diconform::wire {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
inline constexpr std::string_view kJsonType = "application/json";

// The media type of Content-Type in lower case, without its parameters; empty without the header.
std::string media_type_of(const HttpRequest& request);

// Whether the request is of the TC3 family: it has an Authorization or an X-TC-Action header.
bool speaks_tc3(const HttpRequest& request);

// The raw pairs of a request: the form of a POST whose content type says so, otherwise the query. (The query
// of a form POST is no place for parameters.)
std::string_view raw_pairs_of(const HttpRequest& request);

struct Pair {
  std::string name, value;  // decoded
  friend bool operator==(const Pair&, const Pair&) = default;
};

// Splits at '&' and at the first '=' and decodes both sides. The problem quotes the pair that lacks its '='
// or its name, or whose percent sign is not followed by two digits. An empty text has no pairs.
std::expected<std::vector<Pair>, std::string> parse_pairs(std::string_view text);

// The first value of that name; pairs that cannot be read are passed over.
std::optional<std::string> find_pair(std::string_view text, std::string_view name);

// The pairs as a JSON object whose leaves are strings: ImageIds.0=a&ImageIds.1=b is {"ImageIds": ["a", "b"]}.
// Members that are all decimal indices ("0", "10", not "01") are an array in the order of the indices,
// whatever order they came in and, with `gaps`, whether or not one is left out; anything else is an object,
// its members sorted. Total: refused are a name that repeats, a name that is a value and has members, a name
// of more than 64 parts and, without `gaps`, a missing index. The problem names the parameter.
std::expected<Json, std::string> tree_of(std::vector<Pair> pairs, bool gaps);

}  // namespace diconform::wire
