#include "wire/encode.h"

#include <array>

#include "wire/pairs.h"

namespace diconform::wire {
namespace {

constexpr std::array<std::string_view, 3> kEncodingNames = {"json", "query", "form"};

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_encoded(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      unsigned char byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  append_encoded(out, name);
  out += '=';
  append_encoded(out, value);
}

// `name` is empty at the root alone. Json bounds the depth of values that came from outside.
void append_pairs(std::string& out, const std::string& name, const Json& value) {
  auto inner = [&](const std::string& part) { return name.empty() ? part : name + '.' + part; };
  if (const Json::Array* items = value.array()) {
    for (std::size_t i = 0; i < items->size(); ++i) append_pairs(out, inner(std::to_string(i)), (*items)[i]);
  } else if (const Json::Object* members = value.object()) {
    for (const auto& [member, content] : *members) append_pairs(out, inner(member), content);
  } else if (const std::string* text = value.string()) {
    append_pair(out, name, *text);
  } else if (const bool* boolean = value.boolean()) {
    append_pair(out, name, *boolean ? "true" : "false");
  } else if (const Json::Number* number = value.number()) {
    append_pair(out, name, number->text);
  }
}

struct CommonParameter {
  std::string_view header, pair, value;
};

std::vector<CommonParameter> common_parameters(const api::Call& call) {
  std::vector<CommonParameter> common = {{"X-TC-Action", "Action", call.action},
                                         {"X-TC-Version", "Version", call.version}};
  if (call.region) common.push_back({"X-TC-Region", "Region", *call.region});
  if (call.language) common.push_back({"X-TC-Language", "Language", *call.language});
  return common;
}

}  // namespace

std::string_view name_of(Encoding encoding) { return kEncodingNames[static_cast<std::size_t>(encoding)]; }

std::optional<Encoding> encoding_named(std::string_view name) {
  for (Encoding encoding : {Encoding::kJson, Encoding::kQuery, Encoding::kForm}) {
    if (name == name_of(encoding)) return encoding;
  }
  return std::nullopt;
}

bool lawful(Encoding encoding, Scheme scheme) {
  return encoding == Encoding::kQuery || (encoding == Encoding::kJson) == (scheme == Scheme::kTc3);
}

std::string percent_encode(std::string_view text) {
  std::string out;
  append_encoded(out, text);
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  if (text.find_first_of("%+") == text.npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string encode_pairs(const Json& params) {
  std::string out;
  append_pairs(out, "", params);
  return out;
}

HttpRequest encode(const api::Call& call, Encoding encoding, Scheme scheme, std::string_view host,
                   std::int64_t unix_seconds) {
  HttpRequest request;
  request.method = encoding == Encoding::kQuery ? "GET" : "POST";
  std::string_view type = encoding == Encoding::kJson ? kJsonType : kFormType;
  request.headers = {{"Host", std::string(host)}, {"Content-Type", std::string(type)}};
  std::string pairs;
  for (const auto& [header, pair, value] : common_parameters(call)) {
    if (scheme == Scheme::kTc3)
      request.headers.push_back({std::string(header), std::string(value)});
    else
      append_pair(pairs, pair, value);
  }
  if (scheme == Scheme::kTc3) request.headers.push_back({"X-TC-Timestamp", std::to_string(unix_seconds)});
  if (encoding == Encoding::kJson) {
    request.body = to_text(call.params);
  } else if (std::string business = encode_pairs(call.params); !business.empty()) {
    pairs += (pairs.empty() ? "" : "&") + business;
  }
  if (encoding == Encoding::kForm)
    request.body = std::move(pairs);
  else if (!pairs.empty())
    request.target += '?' + pairs;
  return request;
}

}  // namespace diconform::wire
