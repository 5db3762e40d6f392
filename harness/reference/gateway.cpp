#include "reference/gateway.h"

#include <algorithm>
#include <array>
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

// A spelling of a Boolean that is no plain one, the question it raises, and what it says if it says anything.
struct Spelling {
  std::string_view word, in_json, in_text;
  bool means;
};
constexpr std::array kSpellings = std::to_array<Spelling>({
    {"true", "boolean.quoted-lower", "", true},
    {"false", "boolean.quoted-lower", "", false},
    {"True", "boolean.quoted", "boolean.text-capitalised", true},
    {"False", "boolean.quoted", "boolean.text-capitalised", false},
    {"TRUE", "boolean.quoted-upper", "boolean.text-upper", true},
    {"FALSE", "boolean.quoted-upper", "boolean.text-upper", false},
    {"1", "boolean.quoted-digit", "boolean.text-digit", true},
    {"0", "boolean.quoted-zero", "boolean.text-zero", false},
    {"yes", "boolean.quoted-word", "boolean.text-word", true},
    {"on", "boolean.quoted-word", "boolean.text-word", true},
    {"no", "boolean.quoted-no", "boolean.text-no", false},
    {"off", "boolean.quoted-no", "boolean.text-no", false},
    {"", "boolean.quoted-empty", "boolean.text-empty", true},
});
constexpr Spelling kNoBoolean{"", "boolean.quoted-not-one", "boolean.text-not-one", false};
constexpr Spelling kPlain{"", "", "", false};

Spelling spelling_of(const Json& value) {
  if (const std::string* word = value.string()) {
    auto known = std::ranges::find(kSpellings, *word, &Spelling::word);
    return known == kSpellings.end() ? kNoBoolean : *known;
  }
  if (value.array()) return {"", "boolean.array", "boolean.array", false};
  if (!value.number()) return kPlain;
  std::optional<std::int64_t> number = value.integer();
  if (number == 0) return {"", "boolean.number-zero", "", false};
  return {"", number == 1 ? "boolean.number" : "boolean.number-two", "", true};
}

// Writes a Boolean as typed_parameters() reads it: plain if it was accepted, as nothing that is one if
// refused.
void settle_boolean(Json& value, bool in_text, Chooser& chooser) {
  Spelling spelling = spelling_of(value);
  std::string_view question = in_text ? spelling.in_text : spelling.in_json;
  if (question.empty()) return;
  std::string_view answer = chooser.ask(question);
  bool accepted = answer == "accepted" || answer == "as-true" || answer == "as-false";
  bool meant = spelling.means && answer != "as-false";
  if (!accepted)
    value = Json::Object{};
  else
    value = in_text ? Json(meant ? "true" : "false") : Json(meant);
}

// A list of IDs that has holes.
void settle_ids(Json& value, Chooser& chooser) {
  auto is_null = [](const Json& id) { return id.is_null(); };
  Json::Array* ids = value.array();
  if (ids && std::ranges::any_of(*ids, is_null) && chooser.says("image-ids.null-element", "ignored"))
    std::erase_if(*ids, is_null);
}

// Members that the action does not declare. Answers the action as it is served: a page without DryRun and
// DeleteBindedSnap may have an endpoint that knows them.
api::Action settle_unknown(Json::Object& members, const api::Action& action, const api::Edition& edition,
                           Chooser& chooser) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kLater = {
      {{"DryRun", "undated.dry-run"}, {"DeleteBindedSnap", "undated.delete-binded-snap"}}};
  api::Action served = action;
  std::erase_if(members, [&](const Json::Member& member) {
    if (served.parameter(member.first)) return false;
    auto later =
        std::ranges::find(kLater, member.first, &std::pair<std::string_view, std::string_view>::first);
    bool has_question =
        later != kLater.end() && action.name == "DeleteImages" && arises_in(later->second, edition.id);
    std::string_view answer = chooser.ask(has_question ? later->second : "parameter.unknown");
    if (answer == "honoured")
      served.parameters.push_back({member.first, api::ParameterType::kBoolean, false});
    return answer == "ignored";
  });
  return served;
}

// Nulls count as absent, where they do not refuse the call.
Refusal settle_nulls(Json::Object& members, const api::Action& action, Chooser& chooser) {
  auto is_null = [&](const Json::Member& member) {
    return member.second.is_null() && action.parameter(member.first);
  };
  for (const Json::Member& member : members) {
    if (!is_null(member)) continue;
    bool required = action.parameter(member.first)->required;
    if (required ? chooser.says("image-ids.null", "invalid") : chooser.says("parameter.null", "refused"))
      return api::ApiError{"InvalidParameter", "The parameter `" + member.first + "` is null."};
  }
  std::erase_if(members, is_null);
  return std::nullopt;
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

std::expected<Json, api::ApiError> read_parameters(api::Call&& call, const api::Action& action,
                                                   const api::Edition& edition, Chooser& chooser) {
  Json::Object* members = call.params.object();
  if (!members) return wire::typed_parameters(std::move(call), action, {});
  auto is_declared = [&](const Json::Member& member) { return action.parameter(member.first) != nullptr; };
  std::optional<api::Action> more;
  if (!std::ranges::all_of(*members, is_declared)) more = settle_unknown(*members, action, edition, chooser);
  const api::Action& served = more ? *more : action;
  if (Refusal refusal = settle_nulls(*members, served, chooser)) return std::unexpected(*std::move(refusal));
  for (auto& [name, value] : *members) {
    const api::Parameter* parameter = served.parameter(name);
    if (!parameter) continue;
    if (parameter->type == api::ParameterType::kBoolean) settle_boolean(value, call.text_values, chooser);
    if (parameter->name == "ImageIds" && parameter->required) settle_ids(value, chooser);
    bool empty_list = parameter->required && value.array() && value.array()->empty();
    if (empty_list && chooser.says("image-ids.empty", "invalid"))
      return std::unexpected(api::ApiError{"InvalidParameter", "The parameter `" + name + "` is empty."});
  }
  return wire::typed_parameters(std::move(call), served, {.quoted_booleans = false});
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
    if (admitted) {
      lawful.outcome =
          decide(manual, lawful.next, request_of(*std::move(admitted), request, unix_us), chooser);
    } else {
      lawful.outcome.answer.error = std::move(admitted).error();
      lawful.outcome.any_code = chooser.refused_with_any_code();
    }
    lawful.next.world = after(std::move(lawful.next.world), lawful.outcome.effect);
    lawful.choices = chooser.asked();
  });
  return outcomes;
}

}  // namespace diconform::reference
