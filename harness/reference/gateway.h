// What happens to a request before anybody looks at an image: its size, its decoding, its credentials, its
// parameters.
//
// Pure, like the model. Where the manual is silent (gaps in ImageIds.N, a form under TC3, "True" for a
// Boolean, …) the strict reading is tried first, and a question is asked only where the lenient one would
// make a difference.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "api/call.h"
#include "api/edition.h"
#include "base/json.h"
#include "reference/chooser.h"
#include "reference/model.h"
#include "wire/decode.h"
#include "wire/verify.h"

namespace diconform::reference {

// How an account proves itself.
struct Key {
  std::string secret_key;
  std::optional<std::string>
      token;  // of temporary credentials: without it, or with another, a call is refused
};

// Who sends a request, as far as the endpoint knows them.
struct Sender {
  std::optional<wire::Claim> claim;  // what the request says
  const Key* key = nullptr;          // the key of that account; null = nobody has that SecretId
  std::int64_t unix_seconds = 0;     // the account's time now
};

// Size, decoding and credentials, in this order; the codes are the common ones. Sizes: a GET counts by its
// target, a POST by its body. (Common documentation, "Request Structure", "Signature", "Error Codes".) Asks
// form.tc3, index.gaps and host.port.
std::expected<wire::Decoded, api::ApiError> admit(const wire::HttpRequest& request, const Sender& sender,
                                                  const api::Limits& limits, Chooser& chooser,
                                                  const Bending* bending = nullptr);

// The parameters of a call, typed. Asks the questions parameter.*, boolean.*, image-ids.* and undated.*.
std::expected<Json, api::ApiError> read_parameters(api::Call&& call, const api::Action& action,
                                                   const api::Edition& edition, Chooser& chooser);

// The request to the model in an admitted one.
Request request_of(wire::Decoded decoded, const wire::HttpRequest& request, std::int64_t unix_us);

// Every lawful outcome of an HTTP request to an account with that key, for an oracle that has only the bytes.
std::vector<LawfulOutcome> lawful_outcomes(const Manual& manual, const State& state, const Key& key,
                                           const wire::HttpRequest& request, std::int64_t unix_us,
                                           const Pins& pins);

}  // namespace diconform::reference
