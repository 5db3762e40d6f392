#include "base/clock.h"

namespace diconform {
namespace {

TEST(Clock, StandsStillUntilTold) {
  VirtualClock clock(1'551'113'065'000);
  EXPECT_EQ(clock.now_us(), 0);
  clock.sleep_us(2'500'000);
  EXPECT_EQ(clock.now_us(), 2'500'000);
  EXPECT_EQ(clock.unix_ms(), 1'551'113'067'500);
  clock.advance_ms(500);
  clock.sleep_until_us(1);
  EXPECT_EQ(clock.now_us(), 3'000'000);
}

TEST(Clock, NeverGoesBack) {
  SystemClock clock;
  std::int64_t before = clock.now_us();
  clock.sleep_us(1000);
  EXPECT_GE(clock.now_us(), before + 1000);
}

TEST(Clock, WritesUtc) {
  EXPECT_EQ(utc_date(1'551'113'065), "2019-02-25");
  EXPECT_EQ(utc_time(1'551'113'065), "2019-02-25T16:44:25Z");
  EXPECT_EQ(utc_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_date(253'402'300'799), "9999-12-31");
}

}  // namespace
}  // namespace diconform
