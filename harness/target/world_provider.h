// How a case's images come to be, and how they are looked at afterwards: the seam to the world hook and its
// like.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "api/world.h"
#include "base/error.h"

namespace diconform::target {

// What a provider can do: the hello of protocol world/1.
struct Capabilities {
  bool isolated = true;  // one world for each SecretId; false = one world for everybody
  bool auth = true;      // signatures are checked
  bool virtual_clock = false;
  std::optional<std::string> edition;
  std::set<std::string> actions = {"DeleteImages"};
  std::set<std::string> states = {"NORMAL"};
  std::set<std::string> facets;  // SharedTo, TaskRunning, SnapshotSet, ImageType, rateLimit
  std::optional<std::int64_t> max_image_ids;
  api::WorldFacets world_facets() const;
};

// How often an account may call. Left out: as the endpoint does by itself.
struct EndpointsOwnRate {};
struct NoRateLimit {};
using RateSetting = std::variant<EndpointsOwnRate, NoRateLimit, std::int64_t>;

struct Account {
  std::string secret_id;
  std::string secret_key;
  std::optional<std::string> token;
  RateSetting rate = EndpointsOwnRate{};
  api::World world;
};

// Why a world could not be made: the provider cannot (untestable, the reason is the provider's), or it did
// not work.
struct CannotMake {
  std::string reason;
};
using PutProblem = std::variant<CannotMake, Error>;

// Calls for different accounts may come from several threads at once; calls for one account never do. An
// Error means that the provider misbehaved: it is never a finding about the endpoint.
class WorldProvider {
 public:
  virtual ~WorldProvider() = default;
  virtual Result<Capabilities> hello() = 0;
  // Whether put() makes what it is given; otherwise images exist already, and choose() says which.
  virtual bool makes_worlds() const { return true; }
  // Before a trial: the images that play its roles, in the order wanted. An id that is left empty is minted
  // by the caller; the others must be kept. `deletes`: a right endpoint deletes some of them in this trial.
  //
  // That is all there is to it where worlds are made: the images come back as they are wanted. A provider
  // whose images exist already cannot make what it is asked for; it looks for images of its own that are like
  // the wanted ones, puts their ids in, and remembers which it has given away (static_provider.h). put() then
  // finds them there.
  virtual std::expected<std::vector<api::Image>, PutProblem> choose(std::vector<api::Image> wanted,
                                                                    bool deletes) {
    (void)deletes;
    return wanted;
  }
  virtual std::expected<void, PutProblem> put(const Account& account) = 0;
  virtual Result<api::World> get(const std::string& secret_id) = 0;  // an unknown account is an Error
  virtual Result<void> drop(const std::string& secret_id) = 0;
  // Virtual clock only: moves the account's clock and answers the Unix time there, in milliseconds.
  virtual Result<std::int64_t> advance(const std::string& secret_id, std::int64_t duration_ms) = 0;
};

}  // namespace diconform::target
