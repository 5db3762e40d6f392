// What the image-ID probe found, as the outcomes and characteristics of a report.
#pragma once

#include <string>
#include <vector>

#include "automata/drawing.h"
#include "base/json.h"
#include "probe/id_probe.h"
#include "result/outcome.h"

namespace diconform::probe {

// "after 12 characters, a newline: the manual refuses, the endpoint accepts"
std::vector<std::string> in_words(const automata::Dfa& found, const automata::Dfa& expected);

// The three trials of the probe: the language, the carriers, and whether the endpoint keeps to what it said.
std::vector<std::string> id_trials(const std::string& edition, Level level);
// Their outcomes, in that order. A difference from the manual, between carriers, or from an earlier answer is
// a failure of the clause that says so; what the guard kept back leaves the language inconclusive, for it was
// not asked whole.
std::vector<result::Outcome> id_outcomes(const IdFindings& found, const std::string& edition, Level level);
// "idLanguage" of the report's characteristics: the members of the contract, and beside them how many ids,
// the differences in words, and, where there are any, "automaton": what to draw.
Json id_characteristics(const IdFindings& found, Level level);

automata::Drawing id_drawing(const IdFindings& found);

}  // namespace diconform::probe
