// A trial's references become this run's ids.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/chance.h"
#include "scenario/case.h"

namespace diconform::scenario {

// Names without the dollar sign, and what they stand for. Absent ids are minted when first named.
class Bindings {
 public:
  // An id is minted only if `acceptable` (where given) says so.
  explicit Bindings(std::uint64_t seed, std::function<bool(std::string_view)> acceptable = nullptr)
      : chance_(seed), acceptable_(std::move(acceptable)) {}
  void set(std::string name, std::string value);
  const std::string* find(std::string_view name) const;
  // A fresh image id (eight characters of 0-9a-z) or snapshot id that nothing in this trial bears.
  std::string mint(std::string_view prefix);
  // "$role", "${role}", "$absent…", "$secretId-other-case", "$$". A reference to nothing known stays as it
  // is: the loader has refused those.
  std::string resolve(std::string_view text);
  Json resolve(const Json& json);

 private:
  Chance chance_;
  std::function<bool(std::string_view)> acceptable_;
  std::vector<std::pair<std::string, std::string>> values_;
};

// The step with every reference resolved.
Step bind(const Step& step, Bindings& bindings);
// The image that is to play the role; its id is empty where one must be minted.
api::Image bind(const Role& role, Bindings& bindings);

// Calls `visit(name)` for every reference in the text; false on a '$' that begins none.
template <class Visit>
bool for_each_reference(std::string_view text, Visit&& visit) {
  for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at)) {
    if (text.substr(at).starts_with("$$")) {
      at += 2;
      continue;
    }
    bool braces = text.substr(at).starts_with("${");
    std::size_t start = at + (braces ? 2 : 1), end = start;
    auto part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    while (end < text.size() && part(text[end])) ++end;
    while (!braces && end > start && text[end - 1] == '-') --end;
    if (end == start || (braces && (end == text.size() || text[end] != '}'))) return false;
    std::size_t stop = end + (braces ? 1 : 0);
    visit(text.substr(start, end - start), at, stop);
    at = stop;
  }
  return true;
}

}  // namespace diconform::scenario
