// One request of an SDK held against what it was asked to send.
#pragma once

#include <functional>
#include <string>

#include "client/seen.h"

namespace diconform::client {

// Told of everything that is wrong (clause, expected, observed) or was decided one of the lawful ways.
struct Hearing {
  std::function<void(std::string clause, std::string expected, std::string observed)> finding;
  std::function<void(std::string choice, std::string answer)> choice;
};

// Pure. `plan` tells the parameters, `form` the way; the request has no problem and came to the right server.
void judge_request(const Served& served, const CallPlan& plan, const Form& form, const Seen& seen,
                   const Hearing& hearing);

// The number and the second that a v1 request is told from its like by; empty for any other.
std::string nonce_of(const Served& served);

// A request that came to somebody else: nothing in it may be secret, nor tell what was asked.
void judge_elsewhere(const Served& served, const CallPlan& plan, const Seen& seen, const std::string& clause,
                     const Hearing& hearing);

}  // namespace diconform::client
