// The version that reports and --version name.
#pragma once

namespace diconform::run {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace diconform::run
