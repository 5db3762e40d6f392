// A mutator that keeps JSON JSON: three edits in four are of the tree, one in four is of plain bytes, so that
// broken text comes, too. All chance comes from the seed that the engine gives.
//
//   constexpr std::string_view kNames[] = {"ImageIds", "DryRun"};      // of members
//   constexpr std::string_view kValues[] = {"true", "\"img-…\"", "[]"};  // JSON texts
//   FUZZ_JSON_MUTATOR(kNames, kValues)  // and kMembers, see below
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "input.h"

namespace diconform::fuzz {

// The words of one target.
struct Vocabulary {
  std::span<const std::string_view> names, values;
  // Objects of one member that mean something; now and then the whole text begins anew with some of them.
  std::span<const std::string_view> members = {};
};

std::size_t mutate_json(const Vocabulary& words, std::uint8_t* data, std::size_t size, std::size_t capacity,
                        unsigned seed);
// A part of the second tree takes the place of one of the first, or the items of two lists are mixed.
std::size_t cross_json(std::string_view first, std::string_view second, std::uint8_t* out,
                       std::size_t capacity, unsigned seed);

}  // namespace diconform::fuzz

// Of the engine; not every one has it.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                      std::size_t capacity);

#define FUZZ_JSON_MUTATOR(...)                                                                               \
  extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity, \
                                                 unsigned seed) {                                            \
    return ::diconform::fuzz::mutate_json({__VA_ARGS__}, data, size, capacity, seed);                        \
  }                                                                                                          \
  extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,                \
                                                   const std::uint8_t* b, std::size_t b_size,                \
                                                   std::uint8_t* out, std::size_t capacity, unsigned seed) { \
    return ::diconform::fuzz::cross_json(::diconform::fuzz::text_of(a, a_size),                              \
                                         ::diconform::fuzz::text_of(b, b_size), out, capacity, seed);        \
  }
