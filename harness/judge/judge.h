// The judge: an observation held against what the case expects. Pure, total, and blind to targets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/edition.h"
#include "result/observation.h"
#include "result/outcome.h"
#include "scenario/catalogue.h"

namespace diconform::judge {

struct Rules {
  const scenario::Clauses& clauses;
  const api::Edition& edition;
  bool strict = false;  // clauses that do not gate fail too
  result::Severity severity(std::string_view clause) const;
};

struct Judgement {
  std::vector<result::Finding> findings;
  std::vector<result::ChoiceAnswer> choices;
  std::vector<result::PrecedenceAnswer> precedence;
  std::vector<std::string> request_ids;
  std::string inconclusive;  // why nothing can be said; empty = something can
  Json characteristics;      // of a rate step: what was measured
};

// Any number of steps, replies of any bytes. Findings come in the order of the steps.
Judgement judge(const scenario::Trial& trial, const result::Observation& observation, const Rules& rules);

}  // namespace diconform::judge
