// The reference endpoint: bytes of an HTTP request in, bytes of a reply out.
//
// It has no sockets of its own: reference/http_endpoint.h serves it, reference/embedded.h calls it. It
// answers by the model (reference/model.h), bent by at most one fault. Every error of the API is HTTP 200
// with an envelope; a request that is no HTTP never gets here. A HEAD cannot carry an envelope: 405, without
// a body.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/edition.h"
#include "base/clock.h"
#include "base/error.h"
#include "reference/accounts.h"
#include "reference/bend.h"
#include "reference/chooser.h"
#include "reference/limiter.h"
#include "reference/model.h"
#include "wire/server.h"

namespace diconform::reference {

struct EndpointOptions {
  api::Edition edition = {};
  Pins choices = {};  // answers to the manual's open questions; the others get their defaults
  std::string limiter = "fixed-window";
  std::optional<std::int64_t> calls_per_second =
      {};                             // of every action; left out: as its page says; 0 = no limit
  bool virtual_clocks = false;        // one for each account, frozen between advances
  Clock* clock = nullptr;             // null = the machine's; must outlive the endpoint
  std::uint64_t seed = 0;             // of RequestIds; 0 = another for each endpoint
  std::string hook_path = "/_world";  // empty = no hook
  std::optional<Bend> fault = {};
};

// RequestIds: lower-case UUIDs of version 4. Thread-safe, and never the same twice for one seed.
class RequestIds {
 public:
  explicit RequestIds(std::uint64_t seed) : seed_(seed) {}
  std::string next();

 private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> made_{0};
};

class Endpoint {
 public:
  // Errors: an image-ID language that does not compile, a choice or limiter that does not exist.
  static Result<std::unique_ptr<Endpoint>> make(EndpointOptions options);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // Answers an API call or a call of the world hook. From any number of threads at once. What a call did is
  // done when this returns, also where the reply is to be sent later (ReplyPart::wait_us).
  wire::ServerReply handle(const wire::Arrival& arrival);

  const EndpointOptions& options() const { return options_; }
  const Manual& manual() const { return manual_; }
  AccountStore& accounts() { return accounts_; }
  Clock& clock() { return *options_.clock; }

 private:
  friend class Handling;
  Endpoint(EndpointOptions options, Manual manual);

  EndpointOptions options_;
  Manual manual_;
  AccountStore accounts_;
  RequestIds request_ids_;
};

}  // namespace diconform::reference
