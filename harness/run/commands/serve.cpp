#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "reference/faults.h"
#include "reference/http_endpoint.h"
#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {
namespace {

Result<reference::EndpointOptions> endpoint_options(const ServeOptions& serve,
                                                    const scenario::Catalogue& catalogue) {
  reference::EndpointOptions endpoint;
  const api::Edition* edition = catalogue.edition(serve.edition);
  if (!edition) return failure("--edition", "there is no edition " + diconform::quoted(serve.edition));
  endpoint.edition = *edition;
  endpoint.limiter = serve.limiter;
  endpoint.calls_per_second = serve.rate;
  endpoint.virtual_clocks = serve.clock == "virtual";
  for (const std::string& choice : serve.choices) {
    std::size_t equals = choice.find('=');
    if (equals == choice.npos) return failure("--choice", diconform::quoted(choice) + " is not NAME=ANSWER");
    endpoint.choices[choice.substr(0, equals)] = choice.substr(equals + 1);
  }
  if (!serve.fault.empty()) {
    const reference::Fault* fault = reference::fault_named(serve.fault, *edition);
    if (!fault)
      return failure("--fault", "there is no fault " + diconform::quoted(serve.fault),
                     "`diconform faults --list` names them");
    endpoint.fault = fault->bend;
  }
  return endpoint;
}

// A scratch file for the authority, which a client is to trust; gone when the server stops.
struct AuthorityFile {
  std::string path;
  ~AuthorityFile() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

}  // namespace

int serve_verb(const Options& options) {
  auto catalogue = open_catalogue(options.target.cases, Cases::kNone);
  if (!catalogue) return complain(catalogue.error(), kUsage);
  auto endpoint = endpoint_options(options.serve, *catalogue);
  if (!endpoint) return complain(endpoint.error(), kUsage);
  // Blocked before any thread starts, so that only the wait below hears them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  reference::ListenOptions listen;
  listen.port = options.serve.port;
  listen.tls = options.serve.tls;
  listen.threads = options.serve.threads;
  auto server = reference::HttpEndpoint::start(std::move(*endpoint), listen);
  if (!server) return complain(server.error(), kUnusable);
  AuthorityFile authority;
  if (options.serve.tls) {
    authority.path = fmt::format("/tmp/diconform-ca-{}.pem", ::getpid());
    if (auto written = write_file(authority.path, (*server)->authority_pem()); !written)
      return complain(written.error(), kUnusable);
  }
  fmt::print("ready {} world {}{}\n", (*server)->url(), (*server)->world_url(),
             authority.path.empty() ? "" : " ca " + authority.path);
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  return kConforms;
}

}  // namespace diconform::run
