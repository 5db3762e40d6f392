// An adapter to begin from, and the gateway it stands over: small, right, and able to be wrong.
// EXAMPLE_DEFECT in the environment switches on one of the defects below; a test wants each of them found.
#include "adapter.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

bool has_defect(std::string_view name) {
  static const char* const kDefect = std::getenv("EXAMPLE_DEFECT");
  return kDefect && name == kDefect;
}

struct Parameters {
  std::vector<std::string> image_ids;
  bool dry_run = false, delete_bound_snapshots = false;
};

bool read_flag(const nlohmann::json& body, const char* name, bool& out) {
  auto found = body.find(name);
  if (found == body.end()) return true;
  if (found->is_boolean()) return out = found->get<bool>(), true;
  if (*found != "True" && *found != "False") return false;
  out = *found == "True" && !has_defect("quoted-true-is-false");
  return true;
}

// The text up to the first escape: what a reader sees who searches names instead of parsing them.
bool names_with_escapes(std::string_view body) { return body.find("\\u") != body.npos; }

const char* read_json(std::string_view text, Parameters& out) {
  if (has_defect("cut-text-is-completed") && text.ends_with("]")) {
    std::string completed = std::string(text) + "}";
    if (nlohmann::json::accept(completed)) return read_json(completed, out);
  }
  nlohmann::json body = nlohmann::json::parse(text, nullptr, false);
  if (body.is_discarded() || !body.is_object())
    return has_defect("invents-a-code") ? "BadRequest" : "InvalidRequest";
  auto ids = body.find("ImageIds");
  if (ids == body.end()) return "MissingParameter";
  if (!ids->is_array()) return "InvalidParameter";
  if (ids->empty() && !has_defect("takes-an-empty-list")) return "MissingParameter";
  for (const auto& id : *ids) {
    if (!id.is_string()) return "InvalidParameter";
    out.image_ids.push_back(id);
  }
  if (!read_flag(body, "DryRun", out.dry_run) ||
      !read_flag(body, "DeleteBindedSnap", out.delete_bound_snapshots))
    return "InvalidParameter";
  if (has_defect("order-of-members-counts") && text.find("DryRun") < text.find("ImageIds"))
    out.dry_run = false;
  if (has_defect("escapes-hide-names") && names_with_escapes(text)) out.delete_bound_snapshots = false;
  std::set<std::string> distinct;
  for (const std::string& id : out.image_ids)
    if (diconform_is_image_id(id.data(), id.size())) distinct.insert(id);
  if (has_defect("three-conditions") && distinct.size() == 3 && out.image_ids.size() == 3 && out.dry_run &&
      out.delete_bound_snapshots)
    out.dry_run = false;
  return nullptr;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && !has_defect("plus-is-a-plus")) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      std::string digits(text.substr(i + 1, 2));
      if (digits.size() != 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
        return std::nullopt;
      out += static_cast<char>(std::stoi(digits, nullptr, 16));
      i += 2;
    }
  }
  return out;
}

const char* read_pairs(std::string_view text, Parameters& out) {
  std::map<std::size_t, std::string> by_number;
  std::map<std::string, std::string> by_name;  // 10 comes before 2 there
  while (!text.empty()) {
    std::size_t end = std::min(text.find('&'), text.size());
    std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals)),
         value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return "InvalidParameter";
    bool flag = *value == "true" || *value == "True";
    if (name->starts_with("ImageIds.")) {
      std::string index = name->substr(9);
      if (index.empty() || index.size() > 9 || index.find_first_not_of("0123456789") != index.npos)
        return "InvalidParameter";
      by_number[std::stoul(index)] = *value;
      by_name[index] = *value;
    } else if (*name == "DryRun" || *name == "DeleteBindedSnap") {
      if (!flag && *value != "false" && *value != "False") return "InvalidParameter";
      (*name == "DryRun" ? out.dry_run : out.delete_bound_snapshots) = flag;
    } else {
      return "UnknownParameter";
    }
  }
  if (has_defect("indices-sort-as-text"))
    for (auto& [index, id] : by_name) out.image_ids.push_back(id);
  else
    for (auto& [index, id] : by_number) out.image_ids.push_back(id);
  return out.image_ids.empty() ? "MissingParameter" : nullptr;
}

}  // namespace

void diconform_decode(diconform_encoding encoding, const char* bytes, size_t size, diconform_call* call) {
  Parameters parameters;
  std::string_view text(bytes, size);
  call->refusal = encoding == DICONFORM_JSON ? read_json(text, parameters) : read_pairs(text, parameters);
  for (const std::string& id : parameters.image_ids) call->add_image_id(call, id.data(), id.size());
  call->dry_run = parameters.dry_run && !(has_defect("form-ignores-dry-run") && encoding == DICONFORM_FORM);
  call->delete_bound_snapshots = parameters.delete_bound_snapshots;
}

int diconform_is_image_id(const char* bytes, size_t size) {
  std::string_view id(bytes, size);
  if (has_defect("id-before-a-line-feed") && id.ends_with('\n')) id.remove_suffix(1);
  if (!id.starts_with("img-") || (id.size() != 12 && !(has_defect("id-of-seven") && id.size() == 11)))
    return 0;
  return std::ranges::all_of(id.substr(4), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c == 'A' && has_defect("id-with-a-capital"));
  });
}
