#include "reference/hook.h"

#include "lab.h"

namespace diconform::reference {
namespace {

// An endpoint asked through its hook, as a stranger would: HTTP requests, JSON bodies.
class Hook {
 public:
  explicit Hook(EndpointOptions options = {}) : lab_(std::move(options)) {}

  struct Reply {
    int status = 0;
    Json body;
  };
  Reply ask(std::string method, std::string_view path, std::string_view body = "") {
    wire::HttpRequest request{
        std::move(method), "/_world" + std::string(path), {{"Host", "a"}}, std::string(body)};
    wire::Exchange exchange = lab_.send(wire::with_length(std::move(request)));
    EXPECT_TRUE(exchange.reply) << exchange.problem;
    if (!exchange.reply) return {};
    EXPECT_EQ(*wire::find_header(exchange.reply->headers, "Content-Type"), "application/json");
    return {exchange.reply->status, json_of(exchange.reply->body)};
  }
  Lab& lab() { return lab_; }

 private:
  Lab lab_;
};

constexpr std::string_view kPath = "/AKIDEXAMPLE0002";

TEST(Hook, SaysWhatItCanDo) {
  Hook::Reply hello = Hook().ask("GET", "");
  EXPECT_EQ(hello.status, 200);
  EXPECT_EQ(*hello.body.find("protocol")->string(), "world/1");
  EXPECT_TRUE(*hello.body.find("isolated")->boolean());
  EXPECT_TRUE(*hello.body.find("auth")->boolean());
  EXPECT_EQ(*hello.body.find("clock")->string(), "real");
  EXPECT_EQ(*hello.body.find("edition")->string(), "2023-03-27");
  EXPECT_EQ(hello.body.find("maxImageIds")->integer(), 100);
  EXPECT_EQ(*hello.body.find("actions"), json_of(R"(["DeleteImages", "DescribeImages"])"));
  EXPECT_FALSE(hello.body.find("nowMs"));
  for (std::string_view member : {"states", "facets"})
    EXPECT_FALSE(hello.body.find(member)->array()->empty());
}

TEST(Hook, MakesExactlyTheWorldThatIsPut) {
  Hook hook;
  Hook::Reply put = hook.ask("PUT", kPath, R"({"secretKey": "k", "token": null, "rateLimit": 10,
      "images": [{"ImageId": "img-1a2b3c4d", "ImageName": "base", "ImageState": "USING", "ImageType": "PRIVATE_IMAGE",
                  "SharedTo": ["100000000002"], "SnapshotSet": ["snap-1a2b3c4d"], "TaskRunning": false}],
      "snapshots": ["snap-loose"], "unknown": true})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.body, json_of("{}"));
  Hook::Reply world = hook.ask("GET", kPath);
  EXPECT_EQ(world.status, 200);
  EXPECT_EQ(world.body,
            json_of(R"({"images": [{"ImageId": "img-1a2b3c4d", "ImageName": "base", "ImageState": "USING",
      "ImageType": "PRIVATE_IMAGE", "SharedTo": ["100000000002"], "SnapshotSet": ["snap-1a2b3c4d"], "TaskRunning": false}],
      "snapshots": ["snap-1a2b3c4d", "snap-loose"], "rateLimit": 10})"));
}

TEST(Hook, ReplacesAWorldAndEmptiesItsRateHistory) {
  Hook hook;
  std::string_view world =
      R"({"secretKey": "secret", "rateLimit": 2, "images": [{"ImageId": "img-00000001"}]})";
  CallOptions options{.credentials = {"AKIDEXAMPLE0002", "secret", ""}};
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(hook.ask("PUT", kPath, world).status, 200);
    EXPECT_EQ(hook.lab().call(R"({"ImageIds": ["img-00000001"]})", options), "success");
    EXPECT_EQ(hook.lab().call(R"({"ImageIds": ["img-00000001"]})", options), "InvalidImageId.NotFound");
  }
}

TEST(Hook, ForgetsAnAccountAndItsSecretId) {
  Hook hook;
  hook.ask("PUT", kPath, R"({"secretKey": "secret", "rateLimit": null})");
  CallOptions options{.credentials = {"AKIDEXAMPLE0002", "secret", ""}};
  EXPECT_EQ(hook.lab().call(R"({"ImageIds": ["img-00000001"]})", options), "InvalidImageId.NotFound");
  EXPECT_EQ(hook.ask("DELETE", kPath).status, 200);
  EXPECT_EQ(hook.ask("DELETE", kPath).status, 200) << "also if unknown";
  EXPECT_EQ(hook.ask("GET", kPath).status, 404);
  EXPECT_EQ(hook.lab().call(R"({"ImageIds": ["img-00000001"]})", options), "AuthFailure.SecretIdNotFound");
}

TEST(Hook, DoesNotKnowAnAccountBeforeAPut) { EXPECT_EQ(Hook().ask("GET", kPath).status, 404); }

TEST(Hook, RefusesWhatItCannotMakeAndChangesNothing) {
  Hook hook;
  hook.ask("PUT", kPath, R"({"secretKey": "k", "images": [{"ImageId": "img-00000001"}]})");
  for (std::string_view body :
       {"", "[]", "{", R"({"images": []})", R"({"secretKey": 7})", R"({"secretKey": "k", "images": [{}]})",
        R"({"secretKey": "k", "images": [{"ImageId": "a"}, {"ImageId": "a"}]})",
        R"({"secretKey": "k", "rateLimit": "ten"})",
        R"({"secretKey": "k", "images": [{"ImageId": "a", "ImageState": "MELTING"}]})",
        R"({"secretKey": "k", "images": [{"ImageId": "a", "ImageType": "MARKET_IMAGE"}]})"}) {
    Hook::Reply reply = hook.ask("PUT", kPath, body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_TRUE(reply.body.find("error") && reply.body.find("error")->string()) << body;
  }
  EXPECT_EQ(hook.ask("PUT", "/short", R"({"secretKey": "k"})").status, 422);
  EXPECT_EQ(hook.ask("PUT", "/AKID-WITH-HYPHENS", R"({"secretKey": "k"})").status, 422);
  EXPECT_EQ(hook.ask("GET", kPath).body.find("images")->array()->size(), 1u);
}

TEST(Hook, TakesImagesOfAnyIdAtAll) {
  Hook hook;
  EXPECT_EQ(
      hook.ask("PUT", kPath, R"({"secretKey": "k", "images": [{"ImageId": ""}, {"ImageId": "IMG \u0000"}]})")
          .status,
      200);
  EXPECT_EQ(hook.ask("GET", kPath).body.find("images")->array()->size(), 2u);
}

TEST(Hook, ShowsACallWhoseReplyIsComplete) {
  Hook hook;
  hook.ask("PUT", kPath,
           R"({"secretKey": "secret", "rateLimit": null, "images": [{"ImageId": "img-00000001"}]})");
  hook.lab().call(R"({"ImageIds": ["img-00000001"]})", {.credentials = {"AKIDEXAMPLE0002", "secret", ""}});
  EXPECT_EQ(hook.ask("GET", kPath).body.find("images")->array()->size(), 0u);
}

TEST(Hook, WantsTheTokenOfAnAccountThatHasOne) {
  Hook hook;
  hook.ask("PUT", kPath, R"({"secretKey": "secret", "token": "temporary", "rateLimit": null})");
  auto call = [&](std::string token) {
    return hook.lab().call(R"({"ImageIds": ["img-00000001"]})",
                           {.credentials = {"AKIDEXAMPLE0002", "secret", token}});
  };
  EXPECT_EQ(call("temporary"), "InvalidImageId.NotFound");
  EXPECT_EQ(call("another"), "AuthFailure.TokenFailure");
  EXPECT_EQ(call(""), "AuthFailure.TokenFailure");
}

TEST(Hook, LimitsARateAsItIsToldOrAsThePageDoes) {
  struct Row {
    std::string_view setting;
    int pass;
  };
  for (const auto& [setting, pass] :
       {Row{R"("rateLimit": 3)", 3}, Row{R"("images": [])", 10}, Row{R"("rateLimit": null)", 25}}) {
    Hook hook({.virtual_clocks = true});
    hook.ask("PUT", kPath, R"({"secretKey": "secret", )" + std::string(setting) + "}");
    int passed = 0;
    for (int i = 0; i < 25; ++i)
      if (hook.lab().call("{}", {.credentials = {"AKIDEXAMPLE0002", "secret", ""}}) == "MissingParameter")
        ++passed;
    EXPECT_EQ(passed, pass) << setting;
  }
}

TEST(Hook, MovesAVirtualClockAndNothingElseDoes) {
  Hook hook({.virtual_clocks = true});
  EXPECT_EQ(*hook.ask("GET", "").body.find("clock")->string(), "virtual");
  EXPECT_TRUE(hook.ask("GET", "").body.find("nowMs")->integer());
  hook.ask("PUT", kPath, R"({"secretKey": "k"})");
  std::int64_t before = *hook.ask("GET", kPath).body.find("nowMs")->integer();
  EXPECT_EQ(hook.ask("GET", kPath).body.find("nowMs")->integer(), before);
  EXPECT_EQ(hook.ask("POST", std::string(kPath) + "/clock", R"({"advanceMs": 1500})").status, 200);
  EXPECT_EQ(hook.ask("GET", kPath).body.find("nowMs")->integer(), before + 1500);
  EXPECT_EQ(hook.ask("POST", std::string(kPath) + "/clock", R"({"advanceMs": -1})").status, 422);
  EXPECT_EQ(hook.ask("POST", "/AKIDEXAMPLE0003/clock", R"({"advanceMs": 1})").status, 404);
}

TEST(Hook, CannotMoveARealClock) {
  Hook hook;
  hook.ask("PUT", kPath, R"({"secretKey": "k"})");
  EXPECT_EQ(hook.ask("POST", std::string(kPath) + "/clock", R"({"advanceMs": 1})").status, 422);
}

TEST(Hook, AnswersOtherMethodsAndPlacesWithAnError) {
  Hook hook;
  EXPECT_EQ(hook.ask("POST", "").status, 405);
  EXPECT_EQ(hook.ask("PATCH", kPath).status, 405);
  EXPECT_EQ(hook.ask("GET", std::string(kPath) + "/clock").status, 405);
  EXPECT_EQ(hook.ask("GET", std::string(kPath) + "/elsewhere").status, 404);
}

TEST(Hook, LeavesOtherPathsToTheApi) {
  EXPECT_TRUE(is_hook_target("/_world", "/_world"));
  EXPECT_TRUE(is_hook_target("/_world/AKID?x=1", "/_world"));
  EXPECT_FALSE(is_hook_target("/_worlds", "/_world"));
  EXPECT_FALSE(is_hook_target("/", "/_world"));
  EXPECT_FALSE(is_hook_target("/_world", ""));
}

}  // namespace
}  // namespace diconform::reference
