// The adapter over our own decoder: what the targets fuzz when they fuzz us. (own_ids.cpp has the other
// half.)
#include "own.h"
#include "wire/decode.h"

namespace diconform::fuzz {
namespace {

// A request of each encoding, to be filled in.
wire::HttpRequest request_of(diconform_encoding encoding) {
  std::string type(encoding == DICONFORM_JSON ? "application/json" : "application/x-www-form-urlencoded");
  return {.method = encoding == DICONFORM_QUERY ? "GET" : "POST",
          .headers = {{"Host", "cvm.tencentcloudapi.com"},
                      {"Content-Type", type},
                      {"X-TC-Action", "DeleteImages"},
                      {"X-TC-Version", edition().version},
                      {"X-TC-Region", "ap-guangzhou"}},
          .body = {}};
}

std::expected<api::DeleteImages, api::ApiError> decode(const wire::HttpRequest& request) {
  static const api::Action* const kAction = edition().action("DeleteImages");
  constexpr wire::DecodeOptions kOptions = {.form_with_tc3 = true};
  TRY(wire::Decoded decoded, wire::decode(request, kOptions));
  TRY(Json typed, wire::typed_parameters(std::move(decoded.call), *kAction, kOptions));
  return wire::delete_images_of(std::move(typed));
}

}  // namespace

std::string encoded_pairs(const Call& call) {
  Json::Array ids;
  for (const std::string& id : call.image_ids) ids.push_back(id);
  return wire::encode_pairs(Json(Json::Object{{"ImageIds", std::move(ids)},
                                              {"DeleteBindedSnap", call.delete_bound_snapshots},
                                              {"DryRun", call.dry_run}}));
}

}  // namespace diconform::fuzz

void diconform_decode(diconform_encoding encoding, const char* bytes, size_t size, diconform_call* call) {
  using namespace diconform;
  static wire::HttpRequest requests[] = {fuzz::request_of(DICONFORM_JSON), fuzz::request_of(DICONFORM_QUERY),
                                         fuzz::request_of(DICONFORM_FORM)};
  wire::HttpRequest& request = requests[encoding];
  if (encoding == DICONFORM_QUERY)
    request.target.assign("/?").append(bytes, size);
  else
    request.body.assign(bytes, size);
  auto decoded = fuzz::decode(request);
  if (!decoded) {
    static std::string code;
    code = std::move(decoded.error().code);
    call->refusal = code.c_str();
    return;
  }
  for (const std::string& id : decoded->image_ids) call->add_image_id(call, id.data(), id.size());
  call->dry_run = decoded->dry_run;
  call->delete_bound_snapshots = decoded->delete_bound_snapshots;
}
