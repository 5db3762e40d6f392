#include "wire/http_reader.h"

#include "base/chance.h"

namespace diconform::wire {
namespace {

using Kind = HttpReader::Kind;

// Reads the bytes whole and byte by byte, and checks that both end alike.
HttpReader read(std::string_view bytes, Kind kind = Kind::kRequest, ReadLimits limits = {}) {
  HttpReader whole(kind, limits), split(kind, limits);
  whole.feed(bytes);
  for (char byte : bytes) split.feed(std::string_view(&byte, 1));
  EXPECT_EQ(whole.state(), split.state()) << bytes;
  if (whole.state() == ReadState::kDone) {
    EXPECT_EQ(whole.request(), split.request());
    EXPECT_EQ(whole.reply(), split.reply());
    EXPECT_EQ(whole.raw(), split.raw());
    EXPECT_EQ(whole.keep_alive(), split.keep_alive());
  }
  return whole;
}

TEST(HttpReader, ReadsARequestAndKeepsItsBytes) {
  std::string bytes =
      "POST /?a=%20 HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nx-ODD:\t a%20b \xC3\xA9  c \t\r\nContent-Length: "
      "3\r\n\r\nabc";
  HttpReader reader = read(bytes);
  ASSERT_EQ(reader.state(), ReadState::kDone) << reader.problem();
  HttpRequest expected;
  expected.method = "POST";
  expected.target = "/?a=%20";
  expected.headers = {
      {"Host", "h"}, {"X-Empty", ""}, {"x-ODD", "a%20b \xC3\xA9  c"}, {"Content-Length", "3"}};
  expected.body = "abc";
  EXPECT_EQ(reader.request(), expected);
  EXPECT_EQ(reader.raw(), bytes);
  EXPECT_TRUE(reader.keep_alive());
}

TEST(HttpReader, NeedsMoreUntilTheLastByte) {
  std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    HttpReader reader(Kind::kRequest);
    EXPECT_EQ(reader.feed(std::string_view(bytes).substr(0, size)), ReadState::kNeedMore);
    EXPECT_EQ(reader.headers_done(), size >= bytes.size() - 3);
    EXPECT_FALSE(reader.keep_alive());
    EXPECT_EQ(reader.finish(), ReadState::kBad);
  }
}

TEST(HttpReader, RefusesWhatWouldLeaveRoomForTwoReadings) {
  const std::string line = "POST / HTTP/1.1\r\n", host = "Host: h\r\n";
  for (const std::string& bytes : {
           line + "Host: h\nContent-Length: 0\r\n\r\n",                      // bare LF
           line + "Host: h\rContent-Length: 0\r\n\r\n",                      // bare CR
           line + host + "Content-Length : 0\r\n\r\n",                       // blank before the colon
           line + host + "X: a\r\n b\r\n\r\n",                               // folded
           line + " X: a\r\n" + host + "\r\n",                               // folded at once
           line + host + "X: a\x01\r\n\r\n",                                 // control
           line + host + std::string("X: a\0b\r\n\r\n", 10),                 // NUL
           line + host + "X: a\x7f\r\n\r\n",                                 // DEL
           line + host + ": a\r\n\r\n",                                      // no name
           line + host + "no colon\r\n\r\n",                                 //
           line + host + "X(): a\r\n\r\n",                                   // no token
           line + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\na",  //
           line + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",  //
           line + host + "Content-Length: 1, 1\r\n\r\na",                    //
           line + host + "Content-Length: +1\r\n\r\na",                      //
           line + host + "Content-Length: -1\r\n\r\na",                      //
           line + host + "Content-Length: 0x1\r\n\r\na",                     //
           line + host + "Content-Length:\r\n\r\na",                         //
           line + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",  //
           line + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",              //
           line + host + "Transfer-Encoding: identity\r\n\r\n",                            //
           line + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",                   //
           line + "\r\n",                                                                  // no Host
           line + host + host + "\r\n",                                                    // two
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),  //
       }) {
    HttpReader reader = read(bytes);
    EXPECT_EQ(reader.state(), ReadState::kBad) << bytes;
    EXPECT_NE(reader.problem(), "");
    EXPECT_FALSE(reader.keep_alive());
  }
}

TEST(HttpReader, RefusesStartLinesOfAnotherForm) {
  for (const char* line : {"POST /", "POST  / HTTP/1.1", "POST / HTTP/1.1 ", " POST / HTTP/1.1",
                           "POST / HTTP/2.0", "POST / http/1.1", "POST / HTTP/1.10", "P(ST / HTTP/1.1",
                           "/ HTTP/1.1", "POST a HTTP/1.1", "POST /a b HTTP/1.1", "POST /\x01 HTTP/1.1",
                           "POST\t/\tHTTP/1.1", "\x16\x03\x01\x02", "POST /\r HTTP/1.1"}) {
    EXPECT_EQ(read(std::string(line) + "\r\nHost: h\r\n\r\n").state(), ReadState::kBad) << line;
  }
}

TEST(HttpReader, ForgivesOneEmptyLineBeforeARequest) {
  EXPECT_EQ(read("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").state(), ReadState::kDone);
  EXPECT_EQ(read("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").state(), ReadState::kBad);
}

TEST(HttpReader, TakesTargetsOfEveryForm) {
  for (const char* target : {"/", "*", "http://h/x?y", "/\xE6\xB5\x8B?a#b\"<>{}|"}) {
    HttpReader reader = read("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(reader.state(), ReadState::kDone) << target;
    EXPECT_EQ(reader.request().target, target);
  }
}

TEST(HttpReader, DecodesChunksAndDropsTrailers) {
  std::string bytes =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3\r\nabc\r\n00A;name=\"value\"\r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n";
  HttpReader reader = read(bytes);
  ASSERT_EQ(reader.state(), ReadState::kDone) << reader.problem();
  EXPECT_EQ(reader.request().body, "abc0123456789");
  EXPECT_EQ(reader.request().headers.size(), 2u);
  EXPECT_EQ(reader.raw(), bytes);
}

TEST(HttpReader, RefusesChunksOfAnotherForm) {
  for (const char* chunks :
       {"\r\n", "x\r\n", "-1\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", " 1\r\na\r\n", "1 \r\na\r\n", "1\na\r\n",
        "1\r\nab\r\n", "1\r\na\n", "1\r\na\rb", "00000000000000001\r\na\r\n", "1;\x01\r\na\r\n",
        "0\r\nX : y\r\n\r\n", "0\r\n y\r\n\r\n", "0\r\nx\r\n\r\n"}) {
    HttpReader reader =
        read("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks));
    EXPECT_EQ(reader.state(), ReadState::kBad) << chunks;
  }
}

TEST(HttpReader, BoundsEverything) {
  ReadLimits limits{.start_line = 20, .headers = 40, .header_count = 3, .body = 10};
  auto state = [&](const std::string& bytes) { return read(bytes, Kind::kRequest, limits).state(); };
  const std::string line = "POST / HTTP/1.1\r\n", host = "Host: h\r\n", end = "\r\n";
  EXPECT_EQ(state("POST /12345 HTTP/1.1\r\n" + host + end), ReadState::kDone);
  EXPECT_EQ(state("POST /123456 HTTP/1.1\r\n" + host + end), ReadState::kTooLarge);
  EXPECT_EQ(state(std::string(22, 'P')), ReadState::kTooLarge);
  EXPECT_EQ(state(line + host + "X: " + std::string(26, 'x') + "\r\n\r\n"), ReadState::kDone);
  EXPECT_EQ(state(line + host + "X: " + std::string(29, 'x') + "\r\n\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state(line + host + "a:b\r\nc:d\r\n\r\n"), ReadState::kDone);
  EXPECT_EQ(state(line + host + "a:b\r\nc:d\r\ne:f\r\n\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state(line + host + "Content-Length: 10\r\n\r\n0123456789"), ReadState::kDone);
  EXPECT_EQ(state(line + host + "Content-Length: 11\r\n\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state(line + host + "Content-Length: 99999999999999999999\r\n\r\n"), ReadState::kTooLarge);
}

TEST(HttpReader, BoundsWhatChunksHold) {
  ReadLimits limits;
  limits.body = 10;
  auto state = [&](const std::string& chunks) {
    return read("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, Kind::kRequest,
                limits)
        .state();
  };
  EXPECT_EQ(state("a\r\n0123456789\r\n0\r\n\r\n"), ReadState::kDone);
  EXPECT_EQ(state("b\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state("5\r\n01234\r\n6\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state("ffffffffffffffff\r\n"), ReadState::kTooLarge);
  EXPECT_EQ(state("1;" + std::string(2000, 'x')), ReadState::kTooLarge);
  EXPECT_EQ(state("1\r\na\r\n1\r\na\r\n1\r\na\r\n"), ReadState::kTooLarge);  // one-byte chunks
  std::string many = "0\r\n";
  for (int i = 0; i < 130; ++i) many += "x:y\r\n";
  EXPECT_EQ(state(many), ReadState::kTooLarge);
}

TEST(HttpReader, TakesNothingAfterARefusal) {
  HttpReader reader(Kind::kRequest);
  reader.feed("nonsense\r\n");
  std::size_t size = reader.raw().size();
  EXPECT_EQ(reader.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), ReadState::kBad);
  EXPECT_EQ(reader.next(), ReadState::kBad);
  EXPECT_EQ(reader.finish(), ReadState::kBad);
  EXPECT_EQ(reader.raw().size(), size);
}

TEST(HttpReader, GoesOnWithPipelinedMessages) {
  std::string stream;
  for (int i = 0; i < 50; ++i) {
    std::string body(static_cast<std::size_t>(i), 'b');
    std::string more = i % 3 == 0 ? "X: y\r\n" : "";
    stream += i % 2 == 0 ? "GET /" + std::to_string(i) + " HTTP/1.1\r\n" + more + "Host: h\r\n\r\n"
                         : "POST /" + std::to_string(i) +
                               " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(i) + "\r\n" +
                               more + "\r\n" + body;
  }
  for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100}, stream.size()}) {
    HttpReader reader(Kind::kRequest);
    int seen = 0;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      ReadState state = reader.feed(std::string_view(stream).substr(at, step));
      for (; state == ReadState::kDone; state = reader.next()) {
        EXPECT_EQ(reader.request().target, "/" + std::to_string(seen));
        EXPECT_EQ(reader.request().headers.size(), 1u + (seen % 2) + (seen % 3 == 0));
        EXPECT_EQ(reader.request().body.size(), seen % 2 ? static_cast<std::size_t>(seen) : 0u);
        EXPECT_TRUE(reader.raw().starts_with(seen % 2 ? "POST" : "GET"));
        ++seen;
      }
      ASSERT_EQ(state, ReadState::kNeedMore);
    }
    EXPECT_EQ(seen, 50);
    EXPECT_EQ(reader.raw(), "");
  }
}

TEST(HttpReader, ReadsReplies) {
  HttpReader reader = read("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", Kind::kReply);
  ASSERT_EQ(reader.state(), ReadState::kDone) << reader.problem();
  EXPECT_EQ(reader.reply(), (HttpReply{404, "Not Found", {{"Content-Length", "2"}}, "{}"}));
  EXPECT_EQ(read("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", Kind::kReply).reply().reason, "");
  EXPECT_EQ(read("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", Kind::kReply).reply().reason, "");
}

TEST(HttpReader, RefusesStatusLinesOfAnotherForm) {
  for (const char* line :
       {"HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 20x OK", "HTTP/1.1 -20 OK",
        "HTTP/1.1 099 OK", "HTTP/2 200 OK", "HTTP/1.1  200 OK", "ICY 200 OK", "", "HTTP/1.1 200 a\x01"}) {
    EXPECT_EQ(read(std::string(line) + "\r\nContent-Length: 0\r\n\r\n", Kind::kReply).state(),
              ReadState::kBad)
        << line;
  }
}

TEST(HttpReader, EndsAReplyWithoutALengthWithTheConnection) {
  HttpReader reader(Kind::kReply);
  EXPECT_EQ(reader.feed("HTTP/1.1 200 OK\r\n\r\nab"), ReadState::kNeedMore);
  reader.feed("cd");
  EXPECT_EQ(reader.finish(), ReadState::kDone);
  EXPECT_EQ(reader.reply().body, "abcd");
  EXPECT_FALSE(reader.keep_alive());
}

TEST(HttpReader, ExpectsNoBodyWhereThereIsNone) {
  for (const char* status : {"100 Continue", "204 No Content", "304 Not Modified"}) {
    HttpReader reader = read("HTTP/1.1 " + std::string(status) + "\r\nX: y\r\n\r\n", Kind::kReply);
    EXPECT_EQ(reader.state(), ReadState::kDone) << status;
  }
  HttpReader head(Kind::kReply);
  head.answers_head();
  EXPECT_EQ(head.feed("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), ReadState::kDone);
}

TEST(HttpReader, SaysWhetherTheConnectionMayGoOn) {
  auto keeps = [](const std::string& version, const std::string& connection) {
    return read("GET / " + version + "\r\nHost: h\r\nConnection: " + connection + "\r\n\r\n").keep_alive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1", "keep-alive"));
  EXPECT_TRUE(keeps("HTTP/1.1", "x"));
  EXPECT_FALSE(keeps("HTTP/1.1", "x , CLOSE"));
  EXPECT_FALSE(keeps("HTTP/1.0", "x"));
  EXPECT_TRUE(keeps("HTTP/1.0", "Keep-Alive"));
}

TEST(HttpReader, SaysWhenAClientWaitsToBeToldToContinue) {
  HttpReader reader(Kind::kRequest);
  reader.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r");
  EXPECT_FALSE(reader.expects_continue());
  reader.feed("\n");
  EXPECT_TRUE(reader.expects_continue());
  reader.feed("a");
  EXPECT_FALSE(reader.expects_continue());
  reader.feed("b");
  EXPECT_EQ(reader.state(), ReadState::kDone);
  EXPECT_FALSE(reader.expects_continue());
  HttpReader chunked(Kind::kRequest);
  chunked.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_TRUE(chunked.expects_continue());
}

// Mutates good messages and reads them whole and in random pieces: never a crash, never two opinions.
TEST(HttpReader, ReadsMutatedBytesAlikeHoweverTheyAreSplit) {
  const std::string seeds[] = {
      "POST /?a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX: y\r\n\r\nhelloGET / HTTP/1.1\r\nHost: "
      "h\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n"};
  constexpr std::string_view kBytes = "\r\n :;,0123456789abcdefPOSTchunked/.1\t\x01\x80";
  Chance chance(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = seeds[chance.below(2)];
    for (std::uint64_t edits = chance.below(4); edits > 0; --edits) {
      std::size_t at = chance.below(bytes.size());
      if (chance.one_in(3))
        bytes.erase(at, 1 + chance.below(4));
      else if (chance.one_in(2))
        bytes.insert(at, 1, kBytes[chance.below(kBytes.size())]);
      else
        bytes[at] = kBytes[chance.below(kBytes.size())];
    }
    ReadLimits limits{.start_line = 40, .headers = 80, .header_count = 5, .body = 12};
    HttpReader whole(Kind::kRequest, limits), pieces(Kind::kRequest, limits);
    whole.feed(bytes);
    for (std::size_t at = 0; at < bytes.size();) {
      std::size_t size = 1 + chance.below(9);
      pieces.feed(std::string_view(bytes).substr(at, size));
      at += size;
    }
    ASSERT_EQ(whole.state(), pieces.state()) << bytes;
    if (whole.state() == ReadState::kDone) {
      EXPECT_EQ(whole.request(), pieces.request());
      EXPECT_EQ(whole.raw(), pieces.raw());
      EXPECT_EQ(whole.next(), pieces.next());
    }
  }
}

}  // namespace
}  // namespace diconform::wire
