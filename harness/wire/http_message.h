// HTTP messages as values that keep what came: header order, spelling, raw target and raw values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diconform::wire {

struct Header {
  std::string name;   // as sent
  std::string value;  // as sent, without the white space around it
  friend bool operator==(const Header&, const Header&) = default;
};

struct HttpRequest {
  std::string method = "POST";
  std::string target = "/";  // path and query, as on the wire
  std::vector<Header> headers;
  std::string body;                // after transfer decoding
  std::string_view path() const;   // the target up to '?'
  std::string_view query() const;  // after '?', raw; empty without one
  friend bool operator==(const HttpRequest&, const HttpRequest&) = default;
};

struct HttpReply {
  int status = 200;
  std::string reason = "OK";
  std::vector<Header> headers;
  std::string body;  // after transfer decoding
  friend bool operator==(const HttpReply&, const HttpReply&) = default;
};

// The first header of that name, ignoring case, or null.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);
std::size_t count_headers(const std::vector<Header>& headers, std::string_view name);
// Replaces the first header of that name and removes the others; appends where there is none.
void set_header(std::vector<Header>& headers, std::string_view name, std::string value);
void remove_header(std::vector<Header>& headers, std::string_view name);

// The bytes on the wire, HTTP/1.1. Writes the headers as they are: Content-Length is the caller's, set by
// `with_length` where the message should be right.
std::string to_bytes(const HttpRequest& request);
std::string to_bytes(const HttpReply& reply);
HttpRequest with_length(HttpRequest request);  // Content-Length for a body or a POST; nothing on an empty GET
HttpReply with_length(HttpReply reply);

}  // namespace diconform::wire
