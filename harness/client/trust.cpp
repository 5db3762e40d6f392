#include "client/trust.h"

#include "base/file.h"
#include "base/text.h"

namespace diconform::client {
namespace {

// Where distributions keep the bundle.
constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora
    "/etc/ssl/ca-bundle.pem",              // openSUSE
    "/etc/ssl/cert.pem",                   // Alpine's OpenSSL
};

std::string big_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

std::string java_text(std::string_view ascii) { return big_endian(ascii.size(), 2).append(ascii); }

Result<std::string> der_of(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  const std::size_t begin = pem.find(kBegin), end = pem.find(kEnd);
  if (begin == pem.npos || end == pem.npos || end < begin) return failure("PEM", "holds no certificate");
  const std::string_view lines = pem.substr(begin + kBegin.size(), end - begin - kBegin.size());
  auto der = from_base64(replaced(replaced(std::string(lines), "\n", ""), "\r", ""));
  if (!der) return failure("PEM", "is no base64");
  return *std::move(der);
}

}  // namespace

Result<std::string> java_key_store(std::string_view authority_pem) {
  TRY(const std::string der, der_of(authority_pem));
  std::string store =
      big_endian(0xfeedfeed, 4) + big_endian(2, 4) + big_endian(1, 4);    // magic, version, entries
  store += big_endian(2, 4) + java_text("authority") + big_endian(0, 8);  // a trusted certificate, of 1970
  store += java_text("X.509") + big_endian(der.size(), 4) + der;
  return store + std::string(20, '\0');  // a keyed digest, which nobody checks who has no password
}

Result<Trust> trust_in(std::string_view authority_pem, const std::string& folder,
                       std::span<const std::string> more_bundles) {
  const std::string pem = folder + "/authority.pem", java = folder + "/authority.jks";
  TRY_VOID(write_file(pem, authority_pem));
  TRY(const std::string key_store, java_key_store(authority_pem));
  TRY_VOID(write_file(java, key_store));
  Trust trust;
  for (const char* bundle : kBundles) trust.overlays.push_back({pem, bundle});
  for (const std::string& bundle : more_bundles) trust.overlays.push_back({pem, bundle});
  // OpenSSL and Go; Node, which adds it to its own; Python's requests; curl; Java.
  for (const char* name : {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
    trust.environment[name] = pem;
  trust.environment["JAVA_TOOL_OPTIONS"] =
      "-Djavax.net.ssl.trustStore=" + java + " -Djavax.net.ssl.trustStoreType=JKS";
  return trust;
}

}  // namespace diconform::client
