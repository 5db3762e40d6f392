// HTTP messages in memory: any split of the same bytes reads alike; what is read is messages, one after the
// other, and at most one error at the end; of length and transfer coding, never both and never two; and what
// was read, written and read again, is the same.
#include <tuple>
#include <vector>

#include "check.h"
#include "input.h"
#include "wire/http_reader.h"

using namespace diconform::fuzz;
using namespace diconform::wire;

namespace {

struct Reading {
  std::vector<HttpRequest> requests;
  std::vector<HttpReply> replies;
  std::vector<std::tuple<std::string, bool>> raws;  // bytes, and whether the connection lives on
  ReadState end = ReadState::kNeedMore;
  std::string problem;
  friend bool operator==(const Reading&, const Reading&) = default;
};

void take(HttpReader& reader, HttpReader::Kind kind, Reading& out) {
  while (reader.state() == ReadState::kDone && out.raws.size() < 20) {
    if (kind == HttpReader::Kind::kRequest)
      out.requests.push_back(reader.request());
    else
      out.replies.push_back(reader.reply());
    out.raws.emplace_back(reader.raw(), reader.keep_alive());
    reader.next();
  }
}

// Reads pieces of random length, or all at once without dice.
Reading read(std::string_view bytes, HttpReader::Kind kind, Dice* dice) {
  HttpReader reader(kind, {.start_line = 256, .headers = 512, .header_count = 12, .body = 1024});
  Reading out;
  while (!bytes.empty() && reader.state() == ReadState::kNeedMore) {
    std::size_t piece = dice ? 1 + dice->below(dice->one_in(3) ? 1 : 40) : bytes.size();
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    take(reader, kind, out);
  }
  out.end = reader.finish();
  if (out.end == ReadState::kDone) take(reader, kind, out);
  out.problem = reader.problem();
  FUZZ_CHECK(out.end != ReadState::kNeedMore || out.raws.size() == 20, "after the last byte it wants more");
  return out;
}

void check_framing(const std::vector<Header>& headers, std::string_view body, std::string_view raw) {
  std::size_t lengths = count_headers(headers, "Content-Length"),
              codings = count_headers(headers, "Transfer-Encoding");
  FUZZ_CHECK(lengths + codings <= 1, "two opinions about the length were read: " + shown(raw));
  if (lengths == 0 || body.empty()) return;
  FUZZ_CHECK(*find_header(headers, "Content-Length") == std::to_string(body.size()) ||
                 find_header(headers, "Content-Length")->starts_with('0'),
             "a body of another length than was said: " + shown(raw));
  FUZZ_CHECK(raw.ends_with(body), "a body that does not end its message: " + shown(raw));
}

void check_again(HttpRequest request) {
  remove_header(request.headers, "Transfer-Encoding");
  remove_header(request.headers, "Content-Length");
  if (!find_header(request.headers, "Host")) set_header(request.headers, "Host", "h");
  request = with_length(std::move(request));
  HttpReader again(HttpReader::Kind::kRequest);
  std::string bytes = to_bytes(request);
  FUZZ_CHECK(again.feed(bytes) == ReadState::kDone && again.request() == request,
             "written and read again it is another: " + shown(bytes) + " " + again.problem());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = text_of(data, size);
  auto kind = bytes.starts_with("HTTP/") ? HttpReader::Kind::kReply : HttpReader::Kind::kRequest;
  Reading whole = read(bytes, kind, nullptr);
  Dice dice(hash_of(bytes));
  FUZZ_CHECK(read(bytes, kind, &dice) == whole, "split otherwise it reads otherwise: " + shown(bytes));
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    check_framing(whole.requests[i].headers, whole.requests[i].body, std::get<0>(whole.raws[i]));
    if (dice.one_in(2)) check_again(whole.requests[i]);
  }
  for (std::size_t i = 0; i < whole.replies.size(); ++i)
    check_framing(whole.replies[i].headers, whole.replies[i].body, std::get<0>(whole.raws[i]));
  return 0;
}
