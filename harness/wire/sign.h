// Signatures, both families: TC3-HMAC-SHA256 (signature v3, in headers) and HmacSHA1 / HmacSHA256 (signature
// v1, in the parameters). Pure: time and keys come as arguments.
//
// Sources: "Signature v3" and "Signature" of the common request documentation; the six parts of the canonical
// request, the derived key and the worked examples are in tests/wire/signing_vectors.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http_message.h"

namespace diconform::wire {

enum class Scheme { kTc3, kV1Sha1, kV1Sha256 };
std::string_view name_of(Scheme scheme);  // "tc3", "v1-sha1", "v1-sha256"
std::optional<Scheme> scheme_named(std::string_view name);

struct Credentials {
  std::string secret_id;
  std::string secret_key;
  std::string token;  // of temporary credentials; empty = none
};

// What a TC3 signature says about itself. The defaults are right; a case that wants a wrong one changes a
// member.
struct Tc3Options {
  std::string service = "cvm";
  std::string terminator = "tc3_request";
  std::optional<std::string> date;  // default: the UTC date of the timestamp
  std::vector<std::string> signed_headers = {"content-type", "host"};
  std::optional<std::string> signed_host;  // default: the Host header as sent
  bool unsigned_payload = false;           // X-TC-Content-SHA256: UNSIGNED-PAYLOAD
};

// Adds Authorization (and X-TC-Token with a token) to a request that already has Host, Content-Type and
// X-TC-Timestamp.
void sign_tc3(HttpRequest& request, const Credentials& credentials, const Tc3Options& options = {});

// Adds SecretId, Timestamp, Nonce, SignatureMethod (for SHA-256), Token and Signature to the query of a GET
// or to the form of a POST, but for what `without` names. Values are signed as they decode, sorted by name in
// byte order.
void sign_v1(HttpRequest& request, const Credentials& credentials, Scheme scheme, std::int64_t unix_seconds,
             std::uint64_t nonce, const std::vector<std::string_view>& without = {});

// The pieces, for verifying and for `inspect`.
struct Tc3Authorization {
  std::string secret_id, date, service, terminator, signature;
  std::vector<std::string> signed_headers;  // lower case, in the order of the header
};
std::optional<Tc3Authorization> parse_tc3_authorization(std::string_view value);

// The signed headers in the order given, which is rightly sorted; a header that repeats counts once, the
// first. `lower_content_type`: SDKs sign the content type as sent, the document says lower case; both are
// lawful.
std::string canonical_request(const HttpRequest& request, const std::vector<std::string>& signed_headers,
                              std::string_view host, bool lower_content_type = false);
std::string tc3_string_to_sign(std::string_view canonical, std::string_view timestamp,
                               const Tc3Authorization& scope);
// HMAC chain over date, service and terminator; kept per thread for the key used last, since it costs more
// than the rest.
std::string tc3_signature(std::string_view secret_key, const Tc3Authorization& scope,
                          std::string_view string_to_sign);

// METHOD + host + path + '?' + the decoded pairs but `Signature`, sorted by name.
std::string v1_string_to_sign(const HttpRequest& request, std::string_view host);
std::string v1_signature(std::string_view secret_key, Scheme scheme, std::string_view string_to_sign);

}  // namespace diconform::wire
