// The accounts of a reference endpoint: what each holds, its key, its limiters and its clock.
//
// It is the world provider of the endpoint, called directly by the embedded target and through HTTP by the
// world hook. Thread-safe: accounts are spread over shards, and each is guarded by its own lock.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "reference/bend.h"
#include "reference/gateway.h"
#include "reference/model.h"
#include "target/world_provider.h"

namespace diconform::reference {

// A PUT makes a new Account, so a call under way goes on with the one it found.
struct Account {
  std::string secret_id;
  Key key;
  target::RateSetting rate;
  std::shared_ptr<VirtualClock> clock;   // null = the store's clock
  std::atomic<std::int64_t> number = 0;  // of calls so far

  std::mutex mutex;  // of everything below
  State state;
  bool after_dry_run = false;  // a dry run has passed
  std::string note;            // a fault's memory
};

// What the accounts of an endpoint have in common.
struct AccountSetup {
  const Manual* manual = nullptr;
  Clock* clock = nullptr;       // of every account, unless they have virtual ones
  bool virtual_clocks = false;  // each account has its own, starting at the time of `clock`
  LimiterSetup limiter;         // per_second: of every action; below 0 = what the edition says of the action
  const Bend* bend = nullptr;
};

class AccountStore final : public target::WorldProvider {
 public:
  // What `setup` points to must outlive the store.
  explicit AccountStore(const AccountSetup& setup);

  Result<target::Capabilities> hello() override;
  // Cannot be made: a SecretId that is not [A-Za-z0-9]{8,64}, a state or a type of image that no page names.
  std::expected<void, target::PutProblem> put(const target::Account& account) override {
    return put(target::Account(account));
  }
  std::expected<void, target::PutProblem> put(target::Account&& account);
  Result<api::World> get(const std::string& secret_id) override;
  Result<void> drop(const std::string& secret_id) override;
  Result<std::int64_t> advance(const std::string& secret_id, std::int64_t duration_ms) override;

  std::shared_ptr<Account> find(std::string_view secret_id) const;  // null where there is none
  // The SecretId of an account that holds the image, or nothing. For faults: looks at every account but those
  // that are serving a call, the caller's own among them.
  std::string owner_of(std::string_view image_id) const;

  bool virtual_clocks() const { return setup_.virtual_clocks; }
  std::int64_t unix_ms() const { return setup_.clock->unix_ms(); }
  std::int64_t unix_ms(const Account& account) const { return clock_of(account).unix_ms(); }
  std::int64_t unix_us(const Account& account) const;  // finer, never goes back: for limiters

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<Account>, Hash, std::equal_to<>> accounts;
  };

  Shard& shard(std::string_view secret_id) const;
  const Clock& clock_of(const Account& account) const {
    return account.clock ? *account.clock : *setup_.clock;
  }
  std::map<std::string, Limiter, std::less<>> limiters(const std::string& secret_id,
                                                       const target::RateSetting& rate) const;

  AccountSetup setup_;
  std::int64_t unix_offset_us_ = 0;
  mutable std::array<Shard, 64> shards_;
};

}  // namespace diconform::reference
