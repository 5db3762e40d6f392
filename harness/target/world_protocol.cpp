#include "target/world_protocol.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::target {
namespace {

constexpr std::array<std::pair<std::string_view, bool>, 2> kVirtualClock = {
    {{"real", false}, {"virtual", true}}};

Result<std::string> protocol_from_json(const Json& json, const JsonPlace& place) {
  if (const std::string* text = json.string(); text && *text == kWorldProtocol) return *text;
  const std::string shown = json.string() ? quoted(*json.string()) : json.kind_name();
  return place.failure("is " + shown + ", and this harness speaks \"world/1\" only",
                       "check that the URL is the hook's, and the hook's version");
}

}  // namespace

Result<void> check_secret_id(std::string_view secret_id) {
  const bool lawful =
      secret_id.size() >= 8 && secret_id.size() <= 64 && std::ranges::all_of(secret_id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
  if (lawful) return {};
  return failure("SecretId " + quoted(secret_id), "is not 8 to 64 letters and digits",
                 "a world is named by its SecretId; give another one with --secret-id");
}

Result<Json> parse_answer(std::string_view text, const std::string& where) {
  JsonLimits limits;
  limits.duplicates = false;
  auto json = parse_json(text, where, limits);
  if (json) return json;
  Error error = std::move(json).error();
  error.what += "; the answer was " + quoted(text);
  error.remedy = "answer one JSON text, as harness/PROTOCOLS.md, section 1, says";
  return std::unexpected(std::move(error));
}

Json account_to_json(const Account& account) {
  Json json = Json::Object{{"secretKey", account.secret_key},
                           {"token", account.token ? Json(*account.token) : Json()}};
  if (const auto* per_second = std::get_if<std::int64_t>(&account.rate)) json.set("rateLimit", *per_second);
  if (std::holds_alternative<NoRateLimit>(account.rate)) json.set("rateLimit", nullptr);
  Json world = api::to_json(account.world);
  for (auto& [name, value] : *world.object()) json.set(name, std::move(value));
  return json;
}

Result<Capabilities> hello_from_json(const Json& json, const JsonPlace& place) {
  Capabilities capabilities;
  std::string protocol, edition;
  std::int64_t most_images = 0;
  ObjectReader members(json, place);
  members.required("protocol", protocol, protocol_from_json);
  members.optional("isolated", capabilities.isolated);
  members.optional("clock", capabilities.virtual_clock, word<bool>(kVirtualClock));
  members.optional("edition", edition);
  members.optional("auth", capabilities.auth);
  members.optional("actions", capabilities.actions);
  members.optional("states", capabilities.states);
  members.optional("facets", capabilities.facets);
  members.optional("maxImageIds", most_images, [](const Json& value, const JsonPlace& at) {
    return read_integer(value, at, 1, std::numeric_limits<std::int64_t>::max());
  });
  TRY_VOID(members.finish_ignoring_unknown());
  if (!edition.empty()) capabilities.edition = std::move(edition);
  if (most_images > 0) capabilities.max_image_ids = most_images;
  capabilities.states.insert("NORMAL");
  return capabilities;
}

Result<std::int64_t> now_from_json(const Json& json, const JsonPlace& place) {
  const Json* now = json.find("nowMs");
  if (!now)
    return place.failure(
        "lacks \"nowMs\", which an account with a virtual clock carries",
        "add the account's Unix time in milliseconds, or say \"clock\": \"real\" in the hello");
  return read_integer(*now, place / "nowMs", 0, std::numeric_limits<std::int64_t>::max());
}

std::optional<std::string> reason_from_answer(std::string_view text) {
  const auto json = parse_json(text);
  const Json* reason = json ? json->find("error") : nullptr;
  if (!reason || !reason->string() || reason->string()->empty()) return std::nullopt;
  return *reason->string();
}

}  // namespace diconform::target
