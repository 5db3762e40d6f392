// Makes scenarios: worlds, and the calls on them, typed, mistyped and malformed.
//
// Every call has at most one oddity beside what is wrong with its images, since which of several errors is
// told is for the endpoint to say. What the model reads carries no expectation (the oracle has it); what it
// does not see (signatures, broken bodies) says itself what answers it lawfully, by cases/choices.json and
// the cases of the catalogue.
#pragma once

#include <cstdint>

#include "api/edition.h"
#include "base/chance.h"
#include "probe/campaign/guide.h"
#include "probe/campaign/script.h"
#include "target/world_provider.h"

namespace diconform::probe {

// What the endpoint can be asked for.
struct Abilities {
  const api::Edition* edition = nullptr;
  target::Capabilities world;
  std::size_t most_calls = 8;  // of one account in a scenario: fewer where its rate cannot be lifted
};

class Generator {
 public:
  // What is pointed to must outlive the generator. Each thread has its own; they share the guide.
  Generator(const Abilities& abilities, Guide& guide, std::uint64_t seed);
  Script next();
  // The script with something added or changed.
  Script changed(Script script);

 private:
  friend class Drafting;
  const Abilities& abilities_;
  Guide& guide_;
  Chance chance_;
  Swarm swarm_;
  std::size_t until_new_swarm_ = 0;
};

}  // namespace diconform::probe
