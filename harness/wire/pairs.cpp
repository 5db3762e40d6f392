#include "wire/pairs.h"

#include <algorithm>

#include "base/text.h"
#include "wire/encode.h"

namespace diconform::wire {
namespace {

std::expected<Pair, std::string> parse_pair(std::string_view text) {
  std::size_t equals = text.find('=');
  // The service says so, spelling included.
  if (equals == text.npos)
    return std::unexpected("Url key and value should be splited by `=`. Found " + quoted(text));
  if (equals == 0) return std::unexpected("A parameter has no name: " + quoted(text));
  auto name = percent_decode(text.substr(0, equals)), value = percent_decode(text.substr(equals + 1));
  if (!name || !value)
    return std::unexpected("A percent sign lacks its two hexadecimal digits: " + quoted(text));
  return Pair{std::move(*name), std::move(*value)};
}

}  // namespace

std::string media_type_of(const HttpRequest& request) {
  const std::string* type = find_header(request.headers, "Content-Type");
  if (!type) return {};
  return lower_case(trimmed(std::string_view(*type).substr(0, type->find(';'))));
}

bool speaks_tc3(const HttpRequest& request) {
  return find_header(request.headers, "Authorization") || find_header(request.headers, "X-TC-Action");
}

std::string_view raw_pairs_of(const HttpRequest& request) {
  bool form = request.method == "POST" && media_type_of(request) == kFormType;
  return form ? std::string_view(request.body) : request.query();
}

std::expected<std::vector<Pair>, std::string> parse_pairs(std::string_view text) {
  std::vector<Pair> pairs;
  if (text.empty()) return pairs;
  for (std::string_view part : split(text, '&')) {
    auto pair = parse_pair(part);
    if (!pair) return std::unexpected(std::move(pair).error());
    pairs.push_back(std::move(*pair));
  }
  return pairs;
}

std::optional<std::string> find_pair(std::string_view text, std::string_view name) {
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t end = std::min(rest.find('&'), rest.size());
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    // Decoding costs more than looking: most names are written plainly.
    std::string_view written = part.substr(0, part.find('='));
    if (written != name && written.find_first_of("%+") == written.npos) continue;
    auto pair = parse_pair(part);
    if (pair && pair->name == name) return std::move(pair->value);
  }
  return std::nullopt;
}

}  // namespace diconform::wire
