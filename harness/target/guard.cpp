#include "target/guard.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace diconform::target {

bool is_loopback(std::string_view numeric_address) {
  const std::string text(numeric_address);
  if (in_addr four; inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return six.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&six);
}

std::optional<std::string> Guard::permit(std::string_view numeric_address, std::string_view) const {
  if (is_loopback(numeric_address)) return std::nullopt;
  return quoted(numeric_address) + " is not this machine: nothing is sent there";
}

}  // namespace diconform::target
