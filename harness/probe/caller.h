// An account made for a probe, and the calls it signs. Belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/chance.h"
#include "base/error.h"
#include "base/json.h"
#include "target/endpoint_target.h"
#include "wire/encode.h"

namespace diconform::probe {

class Caller {
 public:
  // `name` tells the accounts of a run apart, where each can have a world of its own; otherwise all are the
  // configured one. `setup` outlives it.
  Caller(const target::EndpointSetup& setup, std::string_view name);

  bool own_account() const;  // worlds are isolated, so that this account is nobody else's
  // Makes the account hold exactly these images, its rate history empty. False: no provider makes that.
  Result<bool> hold(api::World world, target::RateSetting rate);
  Result<api::World> look() { return setup_.worlds->get(account_.secret_id); }
  // Moves the account's virtual clock; answers its Unix time in milliseconds.
  Result<std::int64_t> advance(std::int64_t ms) { return setup_.worlds->advance(account_.secret_id, ms); }
  Result<std::int64_t> unix_ms();  // by the endpoint's clock

  // A signed request (JSON, TC3), as sent `after_us` from now.
  Result<std::string> compose(std::string_view action, Json params, std::int64_t after_us = 0);
  // One that has no effect: a DryRun delete of an absent image; where there is no DryRun, a delete of it.
  Result<std::string> harmless(bool dry_run, std::int64_t after_us = 0);
  // An id that names nothing and that may be deleted.
  std::string absent_id();

 private:
  const target::EndpointSetup& setup_;
  target::Account account_;
  Chance chance_;
};

}  // namespace diconform::probe
