// An incremental HTTP/1.1 reader (RFC 9112) that judges and keeps the bytes, for both directions.
//
// Strict where a difference of opinion would be dangerous (two lengths, a length and a transfer coding, bare CR, white
// space before a colon), and bounded everywhere. The same bytes read alike however they are split. One reader serves one
// connection: after a message, `next()` goes on with the bytes that followed it (pipelining). Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/http_message.h"

namespace diconform::wire {

struct ReadLimits {
  std::size_t start_line = 256u << 10;  // a 32 KB query percent-encoded, with room to see that it is too long
  std::size_t headers = 64u << 10;      // all header lines together
  std::size_t header_count = 128;
  std::size_t body = 11u << 20;  // the manual's 10 MB, with room to see that it is too long
};

enum class ReadState { kNeedMore, kDone, kBad, kTooLarge };

class HttpReader {
 public:
  enum class Kind { kRequest, kReply };
  explicit HttpReader(Kind kind, ReadLimits limits = {}) : kind_(kind), limits_(limits) {}

  // Takes bytes as they come, up to the end of one message; what follows is kept for `next()`.
  ReadState feed(std::string_view bytes);
  // The peer closed: a reply without a length ends here; anything else unfinished is kBad.
  ReadState finish();
  ReadState state() const { return state_; }

  const HttpRequest& request() const { return request_; }  // valid in kDone
  const HttpReply& reply() const { return reply_; }         // valid in kDone
  const std::string& problem() const { return problem_; }   // what was wrong, in kBad and kTooLarge
  std::string_view raw() const;         // the bytes of this message so far
  bool headers_done() const;            // the start line and all headers were read
  bool keep_alive() const;              // whether the connection may carry another message after this one
  bool expects_continue() const;        // a request waits for "100 Continue"
  // Forgets the finished message and reads what had followed it.
  ReadState next();

 private:
  Kind kind_;
  ReadLimits limits_;
  ReadState state_ = ReadState::kNeedMore;
  HttpRequest request_;
  HttpReply reply_;
  std::string problem_;
};

}  // namespace diconform::wire
