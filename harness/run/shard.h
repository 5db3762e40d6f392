// A share of a run: `--shard I/N`, or what Bazel or GoogleTest say in the environment.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace diconform::run {

struct Shard {
  std::size_t index = 1, total = 1;                                           // index from 1
  bool takes(std::size_t trial) const { return trial % total == index - 1; }  // `trial` counts from 0
  std::string text() const { return std::to_string(index) + "/" + std::to_string(total); }
};

Result<Shard> parse_shard(std::string_view text);  // "2/5"

// TEST_TOTAL_SHARDS and TEST_SHARD_INDEX (Bazel; TEST_SHARD_STATUS_FILE is touched, as it asks), or
// GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX; both count from 0. One without the other, or an index past the
// total, is an Error.
Result<Shard> shard_of_environment();

}  // namespace diconform::run
