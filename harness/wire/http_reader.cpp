#include "wire/http_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace diconform::wire {
namespace {

// Bytes by what they may be part of (RFC 9110 sections 5.5 and 5.6.2).
enum : unsigned char { kToken = 1, kValue = 2, kTarget = 4 };

constexpr std::array<unsigned char, 256> kClasses = [] {
  std::array<unsigned char, 256> classes{};
  for (int byte = 0x20; byte < 256; ++byte) {
    if (byte == 0x7f) continue;
    classes[static_cast<std::size_t>(byte)] = byte == 0x20 ? kValue : kValue | kTarget;
  }
  classes['\t'] = kValue;
  for (char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
    classes[static_cast<unsigned char>(c)] |= kToken;
  }
  return classes;
}();

bool all(std::string_view text, unsigned char kind) {
  unsigned char common = kind;
  for (unsigned char byte : text) common &= kClasses[byte];
  return common == kind;
}

std::string_view without_blanks(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// A chunk line is a size of at most 16 digits and extensions nobody uses.
constexpr std::size_t kChunkLine = 1024;

bool has_option(const std::vector<Header>& headers, std::string_view option) {
  for (const Header& header : headers) {
    if (!equal_ignoring_case(header.name, "Connection")) continue;
    for (std::string_view part : split(header.value, ',')) {
      if (equal_ignoring_case(without_blanks(part), option)) return true;
    }
  }
  return false;
}

// 100 to 199, 204 and 304 have no body (RFC 9112 section 6.3).
bool bodiless(int status) { return status < 200 || status == 204 || status == 304; }

bool is_target(std::string_view text) {
  bool form =
      text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://") || text == "*";
  return form && all(text, kTarget);
}

}  // namespace

ReadState HttpReader::feed(std::string_view bytes) {
  if (state_ == ReadState::kBad || state_ == ReadState::kTooLarge) return state_;
  buffer_.append(bytes);
  return advance();
}

ReadState HttpReader::advance() {
  while (state_ == ReadState::kNeedMore && step()) {
  }
  return state_;
}

ReadState HttpReader::finish() {
  if (state_ != ReadState::kNeedMore) return state_;
  if (stage_ == Stage::kBodyUntilClose)
    end_message();
  else
    bad(raw().empty() ? "the connection closed before the first byte"
                      : "the connection closed in the middle");
  return state_;
}

ReadState HttpReader::next() {
  if (state_ != ReadState::kDone) return state_;
  begin_ = at_;
  // Moving what is left costs time: it is done when there is nothing, or when more was read than is left.
  if (begin_ == buffer_.size() || begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  at_ = scanned_ = begin_;
  state_ = ReadState::kNeedMore;
  stage_ = Stage::kStartLine;
  header_bytes_ = header_count_ = chunk_lines_ = left_ = 0;
  http_1_0_ = no_body_ = until_close_ = false;
  body().clear();
  problem_.clear();
  return advance();
}

std::string_view HttpReader::raw() const {
  std::size_t end = state_ == ReadState::kDone ? at_ : buffer_.size();
  return std::string_view(buffer_).substr(begin_, end - begin_);
}

bool HttpReader::headers_done() const { return stage_ > Stage::kHeaders; }

bool HttpReader::keep_alive() const {
  if (state_ != ReadState::kDone || until_close_) return false;
  if (kind_ == Kind::kReply && reply_.status == 101) return false;
  return http_1_0_ ? has_option(headers(), "keep-alive") : !has_option(headers(), "close");
}

bool HttpReader::expects_continue() const {
  if (kind_ != Kind::kRequest || state_ != ReadState::kNeedMore || http_1_0_ || available() > 0) return false;
  if (stage_ != Stage::kBody && (stage_ != Stage::kChunkSize || chunk_lines_ > 0)) return false;
  const std::string* expect = find_header(request_.headers, "Expect");
  return expect && equal_ignoring_case(*expect, "100-continue") && request_.body.empty();
}

bool HttpReader::bad(std::string problem) {
  state_ = ReadState::kBad;
  problem_ = std::move(problem);
  return false;
}

bool HttpReader::too_large(std::string problem) {
  state_ = ReadState::kTooLarge;
  problem_ = std::move(problem);
  return false;
}

bool HttpReader::end_message() {
  stage_ = Stage::kEnd;
  state_ = ReadState::kDone;
  return false;
}

bool HttpReader::step() {
  switch (stage_) {
    case Stage::kStartLine: {
      auto text = line(limits_.start_line, "the start line");
      return text && read_start_line(*text);
    }
    case Stage::kHeaders:
    case Stage::kTrailers: {
      auto text = line(limits_.headers - header_bytes_, "the header lines");
      if (!text) return false;
      if (!text->empty()) return read_header(*text, stage_ == Stage::kHeaders);
      return stage_ == Stage::kHeaders ? end_headers() : end_message();
    }
    case Stage::kBody:
      if (available() < left_) return false;
      body().assign(buffer_, at_, left_);
      at_ += left_;
      return end_message();
    case Stage::kBodyUntilClose:
      body().append(buffer_, at_);
      at_ = buffer_.size();
      if (body().size() > limits_.body)
        return too_large("the body is larger than " + std::to_string(limits_.body));
      return false;
    case Stage::kChunkSize: {
      auto text = line(kChunkLine, "a chunk's size line");
      return text && read_chunk_size(*text);
    }
    case Stage::kChunk: {
      std::size_t piece = std::min(left_, available());
      body().append(buffer_, at_, piece);
      at_ += piece;
      left_ -= piece;
      if (left_ == 0) stage_ = Stage::kChunkEnd;
      return left_ == 0;
    }
    case Stage::kChunkEnd:
      return end_chunk();
    case Stage::kEnd:
      break;
  }
  return false;
}

// The bounds are checked before the bytes and on what is there, so that a split changes nothing: a last CR
// may still turn out to belong to the line's end.
std::optional<std::string_view> HttpReader::line(std::size_t limit, std::string_view what) {
  scanned_ = std::max(scanned_, at_);
  std::size_t end = buffer_.find('\n', scanned_);
  bool complete = end != buffer_.npos;
  std::string_view text = std::string_view(buffer_).substr(at_, (complete ? end : buffer_.size()) - at_);
  bool cr = text.ends_with('\r');
  if (text.size() - cr > limit) {
    too_large(std::string(what) + " exceed" + (what.ends_with("lines") ? " " : "s ") + std::to_string(limit) +
              " bytes");
    return std::nullopt;
  }
  if (!complete) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  if (!cr) {
    bad("a line ends in a bare LF: " + quoted(text));
    return std::nullopt;
  }
  at_ = scanned_ = end + 1;
  return text.substr(0, text.size() - 1);
}

bool HttpReader::read_start_line(std::string_view text) {
  if (kind_ == Kind::kReply) return read_status_line(text);
  // "A server SHOULD ignore at least one empty line received prior to the request-line" (RFC 9112
  // section 2.2).
  if (text.empty() && at_ == begin_ + 2) return true;
  return read_request_line(text);
}

bool HttpReader::read_request_line(std::string_view text) {
  std::size_t first = text.find(' '), last = text.rfind(' ');
  if (first == text.npos || first == last) return bad("not a request line: " + quoted(text));
  std::string_view method = text.substr(0, first), target = text.substr(first + 1, last - first - 1);
  std::string_view version = text.substr(last + 1);
  if (method.empty() || !all(method, kToken)) return bad("not a method: " + quoted(method));
  if (!is_target(target)) return bad("not a request target: " + quoted(target));
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return bad("not a version spoken here: " + quoted(version));
  http_1_0_ = version == "HTTP/1.0";
  request_.method = method;
  request_.target = target;
  stage_ = Stage::kHeaders;
  return true;
}

bool HttpReader::read_status_line(std::string_view text) {
  constexpr std::size_t kStatus = 9;  // behind "HTTP/1.1 "
  std::string_view version = text.substr(0, std::min(kStatus, text.size()));
  if (version != "HTTP/1.1 " && version != "HTTP/1.0 ") return bad("not a status line: " + quoted(text));
  int status = 0;
  const char* begin = text.data() + kStatus;
  const char* end = text.data() + std::min(text.size(), kStatus + 3);
  bool digits = std::from_chars(begin, end, status).ptr == begin + 3;
  std::string_view rest = digits ? text.substr(kStatus + 3) : std::string_view();
  if (!digits || status < 100 || (!rest.empty() && rest[0] != ' ') || !all(rest, kValue)) {
    return bad("not a status line: " + quoted(text));
  }
  http_1_0_ = version == "HTTP/1.0 ";
  reply_.status = status;
  reply_.reason = rest.substr(rest.empty() ? 0 : 1);
  stage_ = Stage::kHeaders;
  return true;
}

bool HttpReader::read_header(std::string_view text, bool keep) {
  header_bytes_ = std::min(limits_.headers, header_bytes_ + text.size() + 2);
  if (text[0] == ' ' || text[0] == '\t') return bad("a folded header line: " + quoted(text));
  std::size_t colon = text.find(':');
  std::string_view name = text.substr(0, colon);
  if (colon == text.npos || colon == 0 || !all(name, kToken))
    return bad("not a header line: " + quoted(text));
  std::string_view value = without_blanks(text.substr(colon + 1));
  if (!all(value, kValue)) return bad("a control byte in a header: " + quoted(text));
  if (++header_count_ > limits_.header_count) {
    return too_large("there are more than " + std::to_string(limits_.header_count) + " header lines");
  }
  if (!keep) return true;
  // Strings of an earlier message are written over: their memory serves again.
  if (headers().size() < header_count_) headers().emplace_back();
  Header& header = headers()[header_count_ - 1];
  header.name = name;
  header.value = value;
  return true;
}

bool HttpReader::end_headers() {
  headers().resize(header_count_);
  const std::string* length = nullptr;
  const std::string* coding = nullptr;
  std::size_t hosts = 0;
  for (const Header& header : headers()) {
    if (equal_ignoring_case(header.name, "Content-Length")) {
      if (length) return bad("Content-Length is there twice");
      length = &header.value;
    } else if (equal_ignoring_case(header.name, "Transfer-Encoding")) {
      if (coding) return bad("Transfer-Encoding is there twice");
      coding = &header.value;
    } else if (equal_ignoring_case(header.name, "Host")) {
      ++hosts;
    }
  }
  if (kind_ == Kind::kRequest && (hosts > 1 || (hosts == 0 && !http_1_0_))) {
    return bad(hosts == 0 ? "Host is missing" : "Host is there twice");
  }
  if (length && coding) return bad("Content-Length and Transfer-Encoding contradict each other");
  if (coding && http_1_0_) return bad("Transfer-Encoding in HTTP/1.0");
  if (coding && !equal_ignoring_case(*coding, "chunked"))
    return bad("not a transfer coding known here: " + quoted(*coding));
  bool digits = length && !length->empty() && length->find_first_not_of("0123456789") == length->npos;
  if (length && !digits) return bad("not a Content-Length: " + quoted(*length));
  if (kind_ == Kind::kReply && (no_body_ || bodiless(reply_.status))) return end_message();
  if (coding) {
    stage_ = Stage::kChunkSize;
  } else if (length) {
    std::uint64_t size = to_unsigned(*length).value_or(UINT64_MAX);
    if (size > limits_.body)
      return too_large("a Content-Length of " + *length + " exceeds " + std::to_string(limits_.body));
    left_ = static_cast<std::size_t>(size);
    stage_ = Stage::kBody;
  } else if (kind_ == Kind::kReply) {
    until_close_ = true;
    stage_ = Stage::kBodyUntilClose;
  } else {
    return end_message();
  }
  return true;
}

bool HttpReader::read_chunk_size(std::string_view text) {
  chunk_lines_ += text.size() + 4;
  std::string_view digits = text.substr(0, text.find(';'));
  std::uint64_t size = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  bool whole = !digits.empty() && digits[0] != '-' && digits.size() <= 16 && error == std::errc() &&
               end == digits.data() + digits.size();
  if (!whole || !all(text.substr(digits.size()), kValue)) return bad("not a chunk size: " + quoted(text));
  // Sizes and extensions may not take more than a body: one-byte chunks must not fill the memory either.
  if (size > limits_.body - body().size() || chunk_lines_ > limits_.body) {
    return too_large("the chunks exceed " + std::to_string(limits_.body) + " bytes");
  }
  left_ = static_cast<std::size_t>(size);
  stage_ = size == 0 ? Stage::kTrailers : Stage::kChunk;
  return true;
}

bool HttpReader::end_chunk() {
  constexpr std::string_view kEnd = "\r\n";
  std::string_view found = std::string_view(buffer_).substr(at_, kEnd.size());
  // Up to the first byte that is wrong: what came with it says how the network cut, not what is amiss.
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] != kEnd[i]) return bad("a chunk is followed by " + quoted(found.substr(0, i + 1)));
  if (found.size() < kEnd.size()) return false;
  at_ += kEnd.size();
  stage_ = Stage::kChunkSize;
  return true;
}

}  // namespace diconform::wire
