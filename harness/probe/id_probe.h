// The experiment "image-ID language": which texts does the endpoint take for image IDs?
//
// Every candidate language of the edition is told apart first. Then a suite that is complete for its fault
// domain (probe/id_suite.h) is asked; if it passes, the endpoint has that language as far as the level can
// tell. If not, the endpoint's language is learned, the suite serving as equivalence oracle.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/edition.h"
#include "automata/expression.h"
#include "automata/learner.h"
#include "probe/id_oracle.h"
#include "probe/id_suite.h"

namespace diconform::probe {

struct IdProbeOptions {
  Level level = Level::kStandard;
  std::size_t extra_states = 0;
  std::uint64_t seed = 0;
  // After a difference: where what was learned has a state or two of its own, ask whether there are more,
  // 60,000 questions; at the exhaustive level hold it against single characters, another 20,000. False: for
  // an endpoint that must not be hurried.
  bool thorough = true;
  // Words to ask about; a validator that needs more is none: what was learned till then is told as uncertain.
  std::size_t most_learned = 400'000;
};

// An id that is taken differently depending on how it travels.
struct CarrierDifference {
  std::string id;
  std::vector<std::pair<Carrier, std::string>> said;
};

struct IdFindings {
  std::string candidate;         // the language of the edition that comes nearest, by name
  std::string declared;          // its pattern
  bool nine_characters = false;  // another than the edition's first candidate
  bool equal = false;            // the endpoint has exactly that language, as far as the level tells
  // Where it has not:
  std::string witness;  // a smallest id that the two judge differently, UTF-8; any, where not certain
  bool declared_accepts = false;
  std::vector<std::string> differences;  // transition by transition, in words
  automata::Dfa language, learned;       // as declared, as observed
  std::string observed;                  // `learned` as a regular expression; empty: nothing was learned
  bool differs = false;                  // there is a witness: the endpoint did not contradict itself
  bool certain = true;                   // the learned language passed its own suite
  // In any case:
  std::vector<CarrierDifference> carriers;
  std::vector<std::pair<Carrier, std::string>>
      unused_carriers;  // that do not even carry a plain id, and what was said
  std::vector<automata::Contradiction> contradictions;
  std::vector<Unclear> unclear;
  std::size_t forbidden = 0;
  std::size_t queries = 0, ids = 0;  // calls made; ids asked about, some of them many at once
  std::size_t until_difference = 0;  // calls made before the first difference was seen, if one was
};

// How many calls it will take if nothing is wrong: at least, where ids can be batched; at most, where not.
struct IdEstimate {
  std::size_t least = 0, most = 0;
};
Result<IdEstimate> estimate_ids(const api::Edition& edition, const IdProbeOptions& options);

// Answers that a journal remembers are not asked for again.
Result<IdFindings> probe_ids(const api::Edition& edition, const IdProbeOptions& options, IdSource& oracle,
                             const IdJournal* journal);

}  // namespace diconform::probe
