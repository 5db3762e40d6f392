// Worlds made and looked at by a command of the user's: `exec:COMMAND` (PROTOCOLS.md, section 1).
//
// The command is run by /bin/sh -c with its operation behind it: `COMMAND hello`, `put SECRETID` (the world
// on standard input), `get SECRETID` (the world on standard output), `drop SECRETID`, `advance SECRETID MS`.
// It ends within ten seconds with 0, 4 (it does not know the account) or 5 (it cannot make this world, and
// says why on standard error). Its process group ends with it: what must outlive it (an endpoint that it
// starts) needs a session of its own, `setsid`.
//
// For endpoints whose state is a file or a database, or behind a tool of their own. A process for each call
// costs milliseconds where the hook costs a fraction of one.
#pragma once

#include <string>
#include <utility>

#include "target/world_provider.h"

namespace diconform::target {

// Thread-safe: each call is a process of its own.
class ExecProvider final : public WorldProvider {
 public:
  static constexpr std::int64_t kDeadlineUs = 10'000'000;  // the contract's
  explicit ExecProvider(std::string command, std::int64_t deadline_us = kDeadlineUs)
      : command_(std::move(command)), deadline_us_(deadline_us) {}

  Result<Capabilities> hello() override;
  std::expected<void, PutProblem> put(const Account& account) override;
  Result<api::World> get(const std::string& secret_id) override;
  Result<void> drop(const std::string& secret_id) override;
  // Zero milliseconds only read the account's time.
  Result<std::int64_t> advance(const std::string& secret_id, std::int64_t duration_ms) override;

 private:
  struct Answer;
  Result<Answer> run(const std::string& operation, std::string_view input = "") const;
  Result<Json> account_now(const std::string& secret_id) const;

  const std::string command_;
  const std::int64_t deadline_us_;
};

}  // namespace diconform::target
