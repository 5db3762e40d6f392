#include "base/digest.h"

#include <thread>
#include <vector>

#include "base/text.h"

namespace diconform {
namespace {

// FIPS 180-2 appendix B and RFC 4231, RFC 2202.
TEST(Digest, ReproducesThePublishedVectors) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(
      to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, TakesAnEmptyKeyForAKey) {
  std::string empty = hmac_sha256("", "x");
  hmac_sha256("another", "x");
  EXPECT_EQ(hmac_sha256("", "x"), empty);
}

TEST(Digest, WorksOnManyThreadsAtOnce) {
  std::string expected = hmac_sha256("key", "bytes");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) EXPECT_EQ(hmac_sha256("key", "bytes"), expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Digest, ComparesSecrets) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("ab", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "ac"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
}

}  // namespace
}  // namespace diconform
