// Names become addresses and addresses become connected sockets, both by a deadline.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

struct sockaddr_storage;

namespace diconform::wire {

// "127.0.0.1" or "::1"; an IPv4 address in IPv6 clothes (::ffff:127.0.0.1) as the IPv4 address it is.
std::string numeric(const sockaddr_storage& address);

// Owns a file descriptor.
class Socket {
 public:
  explicit Socket(int descriptor = -1) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() { close(); }
  void close();
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Dialled {
  Socket socket;        // connected, TCP_NODELAY, closed on exec
  std::string reached;  // the numeric address it reached
};

// Tries the addresses of a name in the resolver's order; each gets an equal share of the time that is left.
// Errors name the last address and what it said. `until_us` is a time of `clock`.
// `from`: the IPv4 address of ours that the connection shall have; empty: whichever.
Result<Dialled> dial(const std::string& host, std::uint16_t port, const Clock& clock, std::int64_t until_us,
                     const std::string& from = {});

// Waits until the socket is ready for any of the `poll` events; false when `until_us` came first. One
// poll(2), no event loop: there is one socket to wait for, and a loop of its own would cost every transport
// three descriptors more.
bool wait_for(int socket, short events, const Clock& clock, std::int64_t until_us);

}  // namespace diconform::wire
