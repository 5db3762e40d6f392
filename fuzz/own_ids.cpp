// The half of the adapter about image IDs. It knows the languages from the table alone (a test holds that
// against the editions), so that its target carries no decoder, no JSON and no catalogue along.
#include <algorithm>
#include <vector>

#include "api/image_id.h"
#include "automata/expression.h"
#include "must.h"
#include "own.h"
#include "tables.h"

namespace diconform::fuzz {
namespace {

const api::IdMatcher& lawful_ids() {
  static const api::IdMatcher kMatcher = [] {
    auto language = std::ranges::find(kIdLanguages, true, &IdLanguageTable::lawful);
    return must(api::IdMatcher::compile({"lawful", std::string(language->pattern)}));
  }();
  return kMatcher;
}

}  // namespace

void check_id_language(std::size_t language, std::string_view bytes, bool matches) {
  struct Witnesses {
    api::IdMatcher re2;
    automata::Dfa automaton;
  };
  static const std::vector<Witnesses> kWitnesses = [] {
    std::vector<Witnesses> witnesses;
    for (const IdLanguageTable& each : kIdLanguages)
      witnesses.push_back({must(api::IdMatcher::compile({"", std::string(each.pattern)})),
                           must(automata::compile(each.pattern))});
    return witnesses;
  }();
  const auto& [re2, automaton] = kWitnesses[language];
  auto differs = [&](const char* who) {
    return std::string(who) + " and the table of " + std::string(kIdLanguages[language].pattern) +
           " differ over " + shown(bytes);
  };
  FUZZ_CHECK(re2.matches(bytes) == matches, differs("RE2"));
  FUZZ_CHECK(automaton.accepts_bytes(bytes) == matches, differs("the automaton"));
}

}  // namespace diconform::fuzz

int diconform_is_image_id(const char* bytes, size_t size) {
  return diconform::fuzz::lawful_ids().matches({bytes, size});
}
