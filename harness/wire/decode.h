// An HTTP request becomes a call: the request parser, total over all bytes, and the one that fuzz/ hammers.
#pragma once

#include <expected>
#include <string>

#include "api/call.h"
#include "api/edition.h"
#include "wire/encode.h"
#include "wire/http_message.h"

namespace diconform::wire {

// What a decoder may forgive. Each member is a choice of cases/choices.json; the defaults are the reference endpoint's.
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

// Finds encoding, family and common parameters, and reads the parameters untyped. Refuses with the common codes:
// UnsupportedProtocol (method), InvalidRequest (body, content type), InvalidParameter (pairs), MissingParameter.
std::expected<Decoded, api::ApiError> decode(const HttpRequest& request, const DecodeOptions& options = {});

// Types the parameters of one action: UnknownParameter, MissingParameter, InvalidParameter with the dotted path. The
// result has only declared parameters, Booleans as Booleans, integers as numbers.
std::expected<Json, api::ApiError> typed_parameters(const api::Call& call, const api::Action& action,
                                                    const DecodeOptions& options = {});
api::DeleteImages delete_images_of(const Json& typed);

}  // namespace diconform::wire
