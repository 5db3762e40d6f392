#include "reference/endpoint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <thread>

#include "base/chance.h"
#include "base/text.h"
#include "reference/hook.h"
#include "wire/pairs.h"

namespace diconform::reference {
namespace {

Clock& machine_clock() {
  static SystemClock clock;
  return clock;
}

std::uint64_t some_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

AccountSetup setup_of(const EndpointOptions& options, const Manual& manual) {
  return {.manual = &manual,
          .clock = options.clock,
          .virtual_clocks = options.virtual_clocks,
          .limiter = {.kind = options.limiter, .per_second = options.calls_per_second.value_or(-1)},
          .bend = options.fault ? &*options.fault : nullptr};
}

// The encoding as far as it is seen before decoding.
wire::Encoding first_guess(const wire::HttpRequest& request) {
  if (request.method == "GET") return wire::Encoding::kQuery;
  return wire::media_type_of(request) == wire::kFormType ? wire::Encoding::kForm : wire::Encoding::kJson;
}

}  // namespace

std::string RequestIds::next() {
  constexpr std::uint64_t kStep =
      0x9E3779B97F4A7C15u;  // SplitMix64's own: the n-th id takes its draws 2n and 2n+1
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  Chance chance(seed_ + 2 * kStep * made_.fetch_add(1, std::memory_order_relaxed));
  std::array<std::uint64_t, 2> bits = {chance.next(), chance.next()};
  std::string id(kShape);
  unsigned used = 0;
  for (char& place : id) {
    if (place != 'x' && place != 'y') continue;
    std::size_t digit = (bits[used / 16] >> (used % 16 * 4)) & 15;
    place = kDigits[place == 'y' ? 8 + digit % 4 : digit];
    ++used;
  }
  return id;
}

// One API call on its way through the endpoint.
class Handling {
 public:
  Handling(Endpoint& endpoint, const wire::HttpRequest& request)
      : endpoint_(endpoint),
        fault_(endpoint.options_.fault ? &*endpoint.options_.fault : nullptr),
        request_(&request) {}

  wire::ServerReply reply() {
    sender_.claim = wire::claim_of(*request_);
    std::size_t variation = 0;
    if (sender_.claim) variation = enter(endpoint_.accounts_.find(sender_.claim->secret_id));
    if (fault_) prepare_fault();
    Chooser chooser(endpoint_.options_.choices, {}, variation);
    outcome_ = decided(chooser);
    context_.answer = &outcome_.answer;
    bend(&Bend::answer, outcome_.answer);
    act();
    if (!fault_ && lock_.owns_lock()) lock_.unlock();
    return written();
  }

 private:
  // The value at a seam, changed by the fault if there is one that wants it.
  template <class Value>
  void bend(Seam<Value> Bend::* seam, Value& value) {
    if (fault_) Bending{*fault_, context_}.at(seam, value);
  }

  // The number of the call in its account. What a fault sees from its first seam to its last is one moment of
  // the account; a call without one has the account for itself only where it decides and acts, so that two
  // threads verify two signatures of one account at once (a fifth of the calls a second).
  std::size_t enter(std::shared_ptr<Account> account) {
    if (!account) return 0;
    account_ = std::move(account);
    if (fault_) lock_ = std::unique_lock(account_->mutex);
    sender_.key = &account_->key;
    sender_.unix_seconds = endpoint_.accounts_.unix_ms(*account_) / 1000;
    return static_cast<std::size_t>(++account_->number);
  }

  void prepare_fault() {
    context_.manual = &endpoint_.manual_;
    context_.http = request_;
    context_.encoding = first_guess(*request_);
    if (sender_.claim) context_.scheme = sender_.claim->scheme;
    context_.owner_of = [this](std::string_view id) { return endpoint_.accounts_.owner_of(id); };
    if (account_) show_account();
    if (!fault_->arrival) return;
    bent_request_ = *request_;
    fault_->arrival(context_, *bent_request_);
    request_ = &*bent_request_;
  }

  void show_account() {
    context_.secret_id = account_->secret_id;
    context_.secret_key = account_->key.secret_key;
    context_.number = account_->number;
    context_.after_dry_run = account_->after_dry_run;
    context_.note = &account_->note;
    before_ = account_->state.world;
    context_.world = &before_;
  }

  Outcome decided(Chooser& chooser) {
    Bending bending{fault_ ? *fault_ : kNoBend, context_};
    const Bending* used = fault_ ? &bending : nullptr;
    auto admitted = admit(*request_, sender_, endpoint_.manual_.edition().limits, chooser, used);
    if (!admitted) return {.answer = {.error = std::move(admitted).error()}};
    call_ = request_of(std::move(*admitted), *request_, 0);
    context_.call = &call_.call;
    if (fault_ && fault_->account) change_account();
    if (account_ && !lock_.owns_lock()) lock_ = std::unique_lock(account_->mutex);
    if (account_) call_.unix_us = context_.unix_us = endpoint_.accounts_.unix_us(*account_);
    State nobody;  // where a fault lets in a sender that is not known
    return decide(endpoint_.manual_, account_ ? account_->state : nobody, call_, chooser, used);
  }

  // A fault serves the call from another account's world.
  void change_account() {
    std::string secret_id = context_.secret_id;
    fault_->account(context_, secret_id);
    std::shared_ptr<Account> other =
        secret_id == context_.secret_id ? nullptr : endpoint_.accounts_.find(secret_id);
    if (!other) return;
    lock_.unlock();
    account_ = std::move(other);
    lock_ = std::unique_lock(account_->mutex);
    show_account();
  }

  void act() {
    if (!lock_.owns_lock()) return;
    bend(&Bend::effect, outcome_.effect);
    if (fault_ && !outcome_.effect.images.empty()) let_others_in();
    api::World& world = account_->state.world;
    if (!outcome_.effect.images.empty()) world = after(std::move(world), outcome_.effect);
    bend(&Bend::world, world);
    if (context_.request && context_.request->dry_run && !outcome_.answer.error)
      account_->after_dry_run = true;
  }

  void let_others_in() {
    std::int64_t duration_us = 0;
    bend(&Bend::race_us, duration_us);
    if (duration_us <= 0) return;
    lock_.unlock();
    std::this_thread::sleep_for(std::chrono::microseconds(duration_us));
    lock_.lock();
  }

  wire::ServerReply written() {
    Answer& answer = outcome_.answer;
    wire::Envelope envelope{answer.error, endpoint_.request_ids_.next(), std::move(answer.fields)};
    bend(&Bend::envelope, envelope);
    wire::HttpReply reply{200, "OK", {{"Content-Type", "application/json"}}, wire::encode_envelope(envelope)};
    if (request_->method == "HEAD") reply = {405, "Method Not Allowed", {}, ""};
    bend(&Bend::reply, reply);
    wire::ServerReply delivery = wire::reply_with(std::move(reply));
    if (!delivery.parts.empty()) delivery.parts.front().wait_us = outcome_.wait_us;
    bend(&Bend::delivery, delivery);
    return delivery;
  }

  inline static const Bend kNoBend;

  Endpoint& endpoint_;
  const Bend* fault_;
  const wire::HttpRequest* request_;
  std::optional<wire::HttpRequest> bent_request_;
  std::shared_ptr<Account> account_;
  std::unique_lock<std::mutex> lock_;
  Sender sender_;
  Request call_;
  Outcome outcome_;
  Context context_;
  api::World before_;
};

Result<std::unique_ptr<Endpoint>> Endpoint::make(EndpointOptions options) {
  TRY_VOID(check_pins(options.choices));
  if (!limiter_named(options.limiter, 1)) {
    std::string kinds;
    for (std::string_view kind : limiter_kinds()) kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
    return failure("limiter " + quoted(options.limiter), "is not known", "one of " + kinds);
  }
  TRY(Manual manual, Manual::of(options.edition));
  if (!options.clock) options.clock = &machine_clock();
  if (options.seed == 0) options.seed = some_seed();
  return std::unique_ptr<Endpoint>(new Endpoint(std::move(options), std::move(manual)));
}

Endpoint::Endpoint(EndpointOptions options, Manual manual)
    : options_(std::move(options)),
      manual_(std::move(manual)),
      accounts_(setup_of(options_, manual_)),
      request_ids_(options_.seed) {}

wire::ServerReply Endpoint::handle(const wire::Arrival& arrival) {
  const wire::HttpRequest& request = arrival.request;
  if (is_hook_target(request.target, options_.hook_path))
    return wire::reply_with(answer_hook(accounts_, options_.hook_path, request));
  return Handling(*this, request).reply();
}

}  // namespace diconform::reference
