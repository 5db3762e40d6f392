// The reference endpoint, served over HTTP or HTTPS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reference/endpoint.h"
#include "wire/server.h"

namespace diconform::reference {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any free one
  int threads = 1;
  bool tls = false;                     // with a certificate of an authority made for this server
  std::vector<std::string> names = {};  // that the certificate says beside localhost and the address
};

class HttpEndpoint {
 public:
  // Serves from when this returns. Errors: those of Endpoint::make, HttpServer::start and of making a
  // certificate.
  static Result<std::unique_ptr<HttpEndpoint>> start(EndpointOptions options,
                                                     const ListenOptions& listen = {});

  std::string url() const { return url_; }  // http://127.0.0.1:8080, without a path
  std::string world_url() const { return url_ + endpoint_->options().hook_path; }
  const std::string& authority_pem() const {
    return authority_pem_;
  }  // what a client must trust; empty without TLS
  std::uint16_t port() const { return server_->port(); }
  Endpoint& endpoint() { return *endpoint_; }

 private:
  HttpEndpoint() = default;

  std::unique_ptr<Endpoint> endpoint_;  // outlives the server, which calls it
  std::string url_, authority_pem_;
  std::unique_ptr<wire::HttpServer> server_;
};

}  // namespace diconform::reference
