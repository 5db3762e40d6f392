// The world hook, protocol world/1, over the accounts of a reference endpoint (PROTOCOLS.md, section 1).
//
// Status codes: 200; 404 for an account that is not known; 405 for another method; 422 with {"error"} for a
// world that cannot be made and for anything that cannot be understood; nothing has changed then.
#pragma once

#include <string_view>

#include "reference/accounts.h"
#include "wire/http_message.h"

namespace diconform::reference {

// Whether the target lies at or below the hook's path.
bool is_hook_target(std::string_view target, std::string_view hook_path);
// Answers a request whose target does.
wire::HttpReply answer_hook(AccountStore& accounts, std::string_view hook_path,
                            const wire::HttpRequest& request);

}  // namespace diconform::reference
