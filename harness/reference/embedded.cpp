#include "reference/embedded.h"

#include <atomic>
#include <string>

#include "base/text.h"

namespace diconform::reference {
namespace {

using wire::ExchangeEnd;
using wire::ReadState;

int next_connection_number() {
  static std::atomic<int> last{0};
  return ++last;
}

// What came back over the pretended connection, and what became of it.
struct Answered {
  std::string bytes;
  wire::AfterReply after = wire::AfterReply::kKeepAlive;
  bool in_time = true;
};

class EmbeddedTransport final : public wire::Transport {
 public:
  explicit EmbeddedTransport(Endpoint& endpoint) : endpoint_(endpoint) {}

  wire::Exchange exchange(std::string_view bytes, std::int64_t timeout_us) override {
    wire::Exchange out;
    out.started_us = endpoint_.clock().now_us();
    out.sent = bytes;
    if (connection_ == 0) connection_ = next_connection_number();
    out.connection = connection_;
    Answered answered = answer(bytes, out.started_us + timeout_us);
    out.received = std::move(answered.bytes);
    judge(answered, bytes.starts_with("HEAD "), out);
    bool lives = out.end == ExchangeEnd::kComplete && answered.after == wire::AfterReply::kKeepAlive;
    if (!lives) connection_ = 0;
    out.elapsed_us = endpoint_.clock().now_us() - out.started_us;
    return out;
  }

  Result<void> connect(std::int64_t) override {
    if (connection_ == 0) connection_ = next_connection_number();
    return {};
  }

 private:
  // The server's side: every request in the bytes is answered, in order, until one ends the connection.
  Answered answer(std::string_view bytes, std::int64_t until_us) {
    Answered answered;
    wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
    ReadState state = reader.feed(bytes);
    while (state == ReadState::kDone && answered.in_time && answered.after == wire::AfterReply::kKeepAlive) {
      wire::Arrival arrival{reader.request(), reader.raw(), connection_, "127.0.0.1"};
      send(endpoint_.handle(arrival), until_us, answered);
      if (!reader.keep_alive() && answered.after == wire::AfterReply::kKeepAlive)
        answered.after = wire::AfterReply::kClose;
      state = reader.next();
    }
    if (state != ReadState::kBad && state != ReadState::kTooLarge) return answered;
    answered.bytes += wire::to_bytes(wire::with_length(wire::HttpReply{400, "Bad Request", {}, ""}));
    answered.after = wire::AfterReply::kClose;
    return answered;
  }

  void send(const wire::ServerReply& reply, std::int64_t until_us, Answered& answered) {
    for (const wire::ReplyPart& part : reply.parts) {
      if (part.wait_us > 0 && !wait(part.wait_us, until_us)) {
        answered.in_time = false;
        return;
      }
      answered.bytes += part.bytes;
    }
    answered.after = reply.after;
  }

  // Whether the deadline has not passed by then. Nobody waits for a virtual clock.
  bool wait(std::int64_t duration_us, std::int64_t until_us) {
    if (endpoint_.options().virtual_clocks) return true;
    Clock& clock = endpoint_.clock();
    std::int64_t ready_us = clock.now_us() + duration_us;
    clock.sleep_until_us(std::min(ready_us, until_us));
    return ready_us <= until_us;
  }

  // The client's side.
  static void judge(const Answered& answered, bool head, wire::Exchange& out) {
    auto end = [&](ExchangeEnd how, std::string problem) {
      out.end = how;
      out.problem = std::move(problem);
    };
    wire::HttpReader reader(wire::HttpReader::Kind::kReply);
    if (head) reader.answers_head();
    ReadState state = reader.feed(out.received);
    bool closed = answered.after == wire::AfterReply::kClose;
    if (state == ReadState::kNeedMore && closed && reader.finish() == ReadState::kDone)
      state = ReadState::kDone;
    if (state == ReadState::kTooLarge) return end(ExchangeEnd::kTooLarge, reader.problem());
    if (state == ReadState::kBad) return end(ExchangeEnd::kMalformed, reader.problem());
    if (state == ReadState::kNeedMore)
      return end(how_it_ended(answered, out), "no complete reply, nor will one come");
    std::string_view surplus = std::string_view(out.received).substr(reader.raw().size());
    if (!surplus.empty()) return end(ExchangeEnd::kMalformed, "bytes after the reply: " + quoted(surplus));
    out.reply = reader.reply();
  }

  static ExchangeEnd how_it_ended(const Answered& answered, const wire::Exchange& out) {
    if (answered.after == wire::AfterReply::kKeepAlive) return ExchangeEnd::kTimeout;
    bool reset = answered.after == wire::AfterReply::kReset || out.received.empty();
    return reset ? ExchangeEnd::kReset : ExchangeEnd::kTruncated;
  }

  Endpoint& endpoint_;
  int connection_ = 0;
};

}  // namespace

Result<std::unique_ptr<Embedded>> Embedded::make(EndpointOptions options) {
  TRY(std::unique_ptr<Endpoint> endpoint, Endpoint::make(std::move(options)));
  return std::unique_ptr<Embedded>(new Embedded(std::move(endpoint)));
}

wire::TransportFactory Embedded::transports() {
  return [endpoint = endpoint_.get()] { return std::make_unique<EmbeddedTransport>(*endpoint); };
}

}  // namespace diconform::reference
