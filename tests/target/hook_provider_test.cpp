#include "target/hook_provider.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "../wire/raw_socket.h"
#include "base/file.h"
#include "base/json.h"
#include "foreign_hook.h"
#include "second_endpoint.h"
#include "wire/certificate.h"
#include "wire/server.h"
#include "worlds.h"

namespace diconform::target {
namespace {

constexpr const char* kId = "AKIDEXAMPLE1";

std::unique_ptr<HookProvider> open(const std::string& url) {
  auto provider = HookProvider::open(url);
  EXPECT_TRUE(provider) << message_of(provider);
  return provider ? std::move(*provider) : nullptr;
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "no " << part << " in: " << text;
}

// A hook that gives one answer to everything.
class OneAnswer {
 public:
  OneAnswer(int status, const std::string& body) {
    auto handler = [status, body](const httplib::Request&, httplib::Response& reply) {
      reply.status = status;
      reply.set_content(body, "application/json");
    };
    hook_.server.Get("/hook.*", handler);
    hook_.server.Put("/hook.*", handler);
    hook_.server.Delete("/hook.*", handler);
    hook_.server.Post("/hook.*", handler);
    provider = open(hook_.url("/hook"));
  }

 private:
  ForeignHook hook_;  // outlives the provider: its server waits for connections that are kept alive

 public:
  std::unique_ptr<HookProvider> provider;
};

std::string hello_message(const std::string& body) {
  return message_of(OneAnswer(200, body).provider->hello());
}

TEST(HookProvider, GivesBackTheWorldThatItPut) {
  ForeignHook hook;
  auto provider = open(hook.url("/good"));
  Account account = account_with(kId, {image("img-1a2b3c4d", "CREATING", {"snap-1"})});
  account.world.snapshots.insert("snap-2");
  ASSERT_TRUE(provider->put(account));
  auto world = provider->get(kId);
  ASSERT_TRUE(world) << message_of(world);
  EXPECT_EQ(api::difference(account.world, *world, {}), std::vector<std::string>{});
}

TEST(HookProvider, ForgetsADroppedAccount) {
  ForeignHook hook;
  auto provider = open(hook.url("/good"));
  ASSERT_TRUE(provider->put(account_with(kId, {})));
  ASSERT_TRUE(provider->drop(kId));
  expect_in(message_of(provider->get(kId)), "404");
}

TEST(HookProvider, TakesASlashAtTheEndOfItsUrl) {
  ForeignHook hook;
  auto provider = open(hook.url("/good///"));
  ASSERT_TRUE(provider->put(account_with(kId, {image("img-1a2b3c4d")})));
  EXPECT_TRUE(provider->get(kId));
}

TEST(HookProvider, AsksTheRootWhereTheUrlHasNoPath) {
  ForeignHook hook;
  hook.server.Get(
      "/", [](const auto&, auto& reply) { reply.set_content(R"({"protocol":"world/1"})", "text/plain"); });
  auto hello = open(hook.url(""))->hello();
  EXPECT_TRUE(hello) << message_of(hello);
}

TEST(HookProvider, RefusesUrlsThatNoHookHas) {
  for (const char* url :
       {"ftp://127.0.0.1/", "127.0.0.1:80/_world", "http://127.0.0.1/a?b=c", "http://127.0.0.1/a b",
        "http://127.0.0.1/\x01", "http://127.0.0.1:99999/", "http://u:p@127.0.0.1/", ""})
    EXPECT_FALSE(HookProvider::open(url)) << url;
}

TEST(HookProvider, NeedsOnlyTheProtocolOfAHello) {
  ForeignHook hook;
  auto hello = open(hook.url("/good"))->hello();
  ASSERT_TRUE(hello) << message_of(hello);
  EXPECT_TRUE(hello->isolated);
  EXPECT_TRUE(hello->auth);
  EXPECT_FALSE(hello->virtual_clock);
  EXPECT_EQ(hello->edition, std::nullopt);
  EXPECT_EQ(hello->states, std::set<std::string>{"NORMAL"});
  EXPECT_EQ(hello->actions, std::set<std::string>{"DeleteImages"});
  EXPECT_EQ(hello->facets, std::set<std::string>{});
  EXPECT_EQ(hello->max_image_ids, std::nullopt);
  EXPECT_FALSE(hello->world_facets().snapshot_set);
}

TEST(HookProvider, ReadsAWholeHelloAndIgnoresTheRest) {
  OneAnswer hook(
      200,
      R"({"protocol":"world/1","isolated":false,"clock":"virtual","nowMs":5,"edition":"undated","auth":false,
    "actions":["DeleteImages","DescribeImages"],"states":["CREATING"],"facets":["SharedTo","Colour"],"maxImageIds":100,"more":[{}]})");
  auto hello = hook.provider->hello();
  ASSERT_TRUE(hello) << message_of(hello);
  EXPECT_FALSE(hello->isolated);
  EXPECT_FALSE(hello->auth);
  EXPECT_TRUE(hello->virtual_clock);
  EXPECT_EQ(hello->edition, "undated");
  EXPECT_EQ(hello->states, (std::set<std::string>{"CREATING", "NORMAL"}));
  EXPECT_EQ(hello->max_image_ids, 100);
  EXPECT_TRUE(hello->world_facets().shared_to);
}

TEST(HookProvider, TakesNoOtherProtocol) {
  expect_in(hello_message(R"({"protocol":"world/2"})"),
            R"(/protocol: is "world/2", and this harness speaks "world/1" only)");
  expect_in(hello_message(R"({"protocol":1})"), "/protocol");
  expect_in(hello_message(R"({})"), "protocol");
  expect_in(hello_message(R"([])"), "an object");
}

TEST(HookProvider, NamesTheMemberOfAHelloThatIsWrong) {
  expect_in(hello_message(R"({"protocol":"world/1","clock":"sundial"})"), "/clock");
  expect_in(hello_message(R"({"protocol":"world/1","isolated":"yes"})"), "/isolated");
  expect_in(hello_message(R"({"protocol":"world/1","states":"NORMAL"})"), "/states");
  expect_in(hello_message(R"({"protocol":"world/1","facets":[1]})"), "/facets/0");
  expect_in(hello_message(R"({"protocol":"world/1","maxImageIds":0})"), "/maxImageIds");
  expect_in(hello_message(R"({"protocol":"world/1","protocol":"world/1"})"), "twice");
}

TEST(HookProvider, QuotesAnAnswerThatIsNotJson) {
  const std::string message = hello_message("<html>\x01");
  expect_in(message, "GET http://127.0.0.1:");
  expect_in(message, R"("<html>\x01")");
}

TEST(HookProvider, SaysWhatWasAskedAndWhatWasAnswered) {
  OneAnswer hook(500, "out of order");
  for (const std::string& message :
       {message_of(hook.provider->hello()), message_of(hook.provider->get(kId)),
        message_of(hook.provider->drop(kId)), message_of(hook.provider->put(account_with(kId, {})))}) {
    expect_in(message, "http://127.0.0.1:");
    expect_in(message, R"(answered 500 with "out of order", expected 200)");
  }
  expect_in(message_of(hook.provider->put(account_with(kId, {}))), "PUT http://");
}

TEST(HookProvider, TellsTheReasonOfAWorldThatCannotBeMade) {
  EXPECT_EQ(message_of(OneAnswer(422, R"({"error":"no state USING"})").provider->put(account_with(kId, {}))),
            "cannot make: no state USING");
}

TEST(HookProvider, WantsAReasonForAWorldThatCannotBeMade) {
  for (const char* body : {"", "no", "{}", R"({"error":""})", R"({"error":5})"})
    expect_in(message_of(OneAnswer(422, body).provider->put(account_with(kId, {}))), "422 without a reason");
}

TEST(HookProvider, TakesNoOtherAnswerToAPut) {
  for (int status : {201, 204, 302, 400, 404})
    expect_in(message_of(OneAnswer(status, "{}").provider->put(account_with(kId, {}))),
              "answered " + std::to_string(status));
  for (const char* body : {"", "null", "[]", "OK"})
    EXPECT_NE(message_of(OneAnswer(200, body).provider->put(account_with(kId, {}))), "no error at all")
        << body;
}

TEST(HookProvider, FollowsNoRedirect) {
  ForeignHook hook;
  hook.server.Get("/moved", [](const auto&, auto& reply) { reply.set_redirect("/good"); });
  expect_in(message_of(open(hook.url("/moved"))->hello()), "answered 302");
}

TEST(HookProvider, ReadsNoWorldThatIsNone) {
  auto message = [](const std::string& body) { return message_of(OneAnswer(200, body).provider->get(kId)); };
  expect_in(message("{"), "not JSON");
  expect_in(message(R"({"images":{}})"), "/hook/AKIDEXAMPLE1: /images");
  expect_in(message("[]"), "an object");
  expect_in(message(R"({"images":[{"ImageName":"x"}]})"), "/images/0");
  expect_in(message(R"({"images":[{"ImageId":"a"},{"ImageId":"a"}]})"), "/images");
  expect_in(message(R"({"images":[],"images":[]})"), "twice");
  expect_in(message(R"({"images":[{"ImageId":"a","TaskRunning":"no"}]})"), "/images/0/TaskRunning");
}

TEST(HookProvider, AsksForNoAccountThatTheProtocolCannotName) {
  OneAnswer hook(200, "{}");
  for (const char* id : {"", "short", "AKID/../../x", "AKIDEXAMPLE 1", "AKIDÄÖÜÄÖÜ"}) {
    EXPECT_FALSE(hook.provider->get(id)) << id;
    EXPECT_FALSE(hook.provider->drop(id)) << id;
    EXPECT_FALSE(hook.provider->advance(id, 0)) << id;
    EXPECT_FALSE(hook.provider->put(account_with(id, {}))) << id;
  }
}

TEST(HookProvider, SendsWhatTheProtocolSays) {
  ForeignHook hook;
  std::string body, type;
  hook.server.Put("/hook/AKIDEXAMPLE1", [&](const httplib::Request& request, httplib::Response& reply) {
    body = request.body;
    type = request.get_header_value("Content-Type");
    reply.set_content("{}", "application/json");
  });
  auto provider = open(hook.url("/hook"));
  Account account = account_with(kId, {});
  ASSERT_TRUE(provider->put(account));
  EXPECT_EQ(body, R"({"secretKey":"secret","token":null,"images":[],"snapshots":[]})");
  EXPECT_EQ(type, "application/json");
  account.token = "t";
  account.rate = NoRateLimit{};
  ASSERT_TRUE(provider->put(account));
  EXPECT_EQ(body, R"({"secretKey":"secret","token":"t","rateLimit":null,"images":[],"snapshots":[]})");
  account.rate = std::int64_t{7};
  ASSERT_TRUE(provider->put(account));
  EXPECT_EQ(parse_json(body)->find("rateLimit")->integer(), 7);
}

TEST(HookProvider, ReadsTheTimeWithoutMovingIt) {
  ForeignHook hook;
  int posts = 0;
  hook.server.Get("/hook/AKIDEXAMPLE1", [&](const auto&, auto& reply) {
    reply.set_content(R"({"images":[],"nowMs":)" + std::to_string(1000 + 10 * posts) + "}",
                      "application/json");
  });
  hook.server.Post("/hook/AKIDEXAMPLE1/clock", [&](const httplib::Request& request, httplib::Response&) {
    EXPECT_EQ(request.body, R"({"advanceMs":10})");
    ++posts;
  });
  auto provider = open(hook.url("/hook"));
  EXPECT_EQ(provider->advance(kId, 0), 1000);
  EXPECT_EQ(posts, 0);
  EXPECT_EQ(provider->advance(kId, 10), 1010);
  EXPECT_EQ(posts, 1);
}

TEST(HookProvider, WantsATimeFromAVirtualClock) {
  expect_in(message_of(OneAnswer(200, R"({"images":[]})").provider->advance(kId, 0)), "lacks \"nowMs\"");
  expect_in(message_of(OneAnswer(200, R"({"nowMs":"5"})").provider->advance(kId, 0)), "/nowMs");
  expect_in(message_of(OneAnswer(409, "").provider->advance(kId, 5)), "/clock");
}

TEST(HookProvider, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    wire::RawServer gone([](wire::RawSocket&) {});
    port = gone.port();
  }
  expect_in(message_of(open("http://127.0.0.1:" + std::to_string(port) + "/hook")->hello()),
            "cannot be reached");
}

std::string raw_message(const std::string& reply) {
  wire::RawServer server([&](wire::RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send(reply);
  });
  return message_of(open("http://127.0.0.1:" + std::to_string(server.port()) + "/hook")->hello());
}

TEST(HookProvider, SaysThatAnAnswerIsNoHttpOrBreaksOff) {
  for (const char* reply :
       {"", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"protocol\"",
        "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    expect_in(raw_message(reply), "broke off or answered what is not HTTP");
}

TEST(HookProvider, ReadsAnAnswerThatEndsWithItsConnection) {
  EXPECT_EQ(raw_message("HTTP/1.0 200 OK\r\n\r\n{\"protocol\":\"world/1\"}"), "no error at all");
}

// The two that take five seconds, at once.
TEST(HookProvider, GivesUpOnAHookThatHangsOrDrips) {
  auto late = [](const std::string& drop) {
    wire::RawServer server([&](wire::RawSocket& socket) {
      socket.receive_until("\r\n\r\n");
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      while (!drop.empty() && socket.send(drop)) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      socket.receive_to_the_end();
    });
    auto provider = open("http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
    const auto before = std::chrono::steady_clock::now();
    expect_in(message_of(provider->hello()), "did not answer within 5 s");
    const auto took = std::chrono::steady_clock::now() - before;
    EXPECT_GE(took, std::chrono::milliseconds(4900));
    EXPECT_LE(took, std::chrono::milliseconds(15000));
  };
  std::thread hangs([&] { late(""); });
  late("x");
  hangs.join();
}

TEST(HookProvider, StopsReadingAnAnswerWithoutEnd) {
  wire::RawServer server([](wire::RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\n\r\n");
    const std::string much(1u << 20, ' ');
    while (socket.send(much)) {
    }
  });
  expect_in(message_of(open("http://127.0.0.1:" + std::to_string(server.port()) + "/hook")->hello()),
            "answered more than");
}

TEST(HookProvider, SurvivesAHookThatClosesItsConnections) {
  wire::RawServer server([](wire::RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"protocol\":\"world/1\"}");
  });
  auto provider = open("http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(message_of(provider->hello()), "no error at all") << i;
}

TEST(HookProvider, KeepsItsConnectionAlive) {
  std::atomic<int> requests{0};
  wire::RawServer server([&](wire::RawSocket& socket) {
    while (!socket.receive_until("\r\n\r\n").empty()) {
      ++requests;
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"protocol\":\"world/1\"}");
    }
  });
  {
    auto provider = open("http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(provider->hello());
  }
  EXPECT_EQ(requests, 50);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HookProvider, ServesManyThreadsAtOnce) {
  ForeignHook hook;
  hook.server.new_task_queue = [] { return new httplib::ThreadPool(20); };
  auto provider = open(hook.url("/good"));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread)
    threads.emplace_back([&, thread] {
      const std::string id = "AKIDTHREAD" + std::to_string(thread);
      for (int i = 0; i < 20; ++i) {
        Account account = account_with(id, {image("img-" + std::to_string(i))});
        ASSERT_EQ(message_of(provider->put(account)), "no error at all");
        auto world = provider->get(id);
        ASSERT_TRUE(world) << message_of(world);
        EXPECT_EQ(world->images[0].id, account.world.images[0].id);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

// A hook behind TLS, for a name that is ours and one that is not.
class HookBehindTls : public testing::Test {
 protected:
  explicit HookBehindTls(const std::string& name = "127.0.0.1") {
    leaf_ = *authority_.issue(std::vector<std::string>{name});
    EXPECT_TRUE(write_file(ca_file_, authority_.self.certificate_pem));
    wire::ServerOptions options;
    options.tls = &leaf_;
    server_ = std::move(*wire::HttpServer::start(options, [](const wire::Arrival&) {
      wire::HttpReply reply;
      reply.body = R"({"protocol":"world/1"})";
      return wire::reply_with(reply);
    }));
  }
  ~HookBehindTls() override { std::remove(ca_file_.c_str()); }

  std::string hello(const std::string& ca_file) {
    auto provider =
        HookProvider::open("https://127.0.0.1:" + std::to_string(server_->port()) + "/hook", ca_file);
    return provider ? message_of((*provider)->hello()) : message_of(provider);
  }
  const std::string ca_file_ = testing::TempDir() + "diconform-hook-ca-" + std::to_string(getpid()) + ".pem";

 private:
  wire::Authority authority_ = *wire::make_authority();
  wire::Certificate leaf_;
  std::unique_ptr<wire::HttpServer> server_;
};
class HookWithAnothersCertificate : public HookBehindTls {
 protected:
  HookWithAnothersCertificate() : HookBehindTls("127.0.0.2") {}
};

TEST_F(HookBehindTls, IsVerified) {
  EXPECT_EQ(hello(ca_file_), "no error at all");
  expect_in(hello(""), "TLS failed");
  expect_in(hello("/nowhere/ca.pem"), "TLS failed");
}

TEST_F(HookWithAnothersCertificate, IsNotBelieved) { expect_in(hello(ca_file_), "TLS failed"); }

TEST(HookProvider, SpeaksWithAHookOfAnotherMaker) {
  SecondEndpoint second({"--clock", "virtual"});
  auto provider = open(second.world);
  auto hello = provider->hello();
  ASSERT_TRUE(hello) << message_of(hello);
  EXPECT_TRUE(hello->virtual_clock);
  Account account = account_with(kId, {image("img-1a2b3c4d", "USING", {"snap-1a2b3c4d"})});
  ASSERT_EQ(message_of(provider->put(account)), "no error at all");
  auto world = provider->get(kId);
  ASSERT_TRUE(world) << message_of(world);
  EXPECT_EQ(api::difference(account.world, *world, hello->world_facets()), std::vector<std::string>{});
  auto now = provider->advance(kId, 0);
  ASSERT_TRUE(now) << message_of(now);
  EXPECT_EQ(provider->advance(kId, 1500), *now + 1500);
  account.world.images[0].state = "ASLEEP";
  expect_in(message_of(provider->put(account)), "cannot make: ");
  EXPECT_TRUE(provider->drop(kId));
  EXPECT_FALSE(provider->get(kId));
}

}  // namespace
}  // namespace diconform::target
