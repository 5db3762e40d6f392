#include "base/json.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/text.h"

namespace diconform {
namespace {

// Builds a Json from nlohmann's events. The stack holds the open containers; depth is refused before it is
// built.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view where, const JsonLimits& limits) : where_(where), limits_(limits) {}

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(std::int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) override { return add(Json(std::uint64_t{value})); }
  bool number_float(number_float_t, const string_t& text) override { return add(Json::number(text)); }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_array(std::size_t) override { return open(Json(Json::Array{})); }
  bool start_object(std::size_t) override { return open(Json(Json::Object{})); }
  bool end_array() override { return close(); }
  bool end_object() override { return close(); }

  bool key(string_t& name) override {
    Json::Object& members = *open_.back().value.object();
    if (!limits_.duplicates && !open_.back().is_new(name)) {
      return refuse(pointer() + "/" + name, "the member appears twice", "keep one of them");
    }
    members.emplace_back(std::move(name), Json());
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& cause) override {
    std::string_view text = cause.what();
    if (auto at = text.find("syntax error"); at != text.npos) text.remove_prefix(at);
    return refuse("byte " + std::to_string(position), "not JSON: " + quoted(text, 200), "");
  }

  Result<Json> finish(bool parsed) {
    if (error_) return std::unexpected(std::move(*error_));
    if (!parsed) return failure(where_, "not JSON");
    return std::move(root_);
  }

 private:
  struct Open {
    Json value;
    std::unordered_set<std::string> names = {};  // of an object with many members

    bool is_new(const std::string& name) {
      constexpr std::size_t kFew = 16;  // looked through faster than a set is made
      const Json::Object& members = *value.object();
      if (members.size() < kFew) return !value.find(name);
      if (names.empty()) {
        for (const Json::Member& member : members) names.insert(member.first);
      }
      return names.insert(name).second;
    }
  };

  bool refuse(const std::string& place, std::string what, std::string remedy) {
    error_ = Error{where_.empty() ? place : where_ + ": " + place, std::move(what), std::move(remedy)};
    return false;
  }

  std::string pointer() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const Json& container = open_[i].value;
      path += "/" + (container.object() ? container.object()->back().first
                                        : std::to_string(container.array()->size()));
    }
    return path;
  }

  bool open(Json container) {
    if (open_.size() >= limits_.depth) {
      return refuse(pointer(), "nested deeper than " + std::to_string(limits_.depth) + " levels",
                    "flatten it");
    }
    open_.push_back({std::move(container)});
    return count();
  }

  bool close() {
    Json done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }

  bool add(Json value) { return count() && put(std::move(value)); }

  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Json::Array* items = open_.back().value.array()) {
      items->push_back(std::move(value));
    } else {
      open_.back().value.object()->back().second = std::move(value);
    }
    return true;
  }

  bool count() {
    return ++values_ <= limits_.values ||
           refuse(pointer(), "more than " + std::to_string(limits_.values) + " values", "");
  }

  std::string where_;
  JsonLimits limits_;
  std::vector<Open> open_;
  Json root_;
  std::size_t values_ = 0;
  std::optional<Error> error_;
};

void append(std::string& out, const Json& value, JsonStyle style, int depth) {
  auto newline = [&](int level) {
    if (style == JsonStyle::kPretty) out.append("\n").append(static_cast<std::size_t>(level) * 2, ' ');
  };
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Json::Number* number = value.number()) {
    out += number->text;
  } else if (const std::string* string = value.string()) {
    append_json_string(out, *string);
  } else if (const Json::Array* items = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i) out += ',';
      newline(depth + 1);
      append(out, (*items)[i], style, depth + 1);
    }
    if (!items->empty()) newline(depth);
    out += ']';
  } else {
    const Json::Object& members = *value.object();
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i) out += ',';
      newline(depth + 1);
      append_json_string(out, members[i].first);
      out += style == JsonStyle::kPretty ? ": " : ":";
      append(out, members[i].second, style, depth + 1);
    }
    if (!members.empty()) newline(depth);
    out += '}';
  }
}

}  // namespace

Json::Json(double value) {
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 6);
  std::string text = error == std::errc() ? std::string(buffer, end) : "0";
  if (text.find_first_not_of("-.0123456789") != text.npos)
    text = "null";  // JSON knows neither NaN nor infinity
  while (text.find('.') != text.npos && (text.back() == '0' || text.back() == '.')) {
    bool point = text.back() == '.';
    text.pop_back();
    if (point) break;
  }
  value_ = Number{std::move(text)};
}

const char* Json::kind_name() const {
  static constexpr const char* kNames[] = {"null",     "a Boolean", "a number",
                                           "a string", "an array",  "an object"};
  return kNames[value_.index()];
}

std::optional<std::int64_t> Json::integer() const {
  const Number* written = number();
  if (!written) return std::nullopt;
  std::int64_t result = 0;
  const char* end = written->text.data() + written->text.size();
  auto [stop, error] = std::from_chars(written->text.data(), end, result);
  if (error != std::errc() || stop != end) return std::nullopt;
  return result;
}

const Json* Json::find(std::string_view name) const {
  const Object* members = object();
  if (!members) return nullptr;
  for (auto member = members->rbegin(); member != members->rend(); ++member) {
    if (member->first == name) return &member->second;
  }
  return nullptr;
}

Json* Json::find(std::string_view name) { return const_cast<Json*>(std::as_const(*this).find(name)); }

Json& Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object{};
  Object& members = std::get<Object>(value_);
  for (Member& member : members) {
    if (member.first == name) return member.second = std::move(value);
  }
  return members.emplace_back(std::string(name), std::move(value)).second;
}

void Json::remove(std::string_view name) {
  if (Object* members = object())
    std::erase_if(*members, [&](const Member& member) { return member.first == name; });
}

Result<Json> parse_json(std::string_view text, std::string_view where, const JsonLimits& limits) {
  // No JSON text holds a NUL byte (RFC 8259 section 7), and the library takes one for the end of the text.
  if (std::size_t nul = text.find('\0'); nul != text.npos) {
    std::string place = "byte " + std::to_string(nul + 1);
    return failure(where.empty() ? place : std::string(where) + ": " + place, "not JSON: a NUL byte",
                   "write it as \\u0000 within a string, or leave it out");
  }
  Builder builder(where, limits);
  bool parsed = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.finish(parsed);
}

std::string to_text(const Json& value, JsonStyle style) {
  std::string out;
  append(out, value, style, 0);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    unsigned char byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80) {
      std::size_t length = utf8_length(text.substr(at));
      out += length ? text.substr(at, length) : std::string_view("\xEF\xBF\xBD");
      at += length ? length : 1;
      continue;
    }
    ++at;
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += static_cast<char>(byte);
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += static_cast<char>(byte);
    }
  }
  out += '"';
}

}  // namespace diconform
