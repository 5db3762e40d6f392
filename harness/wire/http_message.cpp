#include "wire/http_message.h"

#include <algorithm>

#include "base/text.h"

namespace diconform::wire {
namespace {

template <class Headers>
auto find(Headers& headers, std::string_view name) {
  return std::ranges::find_if(headers,
                              [&](const Header& header) { return equal_ignoring_case(header.name, name); });
}

std::string with_headers(std::string bytes, const std::vector<Header>& headers, std::string_view body) {
  std::size_t size = bytes.size() + body.size() + 2;
  for (const Header& header : headers) size += header.name.size() + header.value.size() + 4;
  bytes.reserve(size);
  for (const Header& header : headers)
    bytes.append(header.name).append(": ").append(header.value).append("\r\n");
  return std::move(bytes.append("\r\n").append(body));
}

}  // namespace

std::string_view HttpRequest::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view HttpRequest::query() const {
  std::size_t mark = target.find('?');
  return mark == target.npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  auto found = find(headers, name);
  return found == headers.end() ? nullptr : &found->value;
}

std::size_t count_headers(const std::vector<Header>& headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const Header& header) { return equal_ignoring_case(header.name, name); }));
}

void set_header(std::vector<Header>& headers, std::string_view name, std::string value) {
  auto first = find(headers, name);
  if (first == headers.end()) {
    headers.push_back({std::string(name), std::move(value)});
    return;
  }
  *first = {std::string(name), std::move(value)};
  auto repeats = std::remove_if(first + 1, headers.end(),
                                [&](const Header& header) { return equal_ignoring_case(header.name, name); });
  headers.erase(repeats, headers.end());
}

void remove_header(std::vector<Header>& headers, std::string_view name) {
  std::erase_if(headers, [&](const Header& header) { return equal_ignoring_case(header.name, name); });
}

std::string to_bytes(const HttpRequest& request) {
  return with_headers(request.method + ' ' + request.target + " HTTP/1.1\r\n", request.headers, request.body);
}

std::string to_bytes(const HttpReply& reply) {
  return with_headers("HTTP/1.1 " + std::to_string(reply.status) + ' ' + reply.reason + "\r\n", reply.headers,
                      reply.body);
}

HttpRequest with_length(HttpRequest request) {
  if (request.body.empty() && request.method != "POST") return request;
  set_header(request.headers, "Content-Length", std::to_string(request.body.size()));
  return request;
}

HttpReply with_length(HttpReply reply) {
  set_header(reply.headers, "Content-Length", std::to_string(reply.body.size()));
  return reply;
}

}  // namespace diconform::wire
