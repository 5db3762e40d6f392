// Cases as text: the other direction of the case reader, for cases that diconform writes itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "scenario/case.h"

namespace diconform::scenario {

// A case for one pair of encoding and signature, as it is to be written.
struct WrittenCase {
  std::string name, why, edition;
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
  Body body;
};

// The case as cases/README.md has it; what it does not say has its default. Reading it again gives an equal
// body, but for bytes of `body` and `raw` that are not UTF-8: those are written in hexadecimal digits.
Json to_json(const WrittenCase& written);
// A suite file: a member a line, members in the order of cases/README.md.
std::string suite_text(std::string_view suite, std::string_view purpose, const Json::Array& cases);
std::string suite_text(std::string_view suite, std::string_view purpose,
                       const std::vector<WrittenCase>& cases);

}  // namespace diconform::scenario
