#include "wire/pairs.h"

#include <algorithm>
#include <span>

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

constexpr std::ptrdiff_t kParts = 64;  // as deep as a JSON body may be (JsonLimits)

using Built = std::expected<Json, std::string>;

// Parts first: a name comes directly before its members, and the members of one name stand together.
bool before(const Pair& a, const Pair& b) {
  auto rank = [](char c) { return c == '.' ? -1 : static_cast<int>(static_cast<unsigned char>(c)); };
  return std::ranges::lexicographical_compare(a.name, b.name, {}, rank, rank);
}

std::unexpected<std::string> problem(std::string_view name, std::string_view what) {
  return std::unexpected("The parameter " + quoted(name) + ' ' + std::string(what));
}

// Nine digits: more cannot be meant as an index, and fit no 32-bit integer.
std::optional<std::uint64_t> index_of(std::string_view part) {
  if (part.size() > 9 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
  return to_unsigned(part);
}

class TreeBuilder {
 public:
  explicit TreeBuilder(bool gaps) : gaps_(gaps) {}

  // All pairs begin with the same `at` bytes, which end in a dot (or are none).
  std::expected<Json::Object, std::string> members(std::span<Pair> pairs, std::size_t at) {
    Json::Object object;
    while (!pairs.empty()) {
      std::string_view name = pairs[0].name;
      std::size_t end = std::min(name.find('.', at), name.size());
      std::string part(name.substr(at, end - at));
      std::size_t same = 1;
      while (same < pairs.size() && belongs(pairs[same].name, name.substr(0, end))) ++same;
      Built value = member(pairs.first(same), end);
      if (!value) return std::unexpected(std::move(value).error());
      object.emplace_back(std::move(part), std::move(*value));
      pairs = pairs.subspan(same);
    }
    return object;
  }

 private:
  static bool belongs(std::string_view name, std::string_view owner) {
    return name.starts_with(owner) && (name.size() == owner.size() || name[owner.size()] == '.');
  }

  Built member(std::span<Pair> pairs, std::size_t end) {
    std::string_view owner = std::string_view(pairs[0].name).substr(0, end);
    if (pairs[0].name.size() == end) {
      if (pairs.size() == 1) return std::move(pairs[0].value);
      bool repeated = pairs[1].name.size() == end;
      return problem(owner, repeated ? "appears twice" : "has a value and members");
    }
    auto object = members(pairs, end + 1);
    if (!object) return std::unexpected(std::move(object).error());
    return array_or_object(std::move(*object), owner);
  }

  Built array_or_object(Json::Object object, std::string_view owner) {
    std::vector<std::pair<std::uint64_t, Json*>> items;
    for (auto& [part, value] : object) {
      auto index = index_of(part);
      if (!index) return object;
      items.emplace_back(*index, &value);
    }
    std::ranges::sort(items);
    Json::Array array;
    for (auto& [index, value] : items) {
      if (!gaps_ && index != array.size()) {
        return problem(std::string(owner) + '.' + std::to_string(array.size()), "is missing in the list");
      }
      array.push_back(std::move(*value));
    }
    return array;
  }

  bool gaps_;
};

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
  pairs.reserve(static_cast<std::size_t>(std::ranges::count(text, '&')) + 1);
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

std::expected<Json, std::string> tree_of(std::vector<Pair> pairs, bool gaps) {
  for (const Pair& pair : pairs) {
    if (std::ranges::count(pair.name, '.') >= kParts) return problem(pair.name, "has more than 64 parts");
  }
  std::ranges::sort(pairs, before);
  return TreeBuilder(gaps).members(pairs, 0);
}

}  // namespace diconform::wire
