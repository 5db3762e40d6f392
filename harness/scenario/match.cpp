#include "scenario/case.h"

namespace diconform::scenario {

std::string to_text(const ReplyMatch& match) {
  std::string text;
  auto add = [&](std::string_view part) { text += (text.empty() ? "" : " or ") + std::string(part); };
  if (match.success) add("success");
  for (const std::string& code : match.codes) add(code);
  if (match.any_error) add("an error about the request");
  if (match.http_error) add("an HTTP error");
  return text;
}

}  // namespace diconform::scenario
