// The plain main of a target: replays files and folders, and standard input where there are none. Any
// compiler builds it, so that no target rots, and AFL++ can drive it. With -runs=N it also mutates what it
// read, blindly: a check that costs no instrumentation.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "input.h"

extern "C" {
// Of targets with a mutator of their own.
[[gnu::weak]] std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity,
                                                  unsigned seed);
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t capacity);
}

namespace {

namespace fs = std::filesystem;
using diconform::fuzz::Dice;

Dice& chance() {
  static Dice dice(1);
  return dice;
}

std::string bytes_of(std::istream& stream) { return {std::istreambuf_iterator<char>(stream), {}}; }

void run(const std::string& input) {
  // A copy of exactly this size, so that a sanitizer sees the first byte beyond.
  std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string mutated(const std::string& input, std::size_t longest) {
  std::vector<std::uint8_t> bytes(input.begin(), input.end());
  bytes.resize(std::max(longest, input.size()));
  std::size_t size = LLVMFuzzerCustomMutator
                         ? LLVMFuzzerCustomMutator(bytes.data(), input.size(), bytes.size(),
                                                   static_cast<unsigned>(chance().next()))
                         : LLVMFuzzerMutate(bytes.data(), input.size(), bytes.size());
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

// libFuzzer's has a dozen ways; three are enough here.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t capacity) {
  Dice& dice = chance();
  if (size == 0 || (dice.one_in(3) && size < capacity)) {
    if (size == capacity) return size;
    std::size_t at = dice.below(size + 1);
    std::memmove(data + at + 1, data + at, size - at);
    data[at] = static_cast<std::uint8_t>(dice.below(256));
    return size + 1;
  }
  std::size_t at = dice.below(size);
  if (dice.one_in(2)) {
    data[at] = static_cast<std::uint8_t>(dice.below(256));
    return size;
  }
  std::memmove(data + at, data + at + 1, size - at - 1);
  return size - 1;
}

int main(int argc, char** argv) {
  std::size_t runs = 0, read = 0;
  std::vector<std::string> inputs;
  bool named = false;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument.starts_with("-runs=")) runs = std::stoul(argument.substr(6));
    if (argument.starts_with("-seed=")) chance() = Dice(std::stoul(argument.substr(6)));
    if (argument.starts_with("-")) continue;  // libFuzzer's own options mean nothing here
    named = true;
    for (const fs::path& file : files_of(argument)) {
      std::ifstream stream(file, std::ios::binary);
      if (!stream) return std::fprintf(stderr, "%s: cannot be read\n", file.c_str()), 1;
      inputs.push_back(bytes_of(stream));
      // Kept until the next: the last one names what crashed.
      std::fprintf(stderr, "%s\n", file.c_str());
      run(inputs.back());
      ++read;
    }
  }
  if (!named) {
    inputs.push_back(bytes_of(std::cin));
    run(inputs.back());
  }
  // Half of the time one step away from what was read: without coverage, long ways lead to garbage.
  if (inputs.empty()) inputs.push_back("");
  const std::size_t seeds = inputs.size();
  for (std::size_t n = 0; n < runs; ++n) {
    std::string input = mutated(inputs[chance().below(chance().one_in(2) ? seeds : inputs.size())], 4096);
    run(input);
    if (n % 8 == 0) inputs.push_back(std::move(input));
  }
  std::printf("%zu files, %zu mutations: nothing found\n", read, runs);
}
