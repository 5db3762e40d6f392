// A campaign: scenarios made, performed and held against the oracle, until the time is up; what is found is
// proved, made small, and replayed.
//
// Several threads, each with a connection and an account of its own, go round: make a script, send it, read
// the world once, ask the oracle. A mismatch is a suspicion. It is then localised by replay with a look after
// each step, proved as an ordinary case (prove.h), shrunk in fresh worlds (shrink.h) and replayed five times.
// Each clause and shape is told once. Answers to the manual's open questions are learned as they are seen,
// and held against the endpoint from then on.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "probe/campaign/guide.h"
#include "probe/campaign/prove.h"
#include "probe/campaign/script.h"
#include "reference/chooser.h"

namespace diconform::probe {

struct CampaignFinding {
  std::string name;  // of the case: a slug, unique in the campaign
  std::string clause;
  Proof proof;
  std::size_t failed = 0, replayed = 0;  // of the replays
  double found_after_seconds = 0;        // when it was proved and small
  // "always" or "sometimes 3/5".
  std::string label() const;
  std::string suite() const;  // the case file
};

struct CampaignProgress {
  double seconds = 0;
  std::size_t requests = 0, hook_calls = 0, scenarios = 0, findings = 0;
  std::size_t unproved = 0;  // suspicions that no ordinary case shows
  Guide::Coverage coverage;
};

// Hears what happens; calls never overlap, and may come from any thread.
class CampaignListener {
 public:
  virtual ~CampaignListener() = default;
  virtual void found(const CampaignFinding& finding) = 0;
  virtual void progressed(const CampaignProgress& progress) = 0;
  // A scenario that showed decisions of the model nobody had seen together.
  virtual void kept(const Script& script) = 0;
};

// What an earlier campaign left (probe/campaign/journal.h).
struct Earlier {
  bool ended = true;  // there is nothing to go on with
  double seconds = 0;
  std::size_t requests = 0, scenarios = 0;
  std::vector<Script> corpus;
  std::vector<std::vector<Script>> findings;  // the scripts of each, with their expectations: to be replayed
};

struct CampaignOptions {
  std::int64_t time_us = 60'000'000;  // 0 = no limit
  std::size_t requests = 0;           // 0 = no limit
  std::size_t jobs = 1;
  bool rates = true;  // the rate limit is tried, too
  std::uint64_t seed = 0;
  reference::Pins pins = {};                // answers that a target file fixes
  std::vector<scenario::Trial> seeds = {};  // cases of the catalogue, performed among the others
  Earlier earlier = {};                     // its time and requests count
  const std::atomic<bool>* interrupted = nullptr;
};

struct CampaignResult {
  std::vector<CampaignFinding> findings;
  CampaignProgress progress;
  reference::Pins learned;
  std::vector<std::string> decisions;  // of the model, that were seen
  std::optional<Error> error;          // the endpoint or its hook could not be used any more
};

// `setup` must have a provider that makes worlds.
CampaignResult run_campaign(const target::EndpointSetup& setup, const reference::Manual& manual,
                            const judge::Rules& rules, const CampaignOptions& options,
                            CampaignListener& listener);

}  // namespace diconform::probe
