#include "probe/batch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/embedded.h"
#include "scenario/catalogue.h"

namespace diconform::probe {
namespace {

Result<BatchProbe> probe_reference(std::size_t most_ids) {
  static SystemClock clock;
  static const scenario::Catalogue catalogue = *scenario::read_catalogue(scenario::embedded_files());
  reference::EndpointOptions options;
  options.edition = *catalogue.edition("2023-03-27");
  options.edition.limits.image_ids = most_ids;
  options.virtual_clocks = true;
  options.clock = &clock;
  TRY(auto embedded, reference::Embedded::make(options));
  target::EndpointSetup setup;
  setup.transports = embedded->transports();
  setup.worlds = &embedded->worlds();
  setup.host = "cvm.tencentcloudapi.com";
  TRY(setup.capabilities, setup.worlds->hello());
  setup.catalogue = &catalogue;
  setup.clock = &clock;
  setup.seed = 7;
  return probe_batch(setup, options.edition);
}

TEST(BatchProbe, FindsTheGreatestNumberOfIdsByBisection) {
  auto probe = probe_reference(37);
  ASSERT_TRUE(probe) << probe.error().message();
  EXPECT_EQ(probe->most, std::optional<std::size_t>(37));
  EXPECT_EQ(probe->too_many, "InvalidParameterValue.LimitExceeded");
  EXPECT_TRUE(probe->findings.empty());
}

TEST(BatchProbe, SaysHowFarItLookedWhereThereIsNoLimit) {
  auto probe = probe_reference(5000);
  ASSERT_TRUE(probe) << probe.error().message();
  EXPECT_FALSE(probe->most);
  EXPECT_EQ(probe->tried, 1024u);
}

TEST(BatchProbe, OrdersTheErrorsThatAreTrueAtOnce) {
  auto probe = probe_reference(100);
  ASSERT_TRUE(probe) << probe.error().message();
  std::pair<std::string, std::string> expected = {"InvalidImageId.Malformed", "InvalidImageId.NotFound"};
  EXPECT_NE(std::ranges::find(probe->precedence, expected), probe->precedence.end());
  EXPECT_EQ(probe->duplicates, "accepted");
}

TEST(Precedence, IsDrawnWithoutWhatIsImplied) {
  Order order = {{"a", "b"}, {"b", "c"}, {"a", "c"}, {"a", "d"}};
  EXPECT_EQ(reduced(order), (Order{{"a", "b"}, {"a", "d"}, {"b", "c"}}));
}

}  // namespace
}  // namespace diconform::probe
