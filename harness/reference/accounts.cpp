#include "reference/accounts.h"

#include <algorithm>

#include "base/text.h"

namespace diconform::reference {
namespace {

// Every state and type that a page names. (The data types' page: ImageState, ImageType.)
constexpr std::array kStates = std::to_array<std::string_view>(
    {"CREATING", "NORMAL", "CREATEFAILED", "USING", "SYNCING", "IMPORTING", "IMPORTFAILED"});
constexpr std::array kTypes =
    std::to_array<std::string_view>({"PRIVATE_IMAGE", "PUBLIC_IMAGE", "SHARED_IMAGE"});
constexpr std::array kFacets =
    std::to_array<std::string_view>({"SharedTo", "TaskRunning", "SnapshotSet", "ImageType", "rateLimit"});

bool is_secret_id(std::string_view text) {
  bool letters_and_digits = std::ranges::all_of(text, [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
  });
  return letters_and_digits && text.size() >= 8 && text.size() <= 64;
}

std::string why_not(const target::Account& account) {
  if (!is_secret_id(account.secret_id))
    return "SecretId " + quoted(account.secret_id) + " is not [A-Za-z0-9]{8,64}";
  for (const api::Image& image : account.world.images) {
    if (std::ranges::find(kStates, image.state) == kStates.end())
      return "image " + quoted(image.id) + ": ImageState " + quoted(image.state) +
             " is none that a page names";
    if (std::ranges::find(kTypes, image.type) == kTypes.end())
      return "image " + quoted(image.id) + ": ImageType " + quoted(image.type) + " is none that a page names";
  }
  return "";
}

std::unexpected<Error> unknown_account(const std::string& secret_id) {
  return failure("account " + quoted(secret_id), "is not known", "PUT it first");
}

}  // namespace

AccountStore::AccountStore(const AccountSetup& setup)
    : setup_(setup), unix_offset_us_(setup.clock->unix_ms() * 1000 - setup.clock->now_us()) {}

Result<target::Capabilities> AccountStore::hello() {
  const api::Edition& edition = setup_.manual->edition();
  target::Capabilities capabilities;
  capabilities.virtual_clock = setup_.virtual_clocks;
  capabilities.edition = edition.id;
  capabilities.actions.clear();
  for (const api::Action& action : edition.actions) capabilities.actions.insert(action.name);
  capabilities.states = {kStates.begin(), kStates.end()};
  capabilities.facets = {kFacets.begin(), kFacets.end()};
  capabilities.max_image_ids = static_cast<std::int64_t>(edition.limits.image_ids);
  return capabilities;
}

std::expected<void, target::PutProblem> AccountStore::put(target::Account&& account) {
  if (std::string reason = why_not(account); !reason.empty())
    return std::unexpected(target::CannotMake{std::move(reason)});
  auto made = std::make_shared<Account>();
  made->secret_id = std::move(account.secret_id);
  made->key = {std::move(account.secret_key), std::move(account.token)};
  made->rate = account.rate;
  made->state = {std::move(account.world), limiters(made->secret_id, account.rate)};
  for (const api::Image& image : made->state.world.images)
    made->state.world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
  Shard& home = shard(made->secret_id);
  std::unique_lock lock(home.mutex);
  std::shared_ptr<Account>& place = home.accounts[made->secret_id];
  // An account's time never goes back: a repeated PUT leaves the clock as it is.
  if (setup_.virtual_clocks) made->clock = place ? place->clock : std::make_shared<VirtualClock>(unix_ms());
  place = std::move(made);
  return {};
}

Result<api::World> AccountStore::get(const std::string& secret_id) {
  std::shared_ptr<Account> account = find(secret_id);
  if (!account) return unknown_account(secret_id);
  std::scoped_lock lock(account->mutex);
  return account->state.world;
}

Result<void> AccountStore::drop(const std::string& secret_id) {
  Shard& home = shard(secret_id);
  std::unique_lock lock(home.mutex);
  home.accounts.erase(secret_id);
  return {};
}

Result<std::int64_t> AccountStore::advance(const std::string& secret_id, std::int64_t duration_ms) {
  std::shared_ptr<Account> account = find(secret_id);
  if (!account) return unknown_account(secret_id);
  if (!account->clock)
    return failure("account " + quoted(secret_id), "has a real clock, which nobody can advance");
  if (duration_ms < 0) return failure("account " + quoted(secret_id), "time does not go back");
  account->clock->advance_ms(duration_ms);
  return account->clock->unix_ms();
}

std::shared_ptr<Account> AccountStore::find(std::string_view secret_id) const {
  Shard& home = shard(secret_id);
  std::shared_lock lock(home.mutex);
  auto found = home.accounts.find(secret_id);
  return found == home.accounts.end() ? nullptr : found->second;
}

std::string AccountStore::owner_of(std::string_view image_id) const {
  for (const Shard& home : shards_) {
    std::shared_lock lock(home.mutex);
    for (const auto& [secret_id, account] : home.accounts) {
      std::unique_lock account_lock(account->mutex, std::try_to_lock);
      if (account_lock && account->state.world.find(image_id)) return secret_id;
    }
  }
  return "";
}

std::int64_t AccountStore::unix_us(const Account& account) const {
  if (!account.clock) return setup_.clock->now_us() + unix_offset_us_;
  return account.clock->unix_ms() * 1000 + account.clock->now_us() % 1000;
}

AccountStore::Shard& AccountStore::shard(std::string_view secret_id) const {
  return shards_[Hash{}(secret_id) % shards_.size()];
}

// Each action counts on its own. A rate that the account sets holds for each of them.
std::map<std::string, Limiter, std::less<>> AccountStore::limiters(const std::string& secret_id,
                                                                   const target::RateSetting& rate) const {
  std::map<std::string, Limiter, std::less<>> limiters;
  Context context{.manual = setup_.manual, .secret_id = secret_id};
  for (const api::Action& action : setup_.manual->edition().actions) {
    LimiterSetup setup = setup_.limiter;
    if (setup.per_second < 0) setup.per_second = action.calls_per_second;
    if (const auto* own = std::get_if<std::int64_t>(&rate)) setup.per_second = *own;
    if (std::holds_alternative<target::NoRateLimit>(rate)) setup.per_second = 0;
    if (setup_.bend && setup_.bend->limiter) setup_.bend->limiter(context, setup);
    if (setup.per_second > 0) limiters.emplace(action.name, Limiter(make_limiter(setup)));
  }
  return limiters;
}

}  // namespace diconform::reference
