#include "wire/server_connection.h"

#include <unistd.h>

#include <chrono>
#include <utility>

namespace diconform::wire {
namespace {

using Outcome = Step::Outcome;

// After our last byte the peer may still be sending: closing then would reset the connection, and the reset
// may overtake the reply. So we read and forget for so long, or until the peer closes.
constexpr std::int64_t kLingerUs = 1'000'000;

ServerReply refusal(const ServerOptions& options, ReadState state, const std::string& problem) {
  const HttpReply plain{400, "Bad Request", {{"Connection", "close"}}, ""};
  ServerReply reply = reply_with(options.on_bad_request ? options.on_bad_request(state, problem) : plain);
  reply.after = AfterReply::kClose;
  return reply;
}

}  // namespace

ServerConnection::ServerConnection(const Service& service, Worker& worker, int socket, bool ipv6,
                                   std::int64_t number, std::string peer)
    : service_(service),
      worker_(worker),
      socket_(worker.loop),
      timer_(worker.loop),
      channel_(socket),
      reader_(HttpReader::Kind::kRequest, service.options.limits),
      number_(number),
      peer_(std::move(peer)) {
  asio::error_code failed;
  socket_.assign(ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), socket, failed);
  if (failed) ::close(socket);
}

void ServerConnection::start() {
  const auto& on_connect = service_.options.on_connect;
  switch (on_connect ? on_connect(number_) : Welcome::kServe) {
    case Welcome::kServe:
      break;
    case Welcome::kClose:
      return close();
    case Welcome::kReset:
      return reset();
  }
  if (service_.tls) {
    channel_.begin_tls_as_server(service_.tls);
    phase_ = Phase::kHandshake;
  } else if (service_.options.idle_deadline_us > 0) {
    set_timer(service_.options.idle_deadline_us, Then::kClose);
  }
  wait_for(Outcome::kWantRead);
}

void ServerConnection::wait_for(Outcome outcome) {
  const auto way =
      outcome == Outcome::kWantWrite ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  socket_.async_wait(way, [self = shared_from_this()](asio::error_code failed) {
    if (!failed) self->go_on();
  });
}

void ServerConnection::go_on() {
  switch (phase_) {
    case Phase::kHandshake:
      return handshake();
    case Phase::kIdle:
    case Phase::kRead:
      return read();
    case Phase::kLinger:
      return linger();
    case Phase::kSend:
      break;
  }
  if (send_reply() && end_reply()) serve(reader_.next());
}

void ServerConnection::set_timer(std::int64_t after_us, Then then) {
  timer_set_ = true;
  timer_.expires_after(std::chrono::microseconds(after_us));
  timer_.async_wait([self = shared_from_this(), then, round = ++timer_round_](asio::error_code failed) {
    if (failed || round != self->timer_round_) return;
    self->timer_set_ = false;
    if (then == Then::kClose)
      self->close();
    else
      self->go_on();
  });
}

void ServerConnection::clear_timer() {
  if (!timer_set_) return;
  timer_set_ = false;
  ++timer_round_;
  timer_.cancel();
}

void ServerConnection::handshake() {
  if (!timer_set_) set_timer(service_.options.request_deadline_us, Then::kClose);
  const Step step = channel_.handshake();
  switch (step.outcome) {
    case Outcome::kWantRead:
    case Outcome::kWantWrite:
      return wait_for(step.outcome);
    case Outcome::kDone:
      return wait_for_more();
    case Outcome::kClosed:
    case Outcome::kCut:
    case Outcome::kBroken:
      return close();
  }
}

void ServerConnection::read() {
  const Step step = channel_.read(worker_.buffer);
  switch (step.outcome) {
    case Outcome::kDone:
      return serve(reader_.feed({worker_.buffer.data(), step.bytes}));
    case Outcome::kWantRead:
    case Outcome::kWantWrite:
      return wait_for(step.outcome);
    case Outcome::kClosed:
      return input_ended();
    case Outcome::kCut:
    case Outcome::kBroken:
      return close();
  }
}

// A client that stops in the middle of a request may still listen.
void ServerConnection::input_ended() {
  if (reader_.raw().empty() || reader_.finish() != ReadState::kBad) return close();
  serve(ReadState::kBad);
}

void ServerConnection::serve(ReadState state) {
  for (;; state = reader_.next()) {
    switch (state) {
      case ReadState::kNeedMore:
        if (held_.empty()) return wait_for_more();
        begin_reply({{}, AfterReply::kKeepAlive});
        break;
      case ReadState::kDone: {
        last_ = !reader_.keep_alive();
        ServerReply reply = service_.handler(Arrival{reader_.request(), reader_.raw(), number_, peer_});
        if (hold(reply)) continue;
        begin_reply(std::move(reply));
        break;
      }
      case ReadState::kBad:
      case ReadState::kTooLarge:
        last_ = true;
        begin_reply(refusal(service_.options, state, reader_.problem()));
        break;
    }
    if (!send_reply() || !end_reply()) return;
  }
}

void ServerConnection::wait_for_more() {
  const bool begun = !reader_.raw().empty();
  if (begun && phase_ != Phase::kRead) {
    phase_ = Phase::kRead;
    continue_sent_ = false;
    set_timer(service_.options.request_deadline_us, Then::kClose);
  } else if (!begun && phase_ != Phase::kIdle) {
    phase_ = Phase::kIdle;
    if (service_.options.idle_deadline_us > 0)
      set_timer(service_.options.idle_deadline_us, Then::kClose);
    else
      clear_timer();
  }
  if (!continue_sent_ && reader_.headers_done() && reader_.expects_continue()) {
    continue_sent_ = true;
    constexpr std::string_view kGoAhead = "HTTP/1.1 100 Continue\r\n\r\n";
    // Half of it would spoil the stream; that it does not fit happens only to a client that reads nothing.
    if (channel_.write(kGoAhead).bytes != kGoAhead.size()) return close();
  }
  wait_for(Outcome::kWantRead);
}

// Whether the reply can wait for those to the requests that came with this one.
bool ServerConnection::hold(ServerReply& reply) {
  bool plain = reader_.has_more() && !last_ && reply.after == AfterReply::kKeepAlive &&
               reply.parts.size() == 1 && reply.parts[0].wait_us == 0;
  if (!plain) return false;
  if (held_.empty())
    held_ = std::move(reply.parts[0].bytes);
  else
    held_ += reply.parts[0].bytes;
  return true;
}

void ServerConnection::begin_reply(ServerReply reply) {
  if (!held_.empty()) reply.parts.insert(reply.parts.begin(), {0, std::exchange(held_, {})});
  clear_timer();
  phase_ = Phase::kSend;
  reply_ = std::move(reply);
  part_ = part_sent_ = 0;
  part_waited_ = false;
}

// Whether all is sent; otherwise we come back, or are closed.
bool ServerConnection::send_reply() {
  for (; part_ < reply_.parts.size(); ++part_, part_sent_ = 0, part_waited_ = false) {
    const ReplyPart& part = reply_.parts[part_];
    if (part.wait_us > 0 && !std::exchange(part_waited_, true)) {
      set_timer(part.wait_us, Then::kGoOn);
      return false;
    }
    if (!send_part(part.bytes)) return false;
    clear_timer();
  }
  return true;
}

bool ServerConnection::send_part(const std::string& bytes) {
  while (part_sent_ < bytes.size()) {
    const Step step = channel_.write(std::string_view(bytes).substr(part_sent_));
    switch (step.outcome) {
      case Outcome::kDone:
        part_sent_ += step.bytes;
        break;
      case Outcome::kWantRead:
      case Outcome::kWantWrite:
        if (!timer_set_) set_timer(service_.options.send_deadline_us, Then::kClose);
        wait_for(step.outcome);
        return false;
      case Outcome::kClosed:
      case Outcome::kCut:
      case Outcome::kBroken:
        close();
        return false;
    }
  }
  return true;
}

// Whether the connection goes on.
bool ServerConnection::end_reply() {
  if (reply_.after == AfterReply::kReset) {
    reset();
    return false;
  }
  if (reply_.after == AfterReply::kKeepAlive && !last_) return true;
  channel_.end_sending();
  phase_ = Phase::kLinger;
  set_timer(kLingerUs, Then::kClose);
  linger();
  return false;
}

void ServerConnection::linger() {
  // Bounded, so that one who never stops sending does not keep the others waiting.
  for (int round = 0; round < 16; ++round) {
    const Step step = channel_.read(worker_.buffer);
    if (step.outcome == Outcome::kDone) continue;
    if (step.outcome == Outcome::kWantRead || step.outcome == Outcome::kWantWrite)
      return wait_for(step.outcome);
    return close();
  }
  wait_for(Outcome::kWantRead);
}

void ServerConnection::reset() {
  asio::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void ServerConnection::close() {
  clear_timer();
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace diconform::wire
