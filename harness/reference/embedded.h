// The reference endpoint without sockets: a target in this process, for runs without --endpoint and for
// tests.
//
// What is sent and received are the same bytes as over a connection, read by the same HTTP reader on both
// sides. A reply that is to be delayed is delayed on a real clock only.
#pragma once

#include <memory>

#include "reference/endpoint.h"
#include "target/world_provider.h"
#include "wire/transport.h"

namespace diconform::reference {

class Embedded {
 public:
  static Result<std::unique_ptr<Embedded>> make(EndpointOptions options);

  // Transports to the endpoint. They must not outlive this.
  wire::TransportFactory transports();
  // Its worlds, without HTTP in between. Thread-safe.
  target::WorldProvider& worlds() { return endpoint_->accounts(); }
  Endpoint& endpoint() { return *endpoint_; }

 private:
  explicit Embedded(std::unique_ptr<Endpoint> endpoint) : endpoint_(std::move(endpoint)) {}

  std::unique_ptr<Endpoint> endpoint_;
};

}  // namespace diconform::reference
