// One connected socket, plain or TLS, that never waits: what cannot be done at once it says, and its user
// waits.
//
// Private to the transport and the server. A channel belongs to one thread at a time; it borrows its socket.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

struct ssl_st;
struct ssl_ctx_st;

namespace diconform::wire {

// One side's TLS settings, shared by its connections; safe to use from many threads. TLS 1.2 and 1.3.
using TlsContext = std::shared_ptr<ssl_ctx_st>;
Result<TlsContext> tls_server(std::string_view certificate_pem, std::string_view key_pem);
// Trusts the authorities of a PEM file, or the system's where `ca_file` is empty. The chain is always
// verified.
Result<TlsContext> tls_client(const std::string& ca_file);

struct Step {
  enum class Outcome {
    kDone,       // `bytes` of them (at least one, but for a handshake)
    kWantRead,   // not before the socket is readable
    kWantWrite,  // not before the socket is writable
    kClosed,     // the other side said that it sends no more
    kCut,        // TLS only: it closed without saying so, perhaps in the middle
    kBroken,     // reset, or TLS that went wrong: `problem()` says how
  };
  Outcome outcome = Outcome::kBroken;
  std::size_t bytes = 0;
};

class Channel {
 public:
  Channel() = default;
  explicit Channel(int socket) : socket_(socket) {}
  // Everything after this goes through TLS. A client verifies that the certificate is for `server_name` (a
  // name or an IP literal) and says that name to the server (SNI) unless it is a literal. False where that is
  // no name to verify: such a connection must not be used.
  [[nodiscard]] bool begin_tls_as_client(const TlsContext& context, const std::string& server_name);
  void begin_tls_as_server(const TlsContext& context);
  Step handshake();  // until kDone, before reading or writing

  // `into` holds 16 KiB or more, the largest TLS record: then nothing stays behind that a wait for the socket
  // would miss.
  Step read(std::span<char> into);
  Step write(std::string_view bytes);
  // Whether the other side keeps the connection open and has sent nothing that was not asked for.
  bool quiet();
  // Says that no more will be sent (TLS close_notify, then FIN), as far as that is possible at once.
  void end_sending();

  const std::string& problem() const { return problem_; }

 private:
  Step broken(std::string problem);
  Step tls_step(int result);

  int socket_ = -1;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> tls_{nullptr, nullptr};
  std::string problem_;
};

}  // namespace diconform::wire
