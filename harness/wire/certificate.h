// Throw-away certificates for TLS on this machine. Never for anything else: the keys live in memory or in a
// scratch file.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "wire/server.h"

namespace diconform::wire {

struct Authority {
  Certificate self;  // the CA's own, to be trusted by a client; valid from an hour ago for thirty days
  // A server's certificate for the names (DNS names, `*.` allowed, or IP literals), valid from an hour ago
  // for a day. Made for strict verifiers (RFC 5280; Go, Java, Python, Node, OpenSSL -x509_strict): key
  // usages, key identifiers, the names as subject alternative names only. One that has expired was valid for
  // the day before. Errors: no name, or one that no certificate can carry.
  enum class Validity { kNow, kExpired };
  Result<Certificate> issue(std::span<const std::string> names, Validity validity = Validity::kNow) const;
};
// A new P-256 key and its self-signed certificate.
Result<Authority> make_authority();

}  // namespace diconform::wire
