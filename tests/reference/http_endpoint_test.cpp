#include "reference/http_endpoint.h"

#include "base/file.h"
#include "lab.h"
#include "wire/transport.h"

namespace diconform::reference {
namespace {

wire::Permit anything() {
  return [](std::string_view, std::string_view) { return std::nullopt; };
}

wire::Exchange get_hello(const HttpEndpoint& endpoint, const std::string& ca_file = "") {
  SystemClock clock;
  wire::Address address = wire::parse_url(endpoint.url()).value();
  address.ca_file = ca_file;
  auto line = wire::socket_transports(address, anything(), clock)();
  return line->exchange("GET /_world HTTP/1.1\r\nHost: localhost\r\n\r\n", 5'000'000);
}

TEST(HttpEndpoint, ServesTheHookOverHttp) {
  auto endpoint = HttpEndpoint::start({.edition = edition_of()});
  ASSERT_TRUE(endpoint) << endpoint.error().message();
  EXPECT_EQ((*endpoint)->world_url(), (*endpoint)->url() + "/_world");
  wire::Exchange exchange = get_hello(**endpoint);
  ASSERT_TRUE(exchange.reply) << exchange.problem;
  EXPECT_EQ(*json_of(exchange.reply->body).find("protocol")->string(), "world/1");
}

TEST(HttpEndpoint, ServesOverTlsWithAnAuthorityOfItsOwn) {
  auto endpoint = HttpEndpoint::start({.edition = edition_of()}, {.tls = true});
  ASSERT_TRUE(endpoint) << endpoint.error().message();
  EXPECT_TRUE((*endpoint)->url().starts_with("https://127.0.0.1:"));
  std::string path = testing::TempDir() + "reference-ca.pem";
  ASSERT_TRUE(write_file(path, (*endpoint)->authority_pem()));
  wire::Exchange exchange = get_hello(**endpoint, path);
  ASSERT_TRUE(exchange.reply) << exchange.problem;
  EXPECT_EQ(exchange.reply->status, 200);
}

TEST(HttpEndpoint, AnswersTheSameBytesAsTheEmbeddedOne) {
  auto endpoint = HttpEndpoint::start({.edition = edition_of(), .seed = 5});
  ASSERT_TRUE(endpoint);
  Lab lab({.seed = 5});
  target::Account account{
      std::string(kSecretId), std::string(kSecretKey), std::nullopt, target::NoRateLimit{}, {}};
  ASSERT_TRUE((*endpoint)->endpoint().accounts().put(account));
  SystemClock clock;
  auto line = wire::socket_transports(wire::parse_url((*endpoint)->url()).value(), anything(), clock)();
  std::string bytes = wire::to_bytes(lab.request(R"({"ImageIds": ["img-00000001"]})"));
  EXPECT_EQ(line->exchange(bytes, 5'000'000).received, lab.line().exchange(bytes, 5'000'000).received);
}

}  // namespace
}  // namespace diconform::reference
