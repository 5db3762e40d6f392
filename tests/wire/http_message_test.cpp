#include "wire/http_message.h"

namespace diconform::wire {
namespace {

TEST(HttpMessage, SplitsItsTargetAtTheFirstQuestionMark) {
  HttpRequest request;
  request.target = "/a?b?c";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "b?c");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(HttpMessage, FindsHeadersWhateverTheirCase) {
  std::vector<Header> headers = {{"A", "1"}, {"B", "2"}, {"a", "3"}};
  EXPECT_EQ(*find_header(headers, "a"), "1");
  EXPECT_EQ(find_header(headers, "c"), nullptr);
  EXPECT_EQ(count_headers(headers, "a"), 2u);
}

TEST(HttpMessage, SetsOneHeaderInItsPlace) {
  std::vector<Header> headers = {{"A", "1"}, {"B", "2"}, {"a", "3"}};
  set_header(headers, "a", "4");
  EXPECT_EQ(headers, (std::vector<Header>{{"a", "4"}, {"B", "2"}}));
  set_header(headers, "C", "5");
  EXPECT_EQ(headers.back(), (Header{"C", "5"}));
  remove_header(headers, "b");
  EXPECT_EQ(headers, (std::vector<Header>{{"a", "4"}, {"C", "5"}}));
}

TEST(HttpMessage, WritesItsHeadersAsTheyAre) {
  HttpRequest request{"GET", "/?x", {{"hOsT", "h"}, {"Empty", ""}}, ""};
  EXPECT_EQ(to_bytes(request), "GET /?x HTTP/1.1\r\nhOsT: h\r\nEmpty: \r\n\r\n");
  HttpReply reply{404, "Not Found", {{"A", "b"}}, "body"};
  EXPECT_EQ(to_bytes(reply), "HTTP/1.1 404 Not Found\r\nA: b\r\n\r\nbody");
}

TEST(HttpMessage, GetsALengthWhereItNeedsOne) {
  EXPECT_EQ(*find_header(with_length(HttpRequest{"POST", "/", {}, ""}).headers, "Content-Length"), "0");
  EXPECT_EQ(*find_header(with_length(HttpRequest{"GET", "/", {}, "abc"}).headers, "Content-Length"), "3");
  EXPECT_TRUE(with_length(HttpRequest{"GET", "/", {}, ""}).headers.empty());
  EXPECT_EQ(*find_header(with_length(HttpReply{}).headers, "Content-Length"), "0");
}

}  // namespace
}  // namespace diconform::wire
