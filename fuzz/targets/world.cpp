// Worlds as a hook shows them: load(save(load(x))) == load(x), and every error names a place inside the text.
#include "api/world.h"

#include "check.h"
#include "input.h"
#include "json_mutator.h"
#include "places.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::string_view kNames[] = {"images",   "snapshots",   "ImageId",     "ImageName", "ImageState",
                                       "SharedTo", "SnapshotSet", "TaskRunning", "ImageType", "rateLimit"};
constexpr std::string_view kValues[] = {"[]",
                                        "{}",
                                        "true",
                                        "null",
                                        "7",
                                        "\"\"",
                                        "\"img-1a2b3c4d\"",
                                        "\"snap-1a2b3c4d\"",
                                        "\"CREATING\"",
                                        "\"SHARED_IMAGE\"",
                                        "[\"snap-1a2b3c4d\"]",
                                        "[\"100000000002\"]",
                                        "{\"ImageId\":\"img-5e6f7g8h\",\"SnapshotSet\":[\"snap-5e6f7g8h\"]}"};

Result<api::World> load(std::string_view text) {
  TRY(Json json, parse_json(text, "world", {.duplicates = false}));
  return api::world_from_json(json, JsonPlace("world"));
}

}  // namespace

FUZZ_JSON_MUTATOR(kNames, kValues)

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  auto world = load(text);
  if (!world) return check_place(world.error(), "world", text), 0;
  std::string saved = to_text(api::to_json(*world));
  auto again = load(saved);
  FUZZ_CHECK(again.has_value(), "what was saved does not load: " + again.error().message());
  FUZZ_CHECK(*again == *world, "saved and loaded it is another: " + shown(saved));
  FUZZ_CHECK(api::difference(*world, *again, {}).empty(), "a world differs from itself");
  for (const api::Image& image : world->images) {
    FUZZ_CHECK(world->find(image.id) == &image, "an image is listed twice");
    for (const std::string& snapshot : image.snapshots)
      FUZZ_CHECK(world->snapshots.contains(snapshot), "a bound snapshot is not in the world");
  }
  return 0;
}
