#include "scenario/filling.h"

#include <algorithm>

#include "base/text.h"
#include "scenario/bind.h"

namespace diconform::scenario {

bool is_slug(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == name.npos;
}

Result<std::vector<Filling>> read_fillings(const Json* json, const JsonPlace& place) {
  std::vector<Filling> fillings = {{}};
  if (!json) return fillings;
  if (!json->object()) return place.mismatch(*json, "an object of variables");
  for (const auto& [variable, values] : *json->object()) {
    if (!values.object() || values.object()->empty())
      return (place / variable).mismatch(values, "an object of labels");
    std::vector<Filling> longer;
    for (const Filling& filling : fillings) {
      for (const auto& [label, value] : *values.object()) {
        if (!is_slug(label)) return (place / variable / label).failure("is a label that is no slug");
        Filling next = filling;
        next.label += "," + label;
        next.values.emplace_back(variable, value);
        longer.push_back(std::move(next));
      }
    }
    fillings = std::move(longer);
  }
  return fillings;
}

Json fill(const Json& json, const Filling& filling) {
  if (const Json::Array* items = json.array()) {
    Json::Array out;
    for (const Json& item : *items) out.push_back(fill(item, filling));
    return out;
  }
  if (const Json::Object* members = json.object()) {
    Json::Object out;
    for (const auto& [name, value] : *members) out.emplace_back(name, fill(value, filling));
    return out;
  }
  const std::string* text = json.string();
  if (!text || text->find('$') == text->npos) return json;
  std::string out;
  std::size_t done = 0;
  const Json* whole = nullptr;
  for_each_reference(*text, [&](std::string_view name, std::size_t begin, std::size_t end) {
    auto value = std::ranges::find(filling.values, name, &std::pair<std::string, Json>::first);
    if (value == filling.values.end()) return;
    if (begin == 0 && end == text->size()) whole = &value->second;
    out += std::string_view(*text).substr(done, begin - done);
    out += value->second.string() ? *value->second.string() : diconform::to_text(value->second);
    done = end;
  });
  if (whole) return *whole;
  return Json(out + text->substr(done));
}

}  // namespace diconform::scenario
