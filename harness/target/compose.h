// A bound step becomes the bytes of a request.
#pragma once

#include <cstdint>
#include <string>

#include "scenario/case.h"
#include "wire/encode.h"
#include "wire/sign.h"

namespace diconform::target {

// What the bytes depend on beside the step.
struct Composition {
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
  wire::Credentials credentials;
  std::string host;               // for Host and the signature
  std::string region;             // the usual one
  std::int64_t unix_seconds = 0;  // now, as the endpoint sees it
  std::uint64_t nonce = 1;        // v1: another for every request
};

// In this order: encode, change, sign, change again. A raw step is its own bytes.
std::string compose(const scenario::Step& step, const Composition& composition);

}  // namespace diconform::target
