#include "target/compose.h"

#include <functional>

#include "base/text.h"
#include "wire/http_message.h"

namespace diconform::target {
namespace {

using scenario::HttpChange;
using scenario::SignPlan;
using scenario::Step;
using wire::HttpRequest;

constexpr std::string_view kAlgorithm = "TC3-HMAC-SHA256";

std::string with(std::string text, const scenario::Replacements& replacements) {
  for (const auto& [from, to] : replacements) text = replaced(std::move(text), from, to);
  return text;
}

void change_header(std::vector<wire::Header>& headers, const std::string& name,
                   const scenario::HeaderChange& change) {
  if (!change.replace.empty()) {
    const std::string* value = wire::find_header(headers, name);
    if (value) wire::set_header(headers, name, with(*value, change.replace));
  } else if (change.values.empty()) {
    wire::remove_header(headers, name);
  } else {
    wire::set_header(headers, name, change.values.front());
    for (std::size_t i = 1; i < change.values.size(); ++i) headers.push_back({name, change.values[i]});
  }
}

void change(HttpRequest& request, const HttpChange& change) {
  if (change.method) request.method = *change.method;
  if (change.target) request.target = *change.target;
  if (change.body) request.body = *change.body;
  request.target = with(std::move(request.target), change.replace);
  request.body = with(std::move(request.body), change.replace);
  for (const auto& [name, header] : change.headers) change_header(request.headers, name, header);
}

// Whether somebody has said how the body is framed.
bool framed(const HttpChange& change) {
  for (const auto& [name, value] : change.headers) {
    if (equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding"))
      return true;
  }
  return false;
}

void apply(std::string& place, const std::optional<std::optional<std::string>>& plan) {
  if (plan) place = plan->value_or("");
}
void apply(std::optional<std::string>& place, const std::optional<std::optional<std::string>>& plan) {
  if (plan) place = *plan;
}

api::Call call_of(const Step& step, const Composition& composition) {
  api::Call call;
  call.region = composition.region;
  if (step.call) call.params = *step.call;
  apply(call.action, step.common.action);
  apply(call.version, step.common.version);
  apply(call.region, step.common.region);
  apply(call.language, step.common.language);
  return call;
}

// Takes a common parameter, whose value was left empty, out of an encoded request.
void leave_out(HttpRequest& request, const std::string& name) {
  wire::remove_header(request.headers, "X-TC-" + name);
  std::string& pairs = request.method == "GET" ? request.target : request.body;
  std::size_t at = pairs.find(name + "=&");
  if (at != pairs.npos) pairs.erase(at, name.size() + 2);
}

void leave_out(HttpRequest& request, const scenario::CommonPlan& common) {
  if (common.action && !*common.action) leave_out(request, "Action");
  if (common.version && !*common.version) leave_out(request, "Version");
}

// Another digit of its kind in that place: hexadecimal of TC3, Base64 of v1.
std::string with_other_digit(std::string text, std::size_t at) {
  bool hexadecimal = text.size() == 64;
  if (at < text.size() && hexadecimal) text[at] = text[at] == '0' ? '1' : '0';
  if (at < text.size() && !hexadecimal) text[at] = text[at] == 'A' ? 'Q' : 'A';
  return text;
}

// A signature as the plan wants it, made from the right one.
std::string bent(const std::string& right, const SignPlan& plan) {
  if (!plan.signature) return right;
  if (*plan.signature == "truncated") return right.substr(0, right.size() / 2);
  if (*plan.signature == "first-changed") return with_other_digit(right, 0);
  if (*plan.signature == "middle-changed") return with_other_digit(right, right.size() / 2);
  if (*plan.signature == "extended") return right + "0";
  if (*plan.signature == "preceded") return std::string("0").append(right);
  if (*plan.signature == "last-changed") return with_other_digit(right, right.find_last_not_of('='));
  if (*plan.signature == "upper-case") {
    std::string upper = right;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return upper;
  }
  return *plan.signature;
}

void bend_tc3(HttpRequest& request, const SignPlan& plan) {
  const std::string* header = wire::find_header(request.headers, "Authorization");
  if (!header) return;
  std::string value = *header;
  std::size_t at = value.rfind("Signature=");
  if (plan.signature && at != value.npos)
    value.replace(at + 10, value.npos, bent(value.substr(at + 10), plan));
  if (plan.algorithm && value.starts_with(kAlgorithm)) value.replace(0, kAlgorithm.size(), *plan.algorithm);
  wire::set_header(request.headers, "Authorization", std::move(value));
}

void bend_v1(HttpRequest& request, const SignPlan& plan) {
  std::string& pairs = request.method == "GET" ? request.target : request.body;
  auto rewrite = [&](std::string_view name, const std::function<std::string(const std::string&)>& to) {
    std::size_t at = pairs.find(std::string(name) + "=");
    while (at != pairs.npos && at > 0 && pairs[at - 1] != '&' && pairs[at - 1] != '?')
      at = pairs.find(std::string(name) + "=", at + 1);
    if (at == pairs.npos) return;
    std::size_t start = at + name.size() + 1, end = std::min(pairs.find('&', start), pairs.size());
    std::string value = wire::percent_decode(std::string_view(pairs).substr(start, end - start)).value_or("");
    pairs.replace(start, end - start, wire::percent_encode(to(value)));
  };
  if (plan.signature) rewrite("Signature", [&](const std::string& right) { return bent(right, plan); });
  if (plan.algorithm) rewrite("SignatureMethod", [&](const std::string&) { return *plan.algorithm; });
}

// The same parameters as a request of the other method.
void change_method(HttpRequest& request) {
  if (request.method == "GET") {
    std::size_t question = request.target.find('?');
    request.body = question == request.target.npos ? "" : request.target.substr(question + 1);
    request.target.assign(1, '/');
    request.method = "POST";
  } else {
    request.target = "/?" + request.body;
    request.body.clear();
    request.method = "GET";
  }
}

void sign(HttpRequest& request, const Step& step, const Composition& composition) {
  const SignPlan& plan = step.sign;
  if (plan.off) return;
  wire::Credentials credentials = composition.credentials;
  apply(credentials.secret_id, step.common.secret_id);
  apply(credentials.token, step.common.token);
  if (plan.wrong_key) credentials.secret_key = "not" + credentials.secret_key;
  if (composition.scheme == wire::Scheme::kTc3) {
    wire::Tc3Options options;
    if (plan.service) options.service = *plan.service;
    if (plan.terminator) options.terminator = *plan.terminator;
    options.date = plan.date;
    if (!plan.signed_headers.empty()) options.signed_headers = plan.signed_headers;
    options.signed_host = plan.host;
    options.unsigned_payload = plan.unsigned_payload;
    wire::sign_tc3(request, credentials, options);
    bend_tc3(request, plan);
  } else {
    std::int64_t timestamp = composition.unix_seconds + step.common.timestamp_offset;
    std::vector<std::string_view> without;
    if (step.common.secret_id && !*step.common.secret_id) without.push_back("SecretId");
    if (step.common.without_nonce) without.push_back("Nonce");
    bool as_other = plan.signature == "other-method";
    if (as_other) change_method(request);
    wire::sign_v1(request, credentials, composition.scheme, timestamp, plan.nonce.value_or(composition.nonce),
                  without);
    if (as_other) return change_method(request);
    bend_v1(request, plan);
  }
}

}  // namespace

std::string compose(const Step& step, const Composition& composition) {
  if (step.kind == Step::Kind::kRaw) return step.raw;
  HttpRequest request =
      wire::encode(call_of(step, composition), composition.encoding, composition.scheme, composition.host,
                   composition.unix_seconds + step.common.timestamp_offset);
  leave_out(request, step.common);
  change(request, step.http);
  sign(request, step, composition);
  change(request, step.after_signing);
  if (!framed(step.http) && !framed(step.after_signing)) request = wire::with_length(std::move(request));
  return wire::to_bytes(request);
}

}  // namespace diconform::target
