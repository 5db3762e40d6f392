#include "target/guard.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/chance.h"
#include "base/text.h"
#include "target/readings.h"
#include "wire/http_message.h"

namespace diconform::target {
namespace {

constexpr std::string_view kReal = "203.0.113.7";  // TEST-NET-3: nobody's address

// A guard of a run against a real account: img-ffffffff is the owner's, img-aaaaaaaa and img-bbbbbbbb are
// ours.
class GuardOfARealAccount : public testing::Test {
 protected:
  GuardOfARealAccount() {
    guard_.know_account(std::vector<std::string>{"img-ffffffff", "img-00000000", "img-eeeeeeee"},
                        std::vector<std::string>{"img-eeeeeeee"});
    EXPECT_TRUE(guard_.allow("img-aaaaaaaa"));
    EXPECT_TRUE(guard_.allow("img-bbbbbbbb"));
  }

  static wire::HttpRequest json(std::string body, const std::string& action = "DeleteImages") {
    wire::HttpRequest request;
    request.headers = {{"Host", "cvm.tencentcloudapi.com"},
                       {"Content-Type", "application/json"},
                       {"X-TC-Action", action},
                       {"X-TC-Version", "2017-03-12"},
                       {"Authorization",
                        "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-22/cvm/tc3_request, "
                        "SignedHeaders=content-type;host;x-tc-action, Signature=0123456789abcdef"}};
    request.body = std::move(body);
    return request;
  }
  static wire::HttpRequest query(const std::string& pairs, const std::string& action = "DeleteImages") {
    return {.method = "GET",
            .target = "/?Action=" + action + "&" + pairs + "&Signature=kF%2B3%2FimgZm9v%3D",
            .headers = {{"Host", "cvm.tencentcloudapi.com"}},
            .body = ""};
  }
  static wire::HttpRequest form(const std::string& pairs) {
    wire::HttpRequest request;
    request.headers = {{"Host", "cvm.tencentcloudapi.com"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = "Action=DeleteImages&" + pairs;
    return request;
  }

  std::optional<std::string> judge(const wire::HttpRequest& request) const {
    return guard_.permit(kReal, wire::to_bytes(wire::with_length(request)));
  }
  void expect_passes(const wire::HttpRequest& request) const {
    auto refusal = judge(request);
    EXPECT_FALSE(refusal) << *refusal << "\n" << wire::to_bytes(request);
  }
  void expect_refused(const wire::HttpRequest& request, std::string_view why = "") const {
    auto refusal = judge(request);
    ASSERT_TRUE(refusal) << "passed: " << wire::to_bytes(request);
    EXPECT_NE(refusal->find(why), std::string::npos) << *refusal;
  }

  Guard guard_{{.allow_destructive = true,
                .host = "cvm.tencentcloudapi.com",
                .acknowledged = "cvm.tencentcloudapi.com"}};
};

constexpr std::string_view kAnything = "\0 whatever \xff";

TEST(Guard, LetsEverythingPassToThisMachine) {
  Guard guard;
  for (const char* address : {"127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"})
    EXPECT_EQ(guard.permit(address, kAnything), std::nullopt) << address;
}

TEST(Guard, SendsNothingElsewhereByItself) {
  Guard guard;
  for (const char* address :
       {"203.0.113.7", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "128.0.0.1", "0.0.0.0",
        "::", "localhost", "127.1", "", "127.0.0.1.evil", "fe80::1%lo", "::127.0.0.1", "127.0.0.1:80"})
    EXPECT_TRUE(guard.permit(address, "GET / HTTP/1.1\r\n\r\n")) << address;
}

TEST(Guard, TakesNoNulInAnAddressForItsEnd) {
  EXPECT_TRUE(Guard().permit(std::string_view("127.0.0.1\0.7", 12), ""));
}

TEST(Guard, WantsTheFlagAndTheAcknowledgedHost) {
  const std::string describe = "POST / HTTP/1.1\r\nX-TC-Action: DescribeImages\r\n\r\n";
  EXPECT_TRUE(Guard({.allow_destructive = false, .host = "a.example", .acknowledged = "a.example"})
                  .permit(kReal, describe));
  EXPECT_TRUE(Guard({.allow_destructive = true, .host = "a.example", .acknowledged = "b.example"})
                  .permit(kReal, describe));
  EXPECT_TRUE(
      Guard({.allow_destructive = true, .host = "a.example", .acknowledged = ""}).permit(kReal, describe));
  EXPECT_TRUE(Guard({.allow_destructive = true, .host = "", .acknowledged = ""}).permit(kReal, describe));
  EXPECT_FALSE(Guard({.allow_destructive = true, .host = "a.example", .acknowledged = "A.Example"})
                   .permit(kReal, describe));
}

TEST(Guard, LetsNoDeletePassBeforeTheAccountIsKnown) {
  Guard guard({.allow_destructive = true, .host = "a.example", .acknowledged = "a.example"});
  ASSERT_TRUE(guard.allow("img-aaaaaaaa"));
  const std::string request =
      "POST / HTTP/1.1\r\nX-TC-Action: DeleteImages\r\nContent-Length: "
      "29\r\n\r\n{\"ImageIds\":[\"img-aaaaaaaa\"]}";
  auto refusal = guard.permit(kReal, request);
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find("nobody knows yet"), std::string::npos) << *refusal;
  guard.know_account({});
  refusal = guard.permit(kReal, request);
  EXPECT_FALSE(refusal) << *refusal;
}

TEST_F(GuardOfARealAccount, LetsOursBeDeletedInEveryEncoding) {
  expect_passes(json(R"({"ImageIds":["img-aaaaaaaa","img-bbbbbbbb"],"DryRun":true})"));
  expect_passes(json(R"({"ImageIds":["img-eeeeeeee"]})"));  // the owner's, but listed for us
  expect_passes(query("ImageIds.0=img-aaaaaaaa&ImageIds.1=img-bbbbbbbb"));
  expect_passes(form("ImageIds.0=img%2Daaaaaaaa"));
  expect_passes(json("{\n  \"ImageIds\": [ \"img-aaaaaaaa\" ]\n}\n", "deleteimage"));
}

TEST_F(GuardOfARealAccount, LetsDescribeImagesPassWhateverItNames) {
  expect_passes(json(R"({"Offset":0,"Limit":100})", "DescribeImages"));
  expect_passes(json(R"({"ImageIds":["img-ffffffff"]})", "DescribeImages"));
  expect_passes(query("ImageIds.0=img-ffffffff", "DescribeImages"));
}

TEST_F(GuardOfARealAccount, IsNotFooledByADescribeImagesThatAlsoDeletes) {
  const std::string body = R"({"ImageIds":["img-ffffffff"]})";
  wire::HttpRequest twice = json(body, "DescribeImages");
  twice.headers.push_back({"X-TC-Action", "DeleteImages"});
  expect_refused(twice, "img-ffffffff");
  wire::HttpRequest both = json(body, "DescribeImages");
  both.target = "/?Action=DeleteImages";
  expect_refused(both);
  both.target = "/?Action=Delete%49mages";
  expect_refused(both);
  both.target = "/?action=TerminateInstances";
  expect_refused(both, "terminateinstances");
  expect_refused(json(R"({"Action":"Delete\u0049mages","ImageIds":["img-ffffffff"]})", "DescribeImages"));
  expect_refused(json(R"({"Action": [ "TerminateInstances" ]})", "DescribeImages"));
}

TEST_F(GuardOfARealAccount, GivesADryRunNoPardon) {
  expect_refused(json(R"({"ImageIds":["img-ffffffff"],"DryRun":true})"), "img-ffffffff");
}

TEST_F(GuardOfARealAccount, RefusesAForeignIdAmongOurs) {
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","img-ffffffff"]})"), "img-ffffffff");
  expect_refused(query("ImageIds.0=img-aaaaaaaa&ImageIds.1=img-ffffffff"), "img-ffffffff");
}

TEST_F(GuardOfARealAccount, RefusesAnIdThatNobodyKnows) {
  expect_refused(json(R"({"ImageIds":["img-12345678"]})"), "img-12345678");
}

TEST_F(GuardOfARealAccount, RefusesADeleteThatNamesNobody) {
  expect_refused(json("{}"), "names no image of ours");
  expect_refused(json(R"({"ImageIds":[]})"), "names no image of ours");
  expect_refused(json(R"({"ImageIds":["*"]})"), "names no image of ours");
  wire::HttpRequest without_action = json("{}");
  wire::remove_header(without_action.headers, "X-TC-Action");
  expect_refused(without_action, "names no image of ours");
}

TEST_F(GuardOfARealAccount, RefusesActionsThatItDoesNotKnow) {
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa"]})", "TerminateInstances"), "terminateinstances");
  expect_refused(query("ImageIds.0=img-aaaaaaaa", "DeleteSnapshots"), "deletesnapshots");
}

TEST_F(GuardOfARealAccount, SeesEveryMemberThatRepeats) {
  expect_refused(json(R"({"ImageIds":["img-ffffffff"],"ImageIds":["img-aaaaaaaa"]})"));
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa"],"ImageIds":["img-ffffffff"]})"));
  expect_refused(query("ImageIds.0=img-ffffffff&ImageIds.0=img-aaaaaaaa"));
}

TEST_F(GuardOfARealAccount, SeesEveryPlaceInWhichAnIdCanStand) {
  for (const char* name : {"ImageIds", "ImageIds.N", "ImageIds[]", "ImageIds%5B0%5D", "ImageId", "imageids.7",
                           "x", "ImageIds.0.Id"})
    expect_refused(query(std::string("ImageIds.0=img-aaaaaaaa&") + name + "=img-ffffffff"));
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa",{"deep":[[{"Id":"img-ffffffff"}]]}]})"));
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa"],"img-ffffffff":1})"));
  expect_refused(json(R"({"ImageIds":"img-aaaaaaaa,img-ffffffff"})"));
  expect_refused(json(R"({"ImageIds":"[\"img-ffffffff\"]","x":"img-aaaaaaaa"})"));
  wire::HttpRequest header = json(R"({"ImageIds":["img-aaaaaaaa"]})");
  header.headers.push_back({"X-Image-Ids", "img-ffffffff"});
  expect_refused(header);
  wire::HttpRequest path = json(R"({"ImageIds":["img-aaaaaaaa"]})");
  path.target = "/images/img-ffffffff";
  expect_refused(path);
}

TEST_F(GuardOfARealAccount, SeesThroughPercentSigns) {
  for (const char* id :
       {"img%2Dffffffff", "%69%6D%67%2d%66%66%66%66%66%66%66%66", "im%67-ffffffff", "img%252Dffffffff",
        "%2569mg-ffffffff", "%252569mg-ffffffff", "img-fffffff%66", "img%5Cu002dffffffff"}) {
    expect_refused(query(std::string("ImageIds.0=img-aaaaaaaa&ImageIds.1=") + id));
    expect_refused(form(std::string("ImageIds.0=img-aaaaaaaa&ImageIds.1=") + id));
    expect_refused(json(std::string(R"({"ImageIds":["img-aaaaaaaa",")") + id + "\"]}"));
  }
}

TEST_F(GuardOfARealAccount, GivesUpOnWhatIsEncodedWithoutEnd) {
  std::string id = "img-ffffffff";
  for (int i = 0; i < 40; ++i) id = replaced(i ? id : "%69mg-ffffffff", "%", "%25");
  expect_refused(query("ImageIds.0=img-aaaaaaaa&ImageIds.1=" + id), "encoded more than");
}

TEST_F(GuardOfARealAccount, SeesThroughEscapesOfJson) {
  for (const char* id : {R"(\u0069mg-ffffffff)", R"(img\u002dffffffff)", R"(\u0049\u004D\u0047-ffffffff)",
                         R"(img-fffffff\u0066)", R"(\\u0069mg-ffffffff)", R"(\u005cu0069mg-ffffffff)",
                         R"(img-ffffffff\u0000)", R"(img-ffffffff\n)", R"(\u002569mg-ffffffff)"})
    expect_refused(json(std::string(R"({"ImageIds":["img-aaaaaaaa",")") + id + "\"]}"));
}

TEST_F(GuardOfARealAccount, ReadsNoEscapesThatJsonDoesNotHave) {
  for (const char* id : {R"(\x69mg-ffffffff)", R"(\151mg-ffffffff)", R"(\u{69}mg-ffffffff)",
                         R"(\U00000069mg-ffffffff)", R"(\i\m\g-ffffffff)", R"(im\u67)"})
    expect_refused(json(std::string(R"({"ImageIds":["img-aaaaaaaa",")") + id + "\"]}"), "escape of JSON");
  for (const char* id : {"%u0069mg-ffffffff", "%6", "%", "%zz"})
    expect_refused(query(std::string("ImageIds.0=img-aaaaaaaa&ImageIds.1=") + id), "percent sign");
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","&#105;mg-ffffffff"]})"), "character reference");
  expect_refused(form("ImageIds.0=img-aaaaaaaa&ImageIds.1=%26%23x69;mg-ffffffff"), "character reference");
}

TEST_F(GuardOfARealAccount, FoldsCase) {
  for (const char* id : {"IMG-FFFFFFFF", "Img-FfFfFfFf", "img-FFFFFFFF"})
    expect_refused(json(std::string(R"({"ImageIds":["img-aaaaaaaa",")") + id + "\"]}"), "img-ffffffff");
  expect_passes(json(R"({"ImageIds":["IMG-AAAAAAAA"]})"));
}

TEST_F(GuardOfARealAccount, RefusesEveryCharacterThatCouldBeTakenForAnother) {
  for (const char* id :
       {"ｉｍｇ－ｆｆｆｆｆｆｆｆ", "img－ffffffff", "img‐ffffffff", "img‑ffffffff", "img−ffffffff",
        "ⅰmg-ffffffff", "ımg-ffffffff", "İMG-ffffffff", "𝐢𝐦𝐠-ffffffff", "ⓘmg-ffffffff", "i\u00ADmg-ffffffff",
        "i\u200Bmg-ffffffff", "\uFEFFimg-ffffffff", "img-fffffff\u0301", "img-ﬀﬀﬀﬀ", "img-aaaaaaaa\u00A0"}) {
    const std::string name = id;
    expect_refused(json(R"({"ImageIds":["img-aaaaaaaa",")" + name + "\"]}"), "not printable ASCII");
    std::string percent;
    for (char c : name) percent += "%" + to_hex(std::string_view(&c, 1));
    expect_refused(query("ImageIds.0=img-aaaaaaaa&ImageIds.1=" + percent), "not printable ASCII");
  }
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","\uff49mg-ffffffff"]})"), "not printable ASCII");
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","\ud835\udc22mg-ffffffff"]})"), "not printable ASCII");
}

TEST_F(GuardOfARealAccount, RefusesBytesThatAreNoText) {
  using namespace std::string_literals;
  for (const std::string& id :
       {"img-ffffffff\0"s, "i\0mg-ffffffff"s, "img-aaaaaaaa\0img"s, "\x01img-ffffffff"s, "im\x7Fg-ffffffff"s,
        "img\xC0\xADgffffffff"s, "img\xE0\x80\xAD"s, "i\0m\0g\0-\0f\0f\0"s, "img-ffffffff\x1B[0m"s}) {
    expect_refused(json(R"({"ImageIds":["img-aaaaaaaa",")" + id + "\"]}"), "not printable ASCII");
    std::string percent;
    for (char c : id) percent += "%" + to_hex(std::string_view(&c, 1));
    expect_refused(form("ImageIds.0=img-aaaaaaaa&ImageIds.1=" + percent), "not printable ASCII");
  }
}

TEST_F(GuardOfARealAccount, SeesAForeignIdThroughWhateverStandsBetweenItsLetters) {
  for (const char* id :
       {"i m g - f f f f f f f f", " img -ffffffff", "im\ng-ffffffff", "img--ffffffff", "imgffffffff",
        "img_ffffffff", "i.m.g-ffff.ffff", "i+m+g-ffffffff", "img-ffff\tffff"})
    expect_refused(form(std::string("ImageIds.0=img-aaaaaaaa&ImageIds.1=") + id), "img-ffffffff");
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","i\r\nm\/g-ffffffff"]})"), "img-ffffffff");
}

TEST_F(GuardOfARealAccount, SeesAForeignIdAtTheFrontOfALongerOne) {
  for (const char* id : {"img-ffffffffx", "img-ffffffff9", "img-ffffffff-copy", "img-ffffffff_",
                         "img-ffffffff ", "ximg-ffffffff"})
    expect_refused(json(std::string(R"({"ImageIds":["img-aaaaaaaa",")") + id + "\"]}"), "img-ffffffff");
  expect_refused(json(R"({"ImageIds":["img-aaaaaaaa","img-ffffffff)" + std::string(100'000, 'x') + "\"]}"),
                 "img-ffffffff");
}

TEST_F(GuardOfARealAccount, TakesALongerOrShorterIdForNoneOfOurs) {
  for (const char* id : {"img-aaaaaaaaa", "img-aaaaaaa", "img-aaaaaaaa-x", "img-"})
    expect_refused(json(std::string(R"({"ImageIds":[")") + id + "\"]}"));
}

TEST_F(GuardOfARealAccount, ReadsNoBodyInAnotherDress) {
  const std::string body = R"({"ImageIds":["img-aaaaaaaa"]})";
  for (auto [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Transfer-Encoding", "chunked"},
                                                        {"transfer-encoding", "identity"},
                                                        {"Content-Encoding", "gzip"},
                                                        {"Content-Encoding", "identity"},
                                                        {"Content-Transfer-Encoding", "base64"},
                                                        {"X-HTTP-Method-Override", "DELETE"},
                                                        {"X_Method_Override", "DELETE"},
                                                        {"Upgrade", "h2c"},
                                                        {"Content-Type", "application/json"},
                                                        {"Content-Length", "0"}}) {
    wire::HttpRequest request = json(body);
    request.headers.push_back({"Content-Length", std::to_string(body.size())});
    request.headers.push_back({name, value});
    EXPECT_TRUE(guard_.permit(kReal, wire::to_bytes(request))) << name;
  }
  for (const char* type :
       {"multipart/form-data; boundary=x", "application/json; charset=utf-16",
        "application/json; charset=utf-7", "application/json; charset=utf-8; charset=utf-16", "text/xml",
        "application/octet-stream", ""}) {
    wire::HttpRequest request = json(body);
    wire::set_header(request.headers, "Content-Type", type);
    expect_refused(request, "has a body");
  }
  for (const char* type :
       {"application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/json;"}) {
    wire::HttpRequest request = json(body);
    wire::set_header(request.headers, "Content-Type", type);
    expect_passes(request);
  }
}

TEST_F(GuardOfARealAccount, ReadsNoChunksAndNoGzip) {
  EXPECT_TRUE(
      guard_.permit(kReal,
                    "POST / HTTP/1.1\r\nX-TC-Action: DeleteImages\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "1d\r\n{\"ImageIds\":[\"img-aaaaaaaa\"]}\r\n0\r\n\r\n"));
  wire::HttpRequest gzip = json("\x1F\x8B\x08 img-aaaaaaaa");
  expect_refused(gzip, "not printable ASCII");
}

TEST_F(GuardOfARealAccount, RefusesWhatIsNotExactlyOneRequest) {
  const std::string head = "POST / HTTP/1.1\r\nX-TC-Action: DeleteImages\r\n";
  const std::string body = "{\"ImageIds\":[\"img-aaaaaaaa\"]}";
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  ASSERT_FALSE(guard_.permit(kReal, head + length + "\r\n" + body));
  for (const std::string& bytes :
       {std::string(),
        std::string("\r\n\r\n"),
        std::string("img-aaaaaaaa"),
        head,
        head + length + body,
        head + "\r\n" + body,                       // no length
        head + "Content-Length: 3\r\n\r\n" + body,  // a wrong one
        head + "Content-Length: +29\r\n\r\n" + body,
        head + "Content-Length: 0x1d\r\n\r\n" + body,
        head + length + length + "\r\n" + body,  // two
        head + length + " folded: 1\r\n\r\n" + body,
        head + length + "no colon\r\n\r\n" + body,
        head + length + "Bad name: 1\r\n\r\n" + body,
        head + length + "X: a\rb\r\n\r\n" + body,
        head + length + "X: a\nY: b\r\n\r\n" + body,
        head + length + "\r\n" + body + "POST / HTTP/1.1\r\n\r\n",  // a second request
        "GET\t/ HTTP/1.1\r\n" + length + "\r\n" + body,
        "POST / HTTP/2\r\n" + length + "\r\n" + body,
        "POST / HTTP/1.1 x\r\n" + length + "\r\n" + body,
        "POST / x HTTP/1.1\r\n" + length + "\r\n" + body,
        "DELETE / HTTP/1.1\r\n" + length + "\r\n" + body,
        "post / HTTP/1.1\r\n" + length + "\r\n" + body,
        "CONNECT a.example:443 HTTP/1.1\r\n" + length + "\r\n" + body})
    EXPECT_TRUE(guard_.permit(kReal, bytes)) << quoted(bytes);
}

TEST_F(GuardOfARealAccount, IsNotSentOnByAnAbsoluteTarget) {
  wire::HttpRequest request = json(R"({"ImageIds":["img-aaaaaaaa"]})");
  request.target = "http://127.0.0.1/";
  expect_refused(request, "no path");
}

TEST_F(GuardOfARealAccount, BelievesTheAddressAndNotTheHost) {
  wire::HttpRequest request = json(R"({"ImageIds":["img-ffffffff"]})");
  wire::set_header(request.headers, "Host", "127.0.0.1");
  expect_refused(request, "img-ffffffff");
  EXPECT_FALSE(guard_.permit("127.0.0.1", wire::to_bytes(json(R"({"ImageIds":["img-ffffffff"]})"))));
}

TEST_F(GuardOfARealAccount, AllowsNoIdThatCollidesWithAForeignOne) {
  EXPECT_FALSE(guard_.allow("img-ffffffff"));
  EXPECT_FALSE(guard_.allow("IMG-FFFFFFFF"));
  EXPECT_FALSE(guard_.allow("img-ffffffff0"));
  EXPECT_TRUE(guard_.allow("img-fffffff0"));
}

TEST_F(GuardOfARealAccount, IsAskedFromManyThreads) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string id = "img-1111" + std::to_string(thread) + "1" + std::to_string(10 + i);
        EXPECT_TRUE(guard_.allow(id));
        expect_passes(json(R"({"ImageIds":[")" + id + "\"]}"));
        expect_refused(json(R"({"ImageIds":["img-ffffffff"]})"));
      }
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Guard, CannotWatchOverAnIdWithoutLettersAndDigits) {
  Guard guard({.allow_destructive = true, .host = "a.example", .acknowledged = "a.example"});
  guard.know_account(std::vector<std::string>{"--"});
  EXPECT_FALSE(guard.allow("img-aaaaaaaa"));
}

TEST(Guard, WatchesOverIdsOfAnotherShape) {
  Guard guard({.allow_destructive = true, .host = "a.example", .acknowledged = "a.example"});
  guard.know_account(std::vector<std::string>{"ami-0123"});
  ASSERT_TRUE(guard.allow("img-aaaaaaaa"));
  auto refusal = guard.permit(
      kReal, "GET /?Action=DeleteImages&ImageIds.0=img-aaaaaaaa&ImageIds.1=AMI%2D0123 HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find("ami-0123"), std::string::npos) << *refusal;
}

// An endpoint may take off one dress and not the other: strip backslashes, or leave percent signs alone.
TEST(Guard, WatchesOverWhatStandsThereHalfDecoded) {
  Guard guard({.allow_destructive = true, .host = "a.example", .acknowledged = "a.example"});
  guard.know_account(std::vector<std::string>{"iu006dg-abc", "img-66fffffff"});
  ASSERT_TRUE(guard.allow("img-aaaaaaaa"));
  ASSERT_TRUE(guard.allow("img-abc"));
  ASSERT_TRUE(guard.allow("img-ffffffff"));
  for (const char* id : {"i%5Cu006dg-abc", "im\\u0067-%66fffffff"}) {
    const std::string target = std::string("/?Action=DeleteImages&ImageIds.0=img-aaaaaaaa&ImageIds.1=") + id;
    auto refusal = guard.permit(kReal, "GET " + target + " HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(refusal) << id;
    EXPECT_NE(refusal->find("could be read as naming"), std::string::npos) << *refusal;
  }
}

// A foreign id in a random spelling, encoded over and over, at a random place between two of ours.
class SmuggledId {
 public:
  explicit SmuggledId(std::uint64_t seed) : chance_(seed) {}

  std::string id() {
    std::string out;
    for (char c : std::string_view("img-ffffffff")) {
      if (c != '-' && chance_.one_in(3)) c = static_cast<char>(c & ~0x20);
      out += c;
      if (chance_.one_in(20)) out += chance_.text(" \t+._-", 1);
    }
    if (chance_.one_in(3)) out += chance_.text("0123456789abc ._-", 1 + chance_.below(9));
    for (std::uint64_t layer = chance_.below(4); layer > 0; --layer) out = encoded(out, chance_.one_in(2));
    return out;
  }

 private:
  std::string encoded(const std::string& text, bool percent) {
    std::string out;
    for (char c : text) {
      const std::string hex = to_hex(std::string_view(&c, 1));
      const bool must = percent ? c == '%' : c == '\\';
      if (!must && !chance_.one_in(3))
        out += c;
      else
        out += percent ? "%" + hex : "\\u00" + hex;
    }
    return out;
  }

  Chance chance_;
};

TEST_F(GuardOfARealAccount, SeesAForeignIdInThousandsOfSpellings) {
  for (std::uint64_t seed = 0; seed < 2'000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string id = SmuggledId(seed).id();
    expect_refused(seed % 2 ? json(R"({"ImageIds":["img-aaaaaaaa",")" + id + R"(","img-bbbbbbbb"]})")
                            : form("ImageIds.0=img-aaaaaaaa&ImageIds.1=" + id + "&ImageIds.2=img-bbbbbbbb"));
  }
}

TEST(Readings, NameTheActionsWhereverTheyStand) {
  EXPECT_EQ(actions_in("X-TC-Action: DescribeImages\r\n"), std::vector<std::string>{"describeimages"});
  EXPECT_EQ(actions_in("?Action=A&ACTION.0=b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(actions_in(R"({"Action" : ["X"]})"), std::vector<std::string>{"x"});
  EXPECT_EQ(actions_in("SignedHeaders=host;x-tc-action, Signature=1; transaction=two"),
            std::vector<std::string>{});
}

TEST(Readings, AreTheTextItselfWhereNothingIsEncoded) {
  const std::string bytes = "GET /?a=b HTTP/1.1\r\nHost: x\r\n\r\n";
  auto texts = readings_of(bytes);
  ASSERT_TRUE(texts);
  EXPECT_EQ(*texts, std::vector<std::string>{bytes});
}

}  // namespace
}  // namespace diconform::target
