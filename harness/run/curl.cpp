#include "run/curl.h"

#include <algorithm>

#include "base/text.h"
#include "wire/http_reader.h"

namespace diconform::run {
namespace {

std::string shell_quoted(std::string_view text) {
  std::string quoted(1, '\'');
  quoted += replaced(std::string(text), "'", "'\\''");
  return quoted += '\'';
}

bool printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

}  // namespace

std::string curl_line(std::string_view request_bytes, std::string_view endpoint_url) {
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  if (reader.feed(request_bytes) != wire::ReadState::kDone) return "";
  const wire::HttpRequest& request = reader.request();
  if (!printable(request.body) || !printable(request.target) || !request.target.starts_with('/')) return "";
  while (endpoint_url.ends_with('/')) endpoint_url.remove_suffix(1);
  std::string line = "curl -sS -X " + shell_quoted(request.method) + " " +
                     shell_quoted(std::string(endpoint_url) + request.target);
  for (const wire::Header& header : request.headers) {
    if (equal_ignoring_case(header.name, "Content-Length")) continue;
    line += " -H " + shell_quoted(header.name + ": " + header.value);
  }
  if (!request.body.empty()) line += " --data-binary " + shell_quoted(request.body);
  return line;
}

}  // namespace diconform::run
