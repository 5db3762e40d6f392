#include "client/script.h"

#include <gtest/gtest.h>

#include "client/reply_reader.h"
#include "wire/http_reader.h"

namespace diconform::client {
namespace {

constexpr const char* kBody = R"({"Response":{"RequestId":"the-id"}})";
const ScriptValues kValues{"the-id", "http://here", "http://there"};

wire::ServerReply reply(const char* plan, const wire::HttpRequest& request = {}) {
  auto json = parse_json(plan);
  EXPECT_TRUE(json);
  auto read = read_reply(*json, "plan");
  EXPECT_TRUE(read) << read.error().message();
  return to_server_reply(*read, request, kValues);
}

wire::HttpReply read(const wire::ServerReply& sent) {
  std::string bytes;
  for (const wire::ReplyPart& part : sent.parts) bytes += part.bytes;
  wire::HttpReader reader(wire::HttpReader::Kind::kReply);
  EXPECT_EQ(reader.feed(bytes), wire::ReadState::kDone) << reader.problem();
  return reader.reply();
}

TEST(Script, BindsWhatARepliesTextsName) {
  EXPECT_EQ(read(reply(R"("success")")).body, kBody);
  EXPECT_EQ(*wire::find_header(
                read(reply(R"({"status":302,"headers":{"Location":"$elsewhere/x"},"body":""})")).headers,
                "Location"),
            "http://there/x");
}

TEST(Script, ZipsOnlyWhereThatIsAccepted) {
  EXPECT_EQ(read(reply(R"({"coding":"gzip"})")).body, kBody);
  wire::HttpRequest request;
  request.headers = {{"accept-encoding", "br, GZIP"}};
  wire::HttpReply zipped = read(reply(R"({"coding":"gzip"})", request));
  EXPECT_EQ(*wire::find_header(zipped.headers, "Content-Encoding"), "gzip");
  EXPECT_EQ(zipped.body.substr(0, 2), "\x1f\x8b");
}

TEST(Script, SendsInChunksThatJoinToTheBody) { EXPECT_EQ(read(reply(R"({"chunk":7})")).body, kBody); }

TEST(Script, CutsFromEitherEndAndSaysHowItEnds) {
  wire::ServerReply cut = reply(R"({"cut":-1,"then":"reset"})");
  EXPECT_TRUE(cut.parts.back().bytes.ends_with("\"the-id\"}"));
  EXPECT_EQ(cut.after, wire::AfterReply::kReset);
  EXPECT_TRUE(reply(R"({"cut":0})").parts.back().bytes.ends_with("\r\n\r\n"));
}

TEST(Script, DripsPieceByPiece) {
  wire::ServerReply drip = reply(R"({"drip":{"bytes":10,"everyMs":5}})");
  EXPECT_EQ(drip.parts.size(), 1 + (std::string(kBody).size() + 9) / 10);
  EXPECT_EQ(drip.parts.back().wait_us, 5000);
}

}  // namespace
}  // namespace diconform::client
