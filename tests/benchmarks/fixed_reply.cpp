// A server that always says the same, with cpp-httplib as Debian ships it: what the reference endpoint is
// held against. Prints its port.
#include <httplib.h>

#include <cstdio>

int main() {
  httplib::Server server;
  server.set_tcp_nodelay(true);  // else 88 ms a request
  server.set_keep_alive_max_count(1'000'000'000);
  server.Post("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"Response":{"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}})",
                         "application/json");
  });
  int port = server.bind_to_any_port("127.0.0.1");
  std::printf("%d\n", port);
  std::fflush(stdout);
  return server.listen_after_bind() ? 0 : 1;
}
