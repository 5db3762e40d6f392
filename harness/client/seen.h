// What was seen while a client case was performed: everything the judge may look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/case.h"
#include "client/driver.h"
#include "wire/http_message.h"

namespace diconform::client {

// One request as it came, and what it was answered.
struct Served {
  wire::HttpRequest request;
  std::string raw;         // the bytes as received
  std::string problem;     // not empty: bytes that are no HTTP request, and the request is none
  std::string reply;       // the bytes it was answered with, long ones cut
  std::string request_id;  // that its reply bears
  Says says;               // what its reply says
  bool elsewhere = false;  // it came to the other server
  std::int64_t connection = 0, at_us = 0, unix_seconds = 0;
};

// What the SDK was told, as a value.
struct Config {
  std::string scheme, endpoint, backup_endpoint, region, language, token, secret_id, secret_key;
  std::int64_t timeout_ms = 0, network_retries = 0, rate_retries = 0;
};

struct CallSeen {
  Answer answer;
  std::vector<Served> requests;  // that came while it was under way, in their order
};

struct Seen {
  Config config;
  bool isolated = false;
  std::string host;             // what Host must say: the name, and the port where it is not the scheme's own
  std::vector<CallSeen> calls;  // as many as were made: a driver that dies ends the trial
  std::vector<Served> late;     // that came when no call was under way
  std::optional<Answer> unasked;   // Driver::unasked, after the last call
  std::vector<std::string> files;  // that were written meanwhile and hold a secret
};

}  // namespace diconform::client
