// Whether bytes are an image ID.
#pragma once

#include <memory>
#include <string_view>

#include "api/edition.h"
#include "base/error.h"

namespace re2 {
class RE2;
}

namespace diconform::api {

// A compiled IdLanguage. Cheap to copy, safe to use from many threads; compile once, match often (a
// compilation costs as much as a hundred matches).
class IdMatcher {
 public:
  // Errors: the pattern is not RE2 syntax, or too large to compile.
  static Result<IdMatcher> compile(const IdLanguage& language);
  // Whether the whole of the bytes is in the language. A byte is a character (Latin-1): NUL, control bytes
  // and bytes that are not UTF-8 are matched like any other.
  bool matches(std::string_view id) const;
  const IdLanguage& language() const { return language_; }

 private:
  IdMatcher(IdLanguage language, std::shared_ptr<const re2::RE2> pattern);

  IdLanguage language_;
  std::shared_ptr<const re2::RE2> pattern_;
};

}  // namespace diconform::api
