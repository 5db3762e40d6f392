// Images and accounts in few words.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "target/world_provider.h"

namespace diconform::target {

inline api::Image image(const std::string& id, const std::string& state = "NORMAL",
                        std::set<std::string> snapshots = {}) {
  api::Image image;
  image.id = id;
  image.state = state;
  image.snapshots = std::move(snapshots);
  return image;
}

inline Account account_with(const std::string& secret_id, std::vector<api::Image> images) {
  Account account;
  account.secret_id = secret_id;
  account.secret_key = "secret";
  account.world.images = std::move(images);
  for (const api::Image& each : account.world.images)
    account.world.snapshots.insert(each.snapshots.begin(), each.snapshots.end());
  return account;
}

// The message of what should be an Error.
template <class Value>
std::string message_of(const Result<Value>& result) {
  return result ? "no error at all" : result.error().message();
}
inline std::string message_of(const std::expected<void, PutProblem>& result) {
  if (result) return "no error at all";
  const Error* error = std::get_if<Error>(&result.error());
  return error ? error->message() : "cannot make: " + std::get<CannotMake>(result.error()).reason;
}

}  // namespace diconform::target
