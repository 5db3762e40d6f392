// Whether bytes are an image ID, held against a table for each language of each edition: what is in an
// edition's own language must be accepted, what is in none of the candidates must not be. Ours has to agree
// on every language, with RE2 and with the automata.
#include <iterator>

#include "adapter.h"
#include "check.h"
#include "input.h"
#include "tables.h"
#if DICONFORM_OWN
#include "own.h"
#endif

using namespace diconform::fuzz;

namespace {

// The states of the tables that an input reaches, as coverage: libFuzzer reads counters of this section, and
// sees nothing else of a validator that is a regular expression in a library.
[[gnu::section("__libfuzzer_extra_counters")]] std::uint8_t reached[std::size(kIdLanguages)][64];

bool matches(std::size_t language, std::string_view bytes) {
  const IdTable& table = kIdLanguages[language].table;
  std::uint8_t state = 0;
  for (char byte : bytes) {
    state = table.next[state][static_cast<unsigned char>(byte)];
    reached[language][state % 64] = 1;
  }
  return table.accepts[state];
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view id = text_of(data, size);
  bool accepted = diconform_is_image_id(id.data(), id.size()) != 0;
  bool must = false, may = false;
  for (std::size_t language = 0; language < std::size(kIdLanguages); ++language) {
    bool is_in = matches(language, id);
    must = must || (is_in && kIdLanguages[language].lawful);
    may = may || is_in;
#if DICONFORM_OWN
    check_id_language(language, id, is_in);
#endif
  }
  FUZZ_CHECK(accepted || !must, "is an image ID, and was not taken for one: " + shown(id));
  FUZZ_CHECK(!accepted || may, "is no image ID in any edition, and was taken for one: " + shown(id));
  return 0;
}
