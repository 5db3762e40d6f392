// One thread's line to the endpoint, for asking it whether texts are image IDs.
//
// The endpoint is a membership oracle: a DryRun delete of an id that names no image answers
// InvalidImageId.Malformed where the text is no image ID, and InvalidImageId.NotFound where it is one.
// (Manual, "Error Codes" and DryRun.) Where the edition has no DryRun, absent ids are really deleted, through
// the guard.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "target/endpoint_target.h"
#include "target/world_provider.h"
#include "wire/transport.h"

namespace diconform::probe {

// How the characters of an id travel.
enum class Carrier {
  kJson,         // in a JSON string, as few escapes as may be
  kJsonEscaped,  // in a JSON string, every character as \uXXXX
  kQuery,        // percent-encoded in the query of a GET, TC3
  kForm,         // percent-encoded in a form, signature v1
};
inline constexpr Carrier kCarriers[] = {Carrier::kJson, Carrier::kJsonEscaped, Carrier::kQuery,
                                        Carrier::kForm};
std::string_view name_of(Carrier carrier);  // "json", "json-escaped", "query", "form"
// JSON carries characters; percent-encoding carries bytes of any kind.
bool can_carry(Carrier carrier, std::string_view id);

struct IdReply {
  enum class Kind {
    kAccepted,   // every id asked about is an image ID
    kRefused,    // at least one is not
    kTooMany,    // more ids than the endpoint takes in one call
    kBroken,     // no reply that tells: nothing came, no envelope, an error of another kind
    kForbidden,  // the guard said no: nothing was sent
  };
  Kind kind = Kind::kBroken;
  std::string said;  // the code, "success", or what went wrong
  friend bool operator==(const IdReply&, const IdReply&) = default;
};
// What a reply says about the ids of a DeleteImages call. Nothing where it says "too fast".
std::optional<IdReply> read_id_reply(const wire::Exchange& exchange);

// What an error is `where` an endpoint said "too fast" to somebody who does not wait.
inline constexpr std::string_view kTooFast = "the rate limit";

// Belongs to one thread. `setup` outlives it.
class IdLine {
 public:
  // `number` tells the lines of one run apart: each has an account of its own where worlds are isolated.
  // `dry_run`: whether the edition has it. `waits`: whether it has the time to wait for a limit.
  IdLine(const target::EndpointSetup& setup, std::size_t number, bool dry_run, bool waits = true);

  // One call about all the ids. Where the endpoint says "too fast", waits and asks again; where the world
  // cannot lift the limit, renews the account before it is reached. Errors: the world provider does not work;
  // kTooFast.
  Result<IdReply> ask(std::span<const std::string> ids, Carrier carrier);
  // Makes the world hold exactly images with these ids (none to begin with), so that a success means that
  // each was accepted. False: it cannot.
  Result<bool> hold(std::span<const std::string> ids);

  std::uint64_t requests() const { return requests_; }  // API calls sent, repeated ones included
  const wire::Exchange& last() const { return last_; }  // the exchange of the last call

 private:
  Result<void> prepare();
  Result<void> tell_time();
  std::string compose(std::span<const std::string> ids, Carrier carrier);

  const target::EndpointSetup& setup_;
  bool dry_run_, waits_;
  std::unique_ptr<wire::Transport> transport_;
  target::Account account_;
  bool made_ = false;           // the account is there
  std::size_t since_made_ = 0;  // calls since its rate history was emptied
  std::int64_t frozen_ms_ = 0;  // the time on a virtual clock
  std::uint64_t nonce_ = 0, requests_ = 0;
  wire::Exchange last_;
};

}  // namespace diconform::probe
