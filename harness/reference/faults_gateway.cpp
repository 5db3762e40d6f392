// Faults about what comes before the images: in which form a call comes, with which parameters, and from
// whom.
#include <algorithm>

#include "base/text.h"
#include "reference/faults.h"
#include "wire/pairs.h"

namespace diconform::reference {
namespace {

// --- The form of the request

// Every answer of such a request is this error, and it does nothing.
template <class Wrong>
Bend refuse_where(Wrong wrong, std::string_view code) {
  return {.answer =
              [wrong, code = std::string(code)](const Context& context, Answer& answer) {
                if (wrong(context))
                  answer = {.error = api::ApiError{code, "A fault of the reference endpoint."}};
              },
          .effect =
              [wrong](const Context& context, Effect& effect) {
                if (wrong(context)) effect.images.clear();
              }};
}

bool always(const Context&) { return true; }
bool has_no_region(const Context& context) { return context.call && !context.call->region; }
bool has_plus_in_v1(const Context& context) {
  const std::string& text = context.http->method == "GET" ? context.http->target : context.http->body;
  return signed_with_v1.holds(context) && text.find('+') != std::string::npos;
}
bool has_charset(const Context& context) {
  const std::string* type = wire::find_header(context.http->headers, "Content-Type");
  return type && type->find("charset") != std::string::npos && context.http->method == "POST";
}
template <std::size_t kBytes>
bool longer_than(const Context& context) {
  const wire::HttpRequest& request = *context.http;
  return (request.method == "GET" ? request.target : request.body).size() > kBytes;
}
bool has_boolean(const Context& context) {
  return context.call &&
         (context.call->params.find("DryRun") || context.call->params.find("DeleteBindedSnap"));
}
bool has_false(const Context& context) {
  for (std::string_view name : {"DryRun", "DeleteBindedSnap"}) {
    const Json* value = context.call ? context.call->params.find(name) : nullptr;
    if (!value) continue;
    if (value->boolean() ? !*value->boolean() : value->string() && lower_case(*value->string()) == "false")
      return true;
  }
  return false;
}

// The pairs of a query or form, changed as text.
Seam<wire::HttpRequest> pairs_with(std::string from, std::string to) {
  return [from = std::move(from), to = std::move(to)](const Context&, wire::HttpRequest& request) {
    std::string& text = request.method == "GET" ? request.target : request.body;
    if (request.method == "GET" || wire::media_type_of(request) == wire::kFormType)
      text = replaced(text, from, to);
  };
}

Seam<wire::HttpRequest> body_with(std::string from, std::string to) {
  return [from = std::move(from), to = std::move(to)](const Context& context, wire::HttpRequest& request) {
    if (over_json.holds(context)) request.body = replaced(request.body, from, to);
  };
}

// ImageIds.0 counts only where it comes before ImageIds.1.
void in_the_order_sent(const Context&, wire::HttpRequest& request) {
  std::string& text = request.method == "GET" ? request.target : request.body;
  std::size_t first = text.find("ImageIds.0="), second = text.find("ImageIds.1=");
  if (second != std::string::npos && first != std::string::npos && second < first)
    text = replaced(text, "ImageIds.0=", "ImageIdz.0=");
}

// Nine IDs, the last index of one digit: what a parser loses that compares indices as text.
void nine_ids(const Context&, Json& params) {
  Json::Array* ids = nullptr;
  if (Json::Object* members = params.object())
    for (auto& [name, value] : *members)
      if (name == "ImageIds") ids = value.array();
  if (ids && ids->size() > 10) ids->resize(10);
}

// A body that breaks off is closed, in the ways that parsers repair it.
void repaired(const Context& context, wire::HttpRequest& request) {
  if (!over_json.holds(context) || parse_json(request.body)) return;
  for (std::string_view end : {"}", "]}", "\"]}"}) {
    if (!parse_json(request.body + std::string(end))) continue;
    request.body += end;
    return;
  }
}

// Broken percent-encodings stand for nothing.
void without_broken_escapes(const Context&, wire::HttpRequest& request) {
  std::string& text = request.method == "GET" ? request.target : request.body;
  for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1))
    if (at + 2 >= text.size() || !from_hex(std::string_view(text).substr(at + 1, 2))) text.erase(at, 3);
}

// What an earlier call of the account named, this one names, too.
void named_before(const Context& context, Json& params) {
  if (!context.note) return;
  Json* ids = nullptr;
  if (Json::Object* members = params.object())
    for (auto& [name, value] : *members)
      if (name == "ImageIds" && value.array() && !value.array()->empty()) ids = &value;
  if (!ids) return;
  std::string mine = ids->array()->front().string() ? *ids->array()->front().string() : "";
  if (!context.note->empty()) ids->array()->push_back(*context.note);
  *context.note = mine;
}

void without_wrong_types(const Context&, Json& params) {
  Json::Object* members = params.object();
  if (!members) return;
  std::erase_if(*members, [](const Json::Member& member) {
    return member.first != "ImageIds" && !member.second.boolean() && !member.second.string();
  });
  for (auto& [name, value] : *members)
    if (name == "ImageIds" && value.array())
      std::erase_if(*value.array(), [](const Json& id) { return !id.string(); });
}

void with_wrong_snap_as_false(const Context&, Json& params) {
  Json::Object* members = params.object();
  if (!members) return;
  for (auto& [name, value] : *members)
    if (name == "DeleteBindedSnap" && !value.boolean() && !value.string()) value = false;
}

void any_action(const Context&, api::Call& call) { call.action = "DeleteImages"; }
// A table of actions that is a plain JavaScript object has a "constructor", too.
void inherited_action_crashes(const Context& context, wire::HttpReply& reply) {
  if (context.call && context.call->action == "constructor")
    reply = {500, "Internal Server Error", {{"Content-Type", "text/plain"}}, "TypeError"};
}
void any_version(const Context&, api::Call& call) { call.version = "2017-03-12"; }
void some_region(const Context&, api::Call& call) {
  if (!call.region) call.region = "ap-guangzhou";
}
template <auto kMethod>
void as_post(const Context&, wire::HttpRequest& request) {
  if (request.method == kMethod()) request.method = "POST";
}
constexpr std::string_view put() { return "PUT"; }
constexpr std::string_view patch() { return "PATCH"; }
constexpr std::string_view del() { return "DELETE"; }

// --- The sender

Seam<Verdict> forgives(wire::VerifyFault fault) {
  return [fault](const Context&, Verdict& verdict) {
    if (verdict.fault == fault) verdict.refusal.reset();
  };
}

// Only the first digits of a signature are compared.
void eight_digits(const Context& context, Verdict& verdict) {
  if (verdict.fault != wire::VerifyFault::kMismatch) return;
  wire::VerifyOptions any_time{.skew_seconds = INT64_MAX / 2};
  wire::Verification found = wire::verify(*context.http, context.secret_key, any_time);
  if (found.received.substr(0, 8) == found.expected.substr(0, 8) && found.received.size() >= 8)
    verdict.refusal.reset();
}

Seam<Verdict> refuses(bool (*wrong)(const Context&)) {
  return [wrong](const Context& context, Verdict& verdict) {
    if (!wrong(context) || verdict.refusal) return;
    verdict.refusal = api::ApiError{"AuthFailure.SignatureFailure", "A fault of the reference endpoint."};
  };
}
bool signed_with_sha256(const Context& context) { return context.scheme == wire::Scheme::kV1Sha256; }
bool signs_more_headers(const Context& context) {
  const std::string* text = wire::find_header(context.http->headers, "Authorization");
  auto authorization = text ? wire::parse_tc3_authorization(*text) : std::nullopt;
  return authorization && authorization->signed_headers.size() > 2;
}

template <std::int64_t kSeconds>
void skew(const Context&, wire::VerifyOptions& options) {
  options.skew_seconds = kSeconds;
}

// Not the time of the call, but the time of the timestamp where it lies ahead.
void no_future(const Context& context, wire::VerifyOptions& options) {
  auto claim = wire::claim_of(*context.http);
  auto seconds = claim ? to_unsigned(claim->timestamp) : std::nullopt;
  if (seconds && *seconds < 253'402'300'799)
    options.now_seconds = std::max(options.now_seconds, static_cast<std::int64_t>(*seconds));
}

void any_service(const Context& context, wire::VerifyOptions& options) {
  const std::string* text = wire::find_header(context.http->headers, "Authorization");
  if (auto authorization = text ? wire::parse_tc3_authorization(*text) : std::nullopt)
    options.service = authorization->service;
}

// Whoever shows no credentials is answered as if all were well.
void unsigned_is_welcome(const Context& context, Answer& answer) {
  if (!wire::claim_of(*context.http)) answer.error.reset();
}

}  // namespace

std::vector<Fault> decoding_faults() {
  using F = FaultRow;
  auto reads = [](Seam<wire::HttpRequest> arrival) { return Bend{.arrival = std::move(arrival)}; };
  auto calls = [](Seam<api::Call> call) { return Bend{.call = std::move(call)}; };
  auto takes = [](Seam<Json> params) { return Bend{.params = std::move(params)}; };
  std::vector<F> json = {
      F{"json-escapes-not-read", "\\u escapes stay as they are", reads(body_with("\\u", "\\\\u"))},
      F{"json-charset-refused", "a charset is refused", refuse_where(has_charset, "InvalidRequest")},
      F{"json-remembers", "what the call before named is named again", when(over_json, takes(named_before))},
      F{"json-refused",
        "JSON is refused",
        when(over_json, refuse_where(always, "InvalidRequest")),
        {in_the_third_call}}};
  std::vector<F> query = {F{"query-refused",
                            "a GET is refused",
                            when(over_query, refuse_where(always, "UnsupportedProtocol")),
                            {signed_with_v1}},
                          F{"query-remembers", "what the call before named is named again",
                            when(over_query, takes(named_before))}};
  std::vector<F> form = {
      F{"form-refused",
        "a form is refused",
        when(over_form, refuse_where(always, "InvalidRequest")),
        {signed_with_sha1}},
      F{"form-remembers", "what the call before named is named again", when(over_form, takes(named_before))}};
  std::vector<F> percent = {
      F{"percent-not-read", "percent-encodings stay as they are", reads(pairs_with("%", "%25")), {over_form}},
      F{"percent-read-twice",
        "what was decoded is decoded again",
        reads(pairs_with("%25", "%")),
        {over_query}},
      F{"plus-not-read", "a plus sign is signed as one",
        refuse_where(has_plus_in_v1, "AuthFailure.SignatureFailure")}};
  std::vector<F> indices = {F{"index-from-one",
                              "ImageIds.0 is not seen",
                              reads(pairs_with("ImageIds.0=", "RequestClient=")),
                              {over_query, over_form}}};
  std::vector<F> order = {
      F{"index-in-order", "indices must come in order", reads(in_the_order_sent), {over_query, over_form}}};
  std::vector<F> lost = {F{
      "ids-above-ten-are-lost", "an index of two digits is lost", takes(nine_ids), {over_query, over_form}}};
  std::vector<F> malformed = {
      F{"json-repaired", "a body that breaks off is completed", reads(repaired), {in_the_third_call}},
      F{"escapes-repaired",
        "broken percent-encodings are cut out",
        when(over_query, reads(without_broken_escapes)),
        {signed_with_v1}},
      F{"escapes-repaired-in-forms", "… in forms", when(over_form, reads(without_broken_escapes))}};
  std::vector<F> ids = {F{"no-ids-is-a-success",
                          "without ImageIds there is nothing to do",
                          {.answer = says_for("MissingParameter", "")},
                          {over_query, over_form}},
                        F{"no-ids-is-not-found",
                          "without ImageIds NotFound is said",
                          {.answer = says_for("MissingParameter", "InvalidImageId.NotFound")}}};
  std::vector<F> types = {F{"wrong-types-are-passed-over",
                            "a value of a wrong type is not seen",
                            takes(without_wrong_types),
                            {over_json}}};
  std::vector<F> snapshot_type = {F{"wrong-snap-is-false",
                                    "DeleteBindedSnap of a wrong type is false",
                                    takes(with_wrong_snap_as_false),
                                    {over_json}}};
  std::vector<F> booleans = {F{"booleans-refused",
                               "a Boolean is refused",
                               refuse_where(has_boolean, "InvalidParameter"),
                               {over_query, over_form}},
                             F{"false-refused",
                               "false is refused",
                               refuse_where(has_false, "InvalidParameter"),
                               {over_query, over_form}}};
  std::vector<F> action = {
      F{"any-action", "every action deletes", calls(any_action), {over_query, over_form}},
      F{"inherited-action-crashes", "Action=constructor: status 500", {.reply = inherited_action_crashes}}};
  std::vector<F> version = {
      F{"any-version", "every version will do", calls(any_version), {over_query, over_form}}};
  std::vector<F> method = {
      F{"put-is-a-post", "PUT is served as POST", reads(as_post<put>), {in_the_third_call}},
      F{"patch-is-a-post", "PATCH is served as POST", reads(as_post<patch>)},
      F{"delete-is-a-post", "DELETE is served as POST", reads(as_post<del>)}};
  std::vector<F> size = {F{"small-requests-only",
                           "more than 4 KB is refused",
                           refuse_where(longer_than<4'096>, "RequestSizeLimitExceeded"),
                           {over_query, over_form}},
                         F{"small-bodies-only",
                           "more than 64 KB is refused",
                           refuse_where(longer_than<65'536>, "RequestSizeLimitExceeded"),
                           {over_json, over_form}}};
  return group("decoding", {{"encoding.json", std::move(json)},
                            {"encoding.query", std::move(query)},
                            {"encoding.form", std::move(form)},
                            {"encoding.percent-and-plus", std::move(percent)},
                            {"encoding.index-from-zero", std::move(indices)},
                            {"encoding.index-order", std::move(order)},
                            {"delete.removes-the-images", std::move(lost)},
                            {"encoding.malformed", std::move(malformed)},
                            {"parameters.image-ids-required", std::move(ids)},
                            {"parameters.types", std::move(types)},
                            {"parameters.types", std::move(snapshot_type), "DeleteBindedSnap"},
                            {"parameters.booleans", std::move(booleans), "DryRun"},
                            {"common.action", std::move(action)},
                            {"common.version", std::move(version)},
                            {"common.method", std::move(method)},
                            {"common.size", std::move(size)}});
}

std::vector<Fault> region_required_faults() {
  std::vector<FaultRow> rows = {FaultRow{"region-required",
                                         "Region must be there",
                                         refuse_where(has_no_region, "MissingParameter"),
                                         {over_query, over_form}}};
  return group("decoding", {{"common.region-optional", std::move(rows)}});
}

std::vector<Fault> region_not_required_faults() {
  std::vector<FaultRow> rows = {FaultRow{
      "region-not-required", "Region may be missing", {.call = some_region}, {over_query, over_form}}};
  return group("decoding", {{"common.region-required", std::move(rows)}});
}

std::vector<Fault> authentication_faults() {
  using enum wire::VerifyFault;
  using F = FaultRow;
  auto judges = [](Seam<Verdict> verdict) { return Bend{.credentials = std::move(verdict)}; };
  auto checks = [](Seam<wire::VerifyOptions> options) { return Bend{.verifying = std::move(options)}; };
  std::vector<F> signature = {
      F{"signature-not-compared",
        "any signature will do",
        judges(forgives(kMismatch)),
        {over_query, over_form, signed_with_sha1, in_the_third_call}},
      F{"eight-digits-compared", "the first eight digits of a signature count", judges(eight_digits)},
      F{"sha256-refused", "HmacSHA256 is not known", judges(refuses(signed_with_sha256)), {over_form}},
      F{"more-signed-headers-refused",
        "x-tc-action may not be signed",
        judges(refuses(signs_more_headers)),
        {over_query}},
      F{"unsigned-headers-are-fine",
        "host and content-type need not be signed",
        judges(forgives(kUnsignedHeader)),
        {over_query}}};
  std::vector<F> credentials = {
      F{"unsigned-is-welcome", "no credentials are needed", {.answer = unsigned_is_welcome}, {over_query}},
      F{"bad-authorization-is-welcome",
        "any Authorization will do",
        {.answer = says_for("AuthFailure.InvalidAuthorization", "")},
        {over_query}}};
  std::vector<F> secret_id = {
      F{"stranger-is-welcome",
        "an unknown SecretId will do",
        {.answer = says_for("AuthFailure.SecretIdNotFound", "")},
        {over_query}},
      F{"stranger-has-bad-signature",
        "an unknown SecretId is SignatureFailure",
        {.answer = says_for("AuthFailure.SecretIdNotFound", "AuthFailure.SignatureFailure")},
        {over_form}}};
  std::vector<F> expiry = {
      F{"never-expires", "any Timestamp will do", checks(skew<INT64_MAX / 2>), {over_query, signed_with_v1}},
      F{"expires-after-an-hour", "an hour is not too late", checks(skew<3'600>)},
      F{"expires-after-a-minute", "a minute is too late", checks(skew<60>), {over_form}},
      F{"future-is-fine", "a Timestamp ahead will do", checks(no_future)}};
  std::vector<F> token = {F{"token-not-compared",
                            "no token is needed",
                            judges(lets_in("AuthFailure.TokenFailure")),
                            {over_query, over_form}}};
  std::vector<F> scope = {
      F{"scope-not-looked-at", "any scope will do", judges(forgives(kWrongScope)), {over_query}},
      F{"any-service", "any service will do", checks(any_service)}};
  return group("authentication", {{"auth.signature", std::move(signature)},
                                  {"auth.credentials", std::move(credentials)},
                                  {"auth.secret-id", std::move(secret_id)},
                                  {"auth.expiry", std::move(expiry)},
                                  {"auth.token", std::move(token)},
                                  {"auth.scope", std::move(scope)}});
}

}  // namespace diconform::reference
