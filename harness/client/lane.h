// One driver and the trials it goes through, one after another: the unit of which a run has several side by
// side.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/case.h"
#include "client/driver.h"
#include "client/place.h"
#include "client/seen.h"
#include "judge/judge.h"
#include "result/outcome.h"

namespace diconform::client {

struct LaneSetup {
  const Place* place = nullptr;
  std::vector<std::string> driver;  // the command
  std::string secret_key;           // of this run; every trial's begins with it, so that it can be redacted
  std::uint64_t seed = 0;
  DriverTimes times = {};
};

// Belongs to one thread. Its driver is started when first needed, and again after it died.
class Lane {
 public:
  // The setup must outlive it.
  Lane(const LaneSetup& setup, std::size_t number);
  ~Lane() { driver_.stop(); }

  // Starts the driver, where it is not alive. Errors: Driver::ready.
  Result<Hello> hello();
  // One trial, judged. What a busy machine can bring about by chance (an answer that comes too late, the same
  // number drawn twice) is looked at once more, with a driver that has no past; the second look counts.
  result::Outcome perform(const Trial& trial, const judge::Rules& rules);

 private:
  result::Outcome attempt(const Trial& trial, const judge::Rules& rules);
  Result<Seen> play(const Trial& trial);
  void tidy_up(Config config, const Form& form);
  void make_calls(const Trial& trial, class Stage& stage, Seen& seen);
  Config config_for(const Trial& trial) const;

  const LaneSetup& setup_;
  std::size_t number_;
  Driver driver_;
  std::uint64_t trials_ = 0, warmed_ = 0;  // warmed_: the start of the driver that has made a call
};

// Why the trial cannot be held against an SDK with these features in this place, if so.
std::optional<std::string> lacks(const Trial& trial, const std::set<std::string>& features, bool isolated);

}  // namespace diconform::client
