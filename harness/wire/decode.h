// An HTTP request becomes a call: the request parser, total over all bytes, and the one that fuzz/ hammers.
#pragma once

#include <expected>
#include <string>

#include "api/call.h"
#include "api/edition.h"
#include "wire/encode.h"
#include "wire/http_message.h"

namespace diconform::wire {

// What a decoder may forgive. Each member is a choice of cases/choices.json; the defaults are the reference
// endpoint's.
struct DecodeOptions {
  bool form_with_tc3 = false;   // a form body under a TC3 signature
  bool index_gaps = true;       // ImageIds.0 and ImageIds.2 without ImageIds.1
  bool quoted_booleans = true;  // "True" for a Boolean in JSON
};

struct Decoded {
  api::Call call;
  Encoding encoding = Encoding::kJson;
  Scheme scheme = Scheme::kTc3;
};

// Finds encoding, family and common parameters, and reads the parameters untyped. Refuses with common codes:
//   UnsupportedProtocol  a method but GET and POST
//   InvalidRequest       a body that is not one JSON object or has a member twice; another content type than
//                        JSON or form; a TC3 GET without the form's; a deciding header sent twice
//   InvalidParameter     pairs that cannot be read, contradict each other, or repeat
//   MissingParameter     Action, Version, and for v1 Nonce (the rest is credentials: verify() tells)
// The query of a POST and the body of a GET are not read. Bytes of a query or form need not be UTF-8.
std::expected<Decoded, api::ApiError> decode(const HttpRequest& request, const DecodeOptions& options = {});

// Types the parameters of one action, in this order: UnknownParameter, MissingParameter, InvalidParameter
// with the dotted path (ImageIds.0). Null and the empty list are absent. As text, a Boolean is true, True, 1,
// false, False or 0. The result has only declared parameters, in the order of their declaration, Booleans as
// Booleans, integers as numbers.
std::expected<Json, api::ApiError> typed_parameters(api::Call call, const api::Action& action,
                                                    const DecodeOptions& options = {});
api::DeleteImages delete_images_of(Json typed);

}  // namespace diconform::wire
