#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace diconform {
namespace {

// OpenSSL fails here only without memory or without its default provider: nothing could be signed or verified
// then.
void require(bool done) {
  if (!done) std::abort();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class Hmac {
 public:
  explicit Hmac(const char* digest) {
    std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
    require(mac != nullptr);
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", const_cast<char*>(digest), 0),
                               OSSL_PARAM_construct_end()};
    require(context_ && EVP_MAC_CTX_set_params(context_.get(), parameters));
  }

  std::string operator()(std::string_view key, std::string_view bytes) {
    // A null key would mean "keep the last key".
    const unsigned char* key_bytes = key.empty() ? bytes_of("") : bytes_of(key);
    unsigned char out[EVP_MAX_MD_SIZE];
    std::size_t size = 0;
    require(EVP_MAC_init(context_.get(), key_bytes, key.size(), nullptr) == 1 &&
            EVP_MAC_update(context_.get(), bytes_of(bytes), bytes.size()) == 1 &&
            EVP_MAC_final(context_.get(), out, &size, sizeof out) == 1);
    return {reinterpret_cast<char*>(out), size};
  }

 private:
  std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)> context_{nullptr, EVP_MAC_CTX_free};
};

}  // namespace

std::string sha256(std::string_view bytes) {
  thread_local std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                 EVP_MD_free);
  thread_local std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(digest && context && EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) == 1 &&
          EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
          EVP_DigestFinal_ex(context.get(), out, &size) == 1);
  return {reinterpret_cast<char*>(out), size};
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  thread_local Hmac hmac("SHA256");
  return hmac(key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  thread_local Hmac hmac("SHA1");
  return hmac(key, bytes);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace diconform
