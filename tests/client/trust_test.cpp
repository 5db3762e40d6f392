#include "client/trust.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace diconform::client {
namespace {

// "Zm9v" is base64 of "foo": nobody looks inside.
constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\nZm\n9v\n-----END CERTIFICATE-----\n";

TEST(Trust, WritesWhatJavaReads) {
  using namespace std::string_literals;
  EXPECT_EQ(java_key_store(kPem), "\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1"s +
                                      "\0\0\0\2\0\11authority\0\0\0\0\0\0\0\0"s + "\0\5X.509\0\0\0\3foo"s +
                                      std::string(20, '\0'));
}

TEST(Trust, SaysWhatIsNoCertificate) {
  EXPECT_FALSE(java_key_store("-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----\n"));
  EXPECT_FALSE(java_key_store("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"));
}

TEST(Trust, LaysTheAuthorityOverEveryBundleAndTellsThoseWhoBringTheirOwn) {
  const std::string folder = ::testing::TempDir() + "trust_" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string own[] = {"/somewhere/cacert.pem"};
  auto trust = trust_in(kPem, folder, own);
  ASSERT_TRUE(trust) << trust.error().message();
  EXPECT_EQ(read_file(folder + "/authority.pem"), kPem);
  EXPECT_EQ(trust->overlays.front().over, "/etc/ssl/certs/ca-certificates.crt");
  EXPECT_EQ(trust->overlays.back().over, "/somewhere/cacert.pem");
  for (const Overlay& overlay : trust->overlays) EXPECT_EQ(overlay.file, folder + "/authority.pem");
  EXPECT_EQ(trust->environment.at("NODE_EXTRA_CA_CERTS"), folder + "/authority.pem");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace diconform::client
