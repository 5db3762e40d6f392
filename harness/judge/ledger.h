// What only many trials show: RequestIds that repeat, and choices that contradict each other.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "judge/judge.h"
#include "result/run.h"

namespace diconform::judge {

// Folds the outcomes of one run. Not thread-safe: fold under the lock that orders the listeners.
class Ledger {
 public:
  // `pinned`: answers that a target file fixes; another answer fails.
  explicit Ledger(std::map<std::string, std::string> pinned) : pinned_(std::move(pinned)) {}

  // Adds the findings that this outcome brings to light to it.
  void fold(result::Outcome& outcome, const Rules& rules);
  std::map<std::string, result::ChoiceRecord> choices() const;

 private:
  void fold_request_ids(result::Outcome& outcome, const Rules& rules);
  void fold_choices(result::Outcome& outcome, const Rules& rules);

  std::map<std::string, std::string> pinned_;
  std::unordered_set<std::string> request_ids_;
  std::map<std::string, result::ChoiceRecord> answers_;
  std::map<std::pair<std::string, std::string>, std::set<bool>> named_first_;  // (named, other) -> by place
  std::vector<std::string> precedence_trials_;
};

}  // namespace diconform::judge
