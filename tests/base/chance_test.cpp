#include "base/chance.h"

namespace diconform {
namespace {

// The first outputs of the reference implementation (https://prng.di.unimi.it/splitmix64.c) for the state
// 1234567.
TEST(Chance, IsSplitMix64) {
  Chance chance(1234567);
  EXPECT_EQ(chance.next(), 6457827717110365317u);
  EXPECT_EQ(chance.next(), 3203168211198807973u);
  EXPECT_EQ(chance.next(), 9817491932198370423u);
}

TEST(Chance, StaysInItsBounds) {
  Chance chance(1);
  EXPECT_EQ(chance.below(0), 0u);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(chance.below(7), 7u);
    double unit = chance.unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
  EXPECT_EQ(chance.text("a", 3), "aaa");
}

TEST(Chance, GivesEachNameASeedOfItsOwn) {
  EXPECT_EQ(seed_for(1, "a"), seed_for(1, "a"));
  EXPECT_NE(seed_for(1, "a"), seed_for(1, "b"));
  EXPECT_NE(seed_for(1, "a"), seed_for(2, "a"));
}

}  // namespace
}  // namespace diconform
