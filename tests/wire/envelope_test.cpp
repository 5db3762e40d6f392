#include "wire/envelope.h"

namespace diconform::wire {
namespace {

TEST(Envelope, WritesTheExamplesOfTheManual) {
  EXPECT_EQ(encode_envelope({.error = {}, .request_id = "71e69b56-32be-4412-ab45-49eded6a87be"}),
            R"({"Response":{"RequestId":"71e69b56-32be-4412-ab45-49eded6a87be"}})");
  EXPECT_EQ(encode_envelope({.error = api::ApiError{"InvalidAction", "no"}, .request_id = "r"}),
            R"({"Response":{"Error":{"Code":"InvalidAction","Message":"no"},"RequestId":"r"}})");
}

TEST(Envelope, SurvivesItsText) {
  Envelope envelope;
  envelope.request_id = "r";
  envelope.fields = parse_json(R"({"TotalCount":2,"ImageSet":[{"ImageId":"a"}]})").value();
  EXPECT_EQ(decode_envelope(encode_envelope(envelope))->fields, envelope.fields);
  EXPECT_EQ(decode_envelope(encode_envelope(envelope))->request_id, "r");
  envelope.error = api::ApiError{"a.b", "m\xFF"};
  EXPECT_EQ(decode_envelope(encode_envelope(envelope))->error, (api::ApiError{"a.b", "m\xEF\xBF\xBD"}));
}

TEST(Envelope, MayLackItsRequestId) {
  EXPECT_EQ(decode_envelope(R"({"Response":{}})")->request_id, "");
  EXPECT_EQ(encode_envelope({}), R"({"Response":{}})");
}

struct Wrong {
  const char* body;
  const char* problem;
};

TEST(Envelope, SaysWhatIsWrongWithABody) {
  for (const auto& [body, problem] : {
           Wrong{"[]", "the body is an array, expected an object"},
           Wrong{"\xEF\xBB\xBF{\"Response\":{}}", "the body begins with a byte order mark"},
           Wrong{"{}", "the body has no member Response"},
           Wrong{R"({"Response":null})", "Response is null, expected an object"},
           Wrong{R"({"Response":{"RequestId":7}})", "Response.RequestId is a number, expected a string"},
           Wrong{R"({"Response":{"Error":null}})", "Response.Error is null, expected an object"},
           Wrong{R"({"Response":{"Error":{"Message":"m"}}})", "Response.Error has no member Code"},
           Wrong{R"({"Response":{"Error":{"Code":"c"}}})", "Response.Error has no member Message"},
           Wrong{R"({"Response":{"Error":{"Code":7,"Message":"m"}}})",
                 "Response.Error.Code is a number, expected a string"},
           Wrong{R"({"Response":{"Error":{"Code":"","Message":"m"}}})", "Response.Error.Code is empty"},
           Wrong{R"({"Response":{},"Response":{}})",
                 "the body cannot be read: /Response: the member appears twice (keep one of them)"},
       }) {
    auto envelope = decode_envelope(body);
    ASSERT_FALSE(envelope) << body;
    EXPECT_EQ(envelope.error(), problem);
  }
  EXPECT_TRUE(decode_envelope("<html>").error().starts_with("the body cannot be read: byte 1: not JSON"));
  EXPECT_FALSE(decode_envelope(""));
}

}  // namespace
}  // namespace diconform::wire
