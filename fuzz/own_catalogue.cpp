// The catalogue, for the targets that need all of it.
#include "must.h"
#include "own.h"

namespace diconform::fuzz {

const scenario::Catalogue& catalogue() {
  static const scenario::Catalogue kCatalogue = must(scenario::read_catalogue(scenario::embedded_files()));
  return kCatalogue;
}

}  // namespace diconform::fuzz

// Reading it takes as long as some thousand inputs, and so is not the first input's: the engine would time
// it.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  diconform::fuzz::catalogue();
  return 0;
}
