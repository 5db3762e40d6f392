// Protocol world/1 as JSON, whoever carries it: the hook over HTTP or a command over its pipes (PROTOCOLS.md,
// section 1).
//
// Members that the protocol does not know are ignored; a known one of a wrong type is an Error with its JSON
// pointer, and so is a member that appears twice: nobody can say which of the two was meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_place.h"
#include "target/world_provider.h"

namespace diconform::target {

inline constexpr std::string_view kWorldProtocol = "world/1";

// A SecretId as the protocol allows it, [A-Za-z0-9]{8,64}: it becomes part of a URL and of a command line, so
// that nothing is sent before this has been asked.
Result<void> check_secret_id(std::string_view secret_id);

// One JSON text of a provider. `where` names what was asked.
Result<Json> parse_answer(std::string_view text, const std::string& where);

// What a PUT carries.
Json account_to_json(const Account& account);

// The hello. Only `protocol` is required; plain images (NORMAL) can always be made.
Result<Capabilities> hello_from_json(const Json& json, const JsonPlace& place);

// `nowMs` of an account with a virtual clock.
Result<std::int64_t> now_from_json(const Json& json, const JsonPlace& place);

// The reason of a 422, or nothing where the answer gives none.
std::optional<std::string> reason_from_answer(std::string_view text);

}  // namespace diconform::target
