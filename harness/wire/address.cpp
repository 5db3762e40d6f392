#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"
#include "wire/transport.h"

namespace diconform::wire {
namespace {

constexpr std::uint16_t port_of_scheme(bool tls) { return tls ? 443 : 80; }

bool is_ipv6(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_name_or_ipv4(std::string_view text) {
  constexpr std::string_view kLawful = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !text.empty() && text.size() <= 253 && text.find_first_not_of(kLawful) == std::string_view::npos;
}

Result<void> read_authority(std::string_view url, std::string_view authority, Address& address) {
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view() : authority.substr(end + (bracketed ? 1 : 0));
  address.host = bracketed ? authority.substr(1, end == std::string_view::npos ? end : end - 1)
                           : authority.substr(0, end);
  const bool known =
      bracketed ? end != std::string_view::npos && is_ipv6(address.host) : is_name_or_ipv4(address.host);
  if (!known)
    return failure(quoted(url), "no host name or address: " + quoted(address.host),
                   "as in http://127.0.0.1:8080 or https://[::1]:8443");
  address.port = port_of_scheme(address.tls);
  if (rest.empty()) return {};
  const auto port = to_unsigned(rest.substr(1));
  if (!rest.starts_with(':') || !port || *port == 0 || *port > 65535)
    return failure(quoted(url), "no port: " + quoted(rest), "a port is ':' and a number from 1 to 65535");
  address.port = static_cast<std::uint16_t>(*port);
  return {};
}

}  // namespace

// Here and not with the sockets: whoever reads a report needs the names alone.
std::string_view name_of(ExchangeEnd end) {
  static constexpr std::string_view kNames[] = {"complete",  "not-connected", "reset",     "timeout",
                                                "truncated", "malformed",     "too-large", "forbidden"};
  return kNames[static_cast<std::size_t>(end)];
}

std::string Address::authority() const {
  const bool literal = host.find(':') != std::string::npos;
  std::string text = literal ? "[" + host + "]" : host;
  return port == port_of_scheme(tls) ? text : fmt::format("{}:{}", text, port);
}

Result<Address> parse_url(std::string_view url, std::string* path) {
  Address address;
  const std::size_t scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
  address.tls = equal_ignoring_case(scheme, "https");
  if (!address.tls && !equal_ignoring_case(scheme, "http"))
    return failure(quoted(url), "no http:// or https:// URL", "as in http://127.0.0.1:8080");
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  TRY_VOID(read_authority(url, rest.substr(0, authority_end), address));
  std::string_view after = rest.substr(authority_end);
  if (after.find('#') != std::string_view::npos)
    return failure(quoted(url), "a fragment means nothing to an endpoint");
  if (path)
    *path = std::string(after.starts_with('/') ? "" : "/").append(after);
  else if (!after.empty() && after != "/")
    return failure(quoted(url), "unexpected " + quoted(after) + " after the host",
                   "give scheme, host and port only");
  return address;
}

}  // namespace diconform::wire
