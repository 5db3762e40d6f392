// A call becomes an HTTP request: JSON body, query or form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "wire/http_message.h"
#include "wire/sign.h"

namespace diconform::wire {

enum class Encoding { kJson, kQuery, kForm };
std::string_view name_of(Encoding encoding);  // "json", "query", "form"
std::optional<Encoding> encoding_named(std::string_view name);

// Whether the common documentation allows the pair: JSON with TC3; a query with either family; a form with
// v1.
bool lawful(Encoding encoding, Scheme scheme);

// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3), upper-case digits.
std::string percent_encode(std::string_view text);
// Decodes %XX and '+'. Nothing where a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// The parameters as name=value pairs: arrays by index from 0 ("ImageIds.0"), objects by member
// ("Filters.0.Name"), Booleans true and false, nothing for null and for empty arrays.
std::string encode_pairs(const Json& params);

// The unsigned request: method, target, headers (Host first, Content-Type, and for TC3 the X-TC-* common
// parameters with the timestamp), body. For v1 the common parameters are among the pairs and sign_v1 adds the
// rest.
HttpRequest encode(const api::Call& call, Encoding encoding, Scheme scheme, std::string_view host,
                   std::int64_t unix_seconds);

}  // namespace diconform::wire
