#include "json_mutator.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "input.h"
#include "json_tree.h"

namespace diconform::fuzz {
namespace {

// The engine's own mutation of plain bytes; without one, another byte somewhere.
std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t capacity, Dice& dice) {
  if (LLVMFuzzerMutate) return LLVMFuzzerMutate(data, size, capacity);
  if (size > 0) data[dice.below(size)] = static_cast<std::uint8_t>(dice.below(256));
  return size;
}

struct Editing {
  const Vocabulary& words;
  Dice& dice;
  Tree& root;

  Tree& any_node() { return nth_node(root, dice.below(count_nodes(root))); }
  // An array or object, if a few attempts find one; every other time the root, for what stands at the top is
  // what a decoder reads, and in a deep tree it would hardly ever be met.
  Tree& any_container() {
    if (dice.one_in(3)) return root;
    for (int attempt = 0; attempt < 4; ++attempt) {
      Tree& node = any_node();
      if (node.kind >= Kind::kArray) return node;
    }
    return root;
  }
  std::string any_name() {
    return std::string(words.names.empty() ? "x" : words.names[dice.below(words.names.size())]);
  }
  Tree any_value() {
    auto parsed =
        words.values.empty() ? std::nullopt : parse_tree(words.values[dice.below(words.values.size())]);
    return parsed ? std::move(parsed->root) : Tree();
  }
  // Like its neighbours, and yet another: the last characters are new.
  Tree sibling_of(const Tree& container) {
    if (container.parts.empty()) return any_value();
    Tree copy = container.parts[dice.below(container.parts.size())].value;
    if (copy.kind == Kind::kString && copy.text.size() > 4) {
      static constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
      for (std::size_t i = copy.text.size() - 1 - dice.below(4); i < copy.text.size(); ++i)
        copy.text[i] = kAlphabet[dice.below(kAlphabet.size())];
    }
    return copy;
  }
};

void set_member(Editing& e) {
  Tree& node = e.root.kind == Kind::kObject && e.dice.one_in(2) ? e.root : e.any_container();
  std::string name = e.any_name();
  auto same = std::ranges::find(node.parts, name, &Part::name);
  if (node.kind == Kind::kObject && same != node.parts.end() && !e.dice.one_in(8))
    same->value = e.any_value();
  else
    node.parts.insert(node.parts.begin() + static_cast<std::ptrdiff_t>(e.dice.below(node.parts.size() + 1)),
                      {std::move(name), e.any_value()});
}

void add_sibling(Editing& e) {
  Tree& node = e.any_container();
  std::string name = node.kind == Kind::kObject ? e.any_name() : "";
  node.parts.push_back({std::move(name), e.sibling_of(node)});
}

void set_value(Editing& e) {
  Tree& node = e.any_node();
  if (&node != &e.root) node = e.any_value();
}

void flip(Editing& e) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    Tree& node = e.any_node();
    if (node.kind != Kind::kTrue && node.kind != Kind::kFalse) continue;
    node.kind = node.kind == Kind::kTrue ? Kind::kFalse : Kind::kTrue;
    return;
  }
}

void drop(Editing& e) {
  Tree& node = e.any_container();
  if (!node.parts.empty())
    node.parts.erase(node.parts.begin() + static_cast<std::ptrdiff_t>(e.dice.below(node.parts.size())));
}

void repeat(Editing& e) {
  Tree& node = e.any_container();
  if (node.parts.empty() || node.parts.size() > 200) return;
  auto copy = node.parts[e.dice.below(node.parts.size())];
  node.parts.insert(node.parts.begin() + static_cast<std::ptrdiff_t>(e.dice.below(node.parts.size() + 1)),
                    std::move(copy));
}

void swap_two(Editing& e) {
  Tree& node = e.any_container();
  if (node.parts.size() > 1)
    std::swap(node.parts[e.dice.below(node.parts.size())], node.parts[e.dice.below(node.parts.size())]);
}

void rename(Editing& e) {
  Tree& node = e.any_container();
  if (node.kind == Kind::kObject && !node.parts.empty())
    node.parts[e.dice.below(node.parts.size())].name = e.any_name();
}

void edit_text(Editing& e) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    Tree& node = e.any_node();
    if (node.kind != Kind::kString) continue;
    std::uint8_t buffer[48];  // four times an ID: longer texts only take the time of others
    std::size_t size = std::min(node.text.size(), sizeof buffer);
    std::memcpy(buffer, node.text.data(), size);
    size = mutate_bytes(buffer, size, sizeof buffer, e.dice);
    node.text.assign(reinterpret_cast<const char*>(buffer), size);
    return;
  }
}

void wrap(Editing& e) {
  Tree& node = e.any_node();
  if (&node == &e.root || count_nodes(node) > 50) return;
  Tree inner = std::move(node);
  node = Tree(e.dice.one_in(2) ? Kind::kArray : Kind::kObject);
  node.parts.push_back({node.kind == Kind::kObject ? e.any_name() : "", std::move(inner)});
}

void unwrap(Editing& e) {
  Tree& node = e.any_container();
  if (&node == &e.root || node.parts.empty()) return;
  Tree inner = std::move(node.parts[e.dice.below(node.parts.size())].value);
  node = std::move(inner);
}

void copy_subtree(Editing& e) {
  Tree copy = e.any_node();
  if (count_nodes(copy) > 100) return;
  Tree& node = e.any_node();
  if (&node != &e.root) node = std::move(copy);
}

// A call of twelve IDs and three parameters has 16.
constexpr std::size_t kManyNodes = 20;

// A call as somebody in his right mind would make it, to go wrong from there.
void begin_anew(Editing& e) {
  if (e.words.members.empty()) return;
  e.root = Tree(Kind::kObject);
  for (std::size_t wanted = 1 + e.dice.below(4); wanted > 0; --wanted) {
    auto object = parse_tree(e.words.members[e.dice.below(e.words.members.size())]);
    if (!object || object->root.parts.empty()) continue;
    Part& member = object->root.parts.front();
    if (std::ranges::find(e.root.parts, member.name, &Part::name) == e.root.parts.end())
      e.root.parts.push_back(std::move(member));
  }
}

using Edit = void (*)(Editing&);
// What is listed twice comes twice as often.
constexpr Edit kEdits[] = {set_member, set_member, set_member, add_sibling,  add_sibling, set_value,
                           flip,       drop,       repeat,     swap_two,     rename,      edit_text,
                           edit_text,  wrap,       unwrap,     copy_subtree, begin_anew};

std::size_t put(std::string_view text, std::uint8_t* out, std::size_t capacity) {
  if (text.size() > capacity) return 0;
  std::memcpy(out, text.data(), text.size());
  return text.size();
}

}  // namespace

std::size_t mutate_json(const Vocabulary& words, std::uint8_t* data, std::size_t size, std::size_t capacity,
                        unsigned seed) {
  Dice dice(seed);
  if (dice.one_in(4)) return mutate_bytes(data, size, capacity, dice);
  auto parsed = parse_tree(text_of(data, size));
  Tree root = parsed ? std::move(parsed->root) : Tree(Kind::kObject);
  if (root.kind < Kind::kArray) root = Tree(Kind::kObject);
  Editing editing{words, dice, root};
  // What an engine keeps only ever grows; from some size on, something has to go first.
  for (int tries = 0; tries < 4 && count_nodes(root) > kManyNodes && !dice.one_in(8); ++tries) drop(editing);
  for (std::size_t edits = 1 + dice.below(3); edits > 0; --edits)
    kEdits[dice.below(std::size(kEdits))](editing);
  // Mostly plain: other spellings are the oracle's business.
  std::size_t written_size = put(written(root, dice.one_in(16) ? &dice : nullptr), data, capacity);
  return written_size > 0 ? written_size : mutate_bytes(data, size, capacity, dice);
}

std::size_t cross_json(std::string_view first, std::string_view second, std::uint8_t* out,
                       std::size_t capacity, unsigned seed) {
  Dice dice(seed);
  auto a = parse_tree(first), b = parse_tree(second);
  if (!a || !b) return put(first.substr(0, capacity), out, capacity);
  Tree& to = nth_node(a->root, dice.below(count_nodes(a->root)));
  Tree& from = nth_node(b->root, dice.below(count_nodes(b->root)));
  if (to.kind == Kind::kArray && from.kind == Kind::kArray)
    to.parts.insert(to.parts.end(), from.parts.begin(), from.parts.end());
  else
    to = from;
  std::size_t size = put(written(a->root), out, capacity);
  return size > 0 ? size : put(first.substr(0, capacity), out, capacity);
}

}  // namespace diconform::fuzz
