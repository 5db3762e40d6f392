#include "reference/gateway.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "reference/bend.h"
#include "wire/pairs.h"

namespace diconform::reference {
namespace {

using Refusal = std::optional<api::ApiError>;
using Reading = std::expected<wire::Decoded, api::ApiError>;

// --- The request
// --------------------------------------------------------------------------------------------------

Refusal size_refusal(const wire::HttpRequest& request, const api::Limits& limits) {
  api::ApiError too_large{"RequestSizeLimitExceeded", "The request size exceeds the upper limit."};
  if (request.method == "GET" && request.target.size() > limits.get_bytes) return too_large;
  if (request.body.size() > limits.v3_post_bytes) return too_large;
  if (wire::media_type_of(request) == wire::kFormType && !wire::speaks_tc3(request) &&
      request.body.size() > limits.v1_post_bytes)
    return api::ApiError{
        "AuthFailure.SignatureFailure",
        "The provided credentials could not be validated because of exceeding request size limit, "
        "please use new signature method `TC3-HMAC-SHA256`."};
  return std::nullopt;
}

Reading read_call(const wire::HttpRequest& request, Chooser& chooser) {
  wire::DecodeOptions options{.form_with_tc3 = false, .index_gaps = false};
  auto decoded = wire::decode(request, options);
  // A leniency is asked for only where it changes what is read.
  auto consider = [&](bool wire::DecodeOptions::* leniency, std::string_view question) {
    if (decoded) return;
    wire::DecodeOptions lenient = options;
    lenient.*leniency = true;
    auto other = wire::decode(request, lenient);
    if (!other && other.error() == decoded.error()) return;
    if (!chooser.says(question, "accepted")) return;
    options = lenient;
    decoded = std::move(other);
  };
  consider(&wire::DecodeOptions::form_with_tc3, "form.tc3");
  consider(&wire::DecodeOptions::index_gaps, "index.gaps");
  return decoded;
}

// --- Credentials
// --------------------------------------------------------------------------------------------------

api::ApiError missing(std::string_view name) {
  return {"MissingParameter", "The request is missing a required parameter `" + std::string(name) + "`."};
}

// The code for each way in which a signature can be wrong.
Refusal refusal_of(wire::VerifyFault fault) {
  using enum wire::VerifyFault;
  switch (fault) {
    case kNone:
      return std::nullopt;
    case kNoCredentials:
      return api::ApiError{"MissingParameter",
                           "The request is missing a required parameter `Authorization`."};
    case kBadAuthorization:
      return api::ApiError{"AuthFailure.InvalidAuthorization",
                           "The `Authorization` header is not of the form this API expects."};
    case kBadTimestamp:
      return api::ApiError{"InvalidParameter", "The parameter `Timestamp` is not an integer."};
    case kExpired:
      return api::ApiError{"AuthFailure.SignatureExpire",
                           "The signature has expired: `Timestamp` is too far from the time of the server."};
    case kWrongScope:
    case kUnsignedHeader:
    case kMismatch:
      break;
  }
  return api::ApiError{
      "AuthFailure.SignatureFailure",
      "The provided credentials could not be validated. Please check your signature is correct."};
}

wire::VerifyFault fault_of(const wire::HttpRequest& request, const Key& key, wire::VerifyOptions options,
                           Chooser& chooser) {
  auto fault = [&] { return wire::verify(request, key.secret_key, options, false).fault; };
  bool lenient = std::exchange(options.host_without_port, false);
  wire::VerifyFault strict = fault();
  if (strict != wire::VerifyFault::kMismatch) return strict;
  options.host_without_port = true;
  if (fault() != wire::VerifyFault::kNone) return strict;
  return lenient || chooser.says("host.port", "without-port-too") ? wire::VerifyFault::kNone : strict;
}

Verdict judged(const wire::HttpRequest& request, const Sender& sender, const wire::VerifyOptions& options,
               Chooser& chooser) {
  using enum wire::VerifyFault;
  if (!sender.claim)
    return {kNoCredentials, missing(wire::speaks_tc3(request) ? "Authorization" : "Signature")};
  if (sender.claim->secret_id.empty())
    return {kBadAuthorization,
            wire::speaks_tc3(request) ? refusal_of(kBadAuthorization) : missing("SecretId")};
  if (sender.claim->timestamp.empty()) return {kBadTimestamp, missing("Timestamp")};
  if (!sender.key)
    return {kNone, api::ApiError{"AuthFailure.SecretIdNotFound",
                                 "The SecretId is not found, please ensure that your SecretId is correct."}};
  wire::VerifyFault fault = fault_of(request, *sender.key, options, chooser);
  if (fault != kNone) return {fault, refusal_of(fault)};
  const std::optional<std::string>& token = sender.key->token;
  if (token && !equal_in_constant_time(*token, sender.claim->token))
    return {kNone, api::ApiError{"AuthFailure.TokenFailure", "The token is not valid."}};
  return {};
}

// --- Parameters
// ---------------------------------------------------------------------------------------------------

// Takes the nulls out of the parameters; answers the name of the first that is a declared one.
std::string take_nulls(Json::Object& members, const api::Action& action) {
  std::string first;
  std::erase_if(members, [&](const Json::Member& member) {
    if (!member.second.is_null() || !action.parameter(member.first)) return false;
    if (first.empty()) first = member.first;
    return true;
  });
  return first;
}

bool undeclared(const Json::Member& member, const api::Action& action) {
  return action.parameter(member.first) == nullptr;
}

bool empty_ids(const Json& params) {
  const Json* ids = params.find("ImageIds");
  return ids && ids->array() && ids->array()->empty();
}

api::ApiError invalid(std::string_view name, std::string_view why) {
  return {"InvalidParameter", "The parameter `" + std::string(name) + "` " + std::string(why) + "."};
}

std::expected<Json, api::ApiError> with_types(const api::Call& call, const api::Action& action,
                                              Chooser& chooser) {
  auto strict = wire::typed_parameters(call, action, {.quoted_booleans = false});
  if (strict || call.text_values) return strict;
  auto lenient = wire::typed_parameters(call, action, {.quoted_booleans = true});
  bool open = lenient != strict;
  return open && chooser.says("boolean.quoted", "accepted") ? lenient : strict;
}

}  // namespace

Reading admit(const wire::HttpRequest& request, const Sender& sender, const api::Limits& limits,
              Chooser& chooser, const Bending* bending) {
  if (Refusal refusal = size_refusal(request, limits)) return std::unexpected(*std::move(refusal));
  if (request.path() != "/")
    return std::unexpected(api::ApiError{"InvalidRequest", "The path of a request is always `/`."});
  Reading decoded = read_call(request, chooser);
  if (!decoded) return decoded;
  wire::VerifyOptions options{.now_seconds = sender.unix_seconds, .skew_seconds = limits.skew_seconds};
  if (bending) {
    bending->context.encoding = decoded->encoding;
    bending->context.scheme = decoded->scheme;
    bending->at(&Bend::verifying, options);
  }
  // A fault that changes the request changes what is read, not what was signed.
  Verdict verdict = judged(bending ? *bending->context.http : request, sender, options, chooser);
  if (bending) bending->at(&Bend::credentials, verdict);
  if (verdict.refusal) return std::unexpected(*std::move(verdict.refusal));
  if (bending) bending->at(&Bend::call, decoded->call);
  return decoded;
}

std::expected<Json, api::ApiError> read_parameters(api::Call call, const api::Action& action,
                                                   Chooser& chooser) {
  Json::Object* members = call.params.object();
  if (!members) return wire::typed_parameters(call, action, {});
  auto is_undeclared = [&](const Json::Member& member) { return undeclared(member, action); };
  if (std::ranges::any_of(*members, is_undeclared) && chooser.says("parameter.unknown", "ignored"))
    std::erase_if(*members, is_undeclared);
  if (std::string name = take_nulls(*members, action);
      !name.empty() && chooser.says("parameter.null", "refused"))
    return std::unexpected(invalid(name, "is null"));
  if (empty_ids(call.params) && chooser.says("image-ids.empty", "invalid"))
    return std::unexpected(invalid("ImageIds", "is empty"));
  return with_types(call, action, chooser);
}

Request request_of(wire::Decoded decoded, const wire::HttpRequest& request, std::int64_t unix_us) {
  const std::string* host = wire::find_header(request.headers, "Host");
  return {std::move(decoded.call), host ? *host : "", unix_us};
}

std::vector<LawfulOutcome> lawful_outcomes(const Manual& manual, const State& state, const Key& key,
                                           const wire::HttpRequest& request, std::int64_t unix_us,
                                           const Pins& pins) {
  Sender sender{wire::claim_of(request), &key, unix_us / 1'000'000};
  std::vector<LawfulOutcome> outcomes;
  for_every_answer(pins, [&](Chooser& chooser) {
    LawfulOutcome& lawful = outcomes.emplace_back(LawfulOutcome{{}, state, {}});
    Reading admitted = admit(request, sender, manual.edition().limits, chooser);
    if (admitted)
      lawful.outcome =
          decide(manual, lawful.next, request_of(*std::move(admitted), request, unix_us), chooser);
    else
      lawful.outcome.answer.error = std::move(admitted).error();
    lawful.next.world = after(std::move(lawful.next.world), lawful.outcome.effect);
    lawful.choices = chooser.asked();
  });
  return outcomes;
}

}  // namespace diconform::reference
