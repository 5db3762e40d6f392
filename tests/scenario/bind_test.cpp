#include "scenario/bind.h"

#include <gtest/gtest.h>

namespace diconform::scenario {
namespace {

TEST(Bind, ReplacesRolesWhereverTheyStand) {
  Bindings bindings(1);
  bindings.set("victim", "img-12345678");
  EXPECT_EQ(bindings.resolve(std::string_view("a$victim b${victim}c $$victim")),
            "aimg-12345678 bimg-12345678c $victim");
}

TEST(Bind, MintsOneAbsentIdForEachName) {
  Bindings bindings(1);
  std::string first = bindings.resolve(std::string_view("$absent"));
  EXPECT_EQ(bindings.resolve(std::string_view("$absent")), first);
  EXPECT_NE(bindings.resolve(std::string_view("$absent-2")), first);
  EXPECT_EQ(first.size(), 12u);
}

TEST(Bind, KnowsTheSecretIdInTheOtherCase) {
  Bindings letters(1), digits(1);
  letters.set("secretId", "AKIDx9");
  EXPECT_EQ(letters.resolve(std::string_view("$secretId-other-case.")), "akidX9.");
  digits.set("secretId", "12345678");
  EXPECT_NE(digits.resolve(std::string_view("$secretId-other-case")), "12345678");
}

TEST(Bind, MintsTheSameIdsForTheSameSeed) {
  Bindings one(7), two(7), other(8);
  std::string id = one.mint("img-");
  EXPECT_EQ(two.mint("img-"), id);
  EXPECT_NE(other.mint("img-"), id);
}

TEST(Bind, MintsNothingThatIsNotAcceptable) {
  Bindings free(3);
  std::string refused = free.mint("img-");
  Bindings guarded(3, [&](std::string_view id) { return id != refused; });
  EXPECT_NE(guarded.mint("img-"), refused);
}

}  // namespace
}  // namespace diconform::scenario
