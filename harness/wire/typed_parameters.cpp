#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "wire/decode.h"

namespace diconform::wire {
namespace {

using Typed = std::expected<Json, api::ApiError>;

// A name for a message: not longer than a person reads.
std::string ticked(std::string_view name) { return '`' + clean_utf8(name.substr(0, 100)) + '`'; }

std::unexpected<api::ApiError> refuse(std::string_view code, std::string message) {
  return std::unexpected(api::ApiError{std::string(code), std::move(message)});
}

std::unexpected<api::ApiError> missing(std::string_view name) {
  return refuse("MissingParameter", "The request is missing a required parameter " + ticked(name) + '.');
}

std::unexpected<api::ApiError> unknown(std::string_view name) {
  return refuse("UnknownParameter", "The parameter " + ticked(name) + " is not recognized.");
}

std::unexpected<api::ApiError> mistyped(std::string_view path, std::string_view type) {
  return refuse("InvalidParameter", "The value of the parameter " + ticked(path) +
                                        " is of a wrong type: it should be `" + std::string(type) + "`.");
}

bool absent(const Json* value) {
  return !value || value->is_null() || (value->array() && value->array()->empty());
}

std::string inner(std::string_view path, std::size_t index) {
  return std::string(path) + '.' + std::to_string(index);
}

// As JSON writes whole numbers: -9223372036854775808 to 18446744073709551615, no sign '+', no leading zeros.
bool is_integer(std::string_view text) {
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return false;
  if (text.size() == digits.size()) return to_unsigned(digits).has_value();
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

struct BooleanWord {
  std::string_view word;
  bool value;
  bool quoted;  // also as a string in JSON: one edition of the manual shows "True" there
};
// Go, Node.js, Java and Ruby write true, Python and .NET True, PHP 1.
constexpr std::array<BooleanWord, 6> kBooleanWords = {{{"true", true, true},
                                                       {"false", false, true},
                                                       {"True", true, true},
                                                       {"False", false, true},
                                                       {"1", true, false},
                                                       {"0", false, false}}};

// Types values of one call; `text` tells that they came as text.
class Typer {
 public:
  Typer(bool text, const DecodeOptions& options) : text_(text), options_(options) {}

  Typed typed(const Json& value, api::ParameterType type, const std::string& path) const {
    switch (type) {
      case api::ParameterType::kString:
        return string(value, path);
      case api::ParameterType::kInteger:
        return integer(value, path);
      case api::ParameterType::kBoolean:
        return boolean(value, path);
      case api::ParameterType::kStringArray:
        return array(value, path, &Typer::string);
      case api::ParameterType::kFilterArray:
        return array(value, path, &Typer::filter);
    }
    return mistyped(path, "unknown");
  }

 private:
  Typed string(const Json& value, const std::string& path) const {
    if (!value.string()) return mistyped(path, "string");
    return value;
  }

  Typed integer(const Json& value, const std::string& path) const {
    const std::string* digits = text_ ? value.string() : value.number() ? &value.number()->text : nullptr;
    if (!digits || !is_integer(*digits)) return mistyped(path, "integer");
    return Json::number(*digits);
  }

  Typed boolean(const Json& value, const std::string& path) const {
    if (const bool* plain = value.boolean(); plain && !text_) return value;
    if (const std::string* written = value.string()) {
      for (const auto& [word, meaning, quoted_too] : kBooleanWords) {
        if (*written == word && (text_ || (quoted_too && options_.quoted_booleans))) return Json(meaning);
      }
    }
    return mistyped(path, "boolean");
  }

  Typed array(const Json& value, const std::string& path,
              Typed (Typer::*typed_item)(const Json&, const std::string&) const) const {
    const Json::Array* items = value.array();
    if (!items) return mistyped(path, "array");
    Json::Array out;
    out.reserve(items->size());
    for (std::size_t i = 0; i < items->size(); ++i) {
      auto item = (this->*typed_item)((*items)[i], inner(path, i));
      if (!item) return item;
      out.push_back(std::move(*item));
    }
    return Json(std::move(out));
  }

  Typed filter(const Json& value, const std::string& path) const {
    static const api::Action kFilter = {.name = "Filter",
                                        .parameters = {{"Name", api::ParameterType::kString, true},
                                                       {"Values", api::ParameterType::kStringArray, true}},
                                        .codes = {}};
    if (!value.object()) return mistyped(path, "object");
    return members(value, kFilter, path + '.');
  }

 public:
  // The declared parameters of `object`, in their declared order. `prefix` is put before each name in a
  // message.
  Typed members(const Json& object, const api::Action& declared, const std::string& prefix) const {
    for (const auto& [name, value] : *object.object()) {
      if (!declared.parameter(name)) return unknown(prefix + name);
    }
    for (const api::Parameter& parameter : declared.parameters) {
      if (parameter.required && absent(object.find(parameter.name))) return missing(prefix + parameter.name);
    }
    Json::Object out;
    for (const api::Parameter& parameter : declared.parameters) {
      const Json* value = object.find(parameter.name);
      if (absent(value)) continue;
      auto one = typed(*value, parameter.type, prefix + parameter.name);
      if (!one) return one;
      out.emplace_back(parameter.name, std::move(*one));
    }
    return Json(std::move(out));
  }

 private:
  bool text_;
  const DecodeOptions& options_;
};

}  // namespace

std::expected<Json, api::ApiError> typed_parameters(const api::Call& call, const api::Action& action,
                                                    const DecodeOptions& options) {
  if (!call.params.object()) return refuse("InvalidParameter", "The parameters are not an object.");
  return Typer(call.text_values, options).members(call.params, action, "");
}

api::DeleteImages delete_images_of(const Json& typed) {
  api::DeleteImages call;
  if (const Json* ids = typed.find("ImageIds"); ids && ids->array()) {
    for (const Json& id : *ids->array()) {
      if (id.string()) call.image_ids.push_back(*id.string());
    }
  }
  auto flag = [&](std::string_view name) {
    const Json* found = typed.find(name);
    return found && found->boolean() && *found->boolean();
  };
  call.delete_bound_snapshots = flag("DeleteBindedSnap");
  call.dry_run = flag("DryRun");
  return call;
}

}  // namespace diconform::wire
