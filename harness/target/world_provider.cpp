#include "target/world_provider.h"

namespace diconform::target {

api::WorldFacets Capabilities::world_facets() const {
  return {.shared_to = facets.contains("SharedTo"),
          .task_running = facets.contains("TaskRunning"),
          .snapshot_set = facets.contains("SnapshotSet"),
          .image_type = facets.contains("ImageType"),
          .rate_limit = facets.contains("rateLimit")};
}

}  // namespace diconform::target
