#include "target/static_provider.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/file.h"
#include "target/provider_check.h"
#include "target/providers.h"
#include "worlds.h"

namespace diconform::target {
namespace {

constexpr const char* kId = "AKIDEXAMPLE1";

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "no " << part << " in: " << text;
}

std::string message_of(const std::expected<std::vector<api::Image>, PutProblem>& chosen) {
  if (chosen) return "no error at all";
  return message_of(std::expected<void, PutProblem>(std::unexpected(chosen.error())));
}

api::Image shown(const std::string& id, const std::string& state = "NORMAL",
                 const std::string& type = "PRIVATE_IMAGE") {
  api::Image image;
  image.id = id;
  image.state = state;
  image.type = type;
  return image;
}

api::Image like(const std::string& state) { return image("", state); }

// A file with images of each role, and a service that has them.
class ExistingImages : public testing::Test {
 protected:
  ExistingImages() {
    char name[] = "/tmp/diconform_static_XXXXXX";
    folder_ = mkdtemp(name);
    file = folder_ + "/images.json";
    write(
        R"({"normal": ["img-n1", {"id": "img-n2", "snapshots": ["snap-1", "snap-2"]}, "img-n3"], "creating": ["img-c1"],
              "using": ["img-u1"], "sharedOut": ["img-o1"], "sharedIn": ["img-i1"], "public": ["img-p1"]})");
    service = {shown("img-n1"),
               shown("img-n2"),
               shown("img-n3"),
               shown("img-c1", "CREATING"),
               shown("img-u1", "USING"),
               shown("img-o1"),
               shown("img-i1", "NORMAL", "SHARED_IMAGE"),
               shown("img-p1", "NORMAL", "PUBLIC_IMAGE")};
  }
  ~ExistingImages() override { EXPECT_EQ(system(("rm -r " + folder_).c_str()), 0); }

  void write(std::string_view text) { EXPECT_TRUE(write_file(file, text)); }
  std::string used() const {
    auto text = read_file(file + ".used");
    return text ? *text : "";
  }

  DescribeImages describe() {
    return [this](const Json& params) -> Result<wire::Envelope> {
      Json::Array page;
      for (const Json& id : *params.find("ImageIds")->array()) {
        for (const api::Image& image : service)
          if (image.id == *id.string())
            page.push_back(
                Json::Object{{"ImageId", image.id}, {"ImageState", image.state}, {"ImageType", image.type}});
      }
      const std::int64_t total = static_cast<std::int64_t>(page.size());
      wire::Envelope envelope;
      envelope.fields = Json::Object{{"ImageSet", std::move(page)}, {"TotalCount", total}};
      return envelope;
    };
  }
  std::unique_ptr<StaticProvider> open() {
    auto provider = StaticProvider::open(file, describe());
    EXPECT_TRUE(provider) << target::message_of(provider);
    return provider ? std::move(*provider) : nullptr;
  }
  std::string open_message(std::string_view text) {
    write(text);
    return target::message_of(StaticProvider::open(file, describe()));
  }

  std::string file;
  std::vector<api::Image> service;

 private:
  std::string folder_;
};

TEST_F(ExistingImages, TellWhatTheyCanPlay) {
  auto hello = open()->hello();
  ASSERT_TRUE(hello);
  EXPECT_FALSE(hello->isolated);
  EXPECT_FALSE(hello->virtual_clock);
  EXPECT_EQ(hello->states, (std::set<std::string>{"CREATING", "NORMAL", "USING"}));
  EXPECT_EQ(hello->facets, (std::set<std::string>{"ImageType", "SharedTo"}));  // snapshots cannot be observed
  write(R"({"using": ["img-u1"]})");
  hello = open()->hello();
  EXPECT_EQ(hello->states, std::set<std::string>{"USING"});
  EXPECT_EQ(hello->facets, std::set<std::string>{});
}

TEST_F(ExistingImages, AreChosenByRoleInTheOrderWanted) {
  api::Image out = like("NORMAL"), in = like("NORMAL"), open_to_all = like("NORMAL");
  out.shared_to = {"100000000002"};
  in.type = "SHARED_IMAGE";
  open_to_all.type = "PUBLIC_IMAGE";
  auto provider = open();
  auto chosen = provider->choose(
      {like("USING"), out, like("NORMAL"), in, open_to_all, like("CREATING"), like("NORMAL")}, false);
  ASSERT_TRUE(chosen) << message_of(chosen);
  std::vector<std::string> ids;
  for (const api::Image& image : *chosen) ids.push_back(image.id);
  EXPECT_EQ(ids,
            (std::vector<std::string>{"img-u1", "img-o1", "img-n1", "img-i1", "img-p1", "img-c1", "img-n2"}));
  EXPECT_EQ((*chosen)[1].shared_to, std::set<std::string>{"100000000002"});
}

TEST_F(ExistingImages, WithSnapshotsPlayRolesWithSnapshots) {
  auto chosen = open()->choose({image("", "NORMAL", {"snap-a", "snap-b"})}, false);
  ASSERT_TRUE(chosen) << message_of(chosen);
  EXPECT_EQ((*chosen)[0].id, "img-n2");
  EXPECT_EQ((*chosen)[0].snapshots, (std::set<std::string>{"snap-1", "snap-2"}));
}

TEST_F(ExistingImages, AreWrittenDownBeforeATrialDeletesThem) {
  auto provider = open();
  ASSERT_TRUE(provider->choose({like("NORMAL"), like("NORMAL")}, true));
  EXPECT_EQ(used(), "img-n1\nimg-n2\n");
  auto next = provider->choose({like("NORMAL")}, true);
  ASSERT_TRUE(next) << message_of(next);
  EXPECT_EQ((*next)[0].id, "img-n3");
  EXPECT_EQ(used(), "img-n1\nimg-n2\nimg-n3\n");
  expect_in(message_of(provider->choose({like("NORMAL")}, true)),
            "no image left for the role \"normal\": 3 listed, 3 used");
}

TEST_F(ExistingImages, AreUsedAgainWhereNothingIsDeleted) {
  auto provider = open();
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*provider->choose({like("NORMAL")}, false))[0].id, "img-n1");
  EXPECT_EQ(used(), "");
}

TEST_F(ExistingImages, StayUsedInTheNextRun) {
  ASSERT_TRUE(open()->choose({like("NORMAL")}, true));
  auto next = open()->choose({like("NORMAL")}, true);
  ASSERT_TRUE(next) << message_of(next);
  EXPECT_EQ((*next)[0].id, "img-n2");
}

TEST_F(ExistingImages, StayUsedThoughACrashCutTheLastLine) {
  ASSERT_TRUE(write_file(file + ".used", "img-n1\r\n\nimg-other\nimg-n2"));
  auto provider = open();
  ASSERT_TRUE(provider->choose({like("NORMAL")}, true));
  EXPECT_EQ(used(), "img-n1\r\n\nimg-other\nimg-n2\nimg-n3\n");
}

TEST_F(ExistingImages, AreNotSharedByTwoRuns) {
  auto first = open();
  expect_in(target::message_of(StaticProvider::open(file, describe())), "locked by another run");
}

TEST_F(ExistingImages, AreNotGivenAwayWhereThatCannotBeWrittenDown) {
  ASSERT_EQ(system(("mkdir " + file + ".used").c_str()), 0);
  expect_in(target::message_of(StaticProvider::open(file, describe())), ".used: cannot be opened");
}

TEST_F(ExistingImages, ArePassedOverWhenTheyAreGoneOrChanged) {
  service.erase(service.begin());  // img-n1
  service[0].state = "CREATING";   // img-n2
  auto provider = open();
  auto chosen = provider->choose({like("NORMAL")}, false);
  ASSERT_TRUE(chosen) << message_of(chosen);
  EXPECT_EQ((*chosen)[0].id, "img-n3");
  expect_in(message_of(provider->choose({like("NORMAL"), like("NORMAL")}, false)),
            "3 listed, 0 used, img-n1 is gone, img-n2 is CREATING and PRIVATE_IMAGE by now");
  service[2].state = "NORMAL";  // img-c1 was created
  expect_in(message_of(provider->choose({like("CREATING")}, false)), "img-c1 is NORMAL");
}

TEST_F(ExistingImages, InUseMayBeShownAsNormal) {
  for (api::Image& image : service)
    if (image.id == "img-u1") image.state = "NORMAL";
  auto provider = open();
  auto chosen = provider->choose({like("USING")}, false);
  ASSERT_TRUE(chosen) << message_of(chosen);
  ASSERT_EQ(target::message_of(provider->put(account_with(kId, *chosen))), "no error at all");
  EXPECT_EQ(provider->get(kId)->images[0].state, "USING");
}

TEST_F(ExistingImages, CannotPlayWhatNobodyListed) {
  auto provider = open();
  api::Image busy = like("NORMAL"), odd = like("CREATING");
  busy.task_running = true;
  odd.shared_to = {"1"};
  expect_in(message_of(provider->choose({busy}, false)), "cannot make: no role of a static file is like");
  expect_in(message_of(provider->choose({odd}, false)), "cannot make: no role of a static file is like");
  expect_in(message_of(provider->choose({like("SYNCING")}, false)), "state SYNCING");
  expect_in(message_of(provider->choose({image("img-34vaef8fe")}, false)), "ids of their own");
}

TEST_F(ExistingImages, AreSeenThroughDescribeImages) {
  auto provider = open();
  auto chosen = provider->choose({like("NORMAL"), like("CREATING")}, true);
  ASSERT_TRUE(chosen) << message_of(chosen);
  const Account account = account_with(kId, *chosen);
  ASSERT_EQ(target::message_of(provider->put(account)), "no error at all");
  const api::WorldFacets facets = provider->hello()->world_facets();
  EXPECT_EQ(api::difference(account.world, *provider->get(kId), facets), std::vector<std::string>{});
  service[3].state = "NORMAL";  // created by now: not the endpoint's doing
  EXPECT_EQ(api::difference(account.world, *provider->get(kId), facets), std::vector<std::string>{});
  service[0].state = "SYNCING";
  expect_in(api::difference(account.world, *provider->get(kId), facets).at(0), "ImageState");
  service.erase(service.begin());
  expect_in(api::difference(account.world, *provider->get(kId), facets).at(0), "is gone");
}

TEST_F(ExistingImages, CannotBeMade) {
  auto provider = open();
  expect_in(target::message_of(provider->put(account_with(kId, {image("img-12345678")}))), "cannot make: ");
  Account account = account_with(kId, {});
  account.token = "t";
  expect_in(target::message_of(provider->put(account)), "cannot make: ");
  EXPECT_FALSE(provider->get(kId));
  EXPECT_FALSE(provider->advance(kId, 0));
}

TEST_F(ExistingImages, AreForgottenWithTheirAccount) {
  auto provider = open();
  ASSERT_TRUE(provider->put(account_with(kId, {})));
  ASSERT_TRUE(provider->get(kId));
  ASSERT_TRUE(provider->drop(kId));
  EXPECT_FALSE(provider->get(kId));
}

TEST_F(ExistingImages, NeedNoSelfCheck) {
  auto provider = open();
  EXPECT_EQ(target::message_of(check_provider(*provider, *provider->hello(), {kId, "key", ""})),
            "no error at all");
  EXPECT_EQ(used(), "");
}

TEST_F(ExistingImages, AreListedStrictly) {
  expect_in(open_message("{}"), "names no image");
  expect_in(open_message(R"({"normal": []})"), "names no image");
  expect_in(open_message(R"({"normale": ["img-1"]})"), "/normale");
  expect_in(open_message(R"({"normal": "img-1"})"), "/normal");
  expect_in(open_message(R"({"normal": [1]})"), "/normal/0");
  expect_in(open_message(R"({"normal": [{"id": "img-1", "snapshot": []}]})"), "/normal/0/snapshot");
  expect_in(open_message(R"({"normal": [""]})"), "/normal/0");
  expect_in(open_message(R"({"normal": ["img-1\nimg-2"]})"), "/normal/0");
  expect_in(open_message(R"({"normal": ["img-1"], "using": ["img-1"]})"), "a second time");
  expect_in(open_message(R"({"normal": ["img-1", "img-1"]})"), "a second time");
  expect_in(open_message(R"([])"), "an object");
}

TEST_F(ExistingImages, AreMadeFromTheirSpecWithTheirIds) {
  auto made = make_provider("static:" + file, {.ca_file = "", .describe = describe()});
  ASSERT_TRUE(made) << target::message_of(made);
  EXPECT_EQ(made->expendable.size(), 8u);
  expect_in(target::message_of(make_provider("static:" + file)), "--endpoint");
}

TEST(Providers, AreMadeFromTheirSpecs) {
  EXPECT_TRUE(make_provider("http://127.0.0.1:1/_world"));
  EXPECT_TRUE(make_provider("https://127.0.0.1:1/_world"));
  EXPECT_TRUE(make_provider("exec:true"));
  EXPECT_TRUE(make_provider("http://127.0.0.1:1")->expendable.empty());
}

TEST(Providers, HaveThreeForms) {
  for (const char* spec :
       {"", "hook", "127.0.0.1:80", "ftp://x", "exec:", "exec: ", "static:", "file:x", "EXEC:true"})
    expect_in(target::message_of(make_provider(spec)),
              "one of http://HOST:PORT/PATH (a hook), exec:COMMAND, static:FILE");
  expect_in(target::message_of(make_provider(
                "static:/nowhere/x",
                {.ca_file = "",
                 .describe = [](const Json&) -> Result<wire::Envelope> { return failure("", ""); }})),
            "/nowhere/x");
  EXPECT_FALSE(make_provider("http://"));
}

}  // namespace
}  // namespace diconform::target
