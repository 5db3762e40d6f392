// An HTTP/1.1 server over asio that shows its handler the raw request and sends exactly the bytes it is told
// to.
//
// It stands under the reference endpoint, the recorder of clients and the hostile endpoints of the tests.
// Connections are kept alive for ever between requests; only a request that has begun has a deadline. Silent
// connections cost memory only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/http_message.h"
#include "wire/http_reader.h"

namespace diconform::wire {

struct Arrival {
  const HttpRequest& request;
  std::string_view raw;         // the bytes as received
  std::int64_t connection = 0;  // counts from 1
  std::string peer;             // numeric address of the other side
};

// What the server does next on a connection: in order, wait, send, end.
struct ReplyPart {
  std::int64_t wait_us = 0;
  std::string bytes;
};
enum class AfterReply {
  kKeepAlive,
  kClose,  // says so to the client, and reads on for a second: a reset may not overtake the reply
  kReset,  // SO_LINGER 0
};
struct ServerReply {
  std::vector<ReplyPart> parts;               // one part with no wait is the fast path
  AfterReply after = AfterReply::kKeepAlive;  // a request that asked for close is closed in any case
};
ServerReply reply_with(HttpReply reply);  // Content-Length added

// Called for each complete request, from any of the server's threads at once.
using Handler = std::function<ServerReply(const Arrival&)>;

struct Certificate {
  std::string certificate_pem, key_pem;
};

// How a connection is met before it has said anything.
enum class Welcome {
  kServe,
  kClose,  // says no more at once
  kReset,
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0 = any free one
  // Each has a loop of its own, connections go to them in turn: a handler that takes long keeps waiting only
  // those of its own thread. One thread serves 100,000 small requests a second.
  int threads = 1;
  std::int64_t request_deadline_us = 10'000'000;  // from the first byte of a request to its last
  std::int64_t send_deadline_us = 10'000'000;     // for the client to take each part
  std::int64_t idle_deadline_us = 0;              // between requests; 0 = for ever
  ReadLimits limits = {};
  const Certificate* tls = nullptr;  // serve TLS with this certificate
  // Called for each connection, on its own thread; default: all are served.
  std::function<Welcome(std::int64_t connection)> on_connect = {};
  // What to answer to bytes that are no HTTP request; the connection is then closed. Default: 400 without a
  // body.
  std::function<HttpReply(ReadState, const std::string& problem)> on_bad_request = {};
};

class HttpServer {
 public:
  // Binds and starts serving on its own threads. Errors: the address cannot be bound, a certificate cannot be
  // read.
  static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, Handler handler);
  virtual ~HttpServer() = default;  // stops: open connections are closed, running handlers finish
  virtual std::uint16_t port() const = 0;
};

}  // namespace diconform::wire
