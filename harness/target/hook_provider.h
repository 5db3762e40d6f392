// Worlds made and looked at through the endpoint's side door: protocol world/1 over HTTP (PROTOCOLS.md,
// section 1).
//
// cpp-httplib is the client, not our own transport: a hook is written by somebody else, in whatever web
// framework is at hand, and need not be strict HTTP. What an endpoint sends is judged; what its hook sends
// only has to be understood.
//
// Thread-safe: calls run side by side, each on a connection of its own that is kept alive for the next one.
// Every call ends within five seconds. An Error names the call and its URL, what was answered (bytes quoted)
// and what to do.
#pragma once

#include <memory>
#include <string>

#include "target/world_provider.h"

namespace diconform::target {

class HookProvider final : public WorldProvider {
 public:
  // `url` is the hook's, "http://127.0.0.1:8080/_world"; https is verified against `ca_file` (PEM), or the
  // system's authorities where it is empty. Connects to nobody yet. Errors: not a URL that a hook can have.
  static Result<std::unique_ptr<HookProvider>> open(const std::string& url, const std::string& ca_file = "");
  ~HookProvider() override;

  Result<Capabilities> hello() override;
  std::expected<void, PutProblem> put(const Account& account) override;
  Result<api::World> get(const std::string& secret_id) override;
  Result<void> drop(const std::string& secret_id) override;
  // Zero milliseconds only read the account's time.
  Result<std::int64_t> advance(const std::string& secret_id, std::int64_t duration_ms) override;

 private:
  class Lines;
  struct Answer;
  struct Seen;
  explicit HookProvider(std::unique_ptr<Lines> lines);
  Result<Answer> call(const char* method, const std::string& path, std::string body = "");
  Result<Seen> see(const std::string& secret_id);

  std::unique_ptr<Lines> lines_;
};

}  // namespace diconform::target
