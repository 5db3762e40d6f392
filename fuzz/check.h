// The oracles' voice: says what was violated and aborts, so that every engine sees a crash. Never `assert`,
// which a build may leave out.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace diconform::fuzz {

[[noreturn]] inline void stop(const char* file, int line, const char* condition, const std::string& what) {
  std::fprintf(stderr, "FUZZ_CHECK failed: %s\n  %s\n  at %s:%d\n", condition, what.c_str(), file, line);
  std::abort();
}

// Bytes for a message, control bytes and everything beyond ASCII as \xNN.
inline std::string shown(std::string_view bytes) {
  std::string out = "\"";
  for (unsigned char byte : bytes.substr(0, 300)) {
    char text[8];
    bool plain = byte >= 0x20 && byte < 0x7f && byte != '\\' && byte != '"';
    std::snprintf(text, sizeof text, plain ? "%c" : "\\x%02x", byte);
    out += text;
  }
  return out + (bytes.size() > 300 ? "\"…" : "\"");
}

}  // namespace diconform::fuzz

// `what`, a std::string, is made only where the condition fails.
#define FUZZ_CHECK(condition, what) \
  ((condition) ? static_cast<void>(0) : ::diconform::fuzz::stop(__FILE__, __LINE__, #condition, what))
