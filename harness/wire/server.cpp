#include "wire/server.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>

#include "wire/dial.h"
#include "wire/server_connection.h"

namespace diconform::wire {
namespace {

// Without a free descriptor a waiting connection stays "readable": asking again at once would spin.
constexpr auto kPauseWithoutDescriptors = std::chrono::milliseconds(20);
// So many are taken in one go before the connections already there have their turn.
constexpr int kAcceptsInARow = 64;

// Until it is stopped. Before it sleeps it lets others run and looks again: where the clients share the
// machine, their next request is often there by then, and a sleep with its waking costs more than a small
// request.
void run_loop(asio::io_context& loop) {
  while (!loop.stopped()) {
    if (loop.poll() > 0) continue;
    std::this_thread::yield();
    if (loop.poll() == 0) loop.run_one();
  }
}

std::string text_of(int error) { return std::generic_category().message(error); }

class AsioServer final : public HttpServer {
 public:
  AsioServer(Service service, int threads) : service_(std::move(service)) {
    for (int i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>());
    acceptor_.emplace(workers_.front()->loop);
    pause_.emplace(workers_.front()->loop);
  }
  ~AsioServer() override;

  Result<void> listen();
  void run();
  std::uint16_t port() const override { return port_; }

 private:
  void wait_for_connections();
  void accept();
  void take(int socket, const sockaddr_storage& peer);

  const Service service_;
  std::vector<std::unique_ptr<Worker>> workers_;
  // After the workers, whose loops they use: so they go first.
  std::optional<asio::ip::tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> pause_;
  std::vector<std::thread> threads_;
  std::int64_t connections_ = 0;
  std::uint16_t port_ = 0;
};

AsioServer::~AsioServer() {
  for (const auto& worker : workers_) worker->loop.stop();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> AsioServer::listen() {
  const ServerOptions& options = service_.options;
  const std::string where = fmt::format("{} port {}", options.address, options.port);
  asio::error_code failed;
  const asio::ip::address address = asio::ip::make_address(options.address, failed);
  if (failed) return failure(where, "not a numeric address", "as in 127.0.0.1, 0.0.0.0 or ::1");
  const asio::ip::tcp::endpoint endpoint(address, options.port);
  const int socket =
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket < 0) return failure(where, "no socket: " + text_of(errno));
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // connections inherit it
  acceptor_->assign(endpoint.protocol(), socket, failed);
  if (failed) {
    ::close(socket);
    return failure(where, failed.message());
  }
  acceptor_->bind(endpoint, failed);
  if (failed)
    return failure(where, "cannot be bound: " + failed.message(),
                   "choose another port, or 0 for any free one");
  acceptor_->listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return failure(where, "cannot listen: " + failed.message());
  port_ = acceptor_->local_endpoint(failed).port();
  return {};
}

void AsioServer::run() {
  wait_for_connections();
  for (const auto& worker : workers_)
    threads_.emplace_back([loop = &worker->loop] {
      const auto stay = asio::make_work_guard(*loop);
      run_loop(*loop);
    });
}

void AsioServer::wait_for_connections() {
  acceptor_->async_wait(asio::socket_base::wait_read, [this](asio::error_code failed) {
    if (!failed) accept();
  });
}

void AsioServer::accept() {
  for (int i = 0; i < kAcceptsInARow; ++i) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof peer;
    const int socket = ::accept4(acceptor_->native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      take(socket, peer);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause_->expires_after(kPauseWithoutDescriptors);
      pause_->async_wait([this](asio::error_code failed) {
        if (!failed) accept();
      });
      return;
    }  // anything else is about one connection that is gone already
  }
  wait_for_connections();
}

void AsioServer::take(int socket, const sockaddr_storage& peer) {
  const std::int64_t number = ++connections_;
  Worker& worker = *workers_[static_cast<std::size_t>(number) % workers_.size()];
  auto connection = std::make_shared<ServerConnection>(service_, worker, socket, peer.ss_family == AF_INET6,
                                                       number, numeric(peer));
  asio::dispatch(worker.loop, [connection = std::move(connection)] { connection->start(); });
}

}  // namespace

ServerReply reply_with(HttpReply reply) {
  return {{{0, to_bytes(with_length(std::move(reply)))}}, AfterReply::kKeepAlive};
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, Handler handler) {
  Service service{options, std::move(handler), nullptr};
  service.options.tls = nullptr;  // the caller's, who need not keep it
  if (options.tls) {
    TRY(service.tls, tls_server(options.tls->certificate_pem, options.tls->key_pem));
  }
  try {  // asio and std::thread throw where the system gives no descriptors or threads
    auto server = std::make_unique<AsioServer>(std::move(service), std::max(options.threads, 1));
    TRY_VOID(server->listen());
    server->run();
    return server;
  } catch (const std::system_error& error) {
    return failure("server", error.what(), "are there descriptors and threads left?");
  }
}

}  // namespace diconform::wire
