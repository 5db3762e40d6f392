#include "wire/transport.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <vector>

#include "base/file.h"
#include "raw_socket.h"
#include "wire/certificate.h"
#include "wire/server.h"

namespace diconform::wire {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kEnough = 20'000'000;  // never reached where all is well
constexpr std::string_view kRequest = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::optional<std::string> anything(std::string_view, std::string_view) { return std::nullopt; }

SystemClock& the_clock() {
  static SystemClock clock;
  return clock;
}

std::unique_ptr<Transport> transport_to(std::uint16_t port, ReadLimits limits = {},
                                        Permit permit = anything) {
  return socket_transports({.host = "127.0.0.1", .port = port}, std::move(permit), the_clock(), limits)();
}

// A server that answers every request with the same bytes.
std::unique_ptr<HttpServer> server_that_says(ServerReply reply, ServerOptions options = {}) {
  auto server = HttpServer::start(options, [reply = std::move(reply)](const Arrival&) { return reply; });
  EXPECT_TRUE(server) << server.error().message();
  return *std::move(server);
}
std::unique_ptr<HttpServer> server_that_says(std::string_view bytes,
                                             AfterReply after = AfterReply::kKeepAlive) {
  return server_that_says(ServerReply{{{0, std::string(bytes)}}, after});
}

// One exchange with an endpoint that answers with these bytes.
Exchange exchange_with(std::string_view bytes, AfterReply after = AfterReply::kKeepAlive,
                       ReadLimits limits = {}) {
  const auto server = server_that_says(bytes, after);
  return transport_to(server->port(), limits)->exchange(kRequest, kEnough);
}

std::int64_t ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
      .count();
}

TEST(Transport, TellsTheVeryBytesThatWentAndCame) {
  const auto server = server_that_says(kReply);
  const std::int64_t before = the_clock().now_us();
  const Exchange exchange = transport_to(server->port())->exchange(kRequest, kEnough);
  EXPECT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.sent, kRequest);
  EXPECT_EQ(exchange.received, kReply);
  ASSERT_TRUE(exchange.reply);
  EXPECT_EQ(exchange.reply->status, 200);
  EXPECT_EQ(exchange.reply->body, "ok");
  EXPECT_GE(exchange.started_us, before);
  EXPECT_LE(exchange.started_us + exchange.elapsed_us, the_clock().now_us());
  EXPECT_GT(exchange.connection, 0);
}

TEST(Transport, KeepsItsConnectionBetweenExchanges) {
  const auto server = server_that_says(kReply);
  const auto transport = transport_to(server->port());
  const int first = transport->exchange(kRequest, kEnough).connection;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(transport->exchange(kRequest, INT64_MAX).connection, first);
  EXPECT_NE(transport_to(server->port())->exchange(kRequest, kEnough).connection, first);
}

// Waits for something that another thread is about to do.
void wait_for(const std::atomic<bool>& done) {
  while (!done) std::this_thread::sleep_for(1ms);
}

TEST(Transport, ReplacesAConnectionThatItFindsClosedBeforeSending) {
  std::atomic<int> requests = 0;
  std::atomic<bool> closed = false;
  RawServer server([&](RawSocket& socket) {
    if (socket.receive().empty()) return;
    ++requests;
    socket.send(kReply);
    socket.close();
    closed = true;
  });
  const auto transport = transport_to(server.port());
  const Exchange first = transport->exchange(kRequest, kEnough);
  wait_for(closed);
  const Exchange second = transport->exchange(kRequest, kEnough);
  EXPECT_EQ(second.end, ExchangeEnd::kComplete) << second.problem;
  EXPECT_NE(second.connection, first.connection);
  EXPECT_EQ(requests, 2);
}

TEST(Transport, ReplacesAConnectionOnWhichBytesCameThatNobodyAskedFor) {
  std::atomic<bool> done = false, sent = false;
  RawServer server([&](RawSocket& socket) {
    while (!socket.receive().empty()) {
      socket.send(kReply);
      wait_for(done);
      socket.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
      sent = true;
    }
  });
  const auto transport = transport_to(server.port());
  const Exchange first = transport->exchange(kRequest, kEnough);
  done = true;
  wait_for(sent);
  const Exchange second = transport->exchange(kRequest, kEnough);
  EXPECT_EQ(first.end, ExchangeEnd::kComplete) << first.problem;
  EXPECT_NE(second.connection, first.connection);
}

TEST(Transport, NeverSendsARequestTwice) {
  std::atomic<int> requests = 0;
  RawServer server([&](RawSocket& socket) {
    for (int i = 0; !socket.receive().empty(); ++i) {
      ++requests;
      if (i == 1) return;  // the second request of a connection is taken, and the connection closed
      socket.send(kReply);
    }
  });
  const auto transport = transport_to(server.port());
  EXPECT_EQ(transport->exchange(kRequest, kEnough).end, ExchangeEnd::kComplete);
  const Exchange second = transport->exchange(kRequest, kEnough);
  EXPECT_EQ(second.end, ExchangeEnd::kReset);
  EXPECT_EQ(second.problem, "closed without a reply");
  EXPECT_EQ(requests, 2);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Transport, AsksThePermitForTheAddressReachedAndTheFinalBytes) {
  const auto server = server_that_says(kReply);
  std::vector<std::pair<std::string, std::string>> asked;
  const auto transport = socket_transports(
      {.host = "localhost", .port = server->port()},
      [&](std::string_view address, std::string_view bytes) {
        asked.emplace_back(address, bytes);
        return std::optional<std::string>();
      },
      the_clock())();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(transport->exchange(kRequest, kEnough).end, ExchangeEnd::kComplete);
  ASSERT_EQ(asked.size(), 2u) << "once an exchange, also on a living connection";
  EXPECT_EQ(asked[0], std::pair(std::string("127.0.0.1"), std::string(kRequest)));
  EXPECT_EQ(asked[1], asked[0]);
}

TEST(Transport, SendsNothingThatThePermitForbids) {
  std::atomic<std::size_t> came = 0;
  {
    RawServer server([&](RawSocket& socket) { came += socket.receive_to_the_end().size(); });
    const auto transport = transport_to(
        server.port(), {}, [](auto, auto) { return std::optional<std::string>("not your image"); });
    const Exchange exchange = transport->exchange(kRequest, kEnough);
    EXPECT_EQ(exchange.end, ExchangeEnd::kForbidden);
    EXPECT_EQ(exchange.problem, "not your image");
    EXPECT_EQ(exchange.sent, "");
  }
  EXPECT_EQ(came, 0u);
}

TEST(Transport, SendsNothingWithoutAPermit) {
  const auto server = server_that_says(kReply);
  EXPECT_EQ(transport_to(server->port(), {}, nullptr)->exchange(kRequest, kEnough).end,
            ExchangeEnd::kForbidden);
}

TEST(Transport, BeginsNoTlsWithAnAddressThatThePermitForbids) {
  std::atomic<std::size_t> came = 0;
  {
    RawServer server([&](RawSocket& socket) { came += socket.receive_to_the_end().size(); });
    const auto transport = socket_transports(
        {.host = "127.0.0.1", .port = server.port(), .tls = true},
        [](auto, auto) { return std::optional<std::string>("no"); }, the_clock())();
    EXPECT_EQ(transport->exchange(kRequest, kEnough).end, ExchangeEnd::kForbidden);
  }
  EXPECT_EQ(came, 0u);
}

TEST(Transport, ConnectsBeforehandWhenAsked) {
  RawServer server([&](RawSocket& socket) {
    while (!socket.receive().empty()) socket.send(kReply);
  });
  const auto transport = transport_to(server.port());
  ASSERT_TRUE(transport->connect(kEnough));
  ASSERT_TRUE(transport->connect(kEnough));
  EXPECT_EQ(transport->exchange(kRequest, kEnough).end, ExchangeEnd::kComplete);
  ASSERT_TRUE(transport->connect(kEnough));
  EXPECT_EQ(server.connections(), 1);
}

TEST(Transport, SaysWhyItCannotConnect) {
  const int nobody = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // bound, never listening
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(nobody, reinterpret_cast<sockaddr*>(&address), size), 0);
  ::getsockname(nobody, reinterpret_cast<sockaddr*>(&address), &size);
  const auto transport = transport_to(ntohs(address.sin_port));
  const Exchange exchange = transport->exchange(kRequest, kEnough);
  EXPECT_EQ(exchange.end, ExchangeEnd::kNotConnected);
  EXPECT_NE(exchange.problem.find("Connection refused"), std::string::npos) << exchange.problem;
  EXPECT_EQ(exchange.sent, "");
  EXPECT_EQ(exchange.connection, 0);
  EXPECT_FALSE(transport->connect(kEnough));
  ::close(nobody);
}

TEST(Transport, GivesUpConnectingAtTheDeadline) {
  // A listener whose queue is full takes no more connections, in silence.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::vector<std::unique_ptr<Transport>> transports;
  Exchange last;
  for (int i = 0; i < 4 && last.end != ExchangeEnd::kNotConnected; ++i) {
    transports.push_back(transport_to(ntohs(address.sin_port)));
    last = transports.back()->exchange(kRequest, 100'000);
  }
  EXPECT_EQ(last.end, ExchangeEnd::kNotConnected);
  EXPECT_NE(last.problem.find("timed out"), std::string::npos) << last.problem;
  EXPECT_LT(last.elapsed_us, kEnough);
  ::close(listener);
}

TEST(Transport, SaysThatANameDoesNotResolve) {
  const auto transport =
      socket_transports({.host = "no-such-host.invalid", .port = 80}, anything, the_clock())();
  const Exchange exchange = transport->exchange(kRequest, 150'000);
  EXPECT_EQ(exchange.end, ExchangeEnd::kNotConnected);
  EXPECT_NE(exchange.problem.find("resolve"), std::string::npos) << exchange.problem;
  EXPECT_LT(exchange.elapsed_us, 20'000'000);
}

TEST(Transport, GivesUpOnASlowDripAtTheDeadline) {
  ServerReply drip{{{0, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"}}, AfterReply::kKeepAlive};
  for (int i = 0; i < 1000; ++i) drip.parts.push_back({20'000, "x"});
  const auto server = server_that_says(drip);
  const auto transport = transport_to(server->port());
  const auto start = std::chrono::steady_clock::now();
  const Exchange exchange = transport->exchange(kRequest, 500'000);
  EXPECT_EQ(exchange.end, ExchangeEnd::kTimeout);
  EXPECT_GE(ms_since(start), 499);
  EXPECT_LT(ms_since(start), 10'000);
  EXPECT_NE(exchange.received, "") << "what came is kept";
  EXPECT_FALSE(exchange.reply);
}

TEST(Transport, LeavesAConnectionWhoseReplyIsOverdue) {
  std::atomic<int> asked = 0;
  const auto server = HttpServer::start({}, [&](const Arrival&) {
    return ServerReply{{{++asked == 1 ? 10'000'000 : 0, std::string(kReply)}}, AfterReply::kKeepAlive};
  });
  const auto transport = transport_to((*server)->port());
  const Exchange first = transport->exchange(kRequest, 30'000);
  const Exchange second = transport->exchange(kRequest, kEnough);
  EXPECT_EQ(first.end, ExchangeEnd::kTimeout);
  EXPECT_EQ(second.end, ExchangeEnd::kComplete) << second.problem;
  EXPECT_NE(second.connection, first.connection);
}

TEST(Transport, EndsAtOnceOnABodyWithoutEnd) {
  for (std::string_view head :
       {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    RawServer server([&](RawSocket& socket) {
      socket.receive();
      socket.send(head);
      const std::string piece = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
      while (socket.send(piece)) {
      }
    });
    const Exchange exchange = transport_to(server.port(), {.body = 100'000})->exchange(kRequest, kEnough);
    EXPECT_EQ(exchange.end, ExchangeEnd::kTooLarge) << exchange.problem;
    EXPECT_LT(exchange.received.size(), 300'000u);
  }
}

TEST(Transport, EndsAtOnceOnHeadersWithoutEnd) {
  RawServer server([&](RawSocket& socket) {
    socket.receive();
    socket.send("HTTP/1.1 200 OK\r\n");
    while (socket.send("X-Again: and again\r\n")) {
    }
  });
  EXPECT_EQ(transport_to(server.port())->exchange(kRequest, kEnough).end, ExchangeEnd::kTooLarge);
}

TEST(Transport, EndsAtOnceOnInterimRepliesWithoutEnd) {
  RawServer server([&](RawSocket& socket) {
    socket.receive();
    while (socket.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  EXPECT_EQ(transport_to(server.port())->exchange(kRequest, kEnough).end, ExchangeEnd::kTooLarge);
}

TEST(Transport, ReadsAHundredThousandTinyChunks) {
  std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100'000; ++i) reply += "1\r\nx\r\n";
  reply += "0\r\n\r\n";
  const auto start = std::chrono::steady_clock::now();
  const Exchange exchange = exchange_with(reply);
  ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.reply->body, std::string(100'000, 'x'));
  EXPECT_EQ(exchange.received, reply);
  EXPECT_LT(ms_since(start), 5000);
}

TEST(Transport, ReadsAReplyThatComesByteByByte) {
  RawServer server([&](RawSocket& socket) {
    socket.receive();
    for (char byte : kReply) socket.send({&byte, 1});
    socket.receive();
  });
  const Exchange exchange = transport_to(server.port())->exchange(kRequest, kEnough);
  EXPECT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.received, kReply);
}

TEST(Transport, TellsAReplyThatIsCutFromOneThatNeverCame) {
  const Exchange cut = exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", AfterReply::kClose);
  EXPECT_EQ(cut.end, ExchangeEnd::kTruncated);
  EXPECT_EQ(cut.received, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(exchange_with("", AfterReply::kClose).end, ExchangeEnd::kReset);
  EXPECT_EQ(exchange_with("", AfterReply::kReset).end, ExchangeEnd::kReset);
  EXPECT_EQ(exchange_with("HTTP/1.1 100 Continue\r\n\r\n", AfterReply::kClose).end, ExchangeEnd::kReset);
  EXPECT_EQ(exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", AfterReply::kReset).end,
            ExchangeEnd::kReset);
}

TEST(Transport, TakesAReplyWithoutALengthToEndWithTheConnection) {
  const Exchange exchange = exchange_with("HTTP/1.1 200 OK\r\n\r\nall of it", AfterReply::kClose);
  ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.reply->body, "all of it");
  EXPECT_EQ(exchange_with("HTTP/1.1 200 OK\r\n\r\nhalf of it", AfterReply::kReset).end, ExchangeEnd::kReset);
}

TEST(Transport, ReportsWhatIsNoHttpReply) {
  EXPECT_EQ(exchange_with("SSH-2.0-OpenSSH_9.2\r\n").end, ExchangeEnd::kMalformed);
  EXPECT_EQ(exchange_with(std::string("\0\1\2\r\n", 5)).end, ExchangeEnd::kMalformed);
  EXPECT_EQ(exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc").end,
            ExchangeEnd::kMalformed);
  EXPECT_EQ(exchange_with("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok").end, ExchangeEnd::kMalformed);
}

TEST(Transport, ReportsBytesBehindTheReply) {
  const Exchange exchange = exchange_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay");
  EXPECT_EQ(exchange.end, ExchangeEnd::kMalformed);
  EXPECT_EQ(exchange.problem, "2 bytes after the end of the reply: \"ay\"");
  EXPECT_EQ(exchange_with("HTTP/1.1 204 No Content\r\n\r\nbody").end, ExchangeEnd::kMalformed);
}

TEST(Transport, SkipsInterimReplies) {
  const Exchange exchange = exchange_with(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 "
      "OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.reply->status, 200);
  EXPECT_TRUE(exchange.received.starts_with("HTTP/1.1 100"));
}

TEST(Transport, ExpectsNoBodyOfAReplyToHead) {
  const auto server =
      server_that_says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  const Exchange exchange =
      transport_to(server->port())->exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", kEnough);
  EXPECT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
}

TEST(Transport, ReadsAReplyThatComesWhileTheRequestIsStillBeingSent) {
  constexpr std::string_view kRefusal =
      "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig";
  for (const bool hard : {false, true}) {
    RawServer server([&](RawSocket& socket) {
      socket.receive();
      socket.send(kRefusal);
      // The rest stays unread: closing resets the connection, at once or after the client saw the reply.
      std::this_thread::sleep_for(hard ? 0ms : 50ms);
    });
    std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n";
    request.append(50'000'000, 'x');
    const auto transport = transport_to(server.port());
    const Exchange exchange = transport->exchange(request, kEnough);
    ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
    EXPECT_EQ(exchange.reply->status, 413);
    EXPECT_EQ(exchange.received, kRefusal);
    EXPECT_LT(exchange.sent.size(), request.size());
    EXPECT_TRUE(request.starts_with(exchange.sent));
  }
}

TEST(Transport, CountsAReplyThatAResetFollows) {
  const Exchange exchange = exchange_with(kReply, AfterReply::kReset);
  EXPECT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
}

TEST(Transport, ClosesAfterAReplyThatEndsTheConnection) {
  for (std::string_view reply : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                                 "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"}) {
    std::atomic<bool> closed = false;
    RawServer server([&](RawSocket& socket) {
      socket.receive();
      socket.send(reply);
      closed = socket.receive().empty() && !socket.broken();
    });
    const auto transport = transport_to(server.port());
    const Exchange first = transport->exchange(kRequest, kEnough);
    const Exchange second = transport->exchange(kRequest, kEnough);
    EXPECT_EQ(first.end, ExchangeEnd::kComplete) << first.problem;
    EXPECT_EQ(second.end, ExchangeEnd::kComplete) << second.problem;
    EXPECT_NE(first.connection, second.connection);
    EXPECT_TRUE(closed);
  }
}

TEST(Transport, ClosesAfterARequestThatIsNotOneMessageThatKeepsTheConnection) {
  const auto server = server_that_says(kReply);
  for (std::string_view request :
       {"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxPOST /smuggled",
        "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"}) {
    const auto transport = transport_to(server->port());
    const Exchange first = transport->exchange(request, kEnough);
    EXPECT_EQ(first.end, ExchangeEnd::kComplete) << first.problem;
    EXPECT_NE(transport->exchange(kRequest, kEnough).connection, first.connection) << request;
  }
}

TEST(Transport, SendsAndReadsMegabytes) {
  const auto server = HttpServer::start(
      {}, [](const Arrival& arrival) { return reply_with({200, "OK", {}, arrival.request.body}); });
  std::string body(10'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  const Exchange exchange =
      transport_to((*server)->port())
          ->exchange(
              fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", body.size(), body),
              kEnough);
  ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.reply->body, body);
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> messages;
  for (int i = 0; i < count; ++i)
    messages.push_back(fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}",
                                   std::to_string(i).size(), i));
  return messages;
}

TEST(Transport, SendsManyAheadAndGivesEachItsReply) {
  const auto server = HttpServer::start({}, [](const Arrival& arrival) {
    return reply_with({200, "OK", {}, "reply to " + arrival.request.body});
  });
  ASSERT_TRUE(server);
  const auto transport = transport_to((*server)->port());
  for (int round = 0; round < 3; ++round) {
    const auto exchanges = transport->exchange_all(numbered(40), kEnough);
    ASSERT_EQ(exchanges.size(), 40u);
    for (int i = 0; i < 40; ++i) {
      const Exchange& exchange = exchanges[static_cast<std::size_t>(i)];
      EXPECT_EQ(exchange.end, ExchangeEnd::kComplete);
      ASSERT_TRUE(exchange.reply);
      EXPECT_EQ(exchange.reply->body, fmt::format("reply to {}", i));
      EXPECT_TRUE(exchange.received.ends_with(exchange.reply->body));
      EXPECT_EQ(exchange.connection, exchanges[0].connection);
    }
  }
}

TEST(Transport, SendsMegabytesAhead) {
  const auto server = server_that_says(reply_with({200, "OK", {}, std::string(1u << 20, 'y')}));
  const std::string large =
      fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", 1u << 20) +
      std::string(1u << 20, 'x');
  const std::vector<std::string> messages(6, large);
  EXPECT_EQ(transport_to(server->port())->exchange_all(messages, kEnough).size(), 6u);
}

TEST(Transport, GivesNothingWhereNotAllThatWasSentAheadIsAnswered) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",  // and the rest is unheard
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok surplus", "HTTP/1.1 100 Continue\r\n\r\n",
        "no reply at all\r\n\r\n"}) {
    const auto server = server_that_says(std::string_view(bytes));
    const auto transport = transport_to(server->port());
    EXPECT_TRUE(transport->exchange_all(numbered(3), kEnough).empty()) << bytes;
  }
  const auto reset = server_that_says("half", AfterReply::kReset);
  EXPECT_TRUE(transport_to(reset->port())->exchange_all(numbered(3), kEnough).empty());
  const auto late = server_that_says(ServerReply{{{2'000'000, std::string(kReply)}}});
  EXPECT_TRUE(transport_to(late->port())->exchange_all(numbered(3), 50'000).empty());
}

TEST(Transport, ExchangesOneByOneWhatMayEndTheConnection) {
  const auto server = server_that_says(kReply);
  const auto transport = transport_to(server->port());
  std::vector<std::string> messages = numbered(3);
  messages[1] = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  const auto exchanges = transport->exchange_all(messages, kEnough);
  ASSERT_EQ(exchanges.size(), 3u);
  EXPECT_EQ(exchanges[0].connection, exchanges[1].connection);
  EXPECT_NE(exchanges[1].connection, exchanges[2].connection);
}

TEST(Transport, TalksToAServerOfAnotherMaker) {
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.Post("/", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(request.body + "!", "text/plain");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  auto transport = transport_to(static_cast<std::uint16_t>(port));
  for (int i = 0; i < 12; ++i) {  // across its limit of five a connection
    const Exchange exchange = transport->exchange(kRequest, kEnough);
    ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
    EXPECT_EQ(exchange.reply->body, "{}!");
  }
  transport.reset();  // or it would wait five seconds for another request
  server.stop();
  thread.join();
}

TEST(Transport, ServesManyThreadsFromOneFactory) {
  const auto server =
      server_that_says(ServerReply{{{0, std::string(kReply)}}, AfterReply::kKeepAlive}, {.threads = 2});
  const TransportFactory factory =
      socket_transports({.host = "127.0.0.1", .port = server->port()}, anything, the_clock());
  std::atomic<int> complete = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto transport = factory();
      for (int j = 0; j < 100; ++j)
        complete += transport->exchange(kRequest, kEnough).end == ExchangeEnd::kComplete;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(complete, 800);
}

// TLS: an authority, a server with a certificate for 127.0.0.1 and right.example, and the authority's file.
class TlsTransport : public testing::Test {
 protected:
  TlsTransport() {
    const std::vector<std::string> names = {"127.0.0.1", "right.example"};
    leaf_ = *authority_.issue(names);
    EXPECT_TRUE(write_file(ca_file_, authority_.self.certificate_pem));
    server_ =
        server_that_says(ServerReply{{{0, std::string(kReply)}}, AfterReply::kKeepAlive}, {.tls = &leaf_});
  }
  ~TlsTransport() override { std::filesystem::remove(ca_file_); }

  Exchange exchange(Address address) {
    address.tls = true;
    if (address.host.empty()) address.host = "127.0.0.1";
    if (address.port == 0) address.port = server_->port();
    return socket_transports(address, anything, the_clock())()->exchange(kRequest, 2'000'000);
  }

  Authority authority_ = *make_authority();
  Certificate leaf_;
  std::string ca_file_ = testing::TempDir() + fmt::format("diconform-ca-{}.pem", getpid());
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsTransport, ExchangesWithAServerThatProvesItsName) {
  for (std::string_view name : {"", "right.example"}) {
    const Exchange done = exchange({.ca_file = ca_file_, .server_name = std::string(name)});
    EXPECT_EQ(done.end, ExchangeEnd::kComplete) << done.problem;
    EXPECT_EQ(done.received, kReply);
  }
}

TEST_F(TlsTransport, KeepsItsConnectionThoughSessionTicketsCome) {
  const auto transport =
      socket_transports({.host = "127.0.0.1", .port = server_->port(), .tls = true, .ca_file = ca_file_},
                        anything, the_clock())();
  ASSERT_TRUE(transport->connect(kEnough));
  std::this_thread::sleep_for(20ms);
  const int first = transport->exchange(kRequest, kEnough).connection;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(transport->exchange(kRequest, kEnough).connection, first);
}

TEST_F(TlsTransport, RefusesACertificateForAnotherName) {
  const Exchange refused = exchange({.ca_file = ca_file_, .server_name = "wrong.example"});
  EXPECT_EQ(refused.end, ExchangeEnd::kNotConnected);
  EXPECT_EQ(refused.sent, "");
  EXPECT_NE(refused.problem.find("hostname mismatch"), std::string::npos) << refused.problem;
  EXPECT_NE(refused.problem.find("wrong.example"), std::string::npos) << refused.problem;
}

TEST_F(TlsTransport, RefusesANameThatNoCertificateCanProve) {
  using namespace std::string_literals;
  EXPECT_EQ(exchange({.ca_file = ca_file_, .server_name = "right.example\0.wrong.example"s}).end,
            ExchangeEnd::kNotConnected);
  EXPECT_EQ(exchange({.ca_file = ca_file_, .server_name = "\0"s}).end, ExchangeEnd::kNotConnected);
}

TEST_F(TlsTransport, ReadsAReplyThatComesWhileTheRequestIsStillBeingSent) {
  const auto server = server_that_says(ServerReply{}, {.limits = {.body = 1000}, .tls = &leaf_});
  std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n";
  request.append(20'000'000, 'x');
  const auto transport =
      socket_transports({.host = "127.0.0.1", .port = server->port(), .tls = true, .ca_file = ca_file_},
                        anything, the_clock())();
  const Exchange early = transport->exchange(request, kEnough);
  ASSERT_EQ(early.end, ExchangeEnd::kComplete) << early.problem;
  EXPECT_EQ(early.reply->status, 400);
}

TEST_F(TlsTransport, RefusesACertificateOfAnUnknownAuthority) {
  ASSERT_TRUE(write_file(ca_file_, make_authority()->self.certificate_pem));
  const Exchange refused = exchange({.ca_file = ca_file_});
  EXPECT_EQ(refused.end, ExchangeEnd::kNotConnected);
  EXPECT_NE(refused.problem.find("does not verify"), std::string::npos) << refused.problem;
  EXPECT_EQ(exchange({}).end, ExchangeEnd::kNotConnected) << "the system's store does not know it either";
}

TEST_F(TlsTransport, SaysThatTheAuthoritiesCannotBeRead) {
  const Exchange refused = exchange({.ca_file = "/no/such/file.pem"});
  EXPECT_EQ(refused.end, ExchangeEnd::kNotConnected);
  EXPECT_NE(refused.problem.find("/no/such/file.pem"), std::string::npos) << refused.problem;
}

TEST_F(TlsTransport, SaysThatAPortSpeaksNoTls) {
  const auto plain = server_that_says(kReply);
  EXPECT_EQ(exchange({.port = plain->port(), .ca_file = ca_file_}).end, ExchangeEnd::kNotConnected);
}

TEST_F(TlsTransport, GivesUpOnASilentHandshakeAtTheDeadline) {
  RawServer silent([](RawSocket& socket) { socket.receive_to_the_end(); });
  const auto transport =
      socket_transports({.host = "127.0.0.1", .port = silent.port(), .tls = true, .ca_file = ca_file_},
                        anything, the_clock())();
  const Exchange exchange = transport->exchange(kRequest, 100'000);
  EXPECT_EQ(exchange.end, ExchangeEnd::kNotConnected);
  EXPECT_LT(exchange.elapsed_us, kEnough);
}

TEST_F(TlsTransport, ExchangesMegabytes) {
  const auto server = HttpServer::start({.tls = &leaf_}, [](const Arrival& arrival) {
    return reply_with({200, "OK", {}, arrival.request.body});
  });
  const std::string body(3'000'000, 'x');
  const auto transport =
      socket_transports({.host = "127.0.0.1", .port = (*server)->port(), .tls = true, .ca_file = ca_file_},
                        anything, the_clock())();
  const Exchange exchange = transport->exchange(
      fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", body.size(), body), kEnough);
  ASSERT_EQ(exchange.end, ExchangeEnd::kComplete) << exchange.problem;
  EXPECT_EQ(exchange.reply->body, body);
}

TEST_F(TlsTransport, TakesAReplyWithoutALengthOnlyWithTlsGoodbye) {
  for (const AfterReply after : {AfterReply::kClose, AfterReply::kReset}) {
    const auto server =
        server_that_says(ServerReply{{{0, "HTTP/1.1 200 OK\r\n\r\nall?"}}, after}, {.tls = &leaf_});
    const Exchange done = exchange({.port = server->port(), .ca_file = ca_file_});
    EXPECT_EQ(done.end, after == AfterReply::kClose ? ExchangeEnd::kComplete : ExchangeEnd::kReset)
        << done.problem;
  }
}

TEST_F(TlsTransport, TalksToAServerOfAnotherMaker) {
  const std::string certificate_file = ca_file_ + ".leaf", key_file = ca_file_ + ".key";
  ASSERT_TRUE(write_file(certificate_file, leaf_.certificate_pem));
  ASSERT_TRUE(write_file(key_file, leaf_.key_pem));
  httplib::SSLServer server(certificate_file.c_str(), key_file.c_str());
  server.set_tcp_nodelay(true);
  server.Post("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("hello", "text/plain");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  const Exchange done = exchange({.port = static_cast<std::uint16_t>(port), .ca_file = ca_file_});
  EXPECT_EQ(done.end, ExchangeEnd::kComplete) << done.problem;
  server.stop();
  thread.join();
  std::filesystem::remove(certificate_file);
  std::filesystem::remove(key_file);
}

TEST(ParseUrl, ReadsSchemeHostAndPort) {
  const auto address = parse_url("HTTP://127.0.0.1:8080/");
  ASSERT_TRUE(address) << address.error().message();
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 8080);
  EXPECT_FALSE(address->tls);
  EXPECT_EQ(address->authority(), "127.0.0.1:8080");
}

TEST(ParseUrl, KnowsThePortsOfTheSchemes) {
  EXPECT_EQ(parse_url("http://cvm.tencentcloudapi.com")->port, 80);
  EXPECT_EQ(parse_url("https://cvm.tencentcloudapi.com")->port, 443);
  EXPECT_EQ(parse_url("https://cvm.tencentcloudapi.com:443")->authority(), "cvm.tencentcloudapi.com");
  EXPECT_EQ(parse_url("https://cvm.tencentcloudapi.com:80")->authority(), "cvm.tencentcloudapi.com:80");
}

TEST(ParseUrl, ReadsAnIpv6Literal) {
  EXPECT_EQ(parse_url("http://[::1]:81")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:81")->authority(), "[::1]:81");
  EXPECT_EQ(parse_url("http://[::1]")->authority(), "[::1]");
}

TEST(ParseUrl, GivesThePathOnlyToWhoTakesIt) {
  std::string path;
  EXPECT_TRUE(parse_url("http://a/b/c?d=e", &path));
  EXPECT_EQ(path, "/b/c?d=e");
  EXPECT_TRUE(parse_url("http://a", &path));
  EXPECT_EQ(path, "/");
  EXPECT_TRUE(parse_url("http://a?d=e", &path));
  EXPECT_EQ(path, "/?d=e");
  EXPECT_FALSE(parse_url("http://a/b"));
}

TEST(ParseUrl, RefusesWhatIsNoUrlOfAnEndpoint) {
  for (std::string_view url : {"", "127.0.0.1:80", "ftp://a", "http://", "http://:80", "http://a:",
                               "http://a:0", "http://a:65536", "http://a:8x", "http://user@a", "http://a b",
                               "http://[::1", "http://[a]", "http://[::1]8", "http://a/#b", "http://a/?b"})
    EXPECT_FALSE(parse_url(url)) << url;
}

TEST(ExchangeEnd, HasANameForEachEnd) {
  EXPECT_EQ(name_of(ExchangeEnd::kComplete), "complete");
  EXPECT_EQ(name_of(ExchangeEnd::kForbidden), "forbidden");
}

}  // namespace
}  // namespace diconform::wire
