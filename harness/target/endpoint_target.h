// An endpoint under test: a line for calls, a provider for worlds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "target/compose.h"
#include "target/guard.h"
#include "target/pacer.h"
#include "target/target.h"
#include "target/world_provider.h"
#include "wire/transport.h"

namespace diconform::target {

// What all threads of a run share. The referents outlive every target.
struct EndpointSetup {
  wire::TransportFactory transports;
  wire::TransportFactory elsewhere;  // the same from another address of ours; null: there is none
  Guard* guard = nullptr;  // hears of every id that is minted; null where nothing leaves this process
  WorldProvider* worlds = nullptr;  // null: no case that needs an image can be performed
  Capabilities capabilities;
  Clock* clock = nullptr;
  Pacer* pacer = nullptr;  // null: as fast as it goes
  const scenario::Catalogue* catalogue = nullptr;
  std::string host;
  std::string region = "ap-guangzhou";
  std::uint64_t seed = 0;
  std::int64_t timeout_us = 5'000'000;
  bool loopback = true;  // off loopback no bytes of our own making are sent
  // Used where worlds are not isolated, or where there is no provider; otherwise every trial has an account
  // of its own.
  wire::Credentials credentials;
};

// How trials are gone about where it is speed that counts.
struct Habits {
  bool looks_after_each_step = true;  // false: the worlds are read once, after the last step
  // The calls of a trial are sent before the first reply is there, where it has nothing but single calls and
  // needs no pauses for its rate. What is not answered in its turn is an error.
  bool sends_ahead = false;
  // The first call that is not answered in time is the last.
  bool ends_in_silence = false;
  // All trials are performed in accounts of this name, one after another, and these are left to the caller;
  // empty: each trial has its own.
  std::string account = {};
};

// One thread's hold on the endpoint.
class EndpointTarget final : public Target {
 public:
  explicit EndpointTarget(const EndpointSetup& setup, Habits habits = {});
  std::expected<result::Observation, NotPerformed> perform(const scenario::Trial& trial) override;

 private:
  const EndpointSetup& setup_;
  const Habits habits_;
  std::vector<std::unique_ptr<wire::Transport>>
      lines_;  // the first is for single calls; the others join in `together`
};

// The SecretId of the first (0) or second (1) account of that name.
std::string secret_id_of(const EndpointSetup& setup, const std::string& account, std::size_t number);

// What the trial needs and this target lacks; nothing where it can be performed.
std::optional<NotPerformed> missing_for(const scenario::Trial& trial, const EndpointSetup& setup);

}  // namespace diconform::target
