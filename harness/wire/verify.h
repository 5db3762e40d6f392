// Whether a request that was received carries a right signature, and if not, which leniency would accept it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/sign.h"

namespace diconform::wire {

// Who a request says it is from, before any key is known. Empty where the request carries no credentials at
// all.
struct Claim {
  Scheme scheme = Scheme::kTc3;
  std::string secret_id;
  std::string token;
  std::string timestamp;  // as sent
};

enum class VerifyFault {
  kNone,
  kNoCredentials,     // no Authorization and no Signature parameter
  kBadAuthorization,  // an Authorization that is not of TC3 form
  kBadTimestamp,      // missing or not a number
  kExpired,           // further from `now` than the limit
  kWrongScope,        // date not of the timestamp, service not cvm, or wrong terminator
  kUnsignedHeader,    // Host or Content-Type is not among the signed headers
  kMismatch,          // of the signature; also a signed header that is missing or there twice
};

struct VerifyOptions {
  std::int64_t now_seconds = 0;
  std::int64_t skew_seconds = 300;
  std::string service = "cvm";
  bool host_without_port = false;  // also accept a signature over the host without its port
};

struct Verification {
  VerifyFault fault = VerifyFault::kNone;
  std::string explanation;  // for a person
  std::string canonical;    // TC3 only
  std::string string_to_sign;
  std::string expected;  // the right signature
  std::string received;
  std::string leniency;  // what would have to be forgiven for it to verify, "" if nothing would do
  bool ok() const { return fault == VerifyFault::kNone; }
};

std::optional<Claim> claim_of(const HttpRequest& request);

// `explain` false leaves out what only a person reads: canonical text, expected signature and leniencies.
Verification verify(const HttpRequest& request, std::string_view secret_key, const VerifyOptions& options,
                    bool explain = true);

}  // namespace diconform::wire
