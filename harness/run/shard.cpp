#include "run/shard.h"

#include <cstdlib>

#include "base/file.h"
#include "base/text.h"

namespace diconform::run {
namespace {

Result<std::optional<Shard>> read(const char* total_name, const char* index_name) {
  const char* total = std::getenv(total_name);
  const char* index = std::getenv(index_name);
  if (!total && !index) return std::nullopt;
  auto n = to_unsigned(total ? total : ""), i = to_unsigned(index ? index : "");
  if (!n || !i || *n == 0 || *i >= *n) {
    return failure(std::string(total_name) + " and " + index_name, "do not name a shard",
                   "set both, the index counting from 0");
  }
  return Shard{*i + 1, *n};
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  auto slash = text.find('/');
  auto index = to_unsigned(text.substr(0, slash)),
       total = slash == text.npos ? std::nullopt : to_unsigned(text.substr(slash + 1));
  if (!index || !total || *index == 0 || *index > *total)
    return failure("--shard", quoted(text) + " is no shard", "I/N with I from 1 to N");
  return Shard{*index, *total};
}

Result<Shard> shard_of_environment() {
  TRY(auto bazel, read("TEST_TOTAL_SHARDS", "TEST_SHARD_INDEX"));
  if (bazel) {
    if (const char* status = std::getenv("TEST_SHARD_STATUS_FILE")) TRY_VOID(write_file(status, ""));
    return *bazel;
  }
  TRY(auto google, read("GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"));
  return google.value_or(Shard{});
}

}  // namespace diconform::run
