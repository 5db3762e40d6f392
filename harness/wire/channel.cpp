#include "wire/channel.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace diconform::wire {
namespace {

using Outcome = Step::Outcome;

// Never a signal for a peer that went away, never a wait.
constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

std::string text_of(int error) { return std::generic_category().message(error); }

std::string last_tls_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "unknown TLS error";
}

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL, and a signal handler is not ours to install.
int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int bio_result(BIO* bio, ssize_t size, int retry) {
  BIO_clear_retry_flags(bio);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  if (size == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(size);
}

int bio_write(BIO* bio, const char* bytes, int size) {
  return bio_result(bio, ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), kFlags),
                    BIO_FLAGS_WRITE);
}

int bio_read(BIO* bio, char* bytes, int size) {
  return bio_result(bio, ::recv(socket_of(bio), bytes, static_cast<std::size_t>(size), kFlags),
                    BIO_FLAGS_READ);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return 0;
}

const BIO_METHOD* socket_method() {
  static const std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> method = [] {
    std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quiet socket"), BIO_meth_free);
    BIO_meth_set_write(made.get(), bio_write);
    BIO_meth_set_read(made.get(), bio_read);
    BIO_meth_set_ctrl(made.get(), bio_control);
    return made;
  }();
  return method.get();
}

SSL* new_tls(const TlsContext& context, int socket) {
  SSL* tls = SSL_new(context.get());
  BIO* bio = BIO_new(socket_method());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): OpenSSL keeps a pointer of ours, and a descriptor is a number.
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(tls, bio, bio);
  return tls;
}

TlsContext new_context(const SSL_METHOD* method) {
  TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A write may be partly taken, and is repeated from another address when a buffer grew; idle connections
  // keep no buffers.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

std::unique_ptr<BIO, int (*)(BIO*)> memory_of(std::string_view bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free};
}

// The first certificate is the server's own, any others lead to its authority.
bool use_chain(SSL_CTX* context, std::string_view pem) {
  const auto memory = memory_of(pem);
  const std::unique_ptr<X509, void (*)(X509*)> own(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr),
                                                   X509_free);
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  while (X509* next = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr))
    if (SSL_CTX_add0_chain_cert(context, next) != 1) return X509_free(next), false;
  ERR_clear_error();  // the end of the text is an error to PEM_read
  return true;
}

}  // namespace

Result<TlsContext> tls_server(std::string_view certificate_pem, std::string_view key_pem) {
  ERR_clear_error();
  TlsContext context = new_context(TLS_server_method());
  if (!context) return failure("TLS", last_tls_error());
  if (!use_chain(context.get(), certificate_pem))
    return failure("TLS certificate", last_tls_error(), "give it as PEM");
  const auto memory = memory_of(key_pem);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    return failure("TLS key", last_tls_error(),
                   "give the key of the certificate, as PEM and without a password");
  return context;
}

Result<TlsContext> tls_client(const std::string& ca_file) {
  ERR_clear_error();
  TlsContext context = new_context(TLS_client_method());
  if (!context) return failure("TLS", last_tls_error());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                      : SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) == 1;
  if (!loaded)
    return failure(ca_file.empty() ? "the system's certificates" : ca_file, last_tls_error(),
                   "give a file of PEM certificates");
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp11, sizeof kHttp11);
  return context;
}

bool Channel::begin_tls_as_client(const TlsContext& context, const std::string& server_name) {
  tls_ = {new_tls(context, socket_), SSL_free};
  SSL_set_connect_state(tls_.get());
  X509_VERIFY_PARAM* parameters = SSL_get0_param(tls_.get());
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, server_name.c_str()) == 1) return true;
  // An empty name, or one with a zero byte, would quietly mean that any name will do.
  return !server_name.empty() &&
         X509_VERIFY_PARAM_set1_host(parameters, server_name.data(), server_name.size()) == 1 &&
         SSL_set_tlsext_host_name(tls_.get(), server_name.c_str()) == 1;
}

void Channel::begin_tls_as_server(const TlsContext& context) {
  tls_ = {new_tls(context, socket_), SSL_free};
  SSL_set_accept_state(tls_.get());
}

Step Channel::broken(std::string problem) {
  problem_ = std::move(problem);
  return {Outcome::kBroken, 0};
}

Step Channel::tls_step(int result) {
  const int error = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {Outcome::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Outcome::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Outcome::kClosed, 0};
    case SSL_ERROR_SYSCALL:
      return error ? broken(text_of(error)) : Step{Outcome::kCut, 0};
    default:
      break;
  }
  if (const long verified = SSL_get_verify_result(tls_.get()); verified != X509_V_OK) {
    ERR_clear_error();
    return broken(std::string("its certificate does not verify: ") + X509_verify_cert_error_string(verified));
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    return {Outcome::kCut, 0};
  }
  return broken("TLS: " + last_tls_error());
}

Step Channel::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  return result == 1 ? Step{Outcome::kDone, 0} : tls_step(result);
}

Step Channel::read(std::span<char> into) {
  if (tls_) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &size);
    return result == 1 ? Step{Outcome::kDone, size} : tls_step(result);
  }
  const ssize_t size = ::recv(socket_, into.data(), into.size(), kFlags);
  if (size > 0) return {Outcome::kDone, static_cast<std::size_t>(size)};
  if (size == 0) return {Outcome::kClosed, 0};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {Outcome::kWantRead, 0};
  return broken(text_of(errno));
}

Step Channel::write(std::string_view bytes) {
  if (tls_) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &size);
    return result == 1 ? Step{Outcome::kDone, size} : tls_step(result);
  }
  const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), kFlags);
  if (size >= 0) return {Outcome::kDone, static_cast<std::size_t>(size)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {Outcome::kWantWrite, 0};
  return broken(text_of(errno));
}

bool Channel::quiet() {
  char byte = 0;
  if (tls_) {  // the socket may be readable for a session ticket alone: only TLS can tell
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_peek_ex(tls_.get(), &byte, 1, &size);
    return result != 1 && tls_step(result).outcome == Outcome::kWantRead;
  }
  return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Channel::end_sending() {
  if (tls_ && SSL_is_init_finished(tls_.get())) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace diconform::wire
