// The catalogue tested by faults: which trial notices which fault of the reference endpoint, on the clause it
// breaks.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "api/edition.h"
#include "reference/faults.h"
#include "scenario/catalogue.h"

namespace diconform::run {

// What one fault met.
struct FaultRow {
  const reference::Fault* fault = nullptr;
  std::set<std::string> caught_by;  // cases with a finding on the fault's clause
  std::set<std::string> elsewhere;  // clauses of the other findings
  std::size_t trials = 0;           // performed
};

struct FaultMatrix {
  std::vector<FaultRow> rows;
  std::vector<std::string> false_alarms;  // trials with a finding on the faultless endpoint
  std::set<std::string> idle_cases;       // cases that catch no fault
  std::size_t trials = 0;
  double seconds = 0;
};

// Every trial against every fault. `jobs` faults side by side; `told` hears each row as it is done (under a
// lock).
FaultMatrix measure_faults(const std::vector<scenario::Trial>& trials,
                           const std::vector<const reference::Fault*>& faults,
                           const scenario::Catalogue& catalogue, const api::Edition& edition,
                           std::size_t jobs, const std::function<void(const FaultRow&)>& told);

// Names of the faults that one of the trials catches on its clause.
std::vector<std::string> faults_caught_by(const std::vector<scenario::Trial>& trials,
                                          const scenario::Catalogue& catalogue, const api::Edition& edition);

}  // namespace diconform::run
