// A world hook by another maker: cpp-httplib's server, holding worlds as it got them, and as hostile as a
// test asks.
#pragma once

#include <httplib.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace diconform::target {

class ForeignHook {
 public:
  // `/good` behaves; a test adds others to `server` before it starts to listen.
  ForeignHook() {
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.Get("/good", [this](const auto&, auto& reply) { reply.set_content(hello, "application/json"); });
    server.Put(R"(/good/([A-Za-z0-9]+))", [this](const auto& request, auto& reply) {
      std::lock_guard lock(mutex_);
      worlds_[request.matches[1]] = request.body;
      reply.set_content("{}", "application/json");
    });
    server.Get(R"(/good/([A-Za-z0-9]+))", [this](const auto& request, auto& reply) {
      std::lock_guard lock(mutex_);
      auto world = worlds_.find(request.matches[1]);
      if (world == worlds_.end())
        reply.status = 404;
      else
        reply.set_content(world->second, "application/json");
    });
    server.Delete(R"(/good/([A-Za-z0-9]+))", [this](const auto& request, auto&) {
      std::lock_guard lock(mutex_);
      worlds_.erase(request.matches[1]);
    });
  }
  ~ForeignHook() {
    server.stop();
    if (thread_.joinable()) thread_.join();
  }

  // Serves from now on; the URL of a path there.
  std::string url(const std::string& path) {
    if (!thread_.joinable()) {
      port_ = server.bind_to_any_port("127.0.0.1");
      thread_ = std::thread([this] { server.listen_after_bind(); });
      while (!server.is_running()) std::this_thread::yield();
    }
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  httplib::Server server;
  std::string hello = R"({"protocol":"world/1"})";

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> worlds_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace diconform::target
