#include "wire/dial.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <system_error>
#include <thread>
#include <vector>

namespace diconform::wire {
namespace {

struct Endpoint {
  sockaddr_storage address = {};
  socklen_t size = 0;
};

struct Resolved {
  std::vector<Endpoint> endpoints;
  int error = 0;  // of getaddrinfo
};

std::string text_of(int error) { return std::generic_category().message(error); }

Resolved resolve(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Resolved resolved;
  resolved.error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (resolved.error != 0) return resolved;
  for (const addrinfo* one = list; one; one = one->ai_next) {
    Endpoint& endpoint = resolved.endpoints.emplace_back();
    std::memcpy(&endpoint.address, one->ai_addr, one->ai_addrlen);
    endpoint.size = one->ai_addrlen;
  }
  freeaddrinfo(list);
  return resolved;
}

// getaddrinfo knows no deadline: a thread asks, and is left to itself when it takes too long.
Result<std::vector<Endpoint>> resolve_by(const std::string& host, std::uint16_t port, std::int64_t for_us) {
  Resolved resolved = resolve(host, port, AI_NUMERICHOST);
  if (resolved.error == EAI_NONAME) {
    std::promise<Resolved> promise;
    std::future<Resolved> answer = promise.get_future();
    std::thread([host, port, promise = std::move(promise)]() mutable {
      promise.set_value(resolve(host, port, 0));
    }).detach();
    if (answer.wait_for(std::chrono::microseconds(for_us)) != std::future_status::ready)
      return failure(host, "the name did not resolve by the deadline", "use an address, or allow more time");
    resolved = answer.get();
  }
  if (resolved.error != 0)
    return failure(host, fmt::format("the name does not resolve: {}", gai_strerror(resolved.error)));
  return std::move(resolved.endpoints);
}

// A connect to a free port of the ephemeral range may by chance meet itself: TCP allows it, nobody is there.
bool met_itself(int socket) {
  Endpoint here, there;
  here.size = there.size = sizeof(sockaddr_storage);
  return getsockname(socket, reinterpret_cast<sockaddr*>(&here.address), &here.size) == 0 &&
         getpeername(socket, reinterpret_cast<sockaddr*>(&there.address), &there.size) == 0 &&
         here.size == there.size && std::memcmp(&here.address, &there.address, here.size) == 0;
}

bool comes_from(int socket, const std::string& address) {
  sockaddr_in here = {};
  here.sin_family = AF_INET;
  return inet_pton(AF_INET, address.c_str(), &here.sin_addr) == 1 &&
         ::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
}

// 0, or the error number.
int connect_by(int socket, const Endpoint& endpoint, const Clock& clock, std::int64_t until_us) {
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) return errno;
    if (!wait_for(socket, POLLOUT, clock, until_us)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
  }
  return met_itself(socket) ? ECONNREFUSED : 0;
}

}  // namespace

std::string numeric(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six))
      inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text);
    else
      inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

void Socket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool wait_for(int socket, short events, const Clock& clock, std::int64_t until_us) {
  const std::int64_t left_us = until_us - clock.now_us();
  if (left_us <= 0) return false;
  pollfd waited = {socket, events, 0};
  const timespec time = {left_us / 1'000'000, left_us % 1'000'000 * 1000};
  const int ready = ::ppoll(&waited, 1, &time, nullptr);
  return ready > 0 || (ready < 0 && errno == EINTR);  // interrupted: the caller tries, and comes back
}

Result<Dialled> dial(const std::string& host, std::uint16_t port, const Clock& clock, std::int64_t until_us,
                     const std::string& from) {
  TRY(const std::vector<Endpoint> endpoints, resolve_by(host, port, until_us - clock.now_us()));
  std::string last;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const Endpoint& endpoint = endpoints[i];
    Socket socket(
        ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (socket.get() < 0) return failure(host, "no socket: " + text_of(errno));
    const int on =
        1;  // a request is handed over whole; Nagle would hold its tail back for the peer's delayed ACK
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!from.empty() && !comes_from(socket.get(), from))
      return failure(host, "cannot come from " + from + ": " + text_of(errno));
    const std::int64_t now_us = clock.now_us();
    const auto share_us = (until_us - now_us) / static_cast<std::int64_t>(endpoints.size() - i);
    const int error = connect_by(socket.get(), endpoint, clock, now_us + share_us);
    if (error == 0) return Dialled{std::move(socket), numeric(endpoint.address)};
    last = fmt::format("{} port {}: {}", numeric(endpoint.address), port, text_of(error));
  }
  return failure(host, "cannot connect to " + last, "is the endpoint running, and is this its port?");
}

}  // namespace diconform::wire
