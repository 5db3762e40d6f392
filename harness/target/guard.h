// The one choke point below everything that sends: whether these bytes may go to that address.
//
// Deleting is dangerous: a test that deletes the wrong image of a real account cannot be taken back. So the
// guard sits under the transports, looks at the final bytes and at the address that the connection really
// reached (never at Host), and believes nobody above it. What it cannot read it refuses. On loopback all
// passes. Elsewhere:
//
//  1. nothing passes without --allow-destructive and a target file that acknowledges the host that is
//  dialled;
//  2. requests that somebody could read otherwise than we do are refused (target/readings.h says which);
//  3. DescribeImages passes, if it names no other action in any reading;
//  4. everything else is taken for a DeleteImages, a dry run as well (an endpoint that ignores DryRun is a
//  defect we look
//     for). It passes only if it names at least one id of ours, every "img-" in any reading begins an id of
//     ours, and no reading holds the letters and digits of a foreign id in a row, whatever stands between
//     them. Before the account has been listed, nobody knows the foreign ids, and none passes.
//
// An action that is neither of the two is refused, too: the guard knows what these two can do.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/error.h"

namespace diconform::target {

// Whether a numeric address can only be this machine: 127.0.0.0/8, ::1, and the former in IPv6 clothes.
bool is_loopback(std::string_view numeric_address);

struct GuardSettings {
  bool allow_destructive = false;
  std::string host;          // that is dialled: of the endpoint's URL, without the port
  std::string acknowledged;  // "acknowledge" of the target file
};

// Thread-safe.
class Guard {
 public:
  explicit Guard(GuardSettings settings = {}) : settings_(std::move(settings)) {}

  // What the account holds. All of it is foreign but for `expendable`, which its owner has listed for us
  // (static:FILE).
  void know_account(std::span<const std::string> listed, std::span<const std::string> expendable = {});
  // An id that was minted for this run is ours from now on. Error: it is, or holds, a foreign one; mint
  // another.
  Result<void> allow(std::string_view id);

  // Why the bytes may not be sent there, or nothing. A wire::Permit.
  std::optional<std::string> permit(std::string_view numeric_address, std::string_view bytes) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  using Refusal = std::optional<std::string>;
  Refusal judge(std::string_view bytes) const;
  Refusal judge_delete(std::span<const std::string> texts) const;
  // The foreign id whose letters and digits are in the squeezed text, or null.
  const std::string* foreign_in(std::string_view squeezed_text) const;

  const GuardSettings settings_;
  mutable std::shared_mutex mutex_;
  bool listed_ = false;
  std::unordered_set<std::string, Hash, std::equal_to<>> ours_;  // in lower case
  // Foreign ids by the length of what is squeezed out of them: squeezed -> as it is.
  std::map<std::size_t, std::map<std::string, std::string, std::less<>>> foreign_;
};

}  // namespace diconform::target
