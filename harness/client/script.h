// A planned reply becomes the bytes that are sent, and when.
#pragma once

#include <string>

#include "client/case.h"
#include "wire/http_message.h"
#include "wire/server.h"

namespace diconform::client {

// What the texts of a reply may name.
struct ScriptValues {
  std::string request_id, here, elsewhere;  // a RequestId, and two URLs without a path
};

// Pure. `request` is what it answers: gzip is used only where the request allows it.
wire::ServerReply to_server_reply(const ReplyPlan& plan, const wire::HttpRequest& request,
                                  const ScriptValues& values);

std::string gzipped(std::string_view bytes);

}  // namespace diconform::client
