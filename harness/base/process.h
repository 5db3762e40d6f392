// A child process that speaks over its standard pipes: commands that make worlds, drivers of SDKs.
//
// The child leads a process group of its own, with default signals and no descriptors but the three. Whatever
// of the group is alive when its Process ends is killed: nothing that we started outlives us. Its pipes never
// block us; every wait has a deadline, and what is kept of its output is bounded. A Process belongs to one
// thread at a time; any number may be started from any threads.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace diconform {

// How a process ended: by its own exit code, or by a signal.
struct ProcessExit {
  int code = 0;
  int signal = 0;            // 0 = it exited
  std::string text() const;  // "exit code 4", "signal 9 (Killed)"
  friend bool operator==(const ProcessExit&, const ProcessExit&) = default;
};

struct ProcessLimits {
  std::size_t output = 64u << 20;  // bytes of standard output that nobody has taken yet
  std::size_t errors = 1u << 20;   // of standard error, the newest bytes are kept
};

class Process {
 public:
  enum class Wait {
    kDone,
    kEnded,     // it closed the pipe, or died; exit() says how if it died
    kTimeout,   // it is still alive
    kTooLarge,  // more output than the limits allow
  };

  // The program is looked for in PATH. Errors: it cannot be started, and why.
  static Result<Process> start(const std::vector<std::string>& arguments, const ProcessLimits& limits = {});
  static std::vector<std::string> shell(std::string command);  // the arguments of /bin/sh -c

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  // Deadlines count from the call, in microseconds. While one pipe waits, the others are served, so that a
  // child that answers before it has read everything locks nobody up.
  Wait write(std::string_view bytes, std::int64_t deadline_us);
  void end_input();
  // The next line of standard output, without its line feed; at the end, also a last line without one.
  Wait read_line(std::string& line, std::int64_t deadline_us);
  // Until the child itself has ended, though others of its group may live and hold the pipes: kEnded or not
  // yet.
  Wait wait(std::int64_t deadline_us);
  // Kills the whole group at once and waits for the child.
  void kill();

  std::string take_output();  // the output nobody has taken as lines
  std::string take_errors();  // what came on standard error since it was last taken
  const std::optional<ProcessExit>& exit() const { return exit_; }  // known once the child is dead
  pid_t id() const { return id_; }                                  // of the process and of its group

 private:
  struct Pipe {
    int descriptor = -1;
    ~Pipe() { close(); }
    Pipe() = default;
    Pipe(Pipe&& other) noexcept : descriptor(std::exchange(other.descriptor, -1)) {}
    Pipe& operator=(Pipe&& other) noexcept {
      std::swap(descriptor, other.descriptor);
      return *this;
    }
    void close();
  };

  Process() = default;
  bool has_ended();
  void bury();  // a dead child: its group is killed, what they had said is read
  // Waits for the pipes and moves what can be moved; `bytes` shrinks by what was written. False: nothing
  // happened.
  bool serve(std::string_view& bytes, std::int64_t until_us);
  void write_some(std::string_view& bytes);
  void read_some(Pipe& pipe, std::string& into);
  void reap();

  pid_t id_ = -1;
  Pipe input_, output_, errors_;
  std::string output_text_, errors_text_;
  std::size_t scanned_ = 0;  // of the output: no line feed before it
  ProcessLimits limits_;
  std::optional<ProcessExit> exit_;
};

// A program from start to end.
struct Finished {
  std::optional<ProcessExit> exit;  // nothing = killed, for one of the two reasons below
  bool timed_out = false, too_large = false;
  std::string output, errors;
};
Result<Finished> run_process(const std::vector<std::string>& arguments, std::string_view input,
                             std::int64_t deadline_us, const ProcessLimits& limits = {});

}  // namespace diconform
