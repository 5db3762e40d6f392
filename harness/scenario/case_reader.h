// Reads one case of a suite file into its runnable body. The form is cases/README.md's.
#pragma once

#include "base/error.h"
#include "base/json_reader.h"
#include "scenario/case.h"
#include "scenario/clauses.h"

namespace diconform::scenario {

// What a case may refer to.
struct Vocabulary {
  const Clauses& clauses;
  const Choices& choices;
};

// The members of the case that make its body (`covers`, `given`, `other`, `account`, `needs`, `steps` or a
// step inline); `members` may know others. References to roles that nobody gives are errors.
Result<Body> read_body(ObjectReader& members, const Json& json, const Vocabulary& vocabulary);

// "success", a code, "error", {"anyOf": […]} as a match.
Result<ReplyMatch> read_reply_match(const Json& json, const JsonPlace& place);

}  // namespace diconform::scenario
