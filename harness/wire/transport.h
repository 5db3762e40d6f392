// How bytes reach an endpoint and what comes back: the seam under every target.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "wire/http_message.h"
#include "wire/http_reader.h"

namespace diconform::wire {

// How an exchange ended, from the client's side.
enum class ExchangeEnd {
  kComplete,       // one whole, well-formed reply
  kNotConnected,   // refused, unreachable, a name that does not resolve, a certificate that does not verify
  kReset,          // the connection broke
  kTimeout,        // no complete reply by the deadline
  kTruncated,      // closed in the middle of a reply
  kMalformed,      // bytes that are not an HTTP reply
  kTooLarge,       // more than ReadLimits allow
  kForbidden,      // the permit said no: nothing was sent
};
std::string_view name_of(ExchangeEnd end);

struct Exchange {
  std::string sent;      // the very bytes
  std::string received;  // the very bytes, as far as they came
  std::optional<HttpReply> reply;  // where kComplete
  ExchangeEnd end = ExchangeEnd::kComplete;
  std::string problem;           // for a person, where not kComplete
  std::int64_t started_us = 0;   // Clock::now_us when the first byte was handed over
  std::int64_t elapsed_us = 0;   // until the last byte of the reply, or until it ended
  int connection = 0;            // which connection carried it; numbers never repeat in a process
};

// One line of requests, one outstanding at a time; keeps its connection alive between them. A transport belongs to one
// thread; make one a thread. A request is sent once: a connection that was found closed by the peer *before the first byte
// was sent* is replaced, anything later is reported.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Exchange exchange(std::string_view bytes, std::int64_t deadline_us) = 0;
  // Connects now, so that a later exchange does not pay for it (pre-connected bursts).
  virtual Result<void> connect(std::int64_t deadline_us) = 0;
};
using TransportFactory = std::function<std::unique_ptr<Transport>()>;

struct Address {
  std::string host;  // name or literal, as given
  std::uint16_t port = 0;
  bool tls = false;
  std::string ca_file;      // PEM; empty = the system's store
  std::string server_name;  // what the certificate must say; empty = host
  std::string authority() const;  // "host" or "host:port", as for Host
};
// http://HOST[:PORT][/] and https://…; anything after the authority but "/" is an error unless `path` is given to take it.
Result<Address> parse_url(std::string_view url, std::string* path = nullptr);

// Looks at the numeric address a connection really reached and at the final bytes, before the first of them is sent.
// Answers why not, or nothing to let them pass. Called from every thread that sends.
using Permit = std::function<std::optional<std::string>(std::string_view numeric_address, std::string_view bytes)>;

// Real sockets over asio, TLS verified. `clock` must outlive every transport made.
TransportFactory socket_transports(Address address, Permit permit, Clock& clock, ReadLimits limits = {});

}  // namespace diconform::wire
