// DescribeImages, as the harness asks it on its own account: to learn what a real account holds before
// anything is deleted there, and to look at images that nobody but the service can show.
//
// There is no page of DescribeImages among our sources: what comes back is read leniently,
// but a listing that is not complete is an Error, never a short list: the guard relies on it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "api/world.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "wire/envelope.h"
#include "wire/sign.h"
#include "wire/transport.h"

namespace diconform::target {

// One call with these parameters; an error that the service reports is part of the envelope. Thread-safe.
using DescribeImages = std::function<Result<wire::Envelope>(const Json& params)>;

struct DescribeSetup {
  wire::TransportFactory transports;  // with the guard as their permit: it lets DescribeImages pass
  Clock* clock = nullptr;             // outlives what is made of it
  wire::Credentials credentials;
  std::string host;  // what Host and the signature say
  std::string region = "ap-guangzhou";
  std::string version = "2017-03-12";
  std::int64_t timeout_us = 10'000'000;
};
// Signed TC3 calls with JSON bodies, one after the other. Where the service says RequestLimitExceeded it
// waits a second and asks again, some times.
DescribeImages describe_through(DescribeSetup setup);

// Everything the account can see, public images included, over all pages. Unordered.
Result<std::vector<api::Image>> list_account(const DescribeImages& describe);

// Those of the images that are there. Ids that name nothing are simply missing, whether the service leaves
// them out or says NotFound.
Result<std::vector<api::Image>> look_at(const DescribeImages& describe, std::span<const std::string> ids);

}  // namespace diconform::target
