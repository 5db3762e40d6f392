#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "scenario/catalogue.h"

namespace diconform::scenario {

Result<Catalogue> read_catalogue_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") paths.push_back(fs::relative(it->path(), folder).string());
  }
  if (error) return failure(folder, error.message(), "--cases takes the folder of a catalogue");
  std::ranges::sort(paths);
  std::vector<std::string> texts(paths.size());
  std::vector<SourceFile> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    TRY(texts[i], read_file(folder + "/" + paths[i]));
    files.push_back({paths[i], texts[i]});
  }
  return read_catalogue(files);
}

}  // namespace diconform::scenario
