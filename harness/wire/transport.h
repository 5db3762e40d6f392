// How bytes reach an endpoint and what comes back: the seam under every target.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "wire/http_message.h"
#include "wire/http_reader.h"

namespace diconform::wire {

// How an exchange ended, from the client's side.
enum class ExchangeEnd {
  kComplete,      // one whole, well-formed reply, and nothing behind it
  kNotConnected,  // refused, unreachable, a name that does not resolve, a certificate that does not verify,
                  // or none of this known by the deadline: the endpoint saw no byte of the request
  kReset,         // the connection broke, or was closed before the first byte of a reply
  kTimeout,       // no complete reply by the deadline
  kTruncated,     // closed in the middle of a reply
  kMalformed,     // bytes that are not an HTTP reply, or more bytes than one
  kTooLarge,      // more than ReadLimits allow
  kForbidden,     // the permit said no: nothing was sent
};
std::string_view name_of(ExchangeEnd end);  // "complete", "not-connected", "reset", …

struct Exchange {
  std::string sent;                // the very bytes, as far as they were handed over
  std::string received;            // the very bytes, as far as they came, interim replies included
  std::optional<HttpReply> reply;  // where kComplete: the final one
  ExchangeEnd end = ExchangeEnd::kComplete;
  std::string problem;          // for a person, where not kComplete
  std::int64_t started_us = 0;  // Clock::now_us when the first byte was handed over
  std::int64_t elapsed_us = 0;  // until the last byte of the reply, or until it ended
  int connection = 0;           // which connection carried it; numbers never repeat in a process; 0 = none
};

// One line of requests, one outstanding at a time; keeps its connection alive between them. A transport
// belongs to one thread; make one a thread. A request is sent once: a connection that was found closed by the
// peer *before the first byte was sent* is replaced, anything later is reported.
//
// The connection ends with an exchange that did not complete, with a reply that ends it (`Connection: close`,
// HTTP/1.0), and with a request that was not exactly one well-formed message that lets it live: what the
// endpoint answers to its remains must not be taken for the next reply.
//
// Bytes that came with a reply but after its end make the exchange kMalformed. Bytes that come later, while
// nothing is asked, are nobody's reply (RFC 9112 section 9.2): the connection is replaced before the next
// request.
class Transport {
 public:
  virtual ~Transport() = default;
  // The deadline counts from the call, in microseconds, and covers resolving, connecting, sending and
  // reading.
  virtual Exchange exchange(std::string_view bytes, std::int64_t timeout_us) = 0;
  // Sends all requests before the first reply is there (pipelining, RFC 9112 section 9.3.2), one deadline for
  // all. Nothing where not each was answered wholly and in its turn: what the endpoint did is unknown then,
  // and the connection is gone. Requests that may end the connection are exchanged one by one.
  virtual std::vector<Exchange> exchange_all(std::span<const std::string> messages, std::int64_t timeout_us);
  // Connects now (TLS included), so that a later exchange does not pay for it (pre-connected bursts). Asks no
  // permit: nothing of a request is sent. Does nothing on a living connection.
  virtual Result<void> connect(std::int64_t timeout_us) = 0;
};
using TransportFactory = std::function<std::unique_ptr<Transport>()>;

struct Address {
  std::string host = {};  // name or literal, an IPv6 one without brackets
  std::uint16_t port = 0;
  bool tls = false;
  std::string ca_file = {};      // PEM; empty = the system's store
  std::string server_name = {};  // what the certificate must say; empty = host
  std::string from = {};         // the IPv4 address of ours to come from; empty = whichever
  // As for Host: "host", or "host:port" where the port is not the scheme's own.
  std::string authority() const;
};
// http://HOST[:PORT][/] and https://…; anything after the authority but "/" is an error unless `path` is
// given to take it (then it gets "/" or more, the query included).
Result<Address> parse_url(std::string_view url, std::string* path = nullptr);

// Looks at the numeric address a connection really reached ("127.0.0.1", "::1") and at the final bytes,
// before the first of them is sent, and before TLS begins unless `connect` was called. Answers why not, or
// nothing to let them pass. Called from every thread that sends.
using Permit =
    std::function<std::optional<std::string>(std::string_view numeric_address, std::string_view bytes)>;

// Real sockets, TLS verified (chain and name, always). `clock` must outlive every transport made. The factory
// may be called from any thread. An unreadable `ca_file` is reported by every connection attempt.
TransportFactory socket_transports(Address address, Permit permit, Clock& clock, ReadLimits limits = {});

}  // namespace diconform::wire
