// Where a fault may bend the endpoint: a few fixed seams, each a function that changes one value on its way.
//
// A fault sets the seams it needs; the others stay empty and cost a test of a pointer. All have one shape, so
// that a condition ("only GET", "only the third call") wraps any fault: see reference/faults.h. A seam is
// called with the account's lock held once the account is known, so a fault needs no lock for what belongs to
// one account.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/world.h"
#include "reference/limiter.h"
#include "reference/model.h"
#include "wire/decode.h"
#include "wire/envelope.h"
#include "wire/http_message.h"
#include "wire/server.h"
#include "wire/verify.h"

namespace diconform::reference {

// What a fault may look at. What is not known yet is null, 0 or empty.
struct Context {
  const Manual* manual = nullptr;
  const wire::HttpRequest* http = nullptr;
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
  std::string secret_id = {};
  std::string_view secret_key = {};  // of the account
  const api::Call* call = nullptr;
  std::optional<api::DeleteImages> request = {};  // a DeleteImages call, once it is typed
  const api::World* world = nullptr;              // before the call
  const Answer* answer = nullptr;                 // once it is decided
  std::int64_t unix_us = 0;                       // the account's time
  std::int64_t number = 0;                        // of this DeleteImages call in its account, from 1
  bool after_dry_run = false;                     // a dry run of this account has passed before
  std::size_t place = 0;                          // in ImageIds, of the id looked at
  std::string_view image_id = {};                 // the id looked at
  std::string* note = nullptr;  // the account's scratch, empty at first: whatever a fault must remember
  std::function<std::string(std::string_view image_id)> owner_of =
      {};  // the SecretId of any account that holds the image
};

// What was found of a request's credentials.
struct Verdict {
  wire::VerifyFault fault = wire::VerifyFault::kNone;  // of the signature, where it came to that
  std::optional<api::ApiError> refusal = {};           // nothing = they are right
};

template <class Value>
using Seam = std::function<void(const Context&, Value&)>;

// In the order in which a call meets them.
struct Bend {
  Seam<wire::HttpRequest> arrival = {};      // the request, before anything reads it
  Seam<api::Call> call = {};                 // the call as decoded
  Seam<wire::VerifyOptions> verifying = {};  // how the signature is checked
  Seam<Verdict> credentials = {};            // what came of that
  Seam<std::string> account = {};            // the SecretId whose world is used
  Seam<LimiterSetup> limiter = {};           // when an account is made
  Seam<RateDecision> rate = {};              // each decision of the limiter
  Seam<Json> params = {};                    // the parameters, before they are typed
  Seam<api::DeleteImages> request = {};      // after
  Seam<bool> accepts_id = {};                // whether `image_id` is well formed
  Seam<api::World> seen = {};                // what the checks see of the world
  Seam<std::vector<Problem>> problems = {};  // everything found wrong: erase one and its check is skipped
  Seam<Answer> answer = {};                  // what is answered
  Seam<Effect> effect = {};                  // what is done
  Seam<std::int64_t> race_us = {};           // how long the lock is let go between check and act
  Seam<api::World> world = {};               // the world afterwards
  Seam<wire::Envelope> envelope = {};        // the reply as a value
  Seam<wire::HttpReply> reply = {};          // the reply as a message
  Seam<wire::ServerReply> delivery = {};     // the reply as bytes on the wire
};

// A bend at work on one call.
struct Bending {
  const Bend& bend;
  Context& context;

  template <class Value>
  void at(Seam<Value> Bend::* seam, Value& value) const {
    if (bend.*seam) (bend.*seam)(context, value);
  }
};

}  // namespace diconform::reference
