#include "wire/certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <vector>

namespace diconform::wire {
namespace {

template <auto kFree>
struct Freed {
  void operator()(auto* object) const { kFree(object); }
};
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;

X509Ptr parsed(const std::string& pem) {
  const std::unique_ptr<BIO, Freed<BIO_free>> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

// X509_V_OK, or why a strict verifier refuses the leaf for this host as a TLS server.
int verified(const Certificate& leaf, const Certificate& authority, const std::string& host) {
  const std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> store(X509_STORE_new());
  const X509Ptr root = parsed(authority.certificate_pem), certificate = parsed(leaf.certificate_pem);
  X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

std::string serial_of(const std::string& pem) {
  const X509Ptr certificate = parsed(pem);
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
          static_cast<std::size_t>(ASN1_STRING_length(serial))};
}

const std::vector<std::string> kNames = {"localhost", "*.tencentcloudapi.com", "127.0.0.1", "::1"};

TEST(Certificate, SatisfiesAStrictVerifierForEachOfItsNames) {
  const auto authority = make_authority();
  ASSERT_TRUE(authority) << authority.error().message();
  const auto leaf = authority->issue(kNames);
  ASSERT_TRUE(leaf) << leaf.error().message();
  for (const char* host : {"localhost", "cvm.tencentcloudapi.com", "127.0.0.1", "::1"})
    EXPECT_EQ(verified(*leaf, authority->self, host), X509_V_OK) << host;
}

TEST(Certificate, IsForNoOtherName) {
  const auto authority = make_authority();
  const auto leaf = authority->issue(kNames);
  EXPECT_EQ(verified(*leaf, authority->self, "example.org"), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verified(*leaf, authority->self, "127.0.0.2"), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST(Certificate, IsOfItsOwnAuthorityOnly) {
  const auto leaf = make_authority()->issue(kNames);
  EXPECT_EQ(verified(*leaf, make_authority()->self, "localhost"),
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

TEST(Certificate, IsOnTheP256CurveWithItsKeyBeside) {
  const auto authority = make_authority();
  const auto leaf = authority->issue(kNames);
  const X509Ptr certificate = parsed(leaf->certificate_pem);
  char group[32] = "";
  std::size_t size = 0;
  EVP_PKEY_get_group_name(X509_get0_pubkey(certificate.get()), group, sizeof group, &size);
  EXPECT_STREQ(group, "prime256v1");
  const std::unique_ptr<BIO, Freed<BIO_free>> memory(
      BIO_new_mem_buf(leaf->key_pem.data(), static_cast<int>(leaf->key_pem.size())));
  const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> key(
      PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  ASSERT_TRUE(key);
  EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
}

TEST(Certificate, HasARandomPositiveSerialOfSixteenBytes) {
  const auto authority = make_authority();
  const auto one = authority->issue(kNames), other = authority->issue(kNames);
  const std::string serial = serial_of(one->certificate_pem);
  EXPECT_EQ(serial.size(), 16u);
  EXPECT_LT(static_cast<unsigned char>(serial[0]), 0x80);
  EXPECT_NE(serial, serial_of(other->certificate_pem));
  EXPECT_NE(serial, serial_of(authority->self.certificate_pem));
}

TEST(Certificate, MayServeTlsAndNothingElse) {
  const auto authority = make_authority();
  const X509Ptr leaf = parsed(authority->issue(kNames)->certificate_pem),
                root = parsed(authority->self.certificate_pem);
  EXPECT_EQ(X509_get_key_usage(leaf.get()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(leaf.get()), static_cast<unsigned>(XKU_SSL_SERVER));
  EXPECT_EQ(X509_check_ca(leaf.get()), 0);
  EXPECT_EQ(X509_get_key_usage(root.get()), static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_EQ(X509_check_ca(root.get()), 1);
}

TEST(Certificate, IsValidFromAnHourAgoForADay) {
  const X509Ptr leaf = parsed(make_authority()->issue(kNames)->certificate_pem);
  int days = 0, seconds = 0;
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(leaf.get()), X509_get0_notAfter(leaf.get())),
            1);
  EXPECT_EQ(days, 1);
  EXPECT_EQ(seconds, 0);
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(leaf.get()), nullptr), 1);
  EXPECT_NEAR(days * 86400 + seconds, 3600, 10);
}

TEST(Certificate, IsNotMadeForWhatIsNoName) {
  const auto authority = make_authority();
  EXPECT_FALSE(authority->issue({}));
  for (const char* name : {"", "a b", "a,DNS:b", "ä.example", "email:x"}) {
    const std::vector<std::string> names = {name};
    EXPECT_FALSE(authority->issue(names)) << name;
  }
  EXPECT_FALSE(Authority{}.issue(kNames)) << "an authority without a key";
}

}  // namespace
}  // namespace diconform::wire
