#include "wire/sign.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <tuple>

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

constexpr std::array<std::string_view, 3> kSchemeNames = {"tc3", "v1-sha1", "v1-sha256"};
constexpr std::string_view kAlgorithm = "TC3-HMAC-SHA256";
constexpr std::string_view kContentHash = "X-TC-Content-SHA256";
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// The text after `prefix`, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

// Whether the text has exactly as many parts as there are places.
bool split_into(std::span<std::string_view> places, std::string_view text, char separator) {
  for (std::string_view& place : places.first(places.size() - 1)) {
    const std::size_t end = text.find(separator);
    if (end == text.npos) return false;
    place = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  places.back() = text;
  return text.find(separator) == text.npos;
}

// The derived keys used lately by this thread: three HMACs cost twice as much as the rest of a verification.
// 64 places hold the accounts of as many parallel trials.
class DayKeys {
 public:
  const std::string& find(std::string_view secret_key, const Tc3Authorization& scope) {
    name_.clear();
    for (std::string_view part : {secret_key, std::string_view(scope.date), std::string_view(scope.service),
                                  std::string_view(scope.terminator)}) {
      name_.append(std::to_string(part.size())).append(1, ':').append(part);
    }
    Entry& entry = entries_[std::hash<std::string>()(name_) % entries_.size()];
    if (entry.name != name_ || entry.key.empty()) {
      std::string date_key = hmac_sha256("TC3" + std::string(secret_key), scope.date);
      entry = {name_, hmac_sha256(hmac_sha256(date_key, scope.service), scope.terminator)};
    }
    return entry.key;
  }

 private:
  struct Entry {
    std::string name, key;
  };
  std::array<Entry, 64> entries_;
  std::string name_;
};

std::string hashed_payload(const HttpRequest& request) {
  const std::string* hash = find_header(request.headers, kContentHash);
  return to_hex(
      sha256(hash && *hash == kUnsignedPayload ? kUnsignedPayload : std::string_view(request.body)));
}

void append_lower(std::string& out, std::string_view text) {
  for (char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void append_raw_pair(std::string& pairs, std::string_view name, std::string_view value) {
  if (!pairs.empty()) pairs += '&';
  pairs.append(name).append(1, '=').append(percent_encode(value));
}

// A pair that cannot be decoded is signed as it came, so that any request has a string to sign.
std::vector<Pair> readable_or_raw(std::string_view text) {
  std::vector<Pair> pairs;
  for (std::string_view part : split(text, '&')) {
    auto one = parse_pairs(part);
    if (one && one->size() == 1)
      pairs.push_back(std::move(one->front()));
    else if (!part.empty())
      pairs.push_back({std::string(part), ""});
  }
  return pairs;
}

}  // namespace

std::string_view name_of(Scheme scheme) { return kSchemeNames[static_cast<std::size_t>(scheme)]; }

std::optional<Scheme> scheme_named(std::string_view name) {
  for (Scheme scheme : {Scheme::kTc3, Scheme::kV1Sha1, Scheme::kV1Sha256}) {
    if (name == name_of(scheme)) return scheme;
  }
  return std::nullopt;
}

void sign_tc3(HttpRequest& request, const Credentials& credentials, const Tc3Options& options) {
  if (!credentials.token.empty()) set_header(request.headers, "X-TC-Token", credentials.token);
  if (options.unsigned_payload) set_header(request.headers, kContentHash, std::string(kUnsignedPayload));
  const std::string* host = find_header(request.headers, "Host");
  const std::string* timestamp = find_header(request.headers, "X-TC-Timestamp");
  std::int64_t seconds = timestamp ? static_cast<std::int64_t>(to_unsigned(*timestamp).value_or(0)) : 0;
  Tc3Authorization scope{.secret_id = credentials.secret_id,
                         .date = options.date ? *options.date : utc_date(seconds),
                         .service = options.service,
                         .terminator = options.terminator,
                         .signature = "",
                         .signed_headers = options.signed_headers};
  std::string signed_host = options.signed_host ? *options.signed_host : host ? *host : "";
  std::string canonical = canonical_request(request, scope.signed_headers, signed_host);
  std::string to_sign = tc3_string_to_sign(canonical, timestamp ? *timestamp : "", scope);
  std::string value(kAlgorithm);
  value += " Credential=" + scope.secret_id + '/' + scope.date + '/' + scope.service + '/' + scope.terminator;
  for (std::size_t i = 0; i < scope.signed_headers.size(); ++i) {
    value += (i == 0 ? ", SignedHeaders=" : ";") + scope.signed_headers[i];
  }
  set_header(request.headers, "Authorization",
             value + ", Signature=" + tc3_signature(credentials.secret_key, scope, to_sign));
}

void sign_v1(HttpRequest& request, const Credentials& credentials, Scheme scheme, std::int64_t unix_seconds,
             std::uint64_t nonce, const std::vector<std::string_view>& without) {
  std::string pairs(raw_pairs_of(request));
  auto add = [&](std::string_view name, const std::string& value) {
    if (std::ranges::find(without, name) == without.end()) append_raw_pair(pairs, name, value);
  };
  add("SecretId", credentials.secret_id);
  add("Timestamp", std::to_string(unix_seconds));
  add("Nonce", std::to_string(nonce));
  if (scheme == Scheme::kV1Sha256) add("SignatureMethod", "HmacSHA256");
  if (!credentials.token.empty()) add("Token", credentials.token);
  bool form = request.method == "POST" && media_type_of(request) == kFormType;
  std::string path(request.path());
  auto put = [&] {
    if (form)
      request.body = pairs;
    else
      request.target = path + '?' + pairs;
  };
  put();
  const std::string* host = find_header(request.headers, "Host");
  std::string to_sign = v1_string_to_sign(request, host ? *host : "");
  append_raw_pair(pairs, "Signature", v1_signature(credentials.secret_key, scheme, to_sign));
  put();
}

std::optional<Tc3Authorization> parse_tc3_authorization(std::string_view value) {
  auto rest = after(value, "TC3-HMAC-SHA256 Credential=");
  if (!rest) return std::nullopt;
  std::array<std::string_view, 3> parts;
  std::array<std::string_view, 4> scope;
  if (!split_into(parts, *rest, ',') || !split_into(scope, parts[0], '/')) return std::nullopt;
  auto headers = after(parts[1], " SignedHeaders="), signature = after(parts[2], " Signature=");
  if (!headers || !signature) return std::nullopt;
  if (headers->empty() || signature->empty() || scope[0].empty()) return std::nullopt;
  Tc3Authorization authorization{.secret_id = std::string(scope[0]),
                                 .date = std::string(scope[1]),
                                 .service = std::string(scope[2]),
                                 .terminator = std::string(scope[3]),
                                 .signature = std::string(*signature),
                                 .signed_headers = {}};
  for (std::string_view name : split(*headers, ';')) authorization.signed_headers.push_back(lower_case(name));
  return authorization;
}

std::string canonical_request(const HttpRequest& request, const std::vector<std::string>& signed_headers,
                              std::string_view host, bool lower_content_type) {
  std::string out;
  out.reserve(256 + request.target.size());
  out.append(request.method).append(1, '\n').append(request.path()).append(1, '\n').append(request.query());
  out += '\n';
  for (const std::string& name : signed_headers) {
    const std::string* found = find_header(request.headers, name);
    std::string_view value =
        name == "host" ? host : trimmed(found ? std::string_view(*found) : std::string_view());
    out.append(name).append(1, ':');
    if (name == "content-type" && !lower_content_type)
      out += value;
    else
      append_lower(out, value);
    out += '\n';
  }
  out += '\n';
  for (std::size_t i = 0; i < signed_headers.size(); ++i)
    out.append(i == 0 ? "" : ";").append(signed_headers[i]);
  return out.append(1, '\n').append(hashed_payload(request));
}

std::string tc3_string_to_sign(std::string_view canonical, std::string_view timestamp,
                               const Tc3Authorization& scope) {
  std::string out(kAlgorithm);
  out.append(1, '\n')
      .append(timestamp)
      .append(1, '\n')
      .append(scope.date)
      .append(1, '/')
      .append(scope.service);
  return out.append(1, '/').append(scope.terminator).append(1, '\n').append(to_hex(sha256(canonical)));
}

std::string tc3_signature(std::string_view secret_key, const Tc3Authorization& scope,
                          std::string_view string_to_sign) {
  thread_local DayKeys keys;
  return to_hex(hmac_sha256(keys.find(secret_key, scope), string_to_sign));
}

std::string v1_string_to_sign(const HttpRequest& request, std::string_view host) {
  auto all = parse_pairs(raw_pairs_of(request));
  std::vector<Pair> pairs = all ? std::move(*all) : readable_or_raw(raw_pairs_of(request));
  std::erase_if(pairs, [](const Pair& pair) { return pair.name == "Signature"; });
  std::ranges::sort(pairs, {}, [](const Pair& pair) { return std::tie(pair.name, pair.value); });
  std::string out = request.method;
  out.append(host).append(request.path()).append(1, '?');
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    out.append(i == 0 ? "" : "&").append(pairs[i].name).append(1, '=').append(pairs[i].value);
  }
  return out;
}

std::string v1_signature(std::string_view secret_key, Scheme scheme, std::string_view string_to_sign) {
  return to_base64(scheme == Scheme::kV1Sha256 ? hmac_sha256(secret_key, string_to_sign)
                                               : hmac_sha1(secret_key, string_to_sign));
}

}  // namespace diconform::wire
