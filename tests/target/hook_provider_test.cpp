#include "target/hook_provider.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "foreign_hook.h"

namespace diconform::target {
namespace {

api::Image image(const std::string& id, const std::string& state = "NORMAL",
                 std::set<std::string> snapshots = {}) {
  api::Image image;
  image.id = id;
  image.state = state;
  image.snapshots = std::move(snapshots);
  return image;
}

Account account_with(const std::string& secret_id, std::vector<api::Image> images) {
  Account account;
  account.secret_id = secret_id;
  account.secret_key = "secret";
  account.world.images = std::move(images);
  return account;
}

TEST(HookProvider, GivesBackTheWorldThatItPut) {
  ForeignHook hook;
  auto provider = HookProvider::open(hook.url("/good"));
  ASSERT_TRUE(provider);
  Account account = account_with("AKIDEXAMPLE1", {image("img-1a2b3c4d", "CREATING", {"snap-1"})});
  account.world.snapshots = {"snap-1", "snap-2"};
  ASSERT_TRUE((*provider)->put(account));
  auto world = (*provider)->get("AKIDEXAMPLE1");
  ASSERT_TRUE(world) << world.error().message();
  EXPECT_EQ(api::difference(account.world, *world, {}), std::vector<std::string>{});
}

TEST(HookProvider, ForgetsADroppedAccount) {
  ForeignHook hook;
  auto provider = HookProvider::open(hook.url("/good"));
  ASSERT_TRUE((*provider)->put(account_with("AKIDEXAMPLE1", {})));
  ASSERT_TRUE((*provider)->drop("AKIDEXAMPLE1"));
  auto world = (*provider)->get("AKIDEXAMPLE1");
  ASSERT_FALSE(world);
  EXPECT_NE(world.error().message().find("404"), std::string::npos);
}

}  // namespace
}  // namespace diconform::target
