#include "probe/caller.h"

#include "wire/sign.h"

namespace diconform::probe {

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kIdLetters = "0123456789abcdefghijklmnopqrstuvwxyz";

Caller::Caller(const target::EndpointSetup& setup, std::string_view name)
    : setup_(setup), chance_(seed_for(setup.seed, name)) {
  account_.secret_id = own_account() ? "AKID" + chance_.text(kAlphanumeric, 20) : setup.credentials.secret_id;
  account_.secret_key = own_account() ? chance_.text(kAlphanumeric, 32) : setup.credentials.secret_key;
  if (!setup.worlds && !setup.credentials.token.empty()) account_.token = setup.credentials.token;
}

bool Caller::own_account() const {
  return setup_.worlds && setup_.worlds->makes_worlds() && setup_.capabilities.isolated;
}

Result<bool> Caller::hold(api::World world, target::RateSetting rate) {
  if (!setup_.worlds || !setup_.worlds->makes_worlds()) return false;
  account_.world = std::move(world);
  account_.rate = rate;
  auto put = setup_.worlds->put(account_);
  if (put) return true;
  if (const Error* error = std::get_if<Error>(&put.error())) return std::unexpected(*error);
  return false;
}

Result<std::int64_t> Caller::unix_ms() {
  if (setup_.capabilities.virtual_clock) return advance(0);
  return setup_.clock->unix_ms();
}

Result<std::string> Caller::compose(std::string_view action, Json params, std::int64_t after_us) {
  TRY(std::int64_t now_ms, unix_ms());
  api::Call call;
  call.action = action;
  call.region = setup_.region;
  call.params = std::move(params);
  wire::HttpRequest request = wire::encode(call, wire::Encoding::kJson, wire::Scheme::kTc3, setup_.host,
                                           (now_ms + after_us / 1000) / 1000);
  wire::sign_tc3(request, {account_.secret_id, account_.secret_key, account_.token.value_or("")});
  return wire::to_bytes(wire::with_length(std::move(request)));
}

std::string Caller::absent_id() {
  while (true) {
    std::string id = "img-" + chance_.text(kIdLetters, 8);
    if (!setup_.guard || setup_.guard->allow(id)) return id;
  }
}

Result<std::string> Caller::harmless(bool dry_run, std::int64_t after_us) {
  Json params;
  params.set("ImageIds", Json::Array{absent_id()});
  if (dry_run) params.set("DryRun", true);
  return compose("DeleteImages", std::move(params), after_us);
}

}  // namespace diconform::probe
