// The default edition, for the targets that need no more of the catalogue.
#include "must.h"
#include "own.h"

namespace diconform::fuzz {

const api::Edition& edition() {
  static const api::Edition kEdition = [] {
    for (const scenario::SourceFile& file : scenario::embedded_files()) {
      if (file.path == "editions/2023-03-27.json")
        return must(api::edition_from_json(must(parse_json(file.text)), JsonPlace(file.path)));
    }
    stop(__FILE__, __LINE__, "edition", "the catalogue lacks the default edition");
  }();
  return kEdition;
}

}  // namespace diconform::fuzz
