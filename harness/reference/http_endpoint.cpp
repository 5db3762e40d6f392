#include "reference/http_endpoint.h"

#include <optional>

#include "wire/certificate.h"

namespace diconform::reference {
namespace {

struct TlsFiles {
  wire::Certificate server;
  std::string authority_pem;
};

Result<TlsFiles> make_tls(const ListenOptions& listen) {
  TRY(wire::Authority authority, wire::make_authority());
  std::vector<std::string> names = listen.names;
  names.push_back("localhost");
  names.push_back(listen.address);
  TRY(wire::Certificate server, authority.issue(names));
  return TlsFiles{std::move(server), authority.self.certificate_pem};
}

std::string url_of(const ListenOptions& listen, std::uint16_t port) {
  bool is_ipv6 = listen.address.find(':') != std::string::npos;
  std::string host = is_ipv6 ? "[" + listen.address + "]" : listen.address;
  return (listen.tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

}  // namespace

Result<std::unique_ptr<HttpEndpoint>> HttpEndpoint::start(EndpointOptions options,
                                                          const ListenOptions& listen) {
  std::unique_ptr<HttpEndpoint> made(new HttpEndpoint);
  TRY(made->endpoint_, Endpoint::make(std::move(options)));
  TlsFiles tls;
  if (listen.tls) {
    TRY(tls, make_tls(listen));
    made->authority_pem_ = tls.authority_pem;
  }
  wire::ServerOptions server;
  server.address = listen.address;
  server.port = listen.port;
  server.threads = listen.threads;
  if (listen.tls) server.tls = &tls.server;
  Endpoint* endpoint = made->endpoint_.get();
  TRY(made->server_, wire::HttpServer::start(server, [endpoint](const wire::Arrival& arrival) {
        return endpoint->handle(arrival);
      }));
  made->url_ = url_of(listen, made->server_->port());
  return made;
}

}  // namespace diconform::reference
