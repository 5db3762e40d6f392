#include "wire/decode.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/pair_tree.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

using Refusal = std::unexpected<api::ApiError>;

Refusal refuse(std::string_view code, std::string message) {
  return Refusal(api::ApiError{std::string(code), std::move(message)});
}

Refusal missing(std::string_view name) {
  return refuse("MissingParameter",
                "The request is missing a required parameter `" + std::string(name) + "`.");
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

}  // namespace diconform::wire
