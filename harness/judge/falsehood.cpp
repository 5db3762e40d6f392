#include "judge/falsehood.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "judge/effect.h"

namespace diconform::judge {
namespace {

using result::StepObservation;

// Below the least of the size limits (32 KiB, of a query): over one, SignatureFailure is the documented
// answer.
constexpr std::size_t kSmall = std::size_t{32} * 1024;
constexpr std::size_t kLengthOfAnId =
    12;  // of img-xxxxxxxx: what is longer or shorter may be called malformed

bool is_plain(const api::Image& image) {
  return image.type == "PRIVATE_IMAGE" && image.state == "NORMAL" && !image.task_running &&
         image.shared_to.empty() && image.id.size() == kLengthOfAnId;
}

// Whether the call has documented parameters only. How v1 signs an empty name is nobody's word, and an
// endpoint may read images out of ImageIds.1 in a JSON body.
bool has_known_parameters_only(const Json& call) {
  constexpr std::array<std::string_view, 3> kKnown = {"ImageIds", "DeleteBindedSnap", "DryRun"};
  const Json::Object* members = call.object();
  return members && std::ranges::all_of(*members, [&](const Json::Member& member) {
           return std::ranges::find(kKnown, member.first) != kKnown.end();
         });
}

// Sent as our encoder writes it, and signed by whom it says.
bool is_rightly_signed(const StepObservation& step) {
  const scenario::Step& asked = step.step;
  return asked.call && has_known_parameters_only(*asked.call) && asked.http == scenario::HttpChange{} &&
         asked.after_signing == scenario::HttpChange{} && asked.common == scenario::CommonPlan{} &&
         asked.sign == scenario::SignPlan{} && step.exchanges[0].sent.size() < kSmall;
}

// The list of images is given, whatever is in it.
bool names_images(const Json& call) {
  const Json* ids = call.find("ImageIds");
  return ids && ids->array() && !ids->array()->empty() &&
         std::ranges::all_of(*ids->array(),
                             [](const Json& id) { return id.string() && !id.string()->empty(); });
}

// Fewer than any limit that an edition or an endpoint has set.
bool names_few_images(const Json& call) {
  return names_images(call) && call.find("ImageIds")->array()->size() <= 3;
}

// Whoever signed it: the parameters are those of the call, of this account, in the usual region.
bool says_what_the_call_says(const StepObservation& step) {
  const scenario::Step& asked = step.step;
  scenario::HttpChange after = asked.after_signing;
  after.headers.clear();
  return asked.call && has_known_parameters_only(*asked.call) && asked.http == scenario::HttpChange{} &&
         after == scenario::HttpChange{} && !asked.common.secret_id && !asked.common.region;
}

// Every image that the call names is there, and nothing stands against its deletion.
bool names_plain_images_only(const StepObservation& step) {
  if (!names_images(*step.step.call) || !step.before || !asked_for(step)) return false;
  return std::ranges::all_of(*step.step.call->find("ImageIds")->array(), [&](const Json& id) {
    const api::Image* image = step.before->find(*id.string());
    return image && is_plain(*image);
  });
}

struct Claim {
  std::string_view code, clause, truth;
};
constexpr std::array kOfTheSender = {
    Claim{"AuthFailure.SignatureFailure", "auth.signature", "the signature is right"},
    Claim{"AuthFailure.InvalidAuthorization", "auth.credentials", "the credentials are well formed"},
    Claim{"AuthFailure.InvalidSecretId", "auth.secret-id", "the SecretId is one"},
    Claim{"AuthFailure.SecretIdNotFound", "auth.secret-id", "the account is there"},
    Claim{"AuthFailure.SignatureExpire", "auth.expiry", "the time is right"},
    Claim{"AuthFailure.TokenFailure", "auth.token", "the token is the account's"},
    Claim{"InvalidAction", "common.action", "the action is there"},
    Claim{"NoSuchVersion", "common.version", "the version is there"},
    Claim{"UnknownParameter", "parameters.unknown", "every parameter is known"},
    Claim{"UnsupportedProtocol", "common.method", "the method is a documented one"}};
constexpr std::array kOfTheList = {
    Claim{"MissingParameter", "parameters.image-ids-required", "no required parameter is missing"},
    Claim{"InvalidParameterValue.LimitExceeded", "errors.limit-exceeded", "so few images are not too many"}};
constexpr std::array kOfTheImages = {
    Claim{"InvalidImageId.NotFound", "errors.not-found", "every image is there"},
    Claim{"InvalidImageId.IncorrectState", "errors.incorrect-state", "every image is NORMAL"},
    Claim{"InvalidImageId.InShared", "errors.in-shared", "no image is shared"},
    Claim{"InvalidImageId.Malformed", "errors.malformed", "every image is there"},
    Claim{"MutexOperation.TaskRunning", "errors.task-running", "no job runs"},
    Claim{"UnauthorizedOperation", "accounts.apart", "every image is the account's own"}};

std::optional<result::Finding> refuted(std::span<const Claim> claims, const std::string& code) {
  auto claim = std::ranges::find(claims, code, &Claim::code);
  if (claim == claims.end()) return std::nullopt;
  return result::Finding{std::string(claim->clause), result::Severity::kFailure,
                         "an answer that is true: " + std::string(claim->truth), code, ""};
}

}  // namespace

std::optional<result::Finding> falsehood(const StepObservation& step, const Reply& reply,
                                         bool world_is_fresh) {
  if (reply.kind != Reply::Kind::kApiError || step.step.together > 1 || step.exchanges.empty())
    return std::nullopt;
  if (is_rightly_signed(step)) {
    if (auto finding = refuted(kOfTheSender, reply.code)) return finding;
    if (names_few_images(*step.step.call))
      if (auto finding = refuted(kOfTheList, reply.code)) return finding;
  }
  if (!world_is_fresh || !says_what_the_call_says(step) || !names_plain_images_only(step))
    return std::nullopt;
  return refuted(kOfTheImages, reply.code);
}

}  // namespace diconform::judge
