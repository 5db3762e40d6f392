// Known failures: what a target is known to get wrong, each with a reason, so that CI stays red for anything
// else.
//
//   { "knownFailures": [
//     { "trial": "dry-run/deletes-nothing[*,query,*]", "clause": "dry-run.changes-nothing",
//       "reason": "DryRun is ignored in a query, issue 12", "observed": "*gone*", "until": "2027-01-31" } ] }
//
// For one defect that several patterns show, "trials" is a list of them, each held to all that is said below.
// For the people who will mend it: "matters", to whom and why; "remedy", what would do; "reproduce", one
// trial that shows it.
//
// The list goes stale loudly: an entry that matches no trial of the catalogue is *unmatched*, one whose
// trials were verified and showed nothing of the kind is *stale*, two that match the same finding *overlap*,
// one whose day has passed is *expired* and excuses nothing; each makes the run red. An entry never excuses
// an error, and a finding it does not describe (another clause, another observation) stays a failure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "result/outcome.h"

namespace diconform::result {

struct KnownFailure {
  std::string trial;  // a glob over trial ids
  std::string clause;
  std::string reason;    // required, not empty
  std::string observed;  // a glob over what was observed; "*" if left out
  std::string until;     // "YYYY-MM-DD", the last day it holds; empty = for ever
  std::string matters = {}, remedy = {}, reproduce = {};
  friend bool operator==(const KnownFailure&, const KnownFailure&) = default;
};

Result<std::vector<KnownFailure>> known_failures_from_json(const Json& json, std::string_view where);
Json to_json(std::span<const KnownFailure> entries);

// Whether the entry names the trial; whether it describes that finding of it, whatever day it is.
bool names(const KnownFailure& entry, std::string_view trial);
bool describes(const KnownFailure& entry, std::string_view trial, const Finding& finding);
bool expired(const KnownFailure& entry, std::string_view today);
// How a message names an entry: trial "…", clause …
std::string title_of(const KnownFailure& entry);

// Turns fails that the list fully describes into known failures, and remembers which entries were of use. A
// warning counts as use, so that one list serves runs with and without --strict. One a run; not thread-safe.
class KnownFailures {
 public:
  // `today`: "YYYY-MM-DD".
  KnownFailures(std::vector<KnownFailure> entries, std::string today);
  void apply(Outcome& outcome);
  // What is wrong with the list itself, after every trial of the run. `planned` holds every trial of this
  // run, `catalogue` every trial there is: an entry whose trials were all deselected is not complained about.
  std::vector<std::string> complaints(std::span<const std::string> planned,
                                      std::span<const std::string> catalogue) const;
  // The same where chance decides which trials there are, as in a campaign: no entry is stale or unmatched
  // there, because what it describes may only not have been found this time.
  std::vector<std::string> complaints_of(std::span<const std::string> trials) const;

 private:
  struct Use {
    std::size_t matched = 0;    // findings it describes
    std::size_t verified = 0;   // trials it names that were verified
    std::size_t undecided = 0;  // trials it names that ended in an error or inconclusively
  };
  std::vector<std::string> overlaps() const;
  std::string complaint_of_age(const KnownFailure& entry) const;
  bool described(const Outcome& outcome, const Finding& finding, std::string& reasons);

  std::vector<KnownFailure> entries_;
  std::vector<Use> uses_;
  // Two entries, and a trial in which both describe the same finding.
  std::map<std::pair<std::size_t, std::size_t>, std::string> overlaps_;
  std::string today_;
};

}  // namespace diconform::result
