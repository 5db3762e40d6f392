#include "target/provider_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "second_endpoint.h"
#include "target/hook_provider.h"
#include "worlds.h"

namespace diconform::target {
namespace {

// A world provider in memory that a test can bend.
class Bendable : public WorldProvider {
 public:
  Result<Capabilities> hello() override { return capabilities; }
  std::expected<void, PutProblem> put(const Account& account) override {
    if (refuse && refuse(account.world)) return std::unexpected(CannotMake{"not here"});
    worlds[name(account.secret_id)] = account.world;
    if (after_put) after_put(worlds[name(account.secret_id)]);
    return {};
  }
  Result<api::World> get(const std::string& secret_id) override {
    auto world = worlds.find(name(secret_id));
    if (world == worlds.end()) return failure("", "unknown");
    return world->second;
  }
  Result<void> drop(const std::string& secret_id) override {
    if (!keeps_dropped) worlds.erase(name(secret_id));
    return {};
  }
  Result<std::int64_t> advance(const std::string&, std::int64_t duration_ms) override {
    return now += duration_ms * (slow ? 1 : 2) / 2 + drift;
  }
  std::string name(const std::string& secret_id) const { return mixes_accounts ? "one" : secret_id; }

  Capabilities capabilities{.isolated = true,
                            .auth = true,
                            .virtual_clock = true,
                            .edition = {},
                            .actions = {"DeleteImages"},
                            .states = {"NORMAL", "CREATING", "USING"},
                            .facets = {"SharedTo", "TaskRunning", "SnapshotSet", "ImageType", "rateLimit"},
                            .max_image_ids = {}};
  std::function<bool(const api::World&)> refuse;
  std::function<void(api::World&)> after_put;
  bool keeps_dropped = false, mixes_accounts = false, slow = false;
  std::int64_t now = 0, drift = 0;
  std::map<std::string, api::World> worlds;
};

std::string check(Bendable& provider) {
  return message_of(check_provider(provider, provider.capabilities, {"AKIDCONFIGURED", "key", ""}));
}

void expect_caught(Bendable& provider, const std::string& part) {
  const std::string message = check(provider);
  EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_NE(message.find("not usable"), std::string::npos) << message;
}

TEST(ProviderCheck, IsContentWithAGoodProvider) {
  Bendable provider;
  EXPECT_EQ(check(provider), "no error at all");
  EXPECT_TRUE(provider.worlds.empty());
}

TEST(ProviderCheck, UsesTheConfiguredAccountWhereThereIsOneWorldForAll) {
  Bendable provider;
  provider.capabilities.isolated = false;
  std::string used;
  provider.refuse = [&](const api::World&) { return false; };
  provider.after_put = [&](api::World&) { used = provider.worlds.begin()->first; };
  EXPECT_EQ(check(provider), "no error at all");
  EXPECT_EQ(used, "AKIDCONFIGURED");
}

TEST(ProviderCheck, NoticesEveryFacetThatIsNotKept) {
  for (const auto& [name, bend] : std::map<std::string, std::function<void(api::Image&)>>{
           {"SharedTo", [](api::Image& image) { image.shared_to.clear(); }},
           {"TaskRunning", [](api::Image& image) { image.task_running = false; }},
           {"SnapshotSet", [](api::Image& image) { image.snapshots.clear(); }},
           {"ImageType", [](api::Image& image) { image.type = "PRIVATE_IMAGE"; }},
           {"ImageState", [](api::Image& image) { image.state = "NORMAL"; }}}) {
    Bendable provider;
    provider.after_put = [bend = bend](api::World& world) {
      for (api::Image& image : world.images) bend(image);
    };
    expect_caught(provider, name);
  }
}

TEST(ProviderCheck, MindsNoFacetThatIsNotListed) {
  Bendable provider;
  provider.capabilities.facets.erase("SharedTo");
  provider.after_put = [](api::World& world) {
    for (api::Image& image : world.images) image.shared_to = {"1"};
  };
  EXPECT_EQ(check(provider), "no error at all");
}

TEST(ProviderCheck, NoticesLooseSnapshotsThatAreLost) {
  Bendable provider;
  provider.after_put = [](api::World& world) {
    world.snapshots.clear();
    for (const api::Image& image : world.images)
      world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
  };
  expect_caught(provider, "snapshot");
}

TEST(ProviderCheck, NoticesAListedStateThatCannotBeMade) {
  Bendable provider;
  provider.refuse = [](const api::World& world) { return world.images.size() > 1; };
  expect_caught(provider, "cannot make it, though the hello lists it: not here");
}

TEST(ProviderCheck, NoticesAPutThatAddsInsteadOfReplacing) {
  Bendable provider;
  std::vector<api::Image> seen;
  provider.after_put = [&](api::World& world) {
    for (const api::Image& image : seen)
      if (!world.find(image.id)) world.images.push_back(image);
    seen = world.images;
  };
  expect_caught(provider, "expected it to be gone");
}

TEST(ProviderCheck, NoticesAccountsThatAreNotIsolated) {
  Bendable provider;
  provider.mixes_accounts = true;
  expect_caught(provider, "second account");
}

TEST(ProviderCheck, NoticesAnAccountThatIsNotForgotten) {
  Bendable provider;
  provider.keeps_dropped = true;
  expect_caught(provider, "dropped is still shown");
}

TEST(ProviderCheck, NoticesAVirtualClockThatRunsOrLags) {
  Bendable running, lagging;
  running.drift = 1;
  expect_caught(running, "moves by itself");
  lagging.slow = true;
  expect_caught(lagging, "told to advance by 1500 ms");
}

TEST(ProviderCheck, AsksNothingOfAProviderWithImagesOfItsOwn) {
  class HasItsOwn : public Bendable {
    bool makes_worlds() const override { return false; }
  } provider;
  provider.refuse = [](const api::World&) { return true; };
  EXPECT_EQ(check(provider), "no error at all");
}

TEST(ProviderCheck, IsContentWithTheSecondEndpoint) {
  for (const char* clock : {"real", "virtual"}) {
    SecondEndpoint second({"--clock", clock});
    auto provider = HookProvider::open(second.world);
    ASSERT_TRUE(provider);
    auto hello = (*provider)->hello();
    ASSERT_TRUE(hello) << message_of(hello);
    EXPECT_EQ(message_of(check_provider(**provider, *hello, {})), "no error at all");
  }
}

}  // namespace
}  // namespace diconform::target
