#include "scenario/filling.h"

#include <algorithm>

#include "base/text.h"
#include "scenario/bind.h"

namespace diconform::scenario {
namespace {

const Filled* find(const Filling& filling, std::string_view variable) {
  auto found = std::ranges::find(filling.values, variable, &Filled::variable);
  return found == filling.values.end() ? nullptr : &*found;
}

// The variable that the text names and nothing besides, or null.
const Filled* whole_variable(const std::string& text, const Filling& filling) {
  const Filled* whole = nullptr;
  for_each_reference(text, [&](std::string_view name, std::size_t begin, std::size_t end) {
    if (begin == 0 && end == text.size()) whole = find(filling, name);
  });
  return whole;
}

// The part of a value that a name or number, as a JSON pointer spells it, leads to; null where there is none.
const Json* part(const Json& json, std::string_view step) {
  if (const Json::Array* items = json.array()) {
    auto index = to_unsigned(step);
    return index && *index < items->size() ? &(*items)[*index] : nullptr;
  }
  return json.find(replaced(replaced(std::string(step), "~1", "/"), "~0", "~"));
}

}  // namespace

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
        next.values.push_back({variable, label, value});
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
    const Filled* found = find(filling, name);
    if (!found) return;
    if (begin == 0 && end == text->size()) whole = &found->value;
    out += std::string_view(*text).substr(done, begin - done);
    out += found->value.string() ? *found->value.string() : diconform::to_text(found->value);
    done = end;
  });
  if (whole) return *whole;
  return Json(out + text->substr(done));
}

Error as_written(Error error, const Json& source, const Filling& filling, const JsonPlace& place) {
  std::string_view rest = error.where;
  if (!rest.starts_with(place.text())) return error;
  rest.remove_prefix(place.text().size());
  const Json* node = &source;
  while (node) {
    const std::string* text = node->string();
    const Filled* filled = text ? whole_variable(*text, filling) : nullptr;
    if (filled) {
      error.where = (place / "forEach" / filled->variable / filled->label).text() + std::string(rest);
      return error;
    }
    if (rest.empty()) return error;
    std::size_t end = std::min(rest.find('/', 1), rest.size());
    node = part(*node, rest.substr(1, end - 1));
    rest.remove_prefix(end);
  }
  return error;
}

}  // namespace diconform::scenario
