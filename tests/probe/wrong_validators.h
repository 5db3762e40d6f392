// Validators as people write them wrong, each with what is wrong about it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "validator.h"

namespace diconform::probe {

struct WrongValidator {
  std::string about;
  Accepts accepts;
  std::string pattern = {};  // its language, where it is written as one
};

inline std::vector<WrongValidator> wrong_validators() {
  const std::string manual = "img-[0-9a-z]{8}";
  std::vector<WrongValidator> all;
  auto pattern = [&](const char* about, const std::string& text) {
    all.push_back({about, matching(text), text});
  };
  pattern("unanchored in front", "(?s:.)*img-[0-9a-z]{8}");
  pattern("unanchored behind", "img-[0-9a-z]{8}(?s:.)*");
  pattern("unanchored", "(?s:.)*img-[0-9a-z]{8}(?s:.)*");
  pattern("$ before a newline", "img-[0-9a-z]{8}\\n?");
  pattern("one line of several", "(?:(?s:.)*\\n)?img-[0-9a-z]{8}(?:\\n(?s:.)*)?");
  pattern("\\w", "img-\\w{8}");
  pattern("upper case, too", "img-[0-9A-Za-z]{8}");
  pattern("case is ignored", "[Ii][Mm][Gg]-[0-9A-Za-z]{8}");
  pattern("A-z", "img-[0-9A-z]{8}");
  pattern("Unicode digits", "img-[0-9a-z٠-٩۰-۹०-९０-９]{8}");
  pattern("Unicode letters", "img-[0-9a-z\\xaa-\\xff]{8}");
  pattern("full-width letters", "img-[0-9a-zａ-ｚ]{8}");
  pattern("any character", "img-(?s:.){8}");
  pattern("any visible ASCII", "img-[!-~]{8}");
  pattern("range from /", "img-[/-9a-z]{8}");
  pattern("range to :", "img-[0-:a-z]{8}");
  pattern("range from `", "img-[0-9`-z]{8}");
  pattern("range to {", "img-[0-9a-{]{8}");
  pattern("0-8", "img-[0-8a-z]{8}");
  pattern("a-y", "img-[0-9a-y]{8}");
  pattern("1-9", "img-[1-9a-z]{8}");
  pattern("hexadecimal", "img-[0-9a-f]{8}");
  pattern("no look-alikes", "img-[2-9a-kmnp-z]{8}");
  pattern("a letter first", "img-[a-z][0-9a-z]{7}");
  pattern("hyphens", "img-[0-9a-z-]{8}");
  pattern("{7,8}", "img-[0-9a-z]{7,8}");
  pattern("{7}", "img-[0-9a-z]{7}");
  pattern("{8,}", "img-[0-9a-z]{8,}");
  pattern("{8}|{16}", "img-[0-9a-z]{8}|img-[0-9a-z]{16}");
  pattern("+", "img-[0-9a-z]+");
  pattern("*", "img-[0-9a-z]*");
  pattern("any prefix of letters", "[a-z]+-[0-9a-z]{8}");
  pattern("ins-, too", "(?:img|ins)-[0-9a-z]{8}");
  pattern("snap-, too", "(?:img|snap)-[0-9a-z]{8}");
  pattern("any separator", "img[-_.][0-9a-z]{8}");
  pattern("no hyphen needed", "img-?[0-9a-z]{8}");
  pattern("everything", "(?s:.)*");
  pattern("nothing", "[^\\x00-\\x{10FFFF}]");
  const Accepts right = matching(manual);
  all.push_back({"trimmed", [right](const std::string& id) { return right(std::string(trimmed(id))); }});
  all.push_back(
      {"cut at NUL", [right](const std::string& id) { return right(id.substr(0, id.find('\0'))); }});
  all.push_back({"NUL left out", [right](std::string id) {
                   std::erase(id, '\0');
                   return right(id);
                 }});
  all.push_back({"folded", [right](const std::string& id) { return right(lower_case(id)); }});
  all.push_back({"cut at twelve", [right](const std::string& id) { return right(id.substr(0, 12)); }});
  return all;
}

}  // namespace diconform::probe
