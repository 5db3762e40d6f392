// Reads what the server of a client case answers. The form is cases/client/README.md's.
#pragma once

#include "base/error.h"
#include "base/json_place.h"
#include "client/case.h"

namespace diconform::client {

Result<ReplyPlan> read_reply(const Json& json, const JsonPlace& place);

}  // namespace diconform::client
