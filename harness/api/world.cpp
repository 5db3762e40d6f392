#include "api/world.h"

#include <algorithm>
#include <map>

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::api {
namespace {

Json list(const std::set<std::string>& names) { return Json::Array(names.begin(), names.end()); }

std::string shown(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quoted(name);
  return "{" + out + "}";
}

std::string shown(bool value) { return value ? "true" : "false"; }
std::string shown(const std::string& text) { return quoted(text); }

// The sentences of one comparison.
class Differences {
 public:
  template <class Value>
  void compare(const std::string& subject, std::string_view aspect, const Value& expected,
               const Value& actual) {
    if (expected == actual) return;
    sentences.push_back(subject + ": " + std::string(aspect) + " is " + shown(actual) + ", expected " +
                        shown(expected));
  }
  std::vector<std::string> sentences;
};

using ImagesById = std::map<std::string_view, const Image*>;

ImagesById by_id(const World& world, std::vector<std::string>& repeated) {
  ImagesById images;
  for (const Image& image : world.images) {
    if (!images.emplace(image.id, &image).second)
      repeated.push_back("image " + quoted(image.id) + " is there twice");
  }
  return images;
}

void compare_images(const Image& expected, const Image& actual, const WorldFacets& facets, Differences& out) {
  std::string subject = "image " + quoted(expected.id);
  out.compare(subject, "ImageState", expected.state, actual.state);
  if (facets.image_type) out.compare(subject, "ImageType", expected.type, actual.type);
  if (facets.shared_to) out.compare(subject, "SharedTo", expected.shared_to, actual.shared_to);
  if (facets.snapshot_set) out.compare(subject, "SnapshotSet", expected.snapshots, actual.snapshots);
  if (facets.task_running) out.compare(subject, "TaskRunning", expected.task_running, actual.task_running);
}

}  // namespace

const Image* World::find(std::string_view id) const {
  auto found = std::ranges::find(images, id, &Image::id);
  return found == images.end() ? nullptr : &*found;
}

Image* World::find(std::string_view id) { return const_cast<Image*>(std::as_const(*this).find(id)); }

World without_images(World world, std::span<const std::string> ids, bool with_snapshots) {
  std::vector<std::string_view> named(ids.begin(), ids.end());
  std::ranges::sort(named);
  std::set<std::string> lost;
  std::erase_if(world.images, [&](Image& image) {
    if (!std::ranges::binary_search(named, std::string_view(image.id))) return false;
    lost.merge(image.snapshots);
    return true;
  });
  if (!with_snapshots || lost.empty()) return world;
  auto is_lost = [&](const std::string& snapshot) { return lost.contains(snapshot); };
  std::erase_if(world.snapshots, is_lost);
  for (Image& image : world.images) std::erase_if(image.snapshots, is_lost);
  return world;
}

std::vector<std::string> difference(const World& expected, const World& actual, const WorldFacets& facets) {
  Differences out;
  std::vector<std::string> repeated_in_expected;
  ImagesById wanted = by_id(expected, repeated_in_expected), found = by_id(actual, out.sentences);
  for (const auto& [id, image] : wanted) {
    auto same = found.find(id);
    if (same != found.end())
      compare_images(*image, *same->second, facets, out);
    else
      out.sentences.push_back("image " + quoted(id) + " is gone, expected it to be there");
  }
  for (const auto& [id, image] : found) {
    if (!wanted.contains(id))
      out.sentences.push_back("image " + quoted(id) + " is there, expected it to be gone");
  }
  if (!facets.snapshot_set) return out.sentences;
  for (const std::string& snapshot : expected.snapshots) {
    if (!actual.snapshots.contains(snapshot))
      out.sentences.push_back("snapshot " + quoted(snapshot) + " is gone, expected it to be there");
  }
  for (const std::string& snapshot : actual.snapshots) {
    if (!expected.snapshots.contains(snapshot))
      out.sentences.push_back("snapshot " + quoted(snapshot) + " is there, expected it to be gone");
  }
  return out.sentences;
}

Json to_json(const World& world) {
  Json::Array images;
  std::set<std::string> snapshots = world.snapshots;
  for (const Image& image : world.images) {
    images.push_back(Json::Object{{"ImageId", image.id},
                                  {"ImageName", image.name},
                                  {"ImageState", image.state},
                                  {"ImageType", image.type},
                                  {"SharedTo", list(image.shared_to)},
                                  {"SnapshotSet", list(image.snapshots)},
                                  {"TaskRunning", image.task_running}});
    snapshots.insert(image.snapshots.begin(), image.snapshots.end());
  }
  return Json::Object{{"images", std::move(images)}, {"snapshots", list(snapshots)}};
}

// A null is as good as absent: some languages write an empty list so.
Result<Image> image_from_json(const Json& json, const JsonPlace& place) {
  Image image;
  ObjectReader members(json, place);
  members.required("ImageId", image.id);
  members.unless_null("ImageName", image.name);
  members.unless_null("ImageState", image.state);
  members.unless_null("ImageType", image.type);
  members.unless_null("SharedTo", image.shared_to);
  members.unless_null("SnapshotSet", image.snapshots);
  members.unless_null("TaskRunning", image.task_running);
  TRY_VOID(members.finish_ignoring_unknown());
  return image;
}

Result<World> world_from_json(const Json& json, const JsonPlace& place) {
  World world;
  ObjectReader members(json, place);
  members.unless_null("images", world.images, each(image_from_json));
  members.unless_null("snapshots", world.snapshots);
  TRY_VOID(members.finish_ignoring_unknown());
  std::vector<std::string> repeated;
  by_id(world, repeated);
  if (!repeated.empty()) return (place / "images").failure(repeated.front(), "list it once");
  for (const Image& image : world.images)
    world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
  return world;
}

}  // namespace diconform::api
