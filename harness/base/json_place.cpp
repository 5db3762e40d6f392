#include "base/json_place.h"

#include "base/file.h"
#include "base/text.h"

namespace diconform {
namespace {

std::string shown(const Json& json) {
  if (const std::string* string = json.string()) return quoted(*string, 60);
  std::string text = json.kind_name();
  if (json.number() || json.boolean()) text += " (" + to_text(json) + ")";
  return text;
}

}  // namespace

JsonPlace JsonPlace::operator/(std::string_view member) const {
  JsonPlace inner = *this;
  inner.pointer_ += '/';
  for (char c : member) {
    if (c == '~') {
      inner.pointer_ += "~0";
    } else if (c == '/') {
      inner.pointer_ += "~1";
    } else {
      inner.pointer_ += c;
    }
  }
  return inner;
}

JsonPlace JsonPlace::operator/(std::size_t index) const {
  JsonPlace inner = *this;
  inner.pointer_ += '/' + std::to_string(index);
  return inner;
}

std::string JsonPlace::text() const {
  if (source_.empty() || pointer_.empty()) return source_ + pointer_;
  return source_ + ": " + pointer_;
}

std::unexpected<Error> JsonPlace::failure(std::string what, std::string remedy) const {
  return diconform::failure(text(), std::move(what), std::move(remedy));
}

std::unexpected<Error> JsonPlace::mismatch(const Json& found, std::string_view expected) const {
  return failure("is " + shown(found) + ", expected " + std::string(expected));
}

Result<Json> read_json_file(const std::string& path) {
  TRY(std::string text, read_file(path));
  JsonLimits limits;
  limits.duplicates = false;
  return parse_json(text, path, limits);
}

}  // namespace diconform
