#include "target/provider_check.h"

#include <fmt/format.h>

#include <random>

#include "base/chance.h"
#include "base/text.h"

namespace diconform::target {
namespace {

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kMostSentences = 3;  // of a difference; the first says what is wrong

std::unexpected<Error> unusable(std::string what) {
  return failure("self-check of the world provider", std::move(what),
                 "the provider is not usable: correct it, or let its hello list only what it can do");
}

class Check {
 public:
  Check(WorldProvider& provider, const Capabilities& capabilities, const wire::Credentials& configured)
      : provider_(provider), capabilities_(capabilities), chance_(std::random_device{}()) {
    account_.secret_id = configured.secret_id;
    account_.secret_key = configured.secret_key;
    if (capabilities.isolated) rename(account_);
  }

  Result<void> run() {
    account_.world = world_of_everything();
    TRY_VOID(put_and_see(account_, "after a PUT of everything that the hello lists"));
    TRY_VOID(put_and_see(account_, "after the same PUT again"));
    if (capabilities_.isolated) TRY_VOID(others_stay());
    if (capabilities_.virtual_clock) TRY_VOID(clock_obeys());
    account_.world = {};
    account_.world.images = {image("NORMAL")};
    TRY_VOID(put_and_see(account_, "after a PUT of one image in place of many"));
    TRY_VOID(provider_.drop(account_.secret_id));
    if (provider_.get(account_.secret_id))
      return unusable("an account that was dropped is still shown; a GET of it is a 404");
    return provider_.drop(account_.secret_id);  // "200 even if unknown"
  }

 private:
  void rename(Account& account) {
    account.secret_id = "AKID" + chance_.text(kAlphanumeric, 20);
    account.secret_key = chance_.text(kAlphanumeric, 32);
  }

  std::string mint(std::string_view prefix) {
    return std::string(prefix) + chance_.text("0123456789abcdefghijklmnopqrstuvwxyz", 8);
  }

  api::Image image(const std::string& state) {
    api::Image image;
    image.id = mint("img-");
    image.state = state;
    return image;
  }

  // One image for each thing that the hello lists, so that what differs names it.
  api::World world_of_everything() {
    api::World world;
    for (const std::string& state : capabilities_.states) world.images.push_back(image(state));
    const api::WorldFacets facets = capabilities_.world_facets();
    auto plain = [&]() -> api::Image& { return world.images.emplace_back(image("NORMAL")); };
    if (facets.shared_to) plain().shared_to = {"100000000002", "100000000003"};
    if (facets.task_running) plain().task_running = true;
    if (facets.image_type) {
      plain().type = "PUBLIC_IMAGE";
      plain().type = "SHARED_IMAGE";
    }
    if (facets.snapshot_set) {
      plain().snapshots = {mint("snap-"), mint("snap-")};
      world.snapshots = world.images.back().snapshots;
      world.snapshots.insert(mint("snap-"));  // one that no image names
    }
    return world;
  }

  Result<void> put(const Account& account, std::string_view when) {
    auto done = provider_.put(account);
    if (done) return {};
    if (const Error* error = std::get_if<Error>(&done.error())) return std::unexpected(*error);
    return unusable(fmt::format("{}: it cannot make it, though the hello lists it: {}", when,
                                std::get<CannotMake>(done.error()).reason));
  }

  Result<void> see(const Account& account, std::string_view when) {
    TRY(api::World seen, provider_.get(account.secret_id));
    const std::vector<std::string> differences =
        api::difference(account.world, seen, capabilities_.world_facets());
    if (differences.empty()) return {};
    std::string text;
    for (std::size_t i = 0; i < differences.size() && i < kMostSentences; ++i)
      text += (i ? "; " : "") + differences[i];
    if (differences.size() > kMostSentences)
      text += fmt::format("; and {} more", differences.size() - kMostSentences);
    return unusable(fmt::format("{}: {}", when, text));
  }

  Result<void> put_and_see(const Account& account, std::string_view when) {
    TRY_VOID(put(account, when));
    return see(account, when);
  }

  Result<void> others_stay() {
    Account other;
    rename(other);
    other.world.images = {image("NORMAL")};
    TRY_VOID(put_and_see(other, "after a PUT of a second account"));
    TRY_VOID(see(account_, "after a PUT of a second account, the first"));
    TRY_VOID(provider_.drop(other.secret_id));
    return see(account_, "after the second account was dropped, the first");
  }

  Result<void> clock_obeys() {
    constexpr std::int64_t kStepMs = 1500;
    TRY(const std::int64_t first, provider_.advance(account_.secret_id, 0));
    TRY(const std::int64_t second, provider_.advance(account_.secret_id, 0));
    if (first != second)
      return unusable(fmt::format("the virtual clock moves by itself, from {} to {}", first, second));
    TRY(const std::int64_t third, provider_.advance(account_.secret_id, kStepMs));
    if (third == second + kStepMs) return {};
    return unusable(fmt::format("told to advance by {} ms, the virtual clock went from {} to {}", kStepMs,
                                second, third));
  }

  WorldProvider& provider_;
  const Capabilities& capabilities_;
  Chance chance_;
  Account account_;
};

}  // namespace

Result<void> check_provider(WorldProvider& provider, const Capabilities& capabilities,
                            const wire::Credentials& configured) {
  if (!provider.makes_worlds()) return {};
  return Check(provider, capabilities, configured).run();
}

}  // namespace diconform::target
