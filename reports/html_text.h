// Text and bytes as HTML. Whatever a target sent, no mark-up of ours comes out of it.
#pragma once

#include <string>
#include <string_view>

namespace diconform::reports {

// One line of text, for elements and for attributes in double quotes.
std::string html(std::string_view text);
// <code>…</code>, or nothing for nothing.
std::string html_code(std::string_view text);
// <tag class="…">inner</tag>; `inner` is HTML already.
std::string element(std::string_view tag, std::string_view css_class, std::string_view inner);

// A message as on the wire, for a <pre>: lines as lines; a lone CR or LF, control characters and bytes that
// are not UTF-8 are marked. At most `limit` bytes of it.
std::string html_message(std::string_view bytes, std::size_t limit);

}  // namespace diconform::reports
