#include "judge/reply.h"

#include <algorithm>

#include "base/text.h"

namespace diconform::judge {
namespace {

using Kind = Reply::Kind;
using wire::ExchangeEnd;

// A connection that was closed, with nothing said.
bool closed_in_silence(const wire::Exchange& exchange) {
  return exchange.received.empty() &&
         (exchange.end == ExchangeEnd::kReset || exchange.end == ExchangeEnd::kTruncated);
}

// Bytes that are no HTTP reply, such as the bare page with which old servers answer what is no HTTP request.
bool no_http(const wire::Exchange& exchange) {
  return exchange.end == ExchangeEnd::kMalformed && !exchange.received.starts_with("HTTP/");
}

bool is_json_type(std::string_view value) {
  std::string_view type = trimmed(value.substr(0, value.find(';')));
  return equal_ignoring_case(type, "application/json");
}

result::Finding finding(std::string clause, std::string expected, std::string observed) {
  return {std::move(clause), result::Severity::kFailure, std::move(expected), std::move(observed), ""};
}

}  // namespace

Reply read_reply(const wire::Exchange& exchange) {
  Reply reply;
  if (!exchange.reply) {
    reply.kind = closed_in_silence(exchange) || no_http(exchange) ? Kind::kHttpError : Kind::kNone;
    reply.text = "no whole reply: " + std::string(wire::name_of(exchange.end));
    if (!exchange.problem.empty()) reply.text += ", " + exchange.problem;
    return reply;
  }
  reply.status = exchange.reply->status;
  auto envelope = wire::decode_envelope(exchange.reply->body);
  if (!envelope) {
    reply.kind = reply.status >= 400 ? Kind::kHttpError : Kind::kNone;
    reply.text = reply.status >= 400 ? "HTTP status " + std::to_string(reply.status) : envelope.error();
    return reply;
  }
  reply.envelope = std::move(*envelope);
  reply.kind = reply.envelope.error ? Kind::kApiError : Kind::kSuccess;
  if (reply.envelope.error) reply.code = reply.envelope.error->code;
  reply.text = reply.envelope.error ? reply.code : "success";
  return reply;
}

bool is_http_refusal(const Reply& reply) {
  if (reply.status == 0) return reply.kind == Kind::kHttpError;
  bool of_client = reply.status >= 400 && reply.status < 500 && reply.status != 429;
  return of_client || reply.status == 501 || reply.status == 505;
}

bool concerns_the_request(std::string_view code) {
  std::string_view family = code.substr(0, code.find('.'));
  return family != "InternalError" && family != "RequestLimitExceeded" && family != "ServiceUnavailable";
}

bool matches(const scenario::ReplyMatch& match, const Reply& reply) {
  switch (reply.kind) {
    case Kind::kSuccess:
      return match.success;
    case Kind::kApiError:
      return std::ranges::find(match.codes, reply.code) != match.codes.end() ||
             (match.any_error && concerns_the_request(reply.code)) ||
             (match.http_error && is_http_refusal(reply));
    case Kind::kHttpError:
      return match.http_error && is_http_refusal(reply);
    case Kind::kNone:
      return false;
  }
  return false;
}

std::vector<result::Finding> envelope_findings(const wire::Exchange& exchange, const Reply& reply) {
  std::vector<result::Finding> findings;
  if (!exchange.reply) {
    findings.push_back(finding("envelope.shape", "one whole HTTP reply", reply.text));
    return findings;
  }
  if (exchange.reply->status != 200) {
    findings.push_back(finding("envelope.http-status", "status 200, for errors too",
                               "status " + std::to_string(exchange.reply->status)));
  }
  const std::string* type = wire::find_header(exchange.reply->headers, "Content-Type");
  if (!type || !is_json_type(*type)) {
    findings.push_back(finding("envelope.content-type", "Content-Type: application/json",
                               type ? quoted(*type) : "no Content-Type"));
  }
  auto envelope = wire::decode_envelope(exchange.reply->body);
  if (!envelope) {
    findings.push_back(finding("envelope.shape", "{\"Response\":{…,\"RequestId\":…}}",
                               envelope.error() + ": " + quoted(exchange.reply->body)));
  } else if (!is_uuid(envelope->request_id)) {
    findings.push_back(finding("envelope.request-id", "a RequestId that is a UUID",
                               envelope->request_id.empty() ? "none" : quoted(envelope->request_id)));
  }
  return findings;
}

}  // namespace diconform::judge
