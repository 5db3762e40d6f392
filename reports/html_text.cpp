#include "reports/html_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "reports/words.h"

namespace diconform::reports {
namespace {

constexpr std::string_view kReadByHtml = "&<>\"'";
constexpr std::string_view kInstead[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

// Printable ASCII that HTML does not read: nearly all there is, so it is copied in long pieces.
constexpr std::array<bool, 256> kHarmless = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) table[c] = !kReadByHtml.contains(static_cast<char>(c));
  return table;
}();

std::string_view harmless_front(std::string_view text) {
  auto end = std::ranges::find_if(text, [](char c) { return !kHarmless[static_cast<unsigned char>(c)]; });
  return {text.begin(), end};
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::string_view piece = harmless_front(text);
    out += piece;
    text.remove_prefix(piece.size());
    if (text.empty()) break;
    auto special = kReadByHtml.find(text[0]);
    out += special == kReadByHtml.npos ? text.substr(0, 1) : kInstead[special];
    text.remove_prefix(1);
  }
  return out;
}

std::string marked(std::string_view text) { return "<span class=\"byte\">" + escaped(text) + "</span>"; }

}  // namespace

std::string html(std::string_view text) { return escaped(plain(text)); }

std::string html_code(std::string_view text) { return text.empty() ? "" : "<code>" + html(text) + "</code>"; }

std::string element(std::string_view tag, std::string_view css_class, std::string_view inner) {
  std::string out(1, '<');
  out += tag;
  if (!css_class.empty()) out += " class=\"" + std::string(css_class) + "\"";
  return out + ">" + std::string(inner) + "</" + std::string(tag) + ">";
}

std::string html_message(std::string_view bytes, std::size_t limit) {
  bool was_cut = bytes.size() > limit;
  if (was_cut) {
    // Not in the middle of a character: its front would be shown as bytes that nobody sent.
    while (limit > 0 && (static_cast<unsigned char>(bytes[limit]) & 0xC0) == 0x80) --limit;
    bytes = bytes.substr(0, limit);
  }
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    std::string_view rest = bytes.substr(at);
    if (std::string_view piece = harmless_front(rest); !piece.empty()) {
      out += piece;
      at += piece.size();
      continue;
    }
    if (rest.starts_with("\r\n")) {
      out += '\n';
      at += 2;
      continue;
    }
    std::size_t length = utf8_length(rest);
    std::string_view character = rest.substr(0, length ? length : 1);
    std::string shown = plain(character);
    out += shown == character ? escaped(character) : marked(shown);
    if (character == "\n") out += '\n';
    at += character.size();
  }
  return out;
}

}  // namespace diconform::reports
