// Files that an SDK writes while nobody asked it to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace diconform::client {

// From its making on. Looks where programs leave files: the working directory, the home, the folder for
// temporary files, a few levels deep.
class FileWatch {
 public:
  FileWatch();
  // Regular files, changed since, that hold one of the texts. Empty texts are ignored.
  std::vector<std::string> holding(const std::vector<std::string>& secrets) const;

 private:
  std::int64_t since_ns_;
};

}  // namespace diconform::client
