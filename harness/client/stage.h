// The server that an SDK meets in one trial, and the recorder behind it.
//
// Every trial has a stage of its own: new listeners, no connection from before. It answers by the script of
// the call that is under way and keeps what came.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/chance.h"
#include "base/clock.h"
#include "base/error.h"
#include "client/case.h"
#include "client/place.h"
#include "client/seen.h"
#include "wire/server.h"

namespace diconform::client {

class Stage {
 public:
  // `place` and `body` must outlive it. Errors: no free port.
  static Result<std::unique_ptr<Stage>> open(const Place& place, std::size_t lane, const Body& body, bool tls,
                                             std::string endpoint, std::uint64_t seed);

  // From now on requests belong to that call of the case.
  void begin_call(std::size_t call);
  // What came since, in the order of arrival.
  std::vector<Served> take();

  const std::string& endpoint() const { return endpoint_; }  // for the driver's config; may be empty
  const std::string& host() const { return host_; }          // what Host must say

 private:
  Stage(const Body& body, std::uint64_t seed) : body_(body), chance_(seed) {}
  Result<void> listen(const Place& place, std::size_t lane, bool tls);
  wire::ServerReply serve(const wire::Arrival& arrival, bool elsewhere);
  wire::HttpReply note_malformed(const std::string& problem, bool elsewhere);
  wire::Welcome welcome(std::int64_t connection) const;
  std::string new_request_id();

  const Body& body_;
  std::string endpoint_, host_, here_, elsewhere_;
  SystemClock clock_;
  std::mutex mutex_;  // guards all below, but not the servers
  Chance chance_;
  std::size_t call_ = 0, replies_ = 0;
  std::vector<Served> served_;
  std::unique_ptr<wire::HttpServer> server_, elsewhere_server_;  // last: they stop before the rest goes
};

}  // namespace diconform::client
