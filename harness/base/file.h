// Files, whole.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace diconform {

// The bytes of a regular file of at most `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = 256u << 20);
// Writes beside and renames, so that a reader sees the old bytes or the new ones, never a half.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace diconform
