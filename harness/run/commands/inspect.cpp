#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "run/exit_code.h"
#include "run/options.h"
#include "wire/http_reader.h"
#include "wire/verify.h"

namespace diconform::run {
namespace {

Result<wire::HttpRequest> read_request(const std::string& path) {
  TRY(std::string bytes, read_file(path));
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  wire::ReadState state = reader.feed(bytes);
  if (state == wire::ReadState::kNeedMore)
    return failure(path, "ends in the middle of a request", "record the whole of it");
  if (state != wire::ReadState::kDone) return failure(path, "is no HTTP request: " + reader.problem());
  return reader.request();
}

void print_block(const char* title, const std::string& text) {
  if (!text.empty()) fmt::print("{}\n{}\n\n", title, clean_utf8(text));
}

}  // namespace

int inspect_verb(const Options& options) {
  const InspectOptions& in = options.inspect;
  auto request = read_request(in.file);
  if (!request) return complain(request.error(), kUsage);
  auto claim = wire::claim_of(*request);
  if (!claim) {
    fmt::print("verdict: does not verify: the request carries no credentials\n");
    return kFailed;
  }
  std::string key;
  if (!in.secret_key_file.empty()) {
    auto text = read_file(in.secret_key_file, 4096);
    if (!text) return complain(text.error(), kUsage);
    key = std::string(trimmed(*text));
  } else if (const char* value = std::getenv("DICONFORM_SECRET_KEY")) {
    key = value;
  } else {
    return complain({"inspect", "no secret key", "--secret-key-file FILE or DICONFORM_SECRET_KEY"}, kUsage);
  }
  wire::VerifyOptions how;
  how.now_seconds = in.now ? *in.now : static_cast<std::int64_t>(to_unsigned(claim->timestamp).value_or(0));
  wire::Verification seen = wire::verify(*request, key, how);
  bool token_wrong = !in.token.empty() && claim->token != in.token;
  fmt::print("scheme: {}\nSecretId: {}\ntimestamp: {}\n\n", wire::name_of(claim->scheme),
             clean_utf8(claim->secret_id), clean_utf8(claim->timestamp));
  print_block("canonical request:", seen.canonical);
  print_block("string to sign:", seen.string_to_sign);
  fmt::print("expected signature: {}\nreceived signature: {}\n", seen.expected, clean_utf8(seen.received));
  if (!seen.leniency.empty()) fmt::print("would verify if forgiven: {}\n", seen.leniency);
  if (token_wrong) fmt::print("token: not the account's\n");
  bool good = seen.ok() && !token_wrong;
  fmt::print("verdict: {}{}\n", good ? "verifies" : "does not verify",
             seen.ok() ? "" : ": " + seen.explanation);
  return good ? kConforms : kFailed;
}

}  // namespace diconform::run
