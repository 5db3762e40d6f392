// A call of the API as it is meant, before any encoding and after every decoding; and what can answer it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace diconform::api {

struct Call {
  std::string action = "DeleteImages";
  std::string version = "2017-03-12";
  std::optional<std::string> region = "ap-guangzhou";
  std::optional<std::string> language;  // zh-CN or en-US
  Json params = Json(Json::Object{});   // the business parameters, as in a JSON body
  // Whether the values came as text (query or form), so that "true" is how a Boolean is written there.
  bool text_values = false;
  friend bool operator==(const Call&, const Call&) = default;
};

// How the service says no: the code is contract, the message is for people and never compared.
struct ApiError {
  std::string code;
  std::string message;
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

// The parameters of DeleteImages, typed. (Manual, section 2.)
struct DeleteImages {
  std::vector<std::string> image_ids;
  bool delete_bound_snapshots = false;  // wire name: DeleteBindedSnap
  bool dry_run = false;
  friend bool operator==(const DeleteImages&, const DeleteImages&) = default;
};

}  // namespace diconform::api
