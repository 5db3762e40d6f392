// What one account holds, and what a delete does to it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_place.h"

namespace diconform::api {

// One image. Only the id is ever required; the rest defaults to a plain image that can be deleted.
struct Image {
  std::string id;
  std::string name;
  std::string state = "NORMAL";        // NORMAL, CREATING, USING, SYNCING, IMPORTING, …
  std::string type = "PRIVATE_IMAGE";  // PUBLIC_IMAGE; SHARED_IMAGE is one shared *to* this account
  std::set<std::string> shared_to;     // accounts this image is shared out to
  std::set<std::string> snapshots;     // the snapshots bound to it
  bool task_running = false;           // a job on this image is under way
  friend bool operator==(const Image&, const Image&) = default;
};

struct World {
  std::vector<Image> images;        // in no particular order: compare with difference()
  std::set<std::string> snapshots;  // every snapshot, bound or loose
  const Image* find(std::string_view id) const;
  Image* find(std::string_view id);
  friend bool operator==(const World&, const World&) = default;
};

// The world without the named images; with `with_snapshots`, also without every snapshot bound to one of them
// (images that stay lose such a snapshot from their set too). Ids that name nothing are ignored. (Manual:
// DeleteImages, ImageIds.N and DeleteBindedSnap.)
World without_images(World world, std::span<const std::string> ids, bool with_snapshots);

// The parts of a world that a provider can make and show. Sets of names as in the hook's hello.
struct WorldFacets {
  bool shared_to = true, task_running = true, snapshot_set = true, image_type = true, rate_limit = true;
  friend bool operator==(const WorldFacets&, const WorldFacets&) = default;
};

// What differs between two worlds, one sentence an entry, empty where nothing does. Lists compare as sets;
// only facets that can be observed are compared; names of images are not.
std::vector<std::string> difference(const World& expected, const World& actual, const WorldFacets& facets);

// The world hook's form (protocol world/1). Unknown members are ignored; a wrong type or an image listed
// twice is an Error with a JSON pointer. Snapshots of images are snapshots of the world, listed there or not.
Json to_json(const World& world);
Result<World> world_from_json(const Json& json, const JsonPlace& place);
Result<Image> image_from_json(const Json& json, const JsonPlace& place);

}  // namespace diconform::api
