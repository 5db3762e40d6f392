#include "json_tree.h"

#include <cmath>
#include <cstdlib>
#include <unordered_set>

namespace diconform::fuzz {
namespace {

constexpr std::size_t kDeepest = 500;

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// The length of the UTF-8 character in front and its code, or 0 (Unicode 15, table 3-7).
std::size_t utf8_at(std::string_view text, unsigned& code) {
  unsigned first = static_cast<unsigned char>(text[0]);
  std::size_t length = first < 0x80   ? 1
                       : first < 0xC2 ? 0
                       : first < 0xE0 ? 2
                       : first < 0xF0 ? 3
                       : first < 0xF5 ? 4
                                      : 0;
  if (length == 0 || length > text.size()) return 0;
  code = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    unsigned next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return 0;
    code = code << 6 | (next & 0x3F);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return overlong || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF ? 0 : length;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<ParsedTree> parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      parsed_.byte_order_mark = true;
      at_ = 3;
    }
    blanks();
    if (!value(parsed_.root, 0)) return std::nullopt;
    blanks();
    if (at_ != text_.size()) return std::nullopt;
    return std::move(parsed_);
  }

 private:
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }

  bool value(Tree& out, std::size_t depth) {
    if (at_ == text_.size()) return false;
    switch (text_[at_]) {
      case '{':
        return object(out, depth + 1);
      case '[':
        return array(out, depth + 1);
      case '"':
        out.kind = Kind::kString;
        return string(out.text);
      case 't':
        out.kind = Kind::kTrue;
        return take("true");
      case 'f':
        out.kind = Kind::kFalse;
        return take("false");
      case 'n':
        return take("null");
      default:
        out.kind = Kind::kNumber;
        return number(out.text);
    }
  }

  bool enter(std::size_t depth) {
    parsed_.depth = std::max(parsed_.depth, depth);
    ++at_;
    blanks();
    return depth <= kDeepest;
  }

  bool array(Tree& out, std::size_t depth) {
    out.kind = Kind::kArray;
    if (!enter(depth)) return false;
    if (take(']')) return true;
    do {
      blanks();
      if (!value(out.parts.emplace_back().value, depth)) return false;
      blanks();
    } while (take(','));
    return take(']');
  }

  bool object(Tree& out, std::size_t depth) {
    out.kind = Kind::kObject;
    if (!enter(depth)) return false;
    if (take('}')) return true;
    do {
      blanks();
      auto& [name, item] = out.parts.emplace_back();
      if (!string(name)) return false;
      blanks();
      if (!take(':')) return false;
      blanks();
      if (!value(item, depth)) return false;
      blanks();
    } while (take(','));
    note_repeats(out);
    return take('}');
  }

  void note_repeats(const Tree& object) {
    if (object.parts.size() > 8) {
      std::unordered_set<std::string_view> names;
      for (const auto& [name, item] : object.parts) parsed_.repeated_member |= !names.insert(name).second;
      return;
    }
    for (std::size_t i = 1; i < object.parts.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        parsed_.repeated_member |= object.parts[i].name == object.parts[j].name;
  }

  bool digits() {
    std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > start;
  }

  bool number(std::string& out) {
    std::size_t start = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    out = text_.substr(start, at_ - start);
    parsed_.huge_number |= std::isinf(std::strtod(out.c_str(), nullptr));
    return true;
  }

  bool hex4(unsigned& code) {
    if (text_.size() - at_ < 4) return false;
    code = 0;
    for (int i = 0; i < 4; ++i) {
      char c = text_[at_++];
      unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                       : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                       : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                              : 16;
      if (digit == 16) return false;
      code = code << 4 | digit;
    }
    return true;
  }

  bool escape(std::string& out) {
    static constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) return false;
    char c = text_[at_++];
    if (std::size_t known = kNames.find(c); known != kNames.npos) {
      out += kMeanings[known];
      return true;
    }
    unsigned code = 0, low = 0;
    if (c != 'u' || !hex4(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      std::size_t before = at_;
      if (take("\\u") && hex4(low) && low >= 0xDC00 && low < 0xE000) {
        append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
        return true;
      }
      at_ = before;
    }
    if (code >= 0xD800 && code < 0xE000) parsed_.odd_text = true;
    append_utf8(out, code);
    return true;
  }

  bool string(std::string& out) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return false;
      if (c == '\\') {
        ++at_;
        if (!escape(out)) return false;
        continue;
      }
      unsigned code = 0;
      std::size_t length = c < 0x80 ? 1 : utf8_at(text_.substr(at_), code);
      if (length == 0) parsed_.odd_text = true;
      out.append(text_, at_, std::max<std::size_t>(length, 1));
      at_ += std::max<std::size_t>(length, 1);
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  ParsedTree parsed_;
};

class Writer {
 public:
  explicit Writer(Dice* dice) : dice_(dice) {}

  void value(const Tree& tree) {
    blanks();
    switch (tree.kind) {
      case Kind::kNull:
        out += "null";
        break;
      case Kind::kFalse:
        out += "false";
        break;
      case Kind::kTrue:
        out += "true";
        break;
      case Kind::kNumber:
        out += tree.text;
        break;
      case Kind::kString:
        string(tree.text);
        break;
      case Kind::kArray:
      case Kind::kObject:
        parts(tree);
        break;
    }
    blanks();
  }

  std::string out;

 private:
  void blanks() {
    if (!dice_) return;
    static constexpr std::string_view kBlanks[] = {"", "", "", " ", "\n", "\t", "\r\n", "  "};
    out += kBlanks[dice_->below(8)];
  }

  void parts(const Tree& tree) {
    bool named = tree.kind == Kind::kObject;
    out += named ? '{' : '[';
    if (tree.parts.empty()) blanks();
    // A rotation, perhaps backwards: every member is somewhere else, and nothing is allocated.
    std::size_t count = tree.parts.size(), first = named && dice_ ? dice_->below(count) : 0;
    bool backwards = named && dice_ && dice_->one_in(2);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& [name, item] = tree.parts[(first + (backwards ? count - i : i)) % count];
      if (i > 0) out += ',';
      if (named) {
        blanks();
        string(name);
        blanks();
        out += ':';
      }
      value(item);
    }
    out += named ? '}' : ']';
  }

  void string(std::string_view text) {
    out += '"';
    while (!text.empty()) {
      unsigned code = 0;
      std::size_t length = utf8_at(text, code);
      if (length == 0) {  // stays as it is: not ours to mend
        length = 1;
        out += text[0];
      } else if (code == '"' || code == '\\') {
        (out += '\\') += static_cast<char>(code);
      } else if (code < 0x20 || (dice_ && dice_->one_in(6))) {
        escape(code);
      } else {
        out.append(text, 0, length);
      }
      text.remove_prefix(length);
    }
    out += '"';
  }

  void escape(unsigned code) {
    auto unit = [&](unsigned value) {
      const char* digits = dice_ && dice_->one_in(2) ? "0123456789ABCDEF" : "0123456789abcdef";
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out += digits[(value >> shift) & 15];
    };
    if (code == '/') {
      out += "\\/";
    } else if (code < 0x10000) {
      unit(code);
    } else {
      unit(0xD800 + ((code - 0x10000) >> 10));
      unit(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }

  Dice* dice_;
};

Tree* find_node(Tree& tree, std::size_t& number) {
  if (number == 0) return &tree;
  --number;
  for (auto& [name, item] : tree.parts)
    if (Tree* found = find_node(item, number)) return found;
  return nullptr;
}

}  // namespace

Tree::Tree(Kind its_kind, std::string its_text) : kind(its_kind), text(std::move(its_text)) {}
Tree::Tree(const Tree&) = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(const Tree&) = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

std::optional<ParsedTree> parse_tree(std::string_view text) { return Parser(text).parse(); }

std::string written(const Tree& tree, Dice* dice) {
  Writer writer(dice);
  writer.value(tree);
  return std::move(writer.out);
}

std::size_t count_nodes(const Tree& tree) {
  std::size_t count = 1;
  for (const auto& [name, item] : tree.parts) count += count_nodes(item);
  return count;
}

Tree& nth_node(Tree& tree, std::size_t number) {
  Tree* found = find_node(tree, number);
  return found ? *found : tree;
}

}  // namespace diconform::fuzz
