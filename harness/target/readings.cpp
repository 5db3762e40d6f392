#include "target/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace diconform::target {
namespace {

using Problem = std::optional<std::string>;

// Nobody encodes more often; a text that still changes hides something.
constexpr int kMostRounds = 8;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// The number of `digits` hexadecimal digits at the front, or -1.
int hex_at(std::string_view text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (hex_value(c) < 0) return -1;
    value = value * 16 + hex_value(c);
  }
  return value;
}

Problem plain(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    const bool space = byte == '\t' || byte == '\r' || byte == '\n';
    if ((byte >= 0x20 && byte < 0x7f) || space) continue;
    const std::size_t from = at < 20 ? 0 : at - 20;
    return "holds a byte that is not printable ASCII, at " + quoted(text.substr(from, 40)) +
           ": an endpoint could take it for another character, or for none";
  }
  if (text.find("&#") != std::string_view::npos)
    return "holds a character reference (&#), which cannot be read";
  return std::nullopt;
}

using Decoded = std::expected<std::string, std::string>;

Decoded percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int byte = hex_at(text.substr(at + 1), 2);
    if (byte < 0)
      return std::unexpected("holds a percent sign without two digits, " + quoted(text.substr(at, 12)));
    out += static_cast<char>(byte);
    at += 2;
  }
  return out;
}

Decoded unescaped(std::string_view text) {
  constexpr std::string_view kNames = "\"\\/bfnrt", kBytes = "\"\\/\b\f\n\r\t";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
    const std::size_t known = kind ? kNames.find(kind) : std::string_view::npos;
    const int code = kind == 'u' ? hex_at(text.substr(at + 2), 4) : -1;
    if (known != std::string_view::npos) {
      out += kBytes[known];
      at += 1;
    } else if (code >= 0) {
      out += code < 0x80 ? static_cast<char>(code) : '\xff';  // not ASCII, whatever it is: plain() refuses it
      at += 5;
    } else {
      return std::unexpected("holds a backslash that begins no escape of JSON, " +
                             quoted(text.substr(at, 12)));
    }
  }
  return out;
}

// A request's head, taken apart.
struct Head {
  std::string_view start_line;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values trimmed
  std::vector<std::string> values_of(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [other, value] : headers)
      if (other == name) values.push_back(value);
    return values;
  }
};

std::expected<Head, std::string> read_head(std::string_view text) {
  Head head;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos)
      return std::unexpected("holds a line that ends in no CR LF: " + quoted(line));
    if (first) {
      head.start_line = line;
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    const bool token =
        colon != std::string_view::npos && !name.empty() &&
        std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
    if (!token) return std::unexpected("holds a line that is no header: " + quoted(line));
    head.headers.emplace_back(lower_case(name), trimmed(line.substr(colon + 1)));
  }
  return head;
}

Problem check_start_line(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts.size() != 3 || (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0"))
    return "does not begin like an HTTP/1.1 request: " + quoted(line);
  if (parts[0] != "GET" && parts[0] != "POST")
    return "has another method than GET and POST: " + quoted(parts[0]);
  if (!parts[1].starts_with('/'))
    return "has a target that is no path, and may be sent on: " + quoted(parts[1]);
  return std::nullopt;
}

Problem check_content_type(const Head& head) {
  const std::vector<std::string> values = head.values_of("content-type");
  if (values.size() > 1) return "has two content types";
  if (values.empty()) return std::nullopt;
  const std::string value = lower_case(values[0]);
  const std::string_view media = trimmed(std::string_view(value).substr(0, value.find(';')));
  if (media != "application/json" && media != "application/x-www-form-urlencoded")
    return "has a body of another type than JSON and form: " + quoted(value);
  if (media.size() == value.size()) return std::nullopt;
  const std::string parameter = replaced(std::string(trimmed(value.substr(value.find(';') + 1))), "\"", "");
  if (parameter.empty() || parameter == "charset=utf-8") return std::nullopt;
  return "has a body in another charset than UTF-8: " + quoted(value);
}

Problem check_headers(const Head& head, std::size_t body_size) {
  for (const auto& [name, value] : head.headers) {
    const bool dressed = name != "accept-encoding" && name.find("encoding") != std::string::npos;
    if (dressed) return "has a body in another dress (" + name + ": " + quoted(value) + ")";
    const std::string spelled = squeezed(name);
    if (spelled.find("override") != std::string::npos || spelled == "upgrade")
      return "asks for something else than it says (" + name + ": " + quoted(value) + ")";
  }
  const std::vector<std::string> lengths = head.values_of("content-length");
  const auto length = lengths.empty() ? std::optional<std::uint64_t>(0) : to_unsigned(lengths[0]);
  if (lengths.size() > 1 || !length || *length != body_size)
    return fmt::format("has {} bytes after its head, and does not say so once", body_size);
  return check_content_type(head);
}

Problem check_shape(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return "has no end of its head";
  const auto head = read_head(bytes.substr(0, end));
  if (!head) return head.error();
  if (auto problem = check_start_line(head->start_line)) return problem;
  return check_headers(*head, bytes.size() - end - 4);
}

}  // namespace

std::expected<std::vector<std::string>, std::string> readings_of(std::string_view bytes) {
  if (auto problem = plain(bytes)) return std::unexpected(std::move(*problem));
  if (auto problem = check_shape(bytes)) return std::unexpected(std::move(*problem));
  std::vector<std::string> texts = {std::string(bytes)};
  for (int round = 0; round < kMostRounds; ++round) {
    const std::string current = texts.back();
    std::array<Decoded, 2> once = {unescaped(current), percent_decoded(current)};
    Decoded both = once[1] ? unescaped(*once[1]) : once[1];
    if (both && *both == current) return texts;
    for (Decoded* decoded : {&once[0], &once[1], &both}) {
      if (!*decoded) return std::unexpected(std::move(*decoded).error());
      if (auto problem = plain(**decoded)) return std::unexpected(std::move(*problem));
      texts.push_back(std::move(**decoded));
    }
  }
  return std::unexpected(fmt::format("is encoded more than {} times", kMostRounds));
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_letter(c)) out += static_cast<char>(c | 0x20);
    if (is_digit(c)) out += c;
  }
  return out;
}

std::vector<std::string> actions_in(std::string_view text) {
  constexpr std::string_view kName = "action";
  // Between the name and the word: ':', '=', quotes, brackets, an index. Anything else names no action.
  constexpr std::string_view kBetween = ":=\"'[](){}. \t\r\n0123456789";
  std::vector<std::string> words;
  const std::string folded = lower_case(text);
  for (std::size_t at = folded.find(kName); at != std::string::npos; at = folded.find(kName, at + 1)) {
    if (at > 0 && is_letter(folded[at - 1])) continue;  // "transaction"
    const std::size_t begin = folded.find_first_not_of(kBetween, at + kName.size());
    if (begin == std::string::npos || begin == at + kName.size() || !is_letter(folded[begin])) continue;
    std::size_t end = begin;
    while (end < folded.size() && is_letter(folded[end])) ++end;
    words.push_back(folded.substr(begin, end - begin));
  }
  return words;
}

}  // namespace diconform::target
