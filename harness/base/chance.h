// Seeded chance. The same seed gives the same sequence on every machine and compiler, so a printed seed
// repeats a run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace diconform {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014). A value:
// copy it to fork a sequence, give every thread its own.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // Uniform in [0, bound); 0 for bound 0. The bias is below 2^-32 for every bound that fits 32 bits.
  std::uint64_t below(std::uint64_t bound) { return bound ? next() % bound : 0; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  std::string text(std::string_view alphabet, std::size_t length) {
    std::string out;
    while (out.size() < length) out += alphabet[below(alphabet.size())];
    return out;
  }

 private:
  std::uint64_t state_;
};

// A seed for one named part of a run, independent of the order in which parts run (FNV-1a over the name).
inline std::uint64_t seed_for(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325u ^ seed;
  for (unsigned char byte : name) hash = (hash ^ byte) * 0x100000001B3u;
  return Chance(hash).next();
}

}  // namespace diconform
