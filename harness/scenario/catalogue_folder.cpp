#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "scenario/catalogue.h"

namespace diconform::scenario {

Result<Folder> read_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  Folder read;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") read.paths.push_back(fs::relative(it->path(), folder).string());
  }
  if (error) return failure(folder, error.message(), "--cases takes the folder of a catalogue");
  std::ranges::sort(read.paths);
  for (const std::string& path : read.paths) {
    TRY(read.texts.emplace_back(), read_file((fs::path(folder) / path).string()));
  }
  return read;
}

std::vector<SourceFile> Folder::files() const {
  std::vector<SourceFile> files;
  for (std::size_t i = 0; i < paths.size(); ++i) files.push_back({paths[i], texts[i]});
  return files;
}

Result<Catalogue> read_catalogue_folder(const std::string& folder) {
  TRY(Folder read, read_folder(folder));
  return read_catalogue(read.files());
}

}  // namespace diconform::scenario
