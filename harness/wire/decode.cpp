#include "wire/decode.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

using Refusal = std::unexpected<api::ApiError>;

Refusal refuse(std::string_view code, std::string message) {
  return Refusal(api::ApiError{std::string(code), std::move(message)});
}

// A name for a message: not longer than a person reads.
std::string ticked(std::string_view name) { return '`' + clean_utf8(name.substr(0, 100)) + '`'; }

Refusal missing(std::string_view name) {
  return refuse("MissingParameter", "The request is missing a required parameter " + ticked(name) + '.');
}

// The common parameters of signature v1 ("Common parameters", signature v1 column).
constexpr std::array<std::string_view, 11> kCommonPairs = {
    "Action",   "Version",   "Region",          "Language", "Timestamp",    "Nonce",
    "SecretId", "Signature", "SignatureMethod", "Token",    "RequestClient"};

// What decides over what is done, or over who asks: two of them would be two opinions.
constexpr std::array<std::string_view, 9> kSingleHeaders = {
    "Host",        "Content-Type",   "Authorization", "X-TC-Action",  "X-TC-Version",
    "X-TC-Region", "X-TC-Timestamp", "X-TC-Token",    "X-TC-Language"};

std::optional<std::string> copied(const std::string* text) {
  return text ? std::optional(*text) : std::nullopt;
}

std::expected<Json, api::ApiError> parse_body(std::string_view body) {
  JsonLimits limits;
  limits.duplicates = false;  // which of two would be meant? A call that deletes does not guess
  auto json = parse_json(body, "", limits);
  if (!json) return refuse("InvalidRequest", "The body is not a JSON object: " + json.error().message());
  if (!json->object())
    return refuse("InvalidRequest", std::string("The body is ") + json->kind_name() + ", not a JSON object.");
  return std::move(*json);
}

// The encoding the content type asks for.
std::expected<Encoding, api::ApiError> encoding_of(const HttpRequest& request, bool tc3,
                                                   const DecodeOptions& options) {
  std::string type = media_type_of(request);
  if (request.method == "GET") {
    if (tc3 && type != kFormType)
      return refuse("InvalidRequest", "A GET needs the Content-Type `" + std::string(kFormType) + "`.");
    return Encoding::kQuery;
  }
  if (type == kJsonType) return Encoding::kJson;
  if (type != kFormType)
    return refuse("InvalidRequest", "The Content-Type " + quoted(type) + " is not supported.");
  if (tc3 && !options.form_with_tc3) {
    return refuse("InvalidRequest", "A form cannot be signed with TC3-HMAC-SHA256: send JSON.");
  }
  return Encoding::kForm;
}

std::expected<Json, api::ApiError> parameters_of(std::vector<Pair> pairs, const DecodeOptions& options) {
  auto tree = tree_of(std::move(pairs), options.index_gaps);
  if (!tree) return refuse("InvalidParameter", std::move(tree).error());
  return std::move(*tree);
}

std::expected<Decoded, api::ApiError> decode_tc3(const HttpRequest& request, Encoding encoding,
                                                 const DecodeOptions& options) {
  Decoded decoded{.call = {}, .encoding = encoding, .scheme = Scheme::kTc3};
  const std::string* action = find_header(request.headers, "X-TC-Action");
  const std::string* version = find_header(request.headers, "X-TC-Version");
  if (!action) return missing("Action");
  if (!version) return missing("Version");
  api::Call& call = decoded.call;
  call.action = *action;
  call.version = *version;
  call.region = copied(find_header(request.headers, "X-TC-Region"));
  call.language = copied(find_header(request.headers, "X-TC-Language"));
  call.text_values = encoding != Encoding::kJson;
  if (encoding == Encoding::kJson) {
    TRY(call.params, parse_body(request.body));
    return decoded;
  }
  auto pairs = parse_pairs(raw_pairs_of(request));
  if (!pairs) return refuse("InvalidParameter", std::move(pairs).error());
  TRY(call.params, parameters_of(std::move(*pairs), options));
  return decoded;
}

std::expected<Decoded, api::ApiError> decode_v1(const HttpRequest& request, Encoding encoding,
                                                const DecodeOptions& options) {
  auto pairs = parse_pairs(raw_pairs_of(request));
  if (!pairs) return refuse("InvalidParameter", std::move(pairs).error());
  std::array<std::optional<std::string>, kCommonPairs.size()> common;
  std::vector<Pair> business;
  for (Pair& pair : *pairs) {
    auto known = std::ranges::find(kCommonPairs, pair.name);
    if (known == kCommonPairs.end()) {
      business.push_back(std::move(pair));
      continue;
    }
    std::optional<std::string>& place = common[static_cast<std::size_t>(known - kCommonPairs.begin())];
    if (place) return refuse("InvalidParameter", "The parameter " + quoted(pair.name) + " appears twice");
    place = std::move(pair.value);
  }
  auto value = [&](std::string_view name) -> std::optional<std::string>& {
    return common[static_cast<std::size_t>(std::ranges::find(kCommonPairs, name) - kCommonPairs.begin())];
  };
  // SecretId, Timestamp and Signature are credentials: verify() tells when they are missing.
  for (std::string_view name : {"Action", "Version", "Nonce"}) {
    if (!value(name)) return missing(name);
  }
  bool sha256 = value("SignatureMethod") == "HmacSHA256";
  Decoded decoded{.call = {}, .encoding = encoding, .scheme = sha256 ? Scheme::kV1Sha256 : Scheme::kV1Sha1};
  api::Call& call = decoded.call;
  call.action = std::move(*value("Action"));
  call.version = std::move(*value("Version"));
  call.region = std::move(value("Region"));
  call.language = std::move(value("Language"));
  call.text_values = true;
  TRY(call.params, parameters_of(std::move(business), options));
  return decoded;
}

// Where a value stands; text only where there is something to say of it.
struct Path {
  std::string_view name = {};
  const Path* outer = nullptr;            // the list or the object it is in
  std::optional<std::size_t> index = {};  // in a list, instead of the name
  std::string text() const {
    std::string own = index ? std::to_string(*index) : std::string(name);
    return outer ? outer->text() + '.' + own : own;
  }
};

using Typed = std::expected<void, api::ApiError>;

Refusal unknown(const Path& path) {
  return refuse("UnknownParameter", "The parameter " + ticked(path.text()) + " is not recognized.");
}

Refusal mistyped(const Path& path, std::string_view type) {
  return refuse("InvalidParameter", "The value of the parameter " + ticked(path.text()) +
                                        " is of a wrong type: it should be `" + std::string(type) + "`.");
}

bool absent(const Json* value) {
  return !value || value->is_null() || (value->array() && value->array()->empty());
}

// As JSON writes whole numbers: -9223372036854775808 to 18446744073709551615, no sign '+', no leading zeros.
bool is_integer(std::string_view text) {
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return false;
  if (text.size() == digits.size()) return to_unsigned(digits).has_value();
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

struct BooleanWord {
  std::string_view word;
  bool value;
  bool quoted;  // also as a string in JSON: one edition of the manual shows "True" there
};
// Go, Node.js, Java and Ruby write true, Python and .NET True, PHP 1.
constexpr std::array<BooleanWord, 6> kBooleanWords = {{{"true", true, true},
                                                       {"false", false, true},
                                                       {"True", true, true},
                                                       {"False", false, true},
                                                       {"1", true, false},
                                                       {"0", false, false}}};

// Types the values of one call, each in its place; `text` tells that they came as text.
class Typer {
 public:
  Typer(bool text, const DecodeOptions& options) : text_(text), options_(options) {}

  // The declared parameters of `object`, brought into their declared order. `outer`: where it stands.
  Typed members(Json& object, const api::Action& declared, const Path* outer = nullptr) const {
    for (const auto& [name, value] : *object.object()) {
      if (!declared.parameter(name)) return unknown({name, outer});
    }
    for (const api::Parameter& parameter : declared.parameters) {
      if (parameter.required && absent(object.find(parameter.name)))
        return missing(Path{parameter.name, outer}.text());
    }
    Json::Object& members = *object.object();
    auto next = members.begin();
    for (const api::Parameter& parameter : declared.parameters) {
      // The last of a name counts, as with Json::find().
      auto found = std::ranges::find(members.rbegin(), members.rend(), parameter.name, &Json::Member::first);
      if (found == members.rend() || absent(&found->second)) continue;
      TRY_VOID(type(found->second, parameter.type, {parameter.name, outer}));
      if (&*found != &*next) std::swap(*found, *next);
      ++next;
    }
    members.erase(next, members.end());
    return {};
  }

 private:
  Typed type(Json& value, api::ParameterType type, const Path& path) const {
    switch (type) {
      case api::ParameterType::kString:
        return string(value, path);
      case api::ParameterType::kInteger:
        return integer(value, path);
      case api::ParameterType::kBoolean:
        return boolean(value, path);
      case api::ParameterType::kStringArray:
        return strings(value, path);
      case api::ParameterType::kFilterArray:
        return filters(value, path);
    }
    return mistyped(path, "unknown");
  }

  Typed string(Json& value, const Path& path) const {
    if (!value.string()) return mistyped(path, "string");
    return {};
  }

  Typed integer(Json& value, const Path& path) const {
    const std::string* digits = text_ ? value.string() : value.number() ? &value.number()->text : nullptr;
    if (!digits || !is_integer(*digits)) return mistyped(path, "integer");
    value = Json::number(*digits);
    return {};
  }

  Typed boolean(Json& value, const Path& path) const {
    if (value.boolean() && !text_) return {};
    if (const std::string* written = value.string()) {
      for (const auto& [word, meaning, quoted_too] : kBooleanWords) {
        if (*written != word || !(text_ || (quoted_too && options_.quoted_booleans))) continue;
        value = meaning;
        return {};
      }
    }
    return mistyped(path, "boolean");
  }

  Typed strings(Json& value, const Path& path) const {
    if (!value.array()) return mistyped(path, "array");
    for (std::size_t i = 0; const Json& item : *value.array()) {
      const Path place{.outer = &path, .index = i++};
      if (!item.string()) return mistyped(place, "string");
    }
    return {};
  }

  Typed filters(Json& value, const Path& path) const {
    static const api::Action kFilter = {.name = "Filter",
                                        .parameters = {{"Name", api::ParameterType::kString, true},
                                                       {"Values", api::ParameterType::kStringArray, true}},
                                        .codes = {}};
    if (!value.array()) return mistyped(path, "array");
    for (std::size_t i = 0; Json & item : *value.array()) {
      const Path place{.outer = &path, .index = i++};
      if (!item.object()) return mistyped(place, "object");
      TRY_VOID(members(item, kFilter, &place));
    }
    return {};
  }

  bool text_;
  const DecodeOptions& options_;
};

}  // namespace

std::expected<Decoded, api::ApiError> decode(const HttpRequest& request, const DecodeOptions& options) {
  if (request.method != "GET" && request.method != "POST") {
    return refuse("UnsupportedProtocol",
                  "The method " + quoted(request.method) + " is not supported: use GET or POST.");
  }
  for (std::string_view name : kSingleHeaders) {
    if (count_headers(request.headers, name) > 1) {
      return refuse("InvalidRequest", "The header `" + std::string(name) + "` appears twice.");
    }
  }
  bool tc3 = speaks_tc3(request);
  TRY(Encoding encoding, encoding_of(request, tc3, options));
  // A JSON body can be signed with TC3 alone.
  if (tc3 || encoding == Encoding::kJson) return decode_tc3(request, encoding, options);
  return decode_v1(request, encoding, options);
}

std::expected<Json, api::ApiError> typed_parameters(api::Call call, const api::Action& action,
                                                    const DecodeOptions& options) {
  if (!call.params.object()) return refuse("InvalidParameter", "The parameters are not an object.");
  TRY_VOID(Typer(call.text_values, options).members(call.params, action));
  return std::move(call.params);
}

api::DeleteImages delete_images_of(Json typed) {
  api::DeleteImages call;
  if (Json* ids = typed.find("ImageIds"); ids && ids->array()) {
    call.image_ids.reserve(ids->array()->size());
    for (Json& id : *ids->array()) {
      if (id.string()) call.image_ids.push_back(std::move(*id.string()));
    }
  }
  auto flag = [&](std::string_view name) {
    const Json* found = typed.find(name);
    return found && found->boolean() && *found->boolean();
  };
  call.delete_bound_snapshots = flag("DeleteBindedSnap");
  call.dry_run = flag("DryRun");
  return call;
}

}  // namespace diconform::wire
