#include "wire/transport.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "base/text.h"
#include "wire/channel.h"
#include "wire/dial.h"

namespace diconform::wire {
namespace {

using Outcome = Step::Outcome;

// Holds the largest TLS record (16 KiB) and most replies whole.
constexpr std::size_t kReadBuffer = 64u << 10;
// A year: who means "for ever" and says the largest number must not overflow the clock.
constexpr std::int64_t kLongest = std::int64_t{365} * 24 * 3600 * 1'000'000;
// Nobody needs as many; without a bound, an endless row of "100 Continue" would fill the memory.
constexpr int kMostInterimReplies = 16;

short events_of(Outcome outcome) { return outcome == Outcome::kWantWrite ? POLLOUT : POLLIN; }

// What the transports of one factory share; read-only but for the numbers.
struct Line {
  Address address;
  Permit permit;
  Clock& clock;
  ReadLimits limits;
  Result<TlsContext> tls;

  const std::string& name_to_verify() const {
    return address.server_name.empty() ? address.host : address.server_name;
  }
};

int next_connection_number() {
  static std::atomic<int> last{0};
  return ++last;
}

class SocketTransport final : public Transport {
 public:
  explicit SocketTransport(std::shared_ptr<const Line> line) : line_(std::move(line)), buffer_(kReadBuffer) {}
  ~SocketTransport() override { hang_up(); }

  Exchange exchange(std::string_view bytes, std::int64_t timeout_us) override;
  std::vector<Exchange> exchange_all(std::span<const std::string> messages, std::int64_t timeout_us) override;
  Result<void> connect(std::int64_t timeout_us) override;

 private:
  bool may_pipeline(std::span<const std::string> messages) const;
  bool transfer_all(std::string_view bytes, std::vector<Exchange>& outs);
  Result<void> open();
  Result<void> secure();
  void hang_up();
  void set_deadline(std::int64_t now_us, std::int64_t deadline_us) {
    until_us_ = now_us + std::min(deadline_us, kLongest);
  }
  bool wait(short events) { return wait_for(socket_.get(), events, line_->clock, until_us_); }

  std::optional<std::string> refused(std::string_view bytes) const;
  void transfer(std::string_view bytes, Exchange& out);
  void expect_reply();
  bool send(std::string_view bytes, Exchange& out, short& events);
  bool receive(Exchange& out, short& events);
  bool settle(ReadState state, Exchange& out);
  void finish(Exchange& out, ExchangeEnd end, std::string problem);

  std::shared_ptr<const Line> line_;
  std::vector<char> buffer_;
  Socket socket_;
  Channel channel_;
  bool secured_ = false;  // TLS is ready, or is not asked for
  std::string reached_;
  int number_ = 0;

  // Of the exchange under way.
  std::int64_t until_us_ = 0;
  bool head_ = false;  // a HEAD: its reply has no body, whatever it says
  HttpReader reader_{HttpReader::Kind::kReply};
  std::size_t before_reply_ = 0;  // bytes of interim replies
  int interim_replies_ = 0;
  std::string send_problem_;  // sending failed: what came before that is still read
};

Result<void> SocketTransport::open() {
  if (socket_.get() >= 0) {
    if (channel_.quiet()) return {};
    hang_up();
  }
  if (!line_->tls) return std::unexpected(line_->tls.error());
  TRY(Dialled dialled,
      dial(line_->address.host, line_->address.port, line_->clock, until_us_, line_->address.from));
  socket_ = std::move(dialled.socket);
  reached_ = std::move(dialled.reached);
  channel_ = Channel(socket_.get());
  secured_ = !line_->address.tls;
  number_ = next_connection_number();
  return {};
}

Result<void> SocketTransport::secure() {
  if (secured_) return {};
  const std::string where = line_->address.authority();
  if (!channel_.begin_tls_as_client(*line_->tls, line_->name_to_verify()))
    return failure(where, "no name that a certificate can prove: " + quoted(line_->name_to_verify()));
  for (;;) {
    const Step step = channel_.handshake();
    switch (step.outcome) {
      case Outcome::kDone:
        secured_ = true;
        return {};
      case Outcome::kWantRead:
      case Outcome::kWantWrite:
        if (!wait(events_of(step.outcome)))
          return failure(where, "no TLS by the deadline", "does the port speak TLS?");
        break;
      case Outcome::kClosed:
      case Outcome::kCut:
        return failure(where, "closed during the TLS handshake", "does the port speak TLS?");
      case Outcome::kBroken:
        return failure(where, channel_.problem(),
                       fmt::format("asked for {} at {}", quoted(line_->name_to_verify()), reached_));
    }
  }
}

void SocketTransport::hang_up() {
  if (socket_.get() < 0) return;
  if (secured_ && line_->address.tls) channel_.end_sending();
  channel_ = Channel();
  socket_.close();
}

Result<void> SocketTransport::connect(std::int64_t timeout_us) {
  set_deadline(line_->clock.now_us(), timeout_us);
  Result<void> done = open();
  if (done) done = secure();
  if (!done) hang_up();
  return done;
}

// Whether a connection may carry another request after this one.
bool one_message_that_keeps_alive(std::string_view bytes) {
  HttpReader reader(HttpReader::Kind::kRequest);
  return reader.feed(bytes) == ReadState::kDone && reader.raw().size() == bytes.size() && reader.keep_alive();
}

Exchange SocketTransport::exchange(std::string_view bytes, std::int64_t timeout_us) {
  Exchange out;
  out.started_us = line_->clock.now_us();
  set_deadline(out.started_us, timeout_us);
  if (Result<void> done = open(); !done) {
    finish(out, ExchangeEnd::kNotConnected, done.error().message());
    return out;
  }
  out.connection = number_;
  if (std::optional<std::string> refusal = refused(bytes)) {
    finish(out, ExchangeEnd::kForbidden, *std::move(refusal));
    if (!secured_) hang_up();
    return out;
  }
  if (Result<void> done = secure(); !done) {
    finish(out, ExchangeEnd::kNotConnected, done.error().message());
    hang_up();
    return out;
  }
  transfer(bytes, out);
  if (out.end != ExchangeEnd::kComplete || !reader_.keep_alive() || out.sent.size() < bytes.size() ||
      !one_message_that_keeps_alive(bytes))
    hang_up();
  return out;
}

bool SocketTransport::may_pipeline(std::span<const std::string> messages) const {
  return messages.size() > 1 && std::ranges::all_of(messages, [&](const std::string& bytes) {
           return !bytes.starts_with("HEAD ") && one_message_that_keeps_alive(bytes) && !refused(bytes);
         });
}

std::vector<Exchange> SocketTransport::exchange_all(std::span<const std::string> messages,
                                                    std::int64_t timeout_us) {
  std::int64_t now_us = line_->clock.now_us();
  set_deadline(now_us, timeout_us);
  if (!open() || !may_pipeline(messages)) return Transport::exchange_all(messages, timeout_us);
  std::vector<Exchange> outs(messages.size());
  std::string bytes;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    outs[i].sent = messages[i];
    outs[i].started_us = now_us;
    outs[i].connection = number_;
    bytes += messages[i];
  }
  if (!secure() || !transfer_all(bytes, outs)) {
    hang_up();
    return {};
  }
  return outs;
}

// Whether there was a whole reply for each, none that is interim or ends the connection among them, and
// nothing behind the last.
bool SocketTransport::transfer_all(std::string_view bytes, std::vector<Exchange>& outs) {
  head_ = false;
  expect_reply();
  for (std::size_t done = 0; done < outs.size();) {
    Step step = bytes.empty() ? Step{Outcome::kWantRead, 0} : channel_.write(bytes);
    if (step.outcome == Outcome::kDone) {
      bytes.remove_prefix(step.bytes);
      continue;
    }
    if (step.outcome != Outcome::kWantRead && step.outcome != Outcome::kWantWrite) return false;
    if (!wait(static_cast<short>(POLLIN | events_of(step.outcome)))) return false;
    step = channel_.read(buffer_);
    if (step.outcome == Outcome::kWantRead || step.outcome == Outcome::kWantWrite) continue;
    if (step.outcome != Outcome::kDone) return false;
    ReadState state = reader_.feed({buffer_.data(), step.bytes});
    for (; state == ReadState::kDone; state = reader_.next()) {
      if (done == outs.size() || reader_.reply().status < 200) return false;
      Exchange& out = outs[done++];
      out.received = reader_.raw();
      out.reply = reader_.reply();
      finish(out, ExchangeEnd::kComplete, "");
      if (!reader_.keep_alive()) return false;
    }
    if (state != ReadState::kNeedMore) return false;
  }
  return reader_.raw().empty();
}

std::optional<std::string> SocketTransport::refused(std::string_view bytes) const {
  if (!line_->permit) return "nobody gave a permit";
  return line_->permit(reached_, bytes);
}

void SocketTransport::expect_reply() {
  reader_ = HttpReader(HttpReader::Kind::kReply, line_->limits);
  if (head_) reader_.answers_head();
}

void SocketTransport::transfer(std::string_view bytes, Exchange& out) {
  head_ = bytes.starts_with("HEAD ");
  expect_reply();
  before_reply_ = 0;
  interim_replies_ = 0;
  send_problem_.clear();
  out.started_us = line_->clock.now_us();
  for (;;) {
    short events = 0;
    if (!send(bytes, out, events)) continue;
    if (!receive(out, events)) return;
    if (events == 0) continue;
    if (!send_problem_.empty()) return finish(out, ExchangeEnd::kReset, send_problem_);
    if (!wait(events)) {
      const std::string taken = out.sent.size() == bytes.size()
                                    ? fmt::format("{} bytes came", out.received.size())
                                    : fmt::format("{} of {} bytes were taken", out.sent.size(), bytes.size());
      return finish(out, ExchangeEnd::kTimeout, "no complete reply by the deadline: " + taken);
    }
  }
}

// Whether it is time to look for a reply: all is sent, or no more can be now.
bool SocketTransport::send(std::string_view bytes, Exchange& out, short& events) {
  if (out.sent.size() == bytes.size() || !send_problem_.empty()) return true;
  const Step step = channel_.write(bytes.substr(out.sent.size()));
  switch (step.outcome) {
    case Outcome::kDone:
      out.sent.append(bytes.substr(out.sent.size(), step.bytes));
      return out.sent.size() == bytes.size();
    case Outcome::kWantRead:
    case Outcome::kWantWrite:
      events = static_cast<short>(events | events_of(step.outcome));
      return true;
    case Outcome::kClosed:
    case Outcome::kCut:
      send_problem_ = "closed while the request was sent";
      return true;
    case Outcome::kBroken:
      send_problem_ = channel_.problem();
      return true;
  }
  return true;
}

// Whether the exchange goes on.
bool SocketTransport::receive(Exchange& out, short& events) {
  const Step step = channel_.read(buffer_);
  switch (step.outcome) {
    case Outcome::kDone: {
      const std::string_view bytes(buffer_.data(), step.bytes);
      out.received.append(bytes);
      events = 0;
      return !settle(reader_.feed(bytes), out);
    }
    case Outcome::kWantRead:
    case Outcome::kWantWrite:
      events = static_cast<short>(events | events_of(step.outcome));
      return true;
    case Outcome::kClosed:
      if (out.received.size() > before_reply_ && reader_.finish() == ReadState::kDone)
        return !settle(ReadState::kDone, out);
      break;
    case Outcome::kCut:
      break;
    case Outcome::kBroken:
      finish(out, ExchangeEnd::kReset, channel_.problem());
      return false;
  }
  if (out.received.size() > before_reply_)
    finish(out, ExchangeEnd::kTruncated,
           fmt::format("closed after {} bytes, in the middle of a reply", out.received.size()));
  else
    finish(out, ExchangeEnd::kReset, send_problem_.empty() ? "closed without a reply" : send_problem_);
  return false;
}

// Whether what came so far ends the exchange, one way or another.
bool SocketTransport::settle(ReadState state, Exchange& out) {
  // 101 is interim by number only: after it the connection speaks something else.
  while (state == ReadState::kDone && reader_.reply().status < 200 && reader_.reply().status != 101) {
    if (++interim_replies_ > kMostInterimReplies) {
      finish(out, ExchangeEnd::kTooLarge, fmt::format("more than {} interim replies", kMostInterimReplies));
      return true;
    }
    before_reply_ += reader_.raw().size();
    expect_reply();
    state = reader_.feed(std::string_view(out.received).substr(before_reply_));
  }
  switch (state) {
    case ReadState::kNeedMore:
      return false;
    case ReadState::kBad:
      finish(out, ExchangeEnd::kMalformed, reader_.problem());
      return true;
    case ReadState::kTooLarge:
      finish(out, ExchangeEnd::kTooLarge, reader_.problem());
      return true;
    case ReadState::kDone:
      break;
  }
  const std::string_view surplus =
      std::string_view(out.received).substr(before_reply_ + reader_.raw().size());
  if (surplus.empty()) {
    finish(out, ExchangeEnd::kComplete, "");
    out.reply = reader_.reply();
  } else {
    finish(out, ExchangeEnd::kMalformed,
           fmt::format("{} bytes after the end of the reply: {}", surplus.size(), quoted(surplus)));
  }
  return true;
}

void SocketTransport::finish(Exchange& out, ExchangeEnd end, std::string problem) {
  out.end = end;
  out.problem = std::move(problem);
  out.elapsed_us = line_->clock.now_us() - out.started_us;
}

}  // namespace

std::vector<Exchange> Transport::exchange_all(std::span<const std::string> messages,
                                              std::int64_t timeout_us) {
  std::vector<Exchange> outs;
  for (const std::string& bytes : messages) {
    outs.push_back(exchange(bytes, timeout_us));
    if (!outs.back().reply) return {};
  }
  return outs;
}

TransportFactory socket_transports(Address address, Permit permit, Clock& clock, ReadLimits limits) {
  Result<TlsContext> tls = address.tls ? tls_client(address.ca_file) : TlsContext();
  const auto line = std::make_shared<const Line>(
      Line{std::move(address), std::move(permit), clock, limits, std::move(tls)});
  return [line] { return std::make_unique<SocketTransport>(line); };
}

}  // namespace diconform::wire
