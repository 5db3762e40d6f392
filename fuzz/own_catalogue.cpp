// The catalogue, for the targets that need all of it.
#include "must.h"
#include "own.h"

namespace diconform::fuzz {

const scenario::Catalogue& catalogue() {
  static const scenario::Catalogue kCatalogue = must(scenario::read_catalogue(scenario::embedded_files()));
  return kCatalogue;
}

}  // namespace diconform::fuzz
