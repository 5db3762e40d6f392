// Dotted names become a tree: ImageIds.0=a&ImageIds.1=b is {"ImageIds": ["a", "b"]}.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/pairs.h"

namespace diconform::wire {

// The pairs as a JSON object whose leaves are strings. Members that are all decimal indices ("0", "10", not
// "01") are an array in the order of the indices, whatever order they came in and, with `gaps`, whether or
// not one is left out; anything else is an object. The members of an object come sorted. Total: refused are a
// name that repeats, a name that is a value and has members, a name of more than 64 parts and, without
// `gaps`, a missing index. The problem names the parameter.
std::expected<Json, std::string> tree_of(std::vector<Pair> pairs, bool gaps);

}  // namespace diconform::wire
