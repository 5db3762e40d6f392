#include "client/stage.h"

#include <utility>

#include "base/text.h"
#include "client/script.h"

namespace diconform::client {
namespace {

// Of a reply so much is kept for a report.
constexpr std::size_t kKeptReply = 16u << 10;

const wire::Certificate& certificate_of(const Place& place, ServerPlan::Certificate which) {
  switch (which) {
    case ServerPlan::Certificate::kUntrusted:
      return place.untrusted;
    case ServerPlan::Certificate::kWrongName:
      return place.wrong_name;
    case ServerPlan::Certificate::kExpired:
      return place.expired;
    case ServerPlan::Certificate::kTrusted:
      break;
  }
  return place.certificate;
}

std::string text_of(const wire::ServerReply& reply) {
  std::string text;
  for (const wire::ReplyPart& part : reply.parts) {
    if (text.size() < kKeptReply) text += part.bytes.substr(0, kKeptReply - text.size());
  }
  return text;
}

// The port of the trial before is free again when its server is gone, but for a driver of another lane that
// is just being started: until it becomes another program it holds all that is open here.
Result<std::unique_ptr<wire::HttpServer>> started(const wire::ServerOptions& options,
                                                  const wire::Handler& handler, Clock& clock) {
  constexpr int kAttempts = 50;
  for (int i = 1;; ++i) {
    auto server = wire::HttpServer::start(options, handler);
    if (server || options.port == 0 || i == kAttempts) return server;
    clock.sleep_us(100'000);
  }
}

std::string url_of(bool tls, const std::string& host, std::uint16_t port) {
  std::string url = (tls ? "https://" : "http://") + host;
  return port == (tls ? 443 : 80) ? url : url + ":" + std::to_string(port);
}

}  // namespace

Result<std::unique_ptr<Stage>> Stage::open(const Place& place, std::size_t lane, const Body& body, bool tls,
                                           std::string endpoint, std::uint64_t seed) {
  std::unique_ptr<Stage> stage(new Stage(body, seed));
  stage->endpoint_ = std::move(endpoint);
  TRY_VOID(stage->listen(place, lane, tls));
  return stage;
}

Result<void> Stage::listen(const Place& place, std::size_t lane, bool tls) {
  wire::ServerOptions options;
  options.address = place.address(lane);
  options.port = place.port(tls);
  options.tls = tls ? &certificate_of(place, body_.server.certificate) : nullptr;
  options.on_connect = [this](std::int64_t connection) { return welcome(connection); };
  options.on_bad_request = [this](wire::ReadState, const std::string& problem) {
    return note_malformed(problem, false);
  };
  TRY(server_,
      started(options, [this](const wire::Arrival& arrival) { return serve(arrival, false); }, clock_));
  const std::string name = !place.isolated ? "127.0.0.1" : endpoint_.empty() ? kDefaultHost : endpoint_;
  here_ = url_of(tls, name, server_->port());
  host_ = here_.substr(here_.find("//") + 2);
  if (!place.isolated) endpoint_ = host_;

  // Elsewhere: another name, another port. In an isolated place it shares the lane's address, where a server
  // of the same scheme has the usual port already.
  const bool plain = body_.server.elsewhere_plain || !tls;
  options.tls = plain ? nullptr : &place.certificate;
  options.port = place.isolated && tls != plain ? 8443 : place.port(!plain);
  options.on_connect = nullptr;
  options.on_bad_request = [this](wire::ReadState, const std::string& problem) {
    return note_malformed(problem, true);
  };
  TRY(elsewhere_server_,
      started(options, [this](const wire::Arrival& arrival) { return serve(arrival, true); }, clock_));
  elsewhere_ = url_of(!plain, place.isolated ? kElsewhere : "localhost", elsewhere_server_->port());
  return {};
}

void Stage::begin_call(std::size_t call) {
  std::lock_guard lock(mutex_);
  call_ = call;
  replies_ = 0;
}

std::vector<Served> Stage::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(served_, {});
}

// A UUID of version 4.
std::string Stage::new_request_id() {
  std::string digits = chance_.text("0123456789abcdef", 32);
  digits[12] = '4';
  digits[16] = "89ab"[chance_.below(4)];
  for (std::size_t at : {8u, 13u, 18u, 23u}) digits.insert(at, 1, '-');
  return digits;
}

wire::ServerReply Stage::serve(const wire::Arrival& arrival, bool elsewhere) {
  static const ReplyPlan kElsewhereReply = [] {
    ReplyPlan plan;
    plan.body = R"({"Response":{"RequestId":"$requestId"}})";
    return plan;
  }();
  Served served;
  served.request = arrival.request;
  served.raw = arrival.raw;
  served.elsewhere = elsewhere;
  served.connection = arrival.connection;
  served.at_us = clock_.now_us();
  served.unix_seconds = clock_.unix_ms() / 1000;
  std::lock_guard lock(mutex_);
  served.request_id = new_request_id();
  const std::vector<ReplyPlan>& replies = body_.calls[call_].replies;
  const ReplyPlan& plan = elsewhere ? kElsewhereReply : replies[std::min(replies_, replies.size() - 1)];
  if (!elsewhere) {
    ++replies_;
    served.says = plan.says;
  }
  wire::ServerReply reply = to_server_reply(plan, arrival.request, {served.request_id, here_, elsewhere_});
  served.reply = text_of(reply);
  served_.push_back(std::move(served));
  return reply;
}

wire::HttpReply Stage::note_malformed(const std::string& problem, bool elsewhere) {
  Served served;
  served.problem = problem;
  served.elsewhere = elsewhere;
  served.at_us = clock_.now_us();
  std::lock_guard lock(mutex_);
  served_.push_back(std::move(served));
  return {400, "Bad Request", {{"Connection", "close"}}, ""};
}

wire::Welcome Stage::welcome(std::int64_t connection) const {
  const auto index = static_cast<std::size_t>(connection - 1);
  return index < body_.server.welcome.size() ? body_.server.welcome[index] : wire::Welcome::kServe;
}

}  // namespace diconform::client
