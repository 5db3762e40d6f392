// multipart/form-data is for actions that name it; DeleteImages does not. So whatever stands in such a body,
// it is never a call: any split of the same bytes reads alike, as exactly one message or one error, and the
// message is refused. The first line of an input is the content type, the rest the body.
#include <optional>

#include "check.h"
#include "input.h"
#include "wire/decode.h"
#include "wire/http_reader.h"

using namespace diconform::fuzz;
using namespace diconform::wire;

namespace {

std::string letters_of(std::string_view text) {  // in lower case, the media type alone
  std::string out;
  for (char c : text.substr(0, text.find(';'))) {
    if (c != ' ' && c != '\t' && c != '\r') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

std::string decision(const HttpRequest& request) {
  auto decoded = decode(request, {.form_with_tc3 = true});
  return decoded ? "a call of " + decoded->call.action : decoded.error().code;
}

// One message or one error.
struct Reading {
  std::optional<HttpRequest> message;
  std::string problem;
  friend bool operator==(const Reading&, const Reading&) = default;
};

// Reads pieces of random length, or all at once without dice.
Reading read(std::string_view bytes, Dice* dice) {
  HttpReader reader(HttpReader::Kind::kRequest);
  for (std::string_view rest = bytes; !rest.empty();) {
    std::size_t piece = dice ? 1 + dice->below(60) : rest.size();
    if (reader.feed(rest.substr(0, piece)) != ReadState::kNeedMore) break;
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  bool done = reader.finish() == ReadState::kDone;
  FUZZ_CHECK(done == reader.problem().empty(), "neither one message nor one error: " + shown(bytes));
  if (!done) return {std::nullopt, reader.problem()};
  FUZZ_CHECK(reader.raw() == bytes, "the message is another than what was written: " + shown(bytes));
  return {reader.request(), ""};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view body = text_of(data, size), type = take_line(body);
  HttpRequest request{.method = "POST",
                      .target = "/?Action=DeleteImages&Version=2017-03-12&Nonce=1&ImageIds.0=img-1a2b3c4d",
                      .headers = {{"Host", "cvm.tencentcloudapi.com"}, {"Content-Type", std::string(type)}},
                      .body = std::string(body)};
  Dice dice(hash_of(text_of(data, size)));
  for (bool tc3 : {false, true}) {
    if (tc3) {
      set_header(request.headers, "X-TC-Action", "DeleteImages");
      set_header(request.headers, "X-TC-Version", "2017-03-12");
    }
    std::string bytes = to_bytes(with_length(request));
    Reading whole = read(bytes, nullptr);
    FUZZ_CHECK(read(bytes, &dice) == whole, "split otherwise it reads otherwise: " + shown(bytes));
    if (!whole.message) continue;
    FUZZ_CHECK(whole.message->body == body, "another body was read than was written: " + shown(bytes));
    std::string decided = decision(*whole.message);
    std::string media_type = letters_of(type);
    bool may_be_a_call =
        media_type == "application/json" || media_type == "application/x-www-form-urlencoded";
    FUZZ_CHECK(may_be_a_call || decided == "InvalidRequest",
               "a body of another type became " + decided + ": " + shown(bytes));
  }
  return 0;
}
