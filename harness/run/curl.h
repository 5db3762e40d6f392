// A request as the curl command that sends it.
#pragma once

#include <string>
#include <string_view>

namespace diconform::run {

// One line for a POSIX shell, or empty where the bytes are no HTTP request that curl could send.
std::string curl_line(std::string_view request_bytes, std::string_view endpoint_url);

}  // namespace diconform::run
