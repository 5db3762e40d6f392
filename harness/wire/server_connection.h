// One connection of the server: reads requests, asks the handler, sends what it says. Private to the server.
//
// A connection lives on one worker and is touched by that worker's thread only, so it needs no locks. It
// keeps itself alive through the handlers it waits with; what waits for nothing is gone.
#pragma once

// The one place where asio comes in, so that its settings are the same for both sources of the server.
// A standard header first: asio asks what the library offers, and every source must hear the same answer.
#include <memory>

#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "wire/channel.h"
#include "wire/server.h"

namespace diconform::wire {

// What all connections of a server share.
struct Service {
  ServerOptions options;
  Handler handler;
  TlsContext tls;  // null = plain
};

// One thread's loop. One loop for two threads was tried: a request cost a quarter more, for its locks.
// Connections read into its buffer in turn, so that a silent one holds none.
struct Worker {
  std::vector<char> buffer = std::vector<char>(64u << 10);
  asio::io_context loop{1};  // 1: run by one thread
};

class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  // Takes the socket over; the peer is its numeric address.
  ServerConnection(const Service& service, Worker& worker, int socket, bool ipv6, std::int64_t number,
                   std::string peer);
  void start();  // on the worker's thread

 private:
  enum class Phase {
    kHandshake,
    kIdle,    // between requests
    kRead,    // in the middle of a request
    kSend,    // of a reply, or in a wait between its parts
    kLinger,  // all is said; the peer may still be speaking
  };

  // Waiting: `go_on` does what the phase asks for.
  void wait_for(Step::Outcome outcome);
  void go_on();
  enum class Then { kGoOn, kClose };
  void set_timer(std::int64_t after_us, Then then);
  void clear_timer();

  void handshake();
  void read();
  void input_ended();
  void serve(ReadState state);
  void wait_for_more();
  bool hold(ServerReply& reply);
  void begin_reply(ServerReply reply);
  bool send_reply();
  bool send_part(const std::string& bytes);
  bool end_reply();
  void linger();
  void reset();
  void close();

  const Service& service_;
  Worker& worker_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  bool timer_set_ = false;
  // A timer set anew or cleared may still have a call under way: one of an older round.
  unsigned timer_round_ = 0;
  Channel channel_;
  HttpReader reader_;
  const std::int64_t number_;
  const std::string peer_;

  Phase phase_ = Phase::kIdle;
  bool continue_sent_ = false;  // for the request being read
  std::string held_;            // replies to requests that came together: they go out together
  ServerReply reply_;           // being sent
  bool last_ = false;           // the connection ends after it
  std::size_t part_ = 0;        // which of its parts
  std::size_t part_sent_ = 0;   // how many bytes of that
  bool part_waited_ = false;    // whether its wait is over
};

}  // namespace diconform::wire
