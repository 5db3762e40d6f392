#include "wire/envelope.h"

#include "base/text.h"

namespace diconform::wire {
namespace {

using Problem = std::unexpected<std::string>;

Problem wrong_kind(std::string_view name, const Json& found, std::string_view expected) {
  return Problem(std::string(name) + " is " + found.kind_name() + ", expected " + std::string(expected));
}

std::expected<std::string, std::string> text_member(const Json& object, std::string_view owner,
                                                    std::string_view name) {
  const Json* found = object.find(name);
  if (!found) return Problem(std::string(owner) + " has no member " + std::string(name));
  if (!found->string()) return wrong_kind(std::string(owner) + "." + std::string(name), *found, "a string");
  return *found->string();
}

std::expected<api::ApiError, std::string> error_of(const Json& json) {
  constexpr std::string_view kOwner = "Response.Error";
  if (!json.object()) return wrong_kind(kOwner, json, "an object");
  auto code = text_member(json, kOwner, "Code"), message = text_member(json, kOwner, "Message");
  if (!code) return Problem(code.error());
  if (!message) return Problem(message.error());
  if (code->empty()) return Problem("Response.Error.Code is empty");
  return api::ApiError{std::move(*code), std::move(*message)};
}

// The value of the four hexadecimal digits after "\\u" at `at`, or nothing.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u") return std::nullopt;
  auto bytes = from_hex(text.substr(at + 2, 4));
  if (!bytes || bytes->size() != 2) return std::nullopt;
  return static_cast<unsigned char>((*bytes)[0]) * 256u + static_cast<unsigned char>((*bytes)[1]);
}

// The text with U+FFFD for every escape of a surrogate that has no partner.
std::string without_lone_surrogates(std::string_view text) {
  std::string out(text);
  auto is_high = [](std::optional<unsigned> unit) { return unit && *unit >= 0xD800 && *unit < 0xDC00; };
  auto is_low = [](std::optional<unsigned> unit) { return unit && *unit >= 0xDC00 && *unit < 0xE000; };
  for (std::size_t at = 0; at + 6 <= out.size();) {
    if (out[at] != '\\') {
      ++at;
    } else if (out[at + 1] != 'u') {
      at += 2;
    } else if (is_high(escaped_unit(out, at)) && is_low(escaped_unit(out, at + 6))) {
      at += 12;
    } else {
      if (is_high(escaped_unit(out, at)) || is_low(escaped_unit(out, at))) out.replace(at + 2, 4, "fffd");
      at += 6;
    }
  }
  return out;
}

}  // namespace

std::string encode_envelope(const Envelope& envelope) {
  Json::Object response;
  if (envelope.error) {
    response.emplace_back("Error",
                          Json::Object{{"Code", envelope.error->code}, {"Message", envelope.error->message}});
  }
  if (const Json::Object* fields = envelope.fields.object())
    response.insert(response.end(), fields->begin(), fields->end());
  if (!envelope.request_id.empty()) response.emplace_back("RequestId", envelope.request_id);
  return to_text(Json::Object{{"Response", std::move(response)}});
}

std::expected<Envelope, std::string> decode_envelope(std::string_view body) {
  // RFC 8259 section 8.1: none may be written; readers may forgive it, and those of several SDKs do not.
  if (body.starts_with("\xEF\xBB\xBF")) return Problem("the body begins with a byte order mark");
  JsonLimits limits;
  limits.duplicates = false;
  auto json = parse_json(body, "", limits);
  // RFC 8259 section 8.2 leaves a lone surrogate escape to the reader; a message that quotes a request may
  // hold one.
  if (!json && body.find("\\u") != body.npos) json = parse_json(without_lone_surrogates(body), "", limits);
  if (!json) return Problem("the body cannot be read: " + json.error().message());
  if (!json->object()) return wrong_kind("the body", *json, "an object");
  const Json* response = json->find("Response");
  if (!response) return Problem("the body has no member Response");
  if (!response->object()) return wrong_kind("Response", *response, "an object");
  Envelope envelope;
  for (const auto& [name, value] : *response->object()) {
    if (name == "Error") {
      auto error = error_of(value);
      if (!error) return Problem(std::move(error).error());
      envelope.error = std::move(*error);
    } else if (name == "RequestId") {
      if (!value.string()) return wrong_kind("Response.RequestId", value, "a string");
      envelope.request_id = *value.string();
    } else {
      envelope.fields.object()->emplace_back(name, value);
    }
  }
  return envelope;
}

}  // namespace diconform::wire
