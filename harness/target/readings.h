// What anybody could read in the bytes of a request: the guard's own scanner, deliberately lenient and
// deliberately not wire/decode. A decoder asks "what does this mean?"; this asks "what could somebody take it
// for?". Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace diconform::target {

// The text of a request as it is, and after percent-decoding and JSON-unescaping it in any order and as often
// as it takes. An id that a tolerant endpoint could find is then in one of the texts, in plain ASCII. The
// other way round, bytes in which somebody could read more than that are not readable, and the problem says
// why:
//  - no single, well-formed GET or POST of HTTP/1.x with a path (raw and fuzz cases, absolute targets, two
//  requests,
//    folded headers, lengths that are wrong or twice there);
//  - a body in another dress: chunked, compressed, multipart, another media type, another charset;
//  - anything that is not printable ASCII, in any decoding. A character that NFKC, case folding or the
//  stripping of
//    invisible characters could make into one of an id is then not there at all: full-width forms, Kelvin
//    signs, soft hyphens, overlong UTF-8, UTF-16, NUL. That is stronger than normalising, and needs no
//    tables;
//  - percent signs and backslashes that begin no standard escape, and character references (&#105;).
std::expected<std::vector<std::string>, std::string> readings_of(std::string_view bytes);

// Only the letters and digits, in lower case: what is left when separators, spaces and case do not count.
std::string squeezed(std::string_view text);

// The words that stand where an action is named ("X-TC-Action: W", "Action=W", "\"Action\": \"W\""), in lower
// case.
std::vector<std::string> actions_in(std::string_view text);

}  // namespace diconform::target
