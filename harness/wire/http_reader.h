// An incremental HTTP/1.1 reader (RFC 9112) that judges and keeps the bytes, for both directions.
//
// Strict where a difference of opinion would be dangerous, and bounded everywhere. Refused: a bare CR or LF,
// white space before a colon, folded lines, control bytes, two Content-Length headers (even alike), a length
// with a transfer coding, any coding but "chunked" alone, a 1.1 request with no Host or two. Forgiven: one
// empty line before a request, a status line without its reason. Header values are kept as sent, without the
// white space around them. Trailers are checked and dropped
// (`raw` has them). The same bytes read alike however they are split. One reader serves one connection: after
// a message, `next()` goes on with the bytes that followed it (pipelining); memory is re-used. Not
// thread-safe.
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
  const HttpReply& reply() const { return reply_; }        // valid in kDone; 1xx replies are messages, too
  const std::string& problem() const { return problem_; }  // what was wrong, in kBad and kTooLarge
  std::string_view raw() const;                            // the bytes of this message so far
  bool headers_done() const;                               // the start line and all headers were read
  bool keep_alive() const;  // in kDone: whether the connection may carry another message after this one
  bool expects_continue()
      const;  // a request waits for "100 Continue": it asked, and no byte of its body came
  // Forgets the finished message and reads what had followed it.
  ReadState next();
  // Whether bytes came behind the message that is done.
  bool has_more() const { return state_ == ReadState::kDone && at_ < buffer_.size(); }
  // The reply being read answers a HEAD: it has no body, whatever its headers say.
  void answers_head() { no_body_ = true; }

 private:
  enum class Stage {
    kStartLine,
    kHeaders,
    kBody,
    kBodyUntilClose,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailers,
    kEnd
  };

  ReadState advance();
  bool step();  // one line or one piece of a body; false when it needs more bytes or the message ended
  std::optional<std::string_view> line(std::size_t limit, std::string_view what);  // without its CR LF
  bool read_start_line(std::string_view text);
  bool read_request_line(std::string_view text);
  bool read_status_line(std::string_view text);
  bool read_header(std::string_view text, bool keep);
  bool end_headers();
  bool read_chunk_size(std::string_view text);
  bool end_chunk();
  bool end_message();
  bool bad(std::string problem);
  bool too_large(std::string problem);
  std::size_t available() const { return buffer_.size() - at_; }
  std::vector<Header>& headers() { return kind_ == Kind::kRequest ? request_.headers : reply_.headers; }
  const std::vector<Header>& headers() const {
    return kind_ == Kind::kRequest ? request_.headers : reply_.headers;
  }
  std::string& body() { return kind_ == Kind::kRequest ? request_.body : reply_.body; }

  Kind kind_;
  ReadLimits limits_;
  ReadState state_ = ReadState::kNeedMore;
  Stage stage_ = Stage::kStartLine;
  std::string buffer_;
  std::size_t begin_ = 0;    // of this message in the buffer
  std::size_t at_ = 0;       // first byte not yet read
  std::size_t scanned_ = 0;  // no line ends between at_ and here
  std::size_t header_bytes_ = 0, header_count_ = 0;
  std::size_t chunk_lines_ = 0;  // bytes spent on sizes and extensions of chunks
  std::size_t left_ = 0;         // bytes of the body or of the chunk still to come
  bool http_1_0_ = false, no_body_ = false, until_close_ = false;
  HttpRequest request_;
  HttpReply reply_;
  std::string problem_;
};

}  // namespace diconform::wire
