// The second instance: a suspicion becomes a finding only if an ordinary case shows it.
//
// The script is written as a case file, read back, performed with a look at the world after each step, and
// judged as `diconform run FILE` would. It is proved if both the judge and the oracle find it wrong, so that
// neither a weak spot of the one nor of the other raises a false alarm, and so that the file that is saved
// fails where it is run again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "judge/judge.h"
#include "probe/campaign/oracle.h"
#include "probe/campaign/script.h"
#include "target/endpoint_target.h"

namespace diconform::probe {

// What was sent of a script: its steps bound, and the names of its images (id -> "$role").
struct Sent {
  explicit Sent(const result::Observation& seen) : names(seen.names) {
    for (const result::StepObservation& step : seen.steps) steps.push_back(step.step);
  }
  Sent() = default;
  std::vector<scenario::Step> steps;
  std::vector<std::pair<std::string, std::string>> names;
};

struct Proof {
  std::vector<scenario::WrittenCase> cases;  // with their expectations; their names are not yet final
  result::Outcome outcome;                   // of the last of them
  result::Finding finding;                   // the first that fails
  Sent sent = {};                            // of the last
};

// What was tried of a script.
struct Trying {
  std::optional<Proof> proof;
  std::size_t calls = 0;            // that were sent
  std::optional<Error> error = {};  // the endpoint or its hook could not be used
};

// Not thread-safe; each thread has its own.
class Prover {
 public:
  // What is pointed to must outlive the prover. `name`: of its trials, so that accounts never meet.
  Prover(const target::EndpointSetup& setup, const Oracle& oracle, const judge::Rules& rules,
         std::string name);

  // Performs the script once.
  Trying prove(const Script& script, const reference::Pins& pins);
  // Performs one script after the other: together they must show that the endpoint contradicts itself.
  Trying prove_contradiction(const Script& one, const Script& other, const reference::Pins& pins);
  // A case of the catalogue, as it is: what the judge has against it.
  Trying perform(const scenario::Trial& trial);
  // The same of a case that is written, and read back, first.
  Trying perform(const scenario::WrittenCase& written);

 private:
  Result<scenario::Trial> written_and_read(const scenario::WrittenCase& written);

  const target::EndpointSetup& setup_;
  const Oracle& oracle_;
  judge::Rules rules_;
  std::string name_;
  target::EndpointTarget target_;
  std::size_t number_ = 0;
};

}  // namespace diconform::probe
