// Whether bytes are an image ID, held against a table for each language of each edition: what is in an
// edition's own language must be accepted, what is in none of the candidates must not be. Ours has to agree
// on every language, with RE2 and with the automata.
#include <algorithm>

#include "adapter.h"
#include "check.h"
#include "input.h"
#include "tables.h"
#if DICONFORM_OWN
#include "own.h"
#endif

using namespace diconform::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view id = text_of(data, size);
  bool accepted = diconform_is_image_id(id.data(), id.size()) != 0;
  bool must = false, may = false;
  for (const IdLanguageTable& language : kIdLanguages) {
    bool matches = language.table.matches(id);
    must = must || (matches && language.lawful);
    may = may || matches;
  }
  FUZZ_CHECK(accepted || !must, "is an image ID, and was not taken for one: " + shown(id));
  FUZZ_CHECK(!accepted || may, "is no image ID in any edition, and was taken for one: " + shown(id));
#if DICONFORM_OWN
  check_id_languages(id);
#endif
  return 0;
}
