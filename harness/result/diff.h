// The verb `report diff`: what became of a target between two runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "result/report.h"

namespace diconform::result {

// One trial whose outcome is another now. What broke goes by clause, severity, observed and where.
struct TrialChange {
  std::string trial;
  std::optional<Verdict> before, after;  // nothing where the trial was not planned
  std::string reason;                    // of the later outcome
  std::vector<Finding> gone, come;       // findings of only the earlier, only the later
  friend bool operator==(const TrialChange&, const TrialChange&) = default;
};

struct ChoiceChange {
  std::string choice, before, after;
  friend bool operator==(const ChoiceChange&, const ChoiceChange&) = default;
};

// Every changed trial stands in one list, in the order of the later plan.
struct ReportDiff {
  std::vector<TrialChange> newly_failing;  // fail now, and was no fail; or is new and fails
  std::vector<TrialChange> fixed;          // pass now, was fail or known failure
  std::vector<TrialChange>
      changed;  // was and is fail or known failure, with other findings or the other verdict
  std::vector<TrialChange> other;           // any other change of verdict
  std::vector<TrialChange> added, removed;  // planned in one run only, and not newly failing
  std::vector<ChoiceChange> choices;        // answered in both runs, differently
  friend bool operator==(const ReportDiff&, const ReportDiff&) = default;
};

ReportDiff diff(const Report& before, const Report& after);
// Whether there is anything somebody should look at before taking the later one for as good: newly failing
// trials, or trials that still fail, and otherwise than before. The verb exits 1 then.
bool regressed(const ReportDiff& diff);
// For a person: a line a trial, and what came and went.
std::string to_text(const ReportDiff& diff);

}  // namespace diconform::result
