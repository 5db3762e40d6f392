// The one choke point below everything that sends: whether these bytes may go to that address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace diconform::target {

// Whether a numeric address can only be this machine: 127.0.0.0/8, ::1, and the former in IPv6 clothes.
bool is_loopback(std::string_view numeric_address);

class Guard {
 public:
  // Why the bytes may not be sent, or nothing. A wire::Permit; thread-safe.
  std::optional<std::string> permit(std::string_view numeric_address, std::string_view bytes) const;
};

}  // namespace diconform::target
