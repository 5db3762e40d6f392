// Whether an error says where: the file it was told, and in it a byte or a JSON pointer that is there.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "base/error.h"
#include "check.h"
#include "json_tree.h"

namespace diconform::fuzz {

// Whether the pointer (RFC 6901) names a value of the tree.
inline bool is_inside(std::string_view pointer, const Tree& root) {
  const Tree* node = &root;
  while (!pointer.empty()) {
    if (pointer[0] != '/') return false;
    std::string_view part = pointer.substr(1, pointer.find('/', 1) - 1);
    pointer.remove_prefix(part.size() + 1);
    const Tree* found = nullptr;
    std::size_t number = 0;
    for (const Part& each : node->parts) {
      std::string name;
      if (node->kind == Kind::kArray)
        name = std::to_string(number++);
      else
        for (char c : each.name) name += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
      if (name == part) found = &each.value;
    }
    // A member that is missing has its place in an object that is there.
    if (!found) return pointer.empty() && node->kind == Kind::kObject;
    node = found;
  }
  return true;
}

inline void check_place(const Error& error, std::string_view file, std::string_view text) {
  FUZZ_CHECK(error.where.starts_with(file), "an error that names no file: " + error.message());
  FUZZ_CHECK(!error.what.empty(), "an error that says nothing: " + error.message());
  std::string_view place = std::string_view(error.where).substr(file.size());
  if (place.starts_with(": ")) place.remove_prefix(2);
  if (place.starts_with("byte ")) {
    std::size_t byte = 0;
    std::from_chars(place.data() + 5, place.data() + place.size(), byte);
    FUZZ_CHECK(byte <= text.size() + 1, "a byte beyond the end: " + error.message());
    return;
  }
  // Text that is not UTF-8, members that repeat: where the two parsers may differ, the parse is the witness.
  auto parsed = parse_tree(text);
  if (!parsed || parsed->repeated_member || parsed->odd_text) return;
  FUZZ_CHECK(is_inside(place, parsed->root), "a place that is not there: " + error.message());
}

}  // namespace diconform::fuzz
