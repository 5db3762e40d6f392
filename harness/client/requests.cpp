#include "client/requests.h"

#include <algorithm>

#include "base/text.h"
#include "client/parameters.h"
#include "wire/decode.h"
#include "wire/leniency.h"
#include "wire/pairs.h"
#include "wire/verify.h"

namespace diconform::client {
namespace {

using wire::VerifyFault;

constexpr std::string_view kVersion = "2017-03-12";
// The client's clock is ours: what it calls now is now. Some SDKs count whole minutes.
constexpr std::int64_t kSkewSeconds = 90;

std::string said(const std::string* value) { return value ? quoted(*value) : "nothing"; }
std::string said(const std::optional<std::string>& value) { return value ? quoted(*value) : "nothing"; }

class RequestJudge {
 public:
  RequestJudge(const Served& served, const CallPlan& plan, const Form& form, const Seen& seen,
               const Hearing& hearing)
      : request_(served.request), served_(served), plan_(plan), form_(form), seen_(seen), hearing_(hearing) {}

  void judge() {
    line();
    host();
    content_type();
    who();
    nonce();
    signature();
    content();
    if (served_.raw.find(seen_.config.secret_key) != std::string::npos)
      find("client.leak.key-on-the-wire", "the key stays with the client",
           "the request holds the secret key");
  }

 private:
  void find(std::string clause, std::string expected, std::string observed) {
    hearing_.finding(std::move(clause), std::move(expected), std::move(observed));
  }

  void line() {
    if (request_.method != form_.method)
      find("client.send.method", std::string(form_.method), quoted(request_.method));
    if (request_.path() != "/") find("client.send.path", "the path \"/\"", quoted(request_.path()));
    if (request_.method == "POST" && !request_.query().empty())
      find("client.send.nothing-added", "a POST without a query", quoted(request_.query()));
    if (request_.method == "GET" && !request_.body.empty())
      find("client.send.nothing-added", "a GET without a body", quoted(request_.body));
  }

  void host() {
    const std::string* sent = wire::find_header(request_.headers, "Host");
    std::vector<std::string> names = plan_.expect.hosts;
    if (names.empty()) names = {seen_.host, seen_.config.backup_endpoint};
    auto met = std::ranges::find_if(names, [&](const std::string& name) { return sent && is(*sent, name); });
    if (met != names.end() && plan_.expect.hosts.size() > 1) hearing_.choice(plan_.expect.note, *met);
    if (met != names.end()) return;
    const bool pinned = names.size() == 1 && !plan_.expect.clause.empty();
    find(pinned ? plan_.expect.clause : "client.send.host", "Host " + quoted(names.front()), said(sent));
  }

  bool is(std::string_view sent, const std::string& host) const {
    const std::string name = lower_case(wire::without_port(host)), found = lower_case(sent);
    if (found == name || found == lower_case(host)) return true;
    // A port that goes without saying may be said.
    return name == host && found == name + (seen_.config.scheme == "https" ? ":443" : ":80");
  }

  void content_type() {
    const std::string* sent = wire::find_header(request_.headers, "Content-Type");
    const std::string media = wire::media_type_of(request_);
    const bool json = form_.encoding == wire::Encoding::kJson;
    const std::string_view wanted = json ? wire::kJsonType : wire::kFormType;
    // In a v1 GET nothing depends on it.
    const bool open = form_.method == "GET" && form_.scheme != wire::Scheme::kTc3;
    if (media == wanted || (open && !sent)) return charset(sent);
    find("client.send.content-type", std::string(wanted), said(sent));
  }

  void charset(const std::string* sent) {
    if (!sent) return;
    const std::string text = lower_case(*sent);
    const std::size_t at = text.find("charset=");
    if (at == text.npos) return;
    std::string_view name = trimmed(std::string_view(text).substr(at + 8));
    if (!name.starts_with("utf-8") && !name.starts_with("\"utf-8"))
      find("client.send.content-type", "the charset utf-8, or none", quoted(*sent));
  }

  void who() {
    auto claim = wire::claim_of(request_);
    if (!claim) return;  // signature() says so
    if (claim->scheme != form_.scheme)
      find("client.sign.family", std::string(form_.sign), std::string(wire::name_of(claim->scheme)));
    if (claim->secret_id != seen_.config.secret_id)
      find("client.sign.identity", "SecretId " + quoted(seen_.config.secret_id), quoted(claim->secret_id));
    if (claim->token != seen_.config.token)
      find("client.send.token", seen_.config.token.empty() ? "no token" : "the token that was set",
           claim->token.empty() ? "none" : quoted(claim->token));
  }

  // Some SDKs draw 0, some negative numbers, and the service does not mind; a number it is.
  void nonce() {
    const auto found = wire::find_pair(wire::raw_pairs_of(request_), "Nonce");
    if (wire::speaks_tc3(request_) || !found) return;  // decoding says that there is none
    const std::string_view digits = std::string_view(*found).substr(found->starts_with('-'));
    if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos)
      find("client.sign.nonce", "a number", quoted(*found));
  }

  void signature() {
    wire::VerifyOptions options{
        .now_seconds = served_.unix_seconds, .skew_seconds = kSkewSeconds, .host_without_port = true};
    wire::Verification found = wire::verify(request_, seen_.config.secret_key, options);
    const std::string label = seen_.host.substr(0, seen_.host.find('.'));
    if (found.fault == VerifyFault::kWrongScope && !seen_.isolated) {
      // Some SDKs take the service from the first label of the endpoint, which on loopback is a number.
      options.service = label;
      if (wire::verify(request_, seen_.config.secret_key, options, false).ok())
        return hearing_.choice("client.scope-on-loopback", "from the endpoint");
    }
    if (found.ok()) return;
    std::string why = found.explanation;
    if (!found.leniency.empty() && found.fault == VerifyFault::kMismatch)
      why += "; it would with this mistake: " + found.leniency;
    find(clause_of(found.fault), "a signature that verifies", why);
  }

  static std::string clause_of(VerifyFault fault) {
    switch (fault) {
      case VerifyFault::kNoCredentials:
      case VerifyFault::kBadAuthorization:
        return "client.sign.signed";
      case VerifyFault::kBadTimestamp:
      case VerifyFault::kExpired:
        return "client.sign.timestamp";
      case VerifyFault::kWrongScope:
        return "client.sign.scope";
      case VerifyFault::kUnsignedHeader:
        return "client.sign.signed-headers";
      case VerifyFault::kMismatch:
      case VerifyFault::kNone:
        break;
    }
    return "client.sign.verifies";
  }

  void content() {
    auto decoded =
        wire::decode(request_, {.form_with_tc3 = true, .index_gaps = false, .quoted_booleans = true});
    if (!decoded) return find("client.send.readable", "a request that can be read", decoded.error().message);
    const api::Call& call = decoded->call;
    if (call.action != "DeleteImages") find("client.send.action", "DeleteImages", quoted(call.action));
    if (call.version != kVersion) find("client.send.version", std::string(kVersion), quoted(call.version));
    const Config& config = seen_.config;
    if (!config.region.empty() && call.region != config.region)
      find("client.send.region", quoted(config.region), said(call.region));
    if (!config.language.empty() && call.language != config.language)
      find("client.send.language", quoted(config.language), said(call.language));
    if (config.language.empty() && call.language) hearing_.choice("client.default-language", *call.language);
    judge_parameters(call.params, plan_, form_, hearing_);
  }

  const wire::HttpRequest& request_;
  const Served& served_;
  const CallPlan& plan_;
  const Form& form_;
  const Seen& seen_;
  const Hearing& hearing_;
};

}  // namespace

std::string nonce_of(const Served& served) {
  if (wire::speaks_tc3(served.request)) return "";
  const std::string_view pairs = wire::raw_pairs_of(served.request);
  auto nonce = wire::find_pair(pairs, "Nonce"), timestamp = wire::find_pair(pairs, "Timestamp");
  return nonce && timestamp ? *nonce + " at " + *timestamp : "";
}

void judge_request(const Served& served, const CallPlan& plan, const Form& form, const Seen& seen,
                   const Hearing& hearing) {
  RequestJudge(served, plan, form, seen, hearing).judge();
}

void judge_elsewhere(const Served& served, const CallPlan& plan, const Seen& seen, const std::string& clause,
                     const Hearing& hearing) {
  auto holds = [&served](std::string_view text) {
    return !text.empty() && served.raw.find(text) != std::string::npos;
  };
  const Config& config = seen.config;
  const char* what = nullptr;
  if (holds(config.secret_key)) {
    what = "the secret key";
  } else if (holds(config.token) || wire::find_header(served.request.headers, "X-TC-Token")) {
    what = "the token";
  } else if (wire::find_header(served.request.headers, "Authorization") || holds("Signature=")) {
    what = "the signature";
  } else if (holds(config.secret_id)) {
    what = "the SecretId";
  }
  if (const Json* ids = plan.params.find("ImageIds"); !what && ids && ids->array()) {
    for (const Json& id : *ids->array()) {
      if (id.string() && holds(*id.string())) what = "the ids of the images";
    }
  }
  if (what)
    hearing.finding(clause, "nothing of the call goes to another server", std::string("it got ") + what);
}

}  // namespace diconform::client
