// The reply envelope: {"Response":{"RequestId":…}} or
// {"Response":{"Error":{"Code","Message"},"RequestId":…}}.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "base/json.h"

namespace diconform::wire {

struct Envelope {
  std::optional<api::ApiError> error;
  std::string request_id;
  Json fields = Json(Json::Object{});  // the members of Response beside Error and RequestId, in their order
};

std::string encode_envelope(const Envelope& envelope);
// Reads a body. The problem says what is wrong with its shape: not JSON, no Response, an Error without Code,
// …. A missing RequestId is no problem here (it is empty): that has a clause of its own.
std::expected<Envelope, std::string> decode_envelope(std::string_view body);

}  // namespace diconform::wire
