// Digests, over OpenSSL. Every function keeps its context per thread: making one costs more than a short
// digest.
#pragma once

#include <string>
#include <string_view>

namespace diconform {

std::string sha256(std::string_view bytes);                             // 32 raw bytes
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 raw bytes
std::string hmac_sha1(std::string_view key, std::string_view bytes);    // 20 raw bytes

// Whether two secrets are equal, in time that depends on their lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace diconform
