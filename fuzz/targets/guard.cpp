// The guard under everything that sends. A second scanner, lenient in ways of its own, reads the bytes as a
// tolerant endpoint could; no bytes that it reads as a delete of a foreign id may pass, and nothing passes as
// a mere DescribeImages in which it sees a delete.
#include "target/guard.h"

#include <string>
#include <vector>

#include "check.h"
#include "input.h"

using namespace diconform::fuzz;
using diconform::target::Guard;

namespace {

const std::vector<std::string> kForeign = {"img-9f8e7d6c", "img-00000000", "img-1a2b3c4e", "img-prod0001x"};
const std::vector<std::string> kOurs = {"img-1a2b3c4d", "img-5e6f7g8h"};

int digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// The number that `count` hexadecimal digits say, or -1.
int hex(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    int d = at + i < text.size() ? digit(text[at + i]) : -1;
    if (d < 0) return -1;
    value = value * 16 + d;
  }
  return value;
}

// One character for what may stand for one, wherever it stands; everything else stays.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto escaped = [&](std::string_view prefix, std::size_t digits) {
      int code = text.substr(i).starts_with(prefix) ? hex(text, i + prefix.size(), digits) : -1;
      if (code >= 0xFF01 && code <= 0xFF5E) code -= 0xFEE0;  // the full-width forms
      if (code < 0) return false;
      if (code < 0x80) out += static_cast<char>(code);
      i += prefix.size() + digits - 1;
      return true;
    };
    if (escaped("%", 2) || escaped("\\u", 4) || escaped("\\x", 2) || escaped("%u", 4) || escaped("&#x", 2))
      continue;
    if (text.substr(i).starts_with("\xEF\xBC") && i + 2 < text.size()) {  // full-width, in UTF-8
      out += static_cast<char>(static_cast<unsigned char>(text[i + 2]) - 0x60);
      i += 2;
      continue;
    }
    out += text[i];
  }
  return out;
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) out += c;
  }
  return out;
}

// Every reading, squeezed: as it is, and decoded again and again.
std::vector<std::string> readings(std::string_view bytes) {
  std::vector<std::string> out = {squeezed(bytes)};
  std::string text(bytes);
  for (int round = 0; round < 6; ++round) {
    std::string next = decoded(text);
    if (next == text) break;
    out.push_back(squeezed(next));
    text = std::move(next);
  }
  return out;
}

const Guard& guard() {
  static Guard kGuard({.allow_destructive = true, .host = "cvm.example", .acknowledged = "cvm.example"});
  static const bool kReady = [] {
    kGuard.know_account(kForeign);
    for (const std::string& id : kOurs) FUZZ_CHECK(kGuard.allow(id).has_value(), "an id of ours is refused");
    return true;
  }();
  static_cast<void>(kReady);
  return kGuard;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = text_of(data, size);
  FUZZ_CHECK(!guard().permit("127.0.0.1", bytes), "loopback is refused");
  if (guard().permit("203.0.113.7", bytes)) return 0;
  bool names_ours = false, deletes = false, names_foreign = false;
  for (const std::string& text : readings(bytes)) {
    for (const std::string& id : kForeign)
      names_foreign = names_foreign || text.find(squeezed(id)) != text.npos;
    for (const std::string& id : kOurs) names_ours = names_ours || text.find(squeezed(id)) != text.npos;
    deletes = deletes || text.find("deleteimage") != text.npos;
  }
  FUZZ_CHECK(!deletes || !names_foreign, "a delete of a foreign id passes: " + shown(bytes));
  FUZZ_CHECK(!deletes || names_ours, "a delete that names nothing of ours passes: " + shown(bytes));
  // Once it may go there, it may go to no host that nobody acknowledged.
  static const Guard kOther(
      {.allow_destructive = true, .host = "cvm.example", .acknowledged = "other.example"});
  FUZZ_CHECK(kOther.permit("203.0.113.7", bytes).has_value(), "it passes to a host that nobody acknowledged");
  return 0;
}
