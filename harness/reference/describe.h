// DescribeImages, as far as a client that deletes images needs it. (No page of its own here: what
// the service's public SDKs say of it.)
//
// Served: ImageIds, Filters (image-id, image-type, image-name, platform; others find nothing, unknown names
// are refused), Offset, Limit. InstanceType is checked for its form and filters nothing.
#pragma once

#include "api/world.h"
#include "reference/model.h"

namespace diconform::reference {

// `typed` holds declared parameters only. Images come sorted by id, so that pages fit together.
Answer describe_images(const Manual& manual, const api::World& world, const Json& typed, Chooser& chooser);

}  // namespace diconform::reference
