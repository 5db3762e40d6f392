// What a target needs before it can begin: there, or a defect of ours.
#pragma once

#include "base/error.h"
#include "check.h"

namespace diconform::fuzz {

template <class Value>
Value must(Result<Value> result) {
  FUZZ_CHECK(result.has_value(), result.error().message());
  return std::move(*result);
}

}  // namespace diconform::fuzz
