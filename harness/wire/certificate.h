// Throw-away certificates for TLS on this machine. Never for anything else: the keys live in memory or in a scratch file.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "wire/server.h"

namespace diconform::wire {

struct Authority {
  Certificate self;  // the CA's own, to be trusted by a client
  // A certificate for the names (DNS or IP literals), valid from an hour ago for a day.
  Result<Certificate> issue(std::span<const std::string> names) const;
};
Result<Authority> make_authority();

}  // namespace diconform::wire
