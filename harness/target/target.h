// What is tested: something that can be put through a trial.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "result/observation.h"
#include "scenario/catalogue.h"

namespace diconform::target {

// Why a trial was not performed.
struct NotPerformed {
  enum class Kind {
    kError,       // we, the hook or the driver could not work
    kUntestable,  // the world cannot be made or observed here
    kSkipped,     // the target lacks a feature the trial is about
    kForbidden,   // the guard said no
  };
  Kind kind = Kind::kError;
  std::string reason;
};

// One target, as one thread of the runner uses it: never called from two threads at once.
class Target {
 public:
  virtual ~Target() = default;
  virtual std::expected<result::Observation, NotPerformed> perform(const scenario::Trial& trial) = 0;
};
// Makes a target for a thread; called from the thread that starts the run.
using TargetFactory = std::function<std::unique_ptr<Target>()>;

}  // namespace diconform::target
