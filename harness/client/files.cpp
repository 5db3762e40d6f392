#include "client/files.h"

#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/file.h"

namespace diconform::client {
namespace {

namespace fs = std::filesystem;

constexpr int kLevels = 3;
constexpr std::size_t kEntries = 20'000;        // of all folders together: what is beyond is not looked at
constexpr std::size_t kLongestFile = 4u << 20;  // a log of a few calls is shorter

std::set<fs::path> places() {
  std::set<fs::path> found;
  std::error_code none;
  found.insert(fs::current_path(none));
  found.insert(fs::temp_directory_path(none));
  if (const char* home = std::getenv("HOME")) found.insert(fs::weakly_canonical(home, none));
  found.erase("");
  found.erase("/");
  return found;
}

std::int64_t changed_ns(const fs::path& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool holds(const fs::path& path, const std::vector<std::string>& secrets) {
  auto text = read_file(path.string(), kLongestFile);
  return text && std::ranges::any_of(secrets, [&](const std::string& secret) {
           return !secret.empty() && text->find(secret) != std::string::npos;
         });
}

}  // namespace

// The clock by which the kernel stamps files: coarser than others, and never ahead of them.
FileWatch::FileWatch() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  since_ns_ = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::vector<std::string> FileWatch::holding(const std::vector<std::string>& secrets) const {
  std::set<std::string> found;
  std::size_t left = kEntries;
  for (const fs::path& place : places()) {
    std::error_code error;
    auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(place, options, error), end; !error && it != end && left > 0;
         it.increment(error), --left) {
      if (it.depth() >= kLevels - 1) it.disable_recursion_pending();
      if (changed_ns(it->path()) >= since_ns_ && holds(it->path(), secrets))
        found.insert(it->path().string());
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace diconform::client
