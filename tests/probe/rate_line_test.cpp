#include "probe/rate_line.h"

#include <gtest/gtest.h>

#include "reference/embedded.h"
#include "scenario/catalogue.h"

namespace diconform::probe {
namespace {

// The reference endpoint in this process, on virtual clocks: nothing sleeps.
class Endpoint {
 public:
  Endpoint(std::string limiter, std::int64_t per_second) {
    catalogue_ = *scenario::read_catalogue(scenario::embedded_files());
    reference::EndpointOptions options;
    options.edition = *catalogue_.edition("2023-03-27");
    options.virtual_clocks = true;
    options.clock = &clock_;
    options.limiter = std::move(limiter);
    options.calls_per_second = per_second;
    embedded_ = *reference::Embedded::make(std::move(options));
    setup_.transports = embedded_->transports();
    setup_.worlds = &embedded_->worlds();
    setup_.host = "cvm.tencentcloudapi.com";
    setup_.capabilities = *setup_.worlds->hello();
    setup_.catalogue = &catalogue_;
    setup_.clock = &clock_;
    setup_.seed = 7;
  }
  const target::EndpointSetup& setup() const { return setup_; }

 private:
  SystemClock clock_;
  scenario::Catalogue catalogue_;
  std::unique_ptr<reference::Embedded> embedded_;
  target::EndpointSetup setup_;
};

TEST(RateProbe, IdentifiesALimiterOnAVirtualClockExactly) {
  Endpoint endpoint("token-bucket", 7);
  auto probe = probe_rate(endpoint.setup(), true, [](const std::string&) {});
  ASSERT_TRUE(probe) << probe.error().message();
  EXPECT_EQ(probe->found.model, "token-bucket");
  EXPECT_EQ(probe->found.best.setup.per_second, 7);
  EXPECT_EQ(probe->found.best.setup.burst, 7);
  EXPECT_LT(probe->found.best.distance, 0.1);
  EXPECT_EQ(probe->voided, 0u);
}

TEST(RateProbe, FindsWhatIsLimitedAndThatRefusedCallsDoNothing) {
  Endpoint endpoint("anchored-window", 10);
  auto probe = probe_rate(endpoint.setup(), true, [](const std::string&) {});
  ASSERT_TRUE(probe) << probe.error().message();
  EXPECT_EQ(probe->found.model, "anchored-window");
  EXPECT_EQ(probe->key, "account+action");
  EXPECT_EQ(probe->executes, std::optional(false));
  EXPECT_EQ(probe->recovers, std::optional(true));
  EXPECT_EQ(probe->code, "RequestLimitExceeded");
}

}  // namespace
}  // namespace diconform::probe
