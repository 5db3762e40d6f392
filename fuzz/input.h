// An input read as text, and the chance that a target may use: it comes from the bytes alone, so that a file
// repeats a run on every engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace diconform::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline std::uint64_t hash_of(std::string_view bytes) {  // FNV-1a
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001B3u;
  return hash;
}

// SplitMix64. (base/chance.h has the same; what our users build includes nothing of harness/.)
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) { return bound ? next() % bound : 0; }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// The n-th line, without its end; empty where there is none. A file that has several parts begins with lines.
inline std::string_view take_line(std::string_view& rest) {
  std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

}  // namespace diconform::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
