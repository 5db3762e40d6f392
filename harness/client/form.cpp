#include <algorithm>

#include "client/case.h"

namespace diconform::client {
namespace {

using enum wire::Encoding;
using enum wire::Scheme;

// The lawful pairs of the common documentation, each with what an SDK must offer for it.
constexpr Form kForms[] = {
    {"post-tc3", "POST", "TC3-HMAC-SHA256", kJson, kTc3, "post-json", ""},
    {"get-tc3", "GET", "TC3-HMAC-SHA256", kQuery, kTc3, "get", ""},
    {"post-v1-sha1", "POST", "HmacSHA1", kForm, kV1Sha1, "v1", ""},
    {"get-v1-sha1", "GET", "HmacSHA1", kQuery, kV1Sha1, "v1", "get"},
    {"post-v1-sha256", "POST", "HmacSHA256", kForm, kV1Sha256, "v1", ""},
    {"get-v1-sha256", "GET", "HmacSHA256", kQuery, kV1Sha256, "v1", "get"},
};

}  // namespace

std::span<const Form> forms() { return kForms; }

std::int64_t Trial::waits_ms() const {
  std::int64_t sum = body->scan_files ? 1 : 0;
  for (const CallPlan& call : body->calls) {
    sum += call.pause_ms + (body->config.network_retries + body->config.rate_retries > 0 ? 500 : 0);
    for (const ReplyPlan& reply : call.replies) {
      sum += reply.delay_ms + (reply.kind == ReplyPlan::Kind::kSilence ? 1000 : 0);
      if (reply.drip_bytes > 0)
        sum += static_cast<std::int64_t>(reply.body.size()) / reply.drip_bytes * reply.drip_ms;
    }
  }
  return sum;
}

}  // namespace diconform::client
