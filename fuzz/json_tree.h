// JSON as a tree, small and of its own: the second opinion that the targets hold decoders against, and what
// the mutator edits. Shares no code with harness/ or with any library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input.h"

namespace diconform::fuzz {

enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

struct Part;
struct Tree {
  Kind kind = Kind::kNull;
  std::string text;         // of a string, decoded; of a number, as written
  std::vector<Part> parts;  // members, or items (their names are empty)

  explicit Tree(Kind its_kind = Kind::kNull, std::string its_text = "");
  Tree(const Tree&);
  Tree(Tree&&) noexcept;
  Tree& operator=(const Tree&);
  Tree& operator=(Tree&&) noexcept;
  ~Tree();
};
struct Part {
  std::string name;
  Tree value;
};

struct ParsedTree {
  Tree root;
  std::size_t depth = 0;         // of nested arrays and objects
  bool repeated_member = false;  // somewhere a name stands twice in one object
  bool odd_text = false;         // not UTF-8, or a lone surrogate: RFC 8259 leaves it to the reader
  bool byte_order_mark = false;  // in front: a reader may ignore it (RFC 8259 section 8.1)
  bool huge_number = false;      // beyond the range of a double
};
// Nothing where the bytes are not JSON by the grammar of RFC 8259, or are nested deeper than 500 levels.
std::optional<ParsedTree> parse_tree(std::string_view text);

// Plain JSON text. With dice: the same value in another dress: white space, escapes, the order of members.
std::string written(const Tree& tree, Dice* dice = nullptr);

std::size_t count_nodes(const Tree& tree);
Tree& nth_node(Tree& tree, std::size_t number);  // in order of appearance, the root is 0

}  // namespace diconform::fuzz
