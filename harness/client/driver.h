// One driver process: a small program around one SDK, spoken to in JSON Lines (PROTOCOLS.md, section 2).
//
// A driver that breaks the protocol, dies or hangs is killed with its group; the next call starts another.
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/process.h"

namespace diconform::client {

// What the driver says of itself.
struct Hello {
  std::string sdk, version, language;
  std::set<std::string> features;
};

// What came of one call.
struct Answer {
  enum class Kind {
    kOk,
    kApi,          // the SDK's error, with a code of the service
    kClient,       // the SDK's error, without one
    kRaw,          // any other exception
    kUnsupported,  // this SDK cannot do that
    kDied,         // the process ended instead of answering
    kHung,         // no answer by the deadline: killed
    kBroken,       // it said what is no answer: a defect of the driver
  };
  Kind kind = Kind::kBroken;
  Json result;                                  // of kOk
  std::string type, code, message, request_id;  // of an error
  std::string text;                             // of kDied, how; of kBroken, what was wrong
  std::string log;                              // standard error meanwhile
  std::int64_t elapsed_us = 0;
};
// "ok", "the SDK's error FailedOperation", "signal 11 (Segmentation fault)": for people.
std::string to_text(const Answer& answer);

struct DriverTimes {
  std::int64_t hello_us = 20'000'000;
  std::int64_t grace_us = 5'000'000;  // beyond the call's own time-out
};

class Driver {
 public:
  explicit Driver(std::vector<std::string> command, DriverTimes times = {})
      : command_(std::move(command)), times_(times) {}

  // Starts the process where none is alive. Errors: it cannot be started, or its hello is none; the last
  // lines of its log are quoted.
  Result<void> ready();
  bool alive() const { return process_ && !process_->exit(); }
  const Hello& hello() const { return hello_; }     // once ready
  std::uint64_t starts() const { return starts_; }  // how often the process was started
  // One call of DeleteImages; `timeout_us` is what the SDK was told. Needs ready().
  Answer call(const Json& params, const Json& config, std::int64_t timeout_us);
  // Between calls: whether it ended (kDied) or said what nobody asked for (kBroken) since its last answer.
  std::optional<Answer> unasked();
  // Ends the process in good order, or else by force.
  void stop();

 private:
  Result<Json> ask(const Json& message, std::int64_t deadline_us, Answer& answer);

  std::vector<std::string> command_;
  DriverTimes times_;
  std::optional<Process> process_;
  std::int64_t next_id_ = 0;
  std::uint64_t starts_ = 0;
  Hello hello_;
};

}  // namespace diconform::client
