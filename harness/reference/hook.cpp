#include "reference/hook.h"

#include <algorithm>
#include <array>

#include "base/json_reader.h"

namespace diconform::reference {
namespace {

constexpr std::string_view kProtocol = "world/1";

wire::HttpReply reply(int status, std::string reason, const Json& body) {
  return {.status = status,
          .reason = std::move(reason),
          .headers = {{"Content-Type", "application/json"}},
          .body = to_text(body)};
}
wire::HttpReply ok(const Json& body) { return reply(200, "OK", body); }
wire::HttpReply complaint(int status, std::string reason, std::string_view text) {
  return reply(status, std::move(reason), Json::Object{{"error", text}});
}
wire::HttpReply unknown() { return complaint(404, "Not Found", "no such account"); }
wire::HttpReply refused(std::string_view text) { return complaint(422, "Unprocessable Entity", text); }
wire::HttpReply wrong_method() {
  return complaint(405, "Method Not Allowed", "GET, PUT, DELETE, or POST …/clock");
}

template <class Names>
Json list(const Names& names) {
  return Json::Array(names.begin(), names.end());
}

Json to_json(const target::Capabilities& capabilities, const AccountStore& accounts) {
  Json hello = Json::Object{{"protocol", kProtocol},
                            {"isolated", capabilities.isolated},
                            {"clock", capabilities.virtual_clock ? "virtual" : "real"},
                            {"edition", capabilities.edition.value_or("")},
                            {"auth", capabilities.auth},
                            {"actions", list(capabilities.actions)},
                            {"states", list(capabilities.states)},
                            {"facets", list(capabilities.facets)},
                            {"maxImageIds", capabilities.max_image_ids.value_or(0)}};
  if (accounts.virtual_clocks()) hello.set("nowMs", accounts.unix_ms());
  return hello;
}

Result<target::RateSetting> rate_from_json(const Json& json, const JsonPlace& place) {
  if (json.is_null()) return target::NoRateLimit{};
  TRY(std::int64_t per_second, read_integer(json, place, 1, 1'000'000));
  return target::RateSetting(per_second);
}

Result<target::Account> account_from_json(const Json& json, const JsonPlace& place) {
  target::Account account;
  ObjectReader members(json, place);
  members.required("secretKey", account.secret_key);
  members.optional("token", account.token);
  members.optional("rateLimit", account.rate, rate_from_json);
  TRY_VOID(members.finish_ignoring_unknown());
  TRY(account.world, api::world_from_json(json, place));
  return account;
}

wire::HttpReply put(AccountStore& accounts, const std::string& secret_id, const std::string& body) {
  auto json = parse_json(body);
  if (!json) return refused(json.error().message());
  auto account = account_from_json(*json, "");
  if (!account) return refused(account.error().message());
  account->secret_id = secret_id;
  auto done = accounts.put(*std::move(account));
  if (done) return ok(Json::Object{});
  const auto* reason = std::get_if<target::CannotMake>(&done.error());
  return refused(reason ? reason->reason : std::get<Error>(done.error()).message());
}

wire::HttpReply get(AccountStore& accounts, const std::string& secret_id) {
  std::shared_ptr<Account> account = accounts.find(secret_id);
  auto world = accounts.get(secret_id);
  if (!account || !world) return unknown();
  Json json = api::to_json(*world);
  if (const auto* per_second = std::get_if<std::int64_t>(&account->rate)) json.set("rateLimit", *per_second);
  if (std::holds_alternative<target::NoRateLimit>(account->rate)) json.set("rateLimit", nullptr);
  if (account->clock) json.set("nowMs", accounts.unix_ms(*account));
  return ok(json);
}

wire::HttpReply drop(AccountStore& accounts, const std::string& secret_id) {
  auto done = accounts.drop(secret_id);
  return done ? ok(Json::Object{}) : refused(done.error().message());
}

wire::HttpReply advance(AccountStore& accounts, const std::string& secret_id, const std::string& body) {
  if (!accounts.find(secret_id)) return unknown();
  std::int64_t duration_ms = 0;
  auto json = parse_json(body);
  if (!json) return refused(json.error().message());
  ObjectReader members(*json, "");
  members.required("advanceMs", duration_ms);
  if (auto read = members.finish_ignoring_unknown(); !read) return refused(read.error().message());
  auto now_ms = accounts.advance(secret_id, duration_ms);
  return now_ms ? ok(Json::Object{{"nowMs", *now_ms}}) : refused(now_ms.error().message());
}

wire::HttpReply answer_account(AccountStore& accounts, const std::string& secret_id,
                               const wire::HttpRequest& request) {
  if (request.method == "PUT") return put(accounts, secret_id, request.body);
  if (request.method == "GET") return get(accounts, secret_id);
  if (request.method == "DELETE") return drop(accounts, secret_id);
  return wrong_method();
}

}  // namespace

bool is_hook_target(std::string_view target, std::string_view hook_path) {
  std::string_view path = target.substr(0, target.find('?'));
  if (hook_path.empty() || !path.starts_with(hook_path)) return false;
  return path.size() == hook_path.size() || path[hook_path.size()] == '/';
}

wire::HttpReply answer_hook(AccountStore& accounts, std::string_view hook_path,
                            const wire::HttpRequest& request) {
  std::string_view path = request.path().substr(hook_path.size());
  if (path.empty() || path == "/") {
    auto hello = accounts.hello();
    if (request.method != "GET") return wrong_method();
    return hello ? ok(to_json(*hello, accounts)) : refused(hello.error().message());
  }
  path.remove_prefix(1);
  std::size_t slash = path.find('/');
  std::string secret_id(path.substr(0, slash));
  if (slash == std::string_view::npos) return answer_account(accounts, secret_id, request);
  if (path.substr(slash) != "/clock") return complaint(404, "Not Found", "no such place");
  return request.method == "POST" ? advance(accounts, secret_id, request.body) : wrong_method();
}

}  // namespace diconform::reference
