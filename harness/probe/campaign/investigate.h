// From a suspicion to a finding: proved, small, replayed, and told once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "probe/campaign/campaign.h"

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

// One thread's way of looking into things.
class Investigator {
 public:
  Investigator(Prover& prover, Findings& findings) : prover_(prover), findings_(findings) {}

  struct Inquiry {
    std::optional<CampaignFinding> finding;
    bool proved = false;
    std::size_t calls = 0;
    std::optional<Error> error;
  };
  // `seen`: what was sent when it showed; `until_us`: when shrinking must end, on `clock`.
  Inquiry look_into(const Script& script, const Sent& seen, const reference::Pins& pins, const Clock& clock,
                    std::int64_t until_us);
  // A contradiction: `witness` answered a question otherwise.
  Inquiry look_into_contradiction(Script witness, Script script, const reference::Pins& pins,
                                  const Clock& clock, std::int64_t until_us);
  // A case of the catalogue that failed. Where the model knows by itself what is lawful it is made small like
  // any other script.
  Inquiry look_into(const scenario::Trial& trial, const Sent& seen, const reference::Pins& pins,
                    const Clock& clock, std::int64_t until_us);
  // What was proved, given a name and a place among the findings; nothing where its shape is known. It was
  // not replayed.
  std::optional<CampaignFinding> told(Proof proof);

 private:
  std::optional<Proof> prove(const Script& script, const reference::Pins& pins, std::size_t tries,
                             Inquiry& inquiry);
  bool proves_always(const Script& script, const reference::Pins& pins, std::size_t times, Inquiry& inquiry);
  void replay(CampaignFinding& finding, const std::function<Trying()>& once, Inquiry& inquiry);
  void conclude(Inquiry& inquiry, Proof proof, const std::function<Trying()>& once);

  Prover& prover_;
  Findings& findings_;
};

}  // namespace diconform::probe
