// From a suspicion to a finding: proved, small, replayed, and told once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "probe/campaign/campaign.h"
#include "probe/campaign/patience.h"
#include "probe/shrink/touchstone.h"

namespace diconform::probe {

// What a finding says, whatever case it was seen in.
std::string kind_of(std::string_view clause, std::string_view expected, std::string_view observed);
std::string kind_of(const result::Finding& finding);

// What all threads know of what was found. Thread-safe.
class Findings {
 public:
  // Whether a suspicion of that kind is worth a look: not seen before, and not too many of its clause.
  bool claims(const std::string& clause, const std::string& kind);
  // No ordinary case shows it: a few more may be looked at.
  void give_back(const std::string& kind);
  // Whether a finding of that kind was told.
  bool knows(const std::string& kind);
  bool knows_clause(const std::string& clause);
  bool knows_some();
  void learn(const result::Finding& finding);
  // The name of a new finding; nothing where its shape is known.
  std::optional<std::string> admit(const std::string& clause, const std::string& shape);

 private:
  static constexpr std::size_t kMostOfAClause = 6;
  static constexpr std::size_t kMostTries = 4;

  std::mutex mutex_;
  std::map<std::string, std::size_t> of_clause_, tries_;
  std::set<std::string> shapes_, kinds_, clauses_;
};

// What was proved, given a name and a place among the findings; nothing where its shape is known. It was not
// replayed.
std::optional<CampaignFinding> told(Proof proof, Findings& findings);

// One thread's way of looking into things.
class Investigator {
 public:
  // What is pointed to must outlive it. `patience`: of the prover.
  Investigator(Prover& prover, Patience& patience, Findings& findings, Touchstone& touchstone)
      : prover_(prover), patience_(patience), findings_(findings), touchstone_(touchstone) {}

  struct Inquiry {
    std::optional<CampaignFinding> finding;
    bool proved = false;
    std::size_t calls = 0;
    std::optional<Error> error;
  };
  // When shrinking must end, on the clock.
  struct Limit {
    const Clock& clock;
    std::int64_t until_us;
    bool is_over() const { return clock.now_us() > until_us; }
  };
  // `seen`: what was sent when it showed.
  Inquiry look_into(const Script& script, const Sent& seen, const reference::Pins& pins, const Limit& limit);
  // A contradiction: `witness` answered a question otherwise. Where something smaller is wrong by itself,
  // that is what is told, if it is not known yet.
  Inquiry look_into_contradiction(Script witness, Script script, const reference::Pins& pins,
                                  const Limit& limit);
  // A case of the catalogue that failed. Where the model knows by itself what is lawful, it is made small
  // like any other script; otherwise as far as it stays a case that a right endpoint passes.
  Inquiry look_into(const scenario::Trial& trial, const Sent& seen, const reference::Pins& pins,
                    const Limit& limit);

 private:
  // One way of trying a script.
  using Attempt = std::function<Trying(const Script&)>;
  // A script on its way down. `smaller` tries one that was changed: it must be right as well.
  struct Descent {
    Script large;
    Proof first;
    const Attempt &once, &smaller;
    const Limit& limit;
    std::size_t tries = 1;    // before it counts as one that does not fail
    std::size_t repeats = 0;  // that must fail, too
  };

  Inquiry look_into_as_written(const scenario::Trial& trial, const Limit& limit);
  std::optional<Proof> prove(const Script& script, const Attempt& attempt, std::size_t tries,
                             Inquiry& inquiry);
  bool proves_always(const Script& script, const Attempt& attempt, std::size_t times, Inquiry& inquiry);
  std::size_t tries_for(const Script& script, const Attempt& attempt, Inquiry& inquiry);
  Trying if_right(Trying trying);
  void make_small(Descent descent, Inquiry& inquiry);
  Script shrunk(const Descent& descent, Inquiry& inquiry);
  void conclude(Inquiry& inquiry, Proof proof, const std::function<Trying()>& once);
  void replay(CampaignFinding& finding, const std::function<Trying()>& once, Inquiry& inquiry);

  Prover& prover_;
  Patience& patience_;
  Findings& findings_;
  Touchstone& touchstone_;
};

}  // namespace diconform::probe
