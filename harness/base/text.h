// Bytes and text: quoting for messages, hexadecimal, Base64, UTF-8, patterns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diconform {

// The bytes as a person can read them, in double quotes: control bytes and bytes that are not UTF-8 as \xNN,
// cut with an ellipsis and the length after `limit` bytes.
std::string quoted(std::string_view bytes, std::size_t limit = 120);

// Length of the well-formed UTF-8 character at the front (1 to 4; no surrogates, nothing overlong), or 0.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);
// The text with every byte that is not UTF-8 (and, if asked, every control character XML forbids) made
// U+FFFD.
std::string clean_utf8(std::string_view text, bool for_xml = false);

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);  // with padding, RFC 4648 section 4
std::optional<std::string> from_base64(std::string_view text);

std::string_view trimmed(std::string_view text);  // without spaces, tabs, CR and LF at both ends
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower_case(std::string_view text);  // ASCII letters only
// Inline: a search for a header compares lengths, and hardly ever letters.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}
std::vector<std::string_view> split(std::string_view text, char separator);  // n separators give n + 1 parts
std::string replaced(std::string text, std::string_view from, std::string_view to);  // every occurrence

// A decimal number without sign or spaces; nothing if it is not one or does not fit.
std::optional<std::uint64_t> to_unsigned(std::string_view text);

// Whether `text` matches a shell-like pattern: `*` any run of characters ('/' included), `?` one character.
bool matches_glob(std::string_view pattern, std::string_view text);

// Whether the text has the shape of a UUID: 8-4-4-4-12 hexadecimal digits (RFC 4122 section 3), either case.
bool is_uuid(std::string_view text);

}  // namespace diconform
