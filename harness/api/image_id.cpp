#include "api/image_id.h"

#include <re2/re2.h>

#include "base/text.h"

namespace diconform::api {

Result<IdMatcher> IdMatcher::compile(const IdLanguage& language) {
  RE2::Options options(RE2::Latin1);  // one byte, one character
  options.set_log_errors(false);      // the Error tells it
  options.set_dot_nl(true);           // a dot is any byte
  options.set_never_capture(true);
  auto pattern = std::make_shared<const RE2>(language.pattern, options);
  if (!pattern->ok()) {
    return failure("image-ID language " + quoted(language.name),
                   "pattern " + quoted(language.pattern) + ": " + pattern->error(), "see RE2's syntax");
  }
  return IdMatcher(language, std::move(pattern));
}

IdMatcher::IdMatcher(IdLanguage language, std::shared_ptr<const re2::RE2> pattern)
    : language_(std::move(language)), pattern_(std::move(pattern)) {}

bool IdMatcher::matches(std::string_view id) const {
  return RE2::FullMatch({id.data(), id.size()}, *pattern_);
}

}  // namespace diconform::api
