#include "wire/certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/text.h"

namespace diconform::wire {
namespace {

template <auto kFree>
struct Freed {
  void operator()(auto* object) const { kFree(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr long kAnHour = 3600, kADay = 24 * kAnHour;

std::unexpected<Error> tls_failure(const std::string& what) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return failure("certificate", what + (reason ? std::string(": ") + reason : ""));
}

Key new_key() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

std::string text_in(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

Result<Certificate> to_pem(X509* certificate, EVP_PKEY* key) {
  const Memory first(BIO_new(BIO_s_mem())), second(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(first.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return tls_failure("cannot be written as PEM");
  return Certificate{text_in(first.get()), text_in(second.get())};
}

// 126 random bits below a set one: positive, 16 bytes, never the same twice (RFC 5280 section 4.1.2.2 wants
// 20 at most).
bool set_random_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// All but the extensions that tell an authority from a server.
X509Ptr new_certificate(EVP_PKEY* key, const std::string& common_name, long start, long seconds) {
  X509Ptr certificate(X509_new());
  X509* x = certificate.get();
  if (!x || X509_set_version(x, X509_VERSION_3) != 1 || !set_random_serial(x) ||
      !X509_gmtime_adj(X509_getm_notBefore(x), start) ||
      !X509_gmtime_adj(X509_getm_notAfter(x), start + seconds) || X509_set_pubkey(x, key) != 1)
    return nullptr;
  X509_NAME* name = X509_get_subject_name(x);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) != 1) return nullptr;
  return certificate;
}

Result<std::string> alternative_names(std::span<const std::string> names) {
  if (names.empty()) return failure("certificate", "no name to make it for", "give a DNS name or an address");
  std::string list;
  for (const std::string& name : names) {
    unsigned char address[16];
    const bool literal =
        inet_pton(AF_INET, name.c_str(), address) == 1 || inet_pton(AF_INET6, name.c_str(), address) == 1;
    constexpr std::string_view kLawful = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*";
    if (name.empty() || name.size() > 253 ||
        (!literal && name.find_first_not_of(kLawful) != std::string::npos))
      return failure("certificate", "no DNS name and no address: " + quoted(name));
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", literal ? "IP" : "DNS", name);
  }
  return list;
}

}  // namespace

Result<Authority> make_authority() {
  ERR_clear_error();
  const Key key = new_key();
  // A name of its own, so that of two authorities in one trust store neither is taken for the other.
  unsigned char random[8];
  if (!key || RAND_bytes(random, sizeof random) != 1) return tls_failure("no key");
  const std::string own_name = to_hex({reinterpret_cast<const char*>(random), sizeof random});
  const X509Ptr own =
      new_certificate(key.get(), "diconform throw-away authority " + own_name, -kAnHour, 30 * kADay);
  X509* x = own.get();
  if (!x || X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
      !add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(x, x, NID_subject_key_identifier, "hash") ||
      !add_extension(x, x, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(x, key.get(), EVP_sha256()) == 0)
    return tls_failure("the authority's cannot be made");
  TRY(Certificate pem, to_pem(x, key.get()));
  return Authority{std::move(pem)};
}

Result<Certificate> Authority::issue(std::span<const std::string> names, Validity validity) const {
  ERR_clear_error();
  TRY(const std::string alternatives, alternative_names(names));
  const Memory certificate_pem(
      BIO_new_mem_buf(self.certificate_pem.data(), static_cast<int>(self.certificate_pem.size())));
  const Memory key_pem(BIO_new_mem_buf(self.key_pem.data(), static_cast<int>(self.key_pem.size())));
  const X509Ptr issuer(PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
  const Key issuer_key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  if (!issuer || !issuer_key) return tls_failure("the authority cannot be read");
  const Key key = new_key();
  if (!key) return tls_failure("no key");
  const X509Ptr leaf = new_certificate(key.get(), "diconform throw-away server",
                                       validity == Validity::kNow ? -kAnHour : -kAnHour - kADay, kADay);
  X509* x = leaf.get();
  if (!x || X509_set_issuer_name(x, X509_get_subject_name(issuer.get())) != 1 ||
      !add_extension(x, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(x, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !add_extension(x, issuer.get(), NID_ext_key_usage, "serverAuth") ||
      !add_extension(x, issuer.get(), NID_subject_key_identifier, "hash") ||
      !add_extension(x, issuer.get(), NID_authority_key_identifier, "keyid:always") ||
      !add_extension(x, issuer.get(), NID_subject_alt_name, alternatives) ||
      X509_sign(x, issuer_key.get(), EVP_sha256()) == 0)
    return tls_failure("the server's cannot be made");
  return to_pem(x, key.get());
}

}  // namespace diconform::wire
