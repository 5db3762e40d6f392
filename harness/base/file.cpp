#include "base/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace diconform {

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return failure(path, "is a folder, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure(path, std::strerror(errno), "check the path");
  std::string bytes;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > limit) return failure(path, "is larger than " + std::to_string(limit) + " bytes");
  }
  return bytes;
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  std::string beside = path + ".tmp" + std::to_string(::getpid());
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) return failure(beside, std::strerror(errno), "is the folder there, writable and not full?");
  }
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  if (error) return failure(path, error.message());
  return {};
}

}  // namespace diconform
