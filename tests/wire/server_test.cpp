#include "wire/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <vector>

#include "base/file.h"
#include "raw_socket.h"
#include "wire/certificate.h"

namespace diconform::wire {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::int64_t ms_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

std::string post(std::string_view body, std::string_view headers = "") {
  return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(),
                     body);
}

ServerReply text(std::string body) { return reply_with({200, "OK", {}, std::move(body)}); }
std::string text_bytes(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

// Answers with the body of the request.
ServerReply echo(const Arrival& arrival) { return text(arrival.request.body); }

std::unique_ptr<HttpServer> started(Handler handler, const ServerOptions& options = {}) {
  auto server = HttpServer::start(options, std::move(handler));
  if (!server) ADD_FAILURE() << server.error().message();
  return server ? *std::move(server) : nullptr;
}

std::string asked(RawSocket& socket, std::string_view request, std::string_view reply) {
  socket.send(request);
  std::string all;
  while (all.size() < reply.size()) {
    const std::string more = socket.receive();
    if (more.empty()) break;
    all += more;
  }
  return all;
}

TEST(Server, ShowsItsHandlerTheRequestAsItCame) {
  const std::string request =
      "POST /a?b=%20 HTTP/1.1\r\nhOST: a\r\nX-A:   b \r\nX-A: c\r\nContent-Length: 3\r\n\r\n{ }";
  std::string raw, peer;
  HttpRequest seen;
  std::int64_t connection = 0;
  const auto server = started([&](const Arrival& arrival) {
    raw = arrival.raw;
    seen = arrival.request;
    peer = arrival.peer;
    connection = arrival.connection;
    return text("");
  });
  RawSocket socket = RawSocket::connect(server->port());
  asked(socket, request, text_bytes(""));
  EXPECT_EQ(raw, request);
  EXPECT_EQ(seen.target, "/a?b=%20");
  EXPECT_EQ(seen.headers[0], (Header{"hOST", "a"}));
  EXPECT_EQ(seen.headers[2], (Header{"X-A", "c"}));
  EXPECT_EQ(seen.body, "{ }");
  EXPECT_EQ(peer, "127.0.0.1");
  EXPECT_EQ(connection, 1);
}

TEST(Server, SendsExactlyTheBytesItIsToldTo) {
  const std::string bytes("not \0 HTTP \r\n", 13);
  const auto server = started([&](const Arrival&) { return ServerReply{{{0, bytes}}, AfterReply::kClose}; });
  RawSocket socket = RawSocket::connect(server->port());
  socket.send(post("x"));
  EXPECT_EQ(socket.receive_to_the_end(), bytes);
}

TEST(Server, ReadsARequestThatComesByteByByte) {
  const auto server = started(echo);
  RawSocket socket = RawSocket::connect(server->port());
  for (char byte : post("hello")) ASSERT_TRUE(socket.send({&byte, 1}));
  EXPECT_EQ(socket.receive(), text_bytes("hello"));
}

TEST(Server, KeepsAConnectionForManyRequests) {
  std::set<std::int64_t> connections;
  const auto server = started([&](const Arrival& arrival) {
    connections.insert(arrival.connection);
    return echo(arrival);
  });
  RawSocket socket = RawSocket::connect(server->port());
  for (int i = 0; i < 300; ++i) ASSERT_EQ(asked(socket, post("x"), text_bytes("x")), text_bytes("x"));
  EXPECT_EQ(connections.size(), 1u);
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  const auto server = started([](const Arrival& arrival) {
    // Every seventh reply is late, every fifth comes in parts: the order holds all the same.
    const std::string bytes = text_bytes(arrival.request.body);
    const int number = std::stoi(arrival.request.body);
    if (number % 5 == 0) return ServerReply{{{0, bytes.substr(0, 10)}, {100, bytes.substr(10)}}};
    return ServerReply{{{number % 7 == 0 ? 500 : 0, bytes}}};
  });
  std::string requests, replies;
  for (int i = 0; i < 200; ++i) {
    requests += post(std::to_string(i));
    replies += text_bytes(std::to_string(i));
  }
  RawSocket socket = RawSocket::connect(server->port());
  EXPECT_EQ(asked(socket, requests, replies), replies);
}

TEST(Server, HoldsNoReplyForARequestThatIsNotWholeYet) {
  const auto server = started(echo);
  RawSocket socket = RawSocket::connect(server->port());
  const std::string third = post("third");
  EXPECT_EQ(asked(socket, post("first") + post("second") + third.substr(0, 20),
                  text_bytes("first") + text_bytes("second")),
            text_bytes("first") + text_bytes("second"));
  EXPECT_EQ(asked(socket, third.substr(20), text_bytes("third")), text_bytes("third"));
}

TEST(Server, AnswersManyPipelinedRequestsToAClientThatReadsLate) {
  const auto server = started(echo);
  const std::string body(2'000, 'x');
  std::string requests;
  for (int i = 0; i < 5'000; ++i) requests += post(body);
  RawSocket socket = RawSocket::connect(server->port());
  std::thread sender([&] { socket.send(requests); });
  std::this_thread::sleep_for(50ms);
  const std::size_t expected = 5'000 * text_bytes(body).size();
  std::size_t came = 0;
  while (came < expected) {
    const std::size_t more = socket.receive().size();
    if (more == 0) break;
    came += more;
  }
  sender.join();
  EXPECT_EQ(came, expected);
}

TEST(Server, ClosesWhenTheRequestAsksForIt) {
  const auto server = started(echo);
  for (const std::string& request :
       {post("x", "Connection: close\r\n"), std::string("POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx")}) {
    RawSocket socket = RawSocket::connect(server->port());
    socket.send(request);
    EXPECT_EQ(socket.receive_to_the_end(), text_bytes("x"));
    EXPECT_FALSE(socket.broken());
  }
}

TEST(Server, ClosesOrResetsAfterAReplyWhenTheHandlerSaysSo) {
  for (const AfterReply after : {AfterReply::kClose, AfterReply::kReset}) {
    const auto server = started([after](const Arrival&) { return ServerReply{{{0, "half a rep"}}, after}; });
    RawSocket socket = RawSocket::connect(server->port());
    socket.send(post("x"));
    EXPECT_EQ(socket.receive_to_the_end(), "half a rep");
    EXPECT_EQ(socket.broken(), after == AfterReply::kReset);
  }
}

TEST(Server, DeliversItsLastReplyThoughTheClientIsStillSending) {
  const auto server = started(echo, {.limits = {.body = 1000}});
  RawSocket socket = RawSocket::connect(server->port());
  socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
  ASSERT_TRUE(socket.send(std::string(5'000'000, 'x'))) << "the refused body is read and forgotten";
  EXPECT_TRUE(socket.receive_to_the_end().starts_with("HTTP/1.1 400 "));
  EXPECT_FALSE(socket.broken());
}

TEST(Server, WaitsBeforeEachPartAsTold) {
  const auto server = started([](const Arrival&) {
    return ServerReply{{{30'000, "a"}, {0, "b"}, {30'000, "c"}}, AfterReply::kClose};
  });
  RawSocket socket = RawSocket::connect(server->port());
  const auto start = Clock::now();
  socket.send(post("x"));
  std::string came = socket.receive();
  EXPECT_GE(ms_since(start), 29);
  came += socket.receive_to_the_end();
  EXPECT_GE(ms_since(start), 59);
  EXPECT_EQ(came, "abc");
}

TEST(Server, ServesOthersWhileAReplyWaits) {
  const auto server = started([](const Arrival& arrival) {
    return ServerReply{{{arrival.request.body == "slow" ? 60'000'000 : 0, text_bytes(arrival.request.body)}}};
  });
  RawSocket slow = RawSocket::connect(server->port()), fast = RawSocket::connect(server->port());
  slow.send(post("slow"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(asked(fast, post("fast"), text_bytes("fast")), text_bytes("fast"));
}

TEST(Server, AnswersFourHundredToWhatIsNoRequestAndCloses) {
  const auto server = started(echo);
  for (std::string_view bytes :
       {"hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"}) {
    RawSocket socket = RawSocket::connect(server->port());
    socket.send(bytes);
    EXPECT_EQ(socket.receive_to_the_end(),
              "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    EXPECT_FALSE(socket.broken());
  }
}

TEST(Server, LetsItsUserAnswerToWhatIsNoRequest) {
  std::vector<ReadState> states;
  ServerOptions options;
  options.limits.body = 10;
  options.on_bad_request = [&](ReadState state, const std::string& problem) {
    EXPECT_NE(problem, "");
    states.push_back(state);
    return HttpReply{200, "OK", {}, "InvalidRequest"};
  };
  const auto server = started(echo, options);
  for (const std::string& bytes : {std::string("hello\r\n\r\n"), post(std::string(11, 'x'))}) {
    RawSocket socket = RawSocket::connect(server->port());
    socket.send(bytes);
    EXPECT_EQ(socket.receive_to_the_end(), text_bytes("InvalidRequest"));
  }
  EXPECT_EQ(states, (std::vector{ReadState::kBad, ReadState::kTooLarge}));
}

TEST(Server, AnswersFourHundredToAClientThatStopsInTheMiddle) {
  const auto server = started(echo);
  RawSocket socket = RawSocket::connect(server->port());
  socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  socket.end_sending();
  EXPECT_TRUE(socket.receive_to_the_end().starts_with("HTTP/1.1 400 "));
}

TEST(Server, AnswersAClientThatClosesItsHalfAfterTheRequest) {
  const auto server = started(echo);
  RawSocket socket = RawSocket::connect(server->port());
  socket.send(post("x"));
  socket.end_sending();
  EXPECT_EQ(socket.receive_to_the_end(), text_bytes("x"));
}

TEST(Server, GoesOnAfterClientsThatReset) {
  const auto server = started(echo);
  for (std::string_view bytes :
       {"", "POST /", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"})
    for (int i = 0; i < 20; ++i) {
      RawSocket socket = RawSocket::connect(server->port());
      socket.send(bytes);
      socket.reset();
    }
  RawSocket socket = RawSocket::connect(server->port());
  EXPECT_EQ(asked(socket, post("x"), text_bytes("x")), text_bytes("x"));
}

TEST(Server, SaysContinueToAClientThatWaitsForIt) {
  const auto server = started(echo);
  RawSocket socket = RawSocket::connect(server->port());
  for (int i = 0; i < 2; ++i) {
    socket.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(socket.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(asked(socket, "hello", text_bytes("hello")), text_bytes("hello"));
  }
  const std::string impatient = post("hello", "Expect: 100-continue\r\n");
  EXPECT_EQ(asked(socket, impatient, text_bytes("hello")), text_bytes("hello"))
      << "no need to say it any more";
}

TEST(Server, CutsOffARequestThatNeverEnds) {
  const auto server = started(echo, {.request_deadline_us = 60'000});
  RawSocket socket = RawSocket::connect(server->port());
  std::this_thread::sleep_for(100ms);  // silence before a request costs nothing
  const auto start = Clock::now();
  int sent = 0;
  for (; sent < 2000 && socket.send("X"); ++sent) std::this_thread::sleep_for(5ms);
  EXPECT_LT(sent, 2000);
  EXPECT_GE(ms_since(start), 55);
  EXPECT_EQ(socket.receive(), "");
}

TEST(Server, CountsTheDeadlineAnewForEachRequest) {
  const auto server = started(echo, {.request_deadline_us = 1'000'000});
  RawSocket socket = RawSocket::connect(server->port());
  const std::string request = post("hello");
  for (int i = 0; i < 3; ++i) {
    socket.send(request.substr(0, 30));
    std::this_thread::sleep_for(400ms);
    ASSERT_EQ(asked(socket, request.substr(30), text_bytes("hello")), text_bytes("hello"));
  }
}

TEST(Server, CutsOffAClientThatDoesNotRead) {
  const auto server = started([](const Arrival&) { return text(std::string(20'000'000, 'x')); },
                              {.send_deadline_us = 40'000});
  RawSocket socket = RawSocket::connect(server->port());
  socket.send(post("x"));
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(socket.receive_to_the_end().size(), 20'000'000u);
}

TEST(Server, KeepsSilentConnectionsUnlessToldOtherwise) {
  const auto patient = started(echo);
  const auto impatient = started(echo, {.idle_deadline_us = 600'000});
  RawSocket kept = RawSocket::connect(patient->port()), dropped = RawSocket::connect(impatient->port()),
            used = RawSocket::connect(impatient->port());
  std::this_thread::sleep_for(100ms);
  const auto start = Clock::now();
  EXPECT_EQ(asked(used, post("x"), text_bytes("x")), text_bytes("x"));
  EXPECT_EQ(dropped.receive(), "");
  EXPECT_EQ(used.receive(), "");
  EXPECT_GE(ms_since(start), 599) << "the idle time counts from the reply";
  EXPECT_EQ(asked(kept, post("x"), text_bytes("x")), text_bytes("x"));
}

class ManyDescriptors {
 public:
  explicit ManyDescriptors(rlim_t wanted) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit raised = before_;
    raised.rlim_cur = std::max(before_.rlim_cur, std::min(wanted, before_.rlim_max));
    setrlimit(RLIMIT_NOFILE, &raised);
  }
  ~ManyDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(Server, LetsNobodyStarveAmongAThousandConnectionsHalfOfThemSilent) {
  const ManyDescriptors descriptors(4096);
  const auto server = started(echo, {.threads = 2});
  std::vector<RawSocket> speaking, silent;
  for (int i = 0; i < 500; ++i) {
    speaking.push_back(RawSocket::connect(server->port()));
    silent.push_back(RawSocket::connect(server->port()));
    ASSERT_TRUE(speaking.back().open() && silent.back().open()) << i;
    silent.back().send(i % 2 ? "" : "POST / HTTP/1.1\r\n");
  }
  for (int round = 0; round < 3; ++round) {
    for (RawSocket& socket : speaking) ASSERT_TRUE(socket.send(post("x")));
    for (RawSocket& socket : speaking) ASSERT_EQ(socket.receive(), text_bytes("x"));
  }
  for (std::size_t i = 1; i < silent.size(); i += 2)
    ASSERT_EQ(asked(silent[i], post("y"), text_bytes("y")), text_bytes("y"));
}

// UBSan takes a descriptor for every check of a virtual call: this one runs in the other builds.
#if !defined(__SANITIZE_ADDRESS__)
std::int64_t cpu_ms() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

TEST(Server, RestsWhileNoDescriptorIsFreeAndGoesOnAfterwards) {
  const auto server = started(echo);
  const std::uint16_t port =
      server->port();  // asked now: UBSan's check of a virtual call takes a descriptor itself
  RawSocket waiting(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before = {};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(waiting.descriptor()) + 1;
  setrlimit(RLIMIT_NOFILE, &none);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(waiting.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  waiting.send(post("x"));
  const std::int64_t cpu = cpu_ms();
  std::this_thread::sleep_for(100ms);
  EXPECT_LT(cpu_ms() - cpu, 60) << "spinning";
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(waiting.receive(), text_bytes("x"));
}
#endif

TEST(Server, UsesAllItsThreadsAtOnce) {
  std::atomic<int> inside = 0;
  std::atomic<bool> met = false;
  const auto server = started(
      [&](const Arrival& arrival) {
        if (++inside == 2) met = true;
        for (const auto start = Clock::now(); !met && ms_since(start) < 3000;)
          std::this_thread::sleep_for(1ms);
        --inside;
        return echo(arrival);
      },
      {.threads = 2});
  RawSocket one = RawSocket::connect(server->port()), other = RawSocket::connect(server->port());
  one.send(post("x"));
  other.send(post("x"));
  EXPECT_EQ(one.receive(), text_bytes("x"));
  EXPECT_EQ(other.receive(), text_bytes("x"));
  EXPECT_TRUE(met);
}

TEST(Server, StopsWhateverItsConnectionsAreDoing) {
  std::atomic<int> begun = 0, finished = 0;
  std::vector<RawSocket> sockets;
  {
    const auto server = started(
        [&](const Arrival& arrival) {
          ++begun;
          if (arrival.request.body == "busy") std::this_thread::sleep_for(60ms);
          ++finished;
          if (arrival.request.body == "large") return text(std::string(20'000'000, 'x'));
          return ServerReply{{{arrival.request.body == "later" ? 60'000'000 : 0, text_bytes("x")}}};
        },
        {.threads = 2});
    for (std::string_view bytes : {"", "POST /"}) {
      sockets.push_back(RawSocket::connect(server->port()));
      sockets.back().send(bytes);
    }
    for (const char* body : {"later", "large", "busy"}) {
      sockets.push_back(RawSocket::connect(server->port()));
      sockets.back().send(post(body));
    }
    while (begun < 3) std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(finished, begun) << "running handlers finish";
  for (RawSocket& socket : sockets) socket.receive_to_the_end();  // all are closed: none of these waits
}

TEST(Server, SaysWhyItCannotStart) {
  const auto first = started(echo);
  const auto second = HttpServer::start({.port = first->port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find(std::to_string(first->port())), std::string::npos);
  EXPECT_NE(second.error().message().find("in use"), std::string::npos) << second.error().message();
  EXPECT_FALSE(HttpServer::start({.address = "nowhere"}, echo));
  EXPECT_FALSE(HttpServer::start({.address = "203.0.113.1"}, echo));
  const Certificate nonsense{"certificate", "key"};
  EXPECT_FALSE(HttpServer::start({.tls = &nonsense}, echo));
}

TEST(Server, TakesItsPortAgainAfterItStopped) {
  auto server = started(echo);
  const std::uint16_t port = server->port();
  RawSocket socket = RawSocket::connect(port);
  asked(socket, post("x"), text_bytes("x"));
  server.reset();
  EXPECT_TRUE(HttpServer::start({.port = port}, echo));
}

TEST(Server, ServesAClientOfAnotherMaker) {
  const auto server = started(echo);
  httplib::Client client("127.0.0.1", server->port());
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  for (int i = 0; i < 50; ++i) {
    const std::string body(static_cast<std::size_t>(i) * 997, 'x');
    const auto reply = client.Post("/", body, "application/json");
    ASSERT_TRUE(reply) << httplib::to_string(reply.error());
    EXPECT_EQ(reply->body, body);
  }
  std::size_t piece = 0;
  const auto chunked = client.Post(
      "/",
      [&](std::size_t, httplib::DataSink& sink) {
        sink.write("piece ", 6);
        if (++piece == 100) sink.done();
        return true;
      },
      "text/plain");
  ASSERT_TRUE(chunked);
  EXPECT_EQ(chunked->body.size(), 600u);
}

TEST(Server, ServesTlsToAClientOfAnotherMaker) {
  const auto authority = make_authority();
  const std::vector<std::string> names = {"localhost", "127.0.0.1"};
  const auto leaf = authority->issue(names);
  const std::string ca_file = testing::TempDir() + fmt::format("diconform-server-ca-{}.pem", getpid());
  ASSERT_TRUE(write_file(ca_file, authority->self.certificate_pem));
  const auto server = started(echo, {.tls = &*leaf});
  httplib::SSLClient client("localhost", server->port());
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_ca_cert_path(ca_file.c_str());
  client.enable_server_certificate_verification(true);
  for (int i = 0; i < 5; ++i) {
    const auto reply = client.Post("/", std::string(100'000, 'x'), "application/json");
    ASSERT_TRUE(reply) << httplib::to_string(reply.error());
    EXPECT_EQ(reply->body.size(), 100'000u);
  }
  std::filesystem::remove(ca_file);
}

TEST(Server, CutsOffATlsHandshakeThatNeverEnds) {
  const auto authority = make_authority();
  const std::vector<std::string> names = {"localhost"};
  const auto leaf = authority->issue(names);
  const auto server = started(echo, {.request_deadline_us = 50'000, .tls = &*leaf});
  RawSocket slow = RawSocket::connect(server->port()), garbage = RawSocket::connect(server->port());
  slow.send("\x16\x03\x01");
  garbage.send("POST / HTTP/1.1\r\n\r\n");
  const auto start = Clock::now();
  slow.receive_to_the_end();
  garbage.receive_to_the_end();
  EXPECT_LT(ms_since(start), 1000);
}

TEST(Server, ServesIpv6) {
  auto server =
      HttpServer::start({.address = "::1"}, [](const Arrival& arrival) { return text(arrival.peer); });
  if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().message();
  httplib::Client client("::1", (*server)->port());
  const auto reply = client.Post("/", "x", "text/plain");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "::1");
}

}  // namespace
}  // namespace diconform::wire
