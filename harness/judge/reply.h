// One reply, read and held against the clauses that every reply must keep.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result/outcome.h"
#include "scenario/case.h"
#include "wire/envelope.h"
#include "wire/transport.h"

namespace diconform::judge {

// What a reply says, if it says anything.
struct Reply {
  enum class Kind { kSuccess, kApiError, kHttpError, kNone };
  Kind kind = Kind::kNone;
  std::string code;  // of kApiError
  int status = 0;
  wire::Envelope envelope;  // of kSuccess and kApiError
  std::string text;         // "success", the code, "HTTP status 404", "no reply: …"
};

Reply read_reply(const wire::Exchange& exchange);

// Refused below the API: status 4xx but 429, 501 or 505, or closed with nothing said. Any other 5xx says that
// the endpoint broke.
bool is_http_refusal(const Reply& reply);

// Whether an error of this code says anything of the request. That the service broke, or that it hears too
// many calls, it may say to each: where "any error" will do, these will not.
bool concerns_the_request(std::string_view code);
bool matches(const scenario::ReplyMatch& match, const Reply& reply);

// Breaches of the envelope clauses; `clause` and texts are set, the severity is the caller's.
std::vector<result::Finding> envelope_findings(const wire::Exchange& exchange, const Reply& reply);

}  // namespace diconform::judge
