// One edition of the manual, as a value. Code asks the edition; it never asks which edition it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_place.h"

namespace diconform::api {

enum class ParameterType { kString, kInteger, kBoolean, kStringArray, kFilterArray };

struct Parameter {
  std::string name;  // wire name: ImageIds, DeleteBindedSnap, …
  ParameterType type = ParameterType::kString;
  bool required = false;
};

struct Action {
  std::string name;
  std::vector<Parameter> parameters;
  std::vector<std::string> codes;  // the error codes its page lists
  std::int64_t calls_per_second = 0;
  bool region_required = false;
  const Parameter* parameter(std::string_view name) const;
};

struct Limits {
  std::int64_t skew_seconds = 300;        // Timestamp further off than this is expired
  std::size_t get_bytes = 32u << 10;      // a GET request
  std::size_t v1_post_bytes = 1u << 20;   // a form signed with HmacSHA1 or HmacSHA256
  std::size_t v3_post_bytes = 10u << 20;  // a body signed with TC3-HMAC-SHA256
  std::size_t image_ids = 100;            // undocumented: a guess for the reference endpoint only
};

// A regular language of image IDs: RE2 syntax, always anchored at both ends of the bytes.
struct IdLanguage {
  std::string name;     // "eight", "nine"
  std::string pattern;  // img-[0-9a-z]{8}
};

struct Edition {
  std::string id;       // "2023-03-27"
  std::string version;  // "2017-03-12"
  std::vector<Action> actions;
  std::vector<std::string> undeletable_states;
  std::vector<std::string> common_codes;
  std::vector<std::string> finance_regions;
  IdLanguage image_id;                          // the language every endpoint must accept
  std::vector<IdLanguage> image_id_candidates;  // what an endpoint may lawfully implement instead
  Limits limits;
  const Action* action(std::string_view name) const;
  bool undeletable(std::string_view state) const;
};

// Reads `cases/editions/ID.json`. Unknown members are errors.
Result<Edition> edition_from_json(const Json& json, const JsonPlace& place);

}  // namespace diconform::api
