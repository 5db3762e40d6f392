// Which ids to ask about, in which order: the levels of `probe ids`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "automata/suite.h"
#include "probe/id_alphabet.h"

namespace diconform::probe {

enum class Level { kQuick, kStandard, kExhaustive };
std::string_view name_of(Level level);  // "quick", "standard", "exhaustive"
std::optional<Level> level_named(std::string_view name);

struct IdSuite {
  // Ids that the language has: cheap where they may be asked about many at a time. The first `needed` of them
  // are the suite's; the others are more of the same, drawn at random, for validators that remember what came
  // before.
  std::vector<automata::Question> accepted;
  std::size_t needed = 0;
  // Ids that it has not, each a question of its own; those first that likely faults let through.
  std::vector<automata::Question> refused;
};

// quick: the careful list. standard: that, and a Wp suite over the fault classes, members drawn at random.
// exhaustive: a Wp suite over single characters, and as many more questions about extra states as make the
// figure of 24,000. `extra_states` above 0 adds a Wp suite over the fault classes that is complete for so
// many more.
IdSuite id_suite(const automata::Dfa& language, Level level, std::size_t extra_states, std::uint64_t seed);

}  // namespace diconform::probe
