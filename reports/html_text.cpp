#include "reports/html_text.h"

#include <algorithm>

#include "base/text.h"
#include "reports/words.h"

namespace diconform::reports {
namespace {

constexpr std::string_view kReadByHtml = "&<>\"'";

std::string escaped(std::string_view text) {
  static constexpr std::string_view kInstead[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t harmless = std::min(text.find_first_of(kReadByHtml), text.size());
    out += text.substr(0, harmless);
    text.remove_prefix(harmless);
    if (text.empty()) break;
    out += kInstead[kReadByHtml.find(text[0])];
    text.remove_prefix(1);
  }
  return out;
}

// How much of the front is printable ASCII: nearly all there is, and quickly done with.
std::size_t printable_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7F) ++length;
  return length;
}

std::string marked(std::string_view text) { return "<span class=\"byte\">" + escaped(text) + "</span>"; }

}  // namespace

std::string html(std::string_view text) { return escaped(plain(text)); }

std::string html_code(std::string_view text) { return text.empty() ? "" : "<code>" + html(text) + "</code>"; }

std::string element(std::string_view tag, std::string_view css_class, std::string_view inner) {
  std::string out = "<" + std::string(tag);
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
    if (std::size_t printable = printable_length(rest)) {
      out += escaped(rest.substr(0, printable));
      at += printable;
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
