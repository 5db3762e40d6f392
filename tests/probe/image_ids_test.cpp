#include "probe/campaign/image_ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace diconform::probe {
namespace {

// That nobody else would think of them.
TEST(ChangedId, ComesToWhatALooserPatternTakes) {
  Chance chance(1);
  std::set<std::string> seen;
  for (int i = 0; i < 40'000; ++i)
    seen.insert(changed_id("img-abcdefgh", static_cast<IdChange>(i % 8), chance));
  EXPECT_FALSE(seen.contains("img-abcdefgh"));
  for (const char* id :
       {"imgabcdefgh", "img_abcdefgh", "img-abc efgh", "img-abcdefgZ", "IMG-abcdefgh", "img-", "img-abcdefg",
        "abcdefgh", "ins-abcdefgh", "image-abcdefgh", "img-abcdefgh\n"})
    EXPECT_TRUE(seen.contains(id)) << id;
  auto of_length = [&](std::size_t length) {
    return std::ranges::any_of(seen, [&](const auto& id) { return id.size() == 4 + length; });
  };
  for (std::size_t length : {3u, 10u, 16u, 32u, 1000u}) EXPECT_TRUE(of_length(length)) << length;
}

}  // namespace
}  // namespace diconform::probe
