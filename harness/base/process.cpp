#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/text.h"

extern char** environ;

namespace diconform {
namespace {

// Pipes tell us of output and, nearly always, of the end. A child whose descendants hold its pipes ends
// without a word: that is seen when somebody looks, this often.
constexpr std::int64_t kLookUs = 10'000;
// Between the closing of its pipes and its end a process has nearly nothing left to do.
constexpr std::int64_t kLookAtTheEndUs = 200;
// A pipe holds 64 KiB.
constexpr std::size_t kReadBytes = 64u << 10;

std::int64_t now_us() { return SystemClock().now_us(); }

struct Ends {
  int ours = -1, theirs = -1;
};

// A pipe whose end here is ours; both are closed in every child but by explicit order. Where we were started
// without standard descriptors a pipe would take their numbers, and be overwritten in the child: it gets
// higher ones.
bool make_pipe(bool we_write, Ends& ends) {
  int descriptors[2];
  if (pipe2(descriptors, O_CLOEXEC) != 0) return false;
  for (int& descriptor : descriptors) {
    if (descriptor > 2) continue;
    const int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    ::close(std::exchange(descriptor, higher));
  }
  ends = we_write ? Ends{descriptors[1], descriptors[0]} : Ends{descriptors[0], descriptors[1]};
  return fcntl(ends.ours, F_SETFL, O_NONBLOCK) == 0;
}

// posix_spawn, for fork is unsafe in a program with threads: another thread's locks would stay locked in the
// child.
int spawn(const std::vector<std::string>& arguments, const std::array<Ends, 3>& pipes, pid_t& id) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  for (int i = 0; i < 3; ++i)
    posix_spawn_file_actions_adddup2(&actions, pipes[static_cast<std::size_t>(i)].theirs, i);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // also what a library opened without O_CLOEXEC
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int problem = posix_spawnp(&id, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

// Writing to a pipe that nobody reads raises SIGPIPE, which would end us. The signal goes to the writing
// thread: it is held back there, and taken away again.
ssize_t write_without_signal(int descriptor, std::string_view bytes) {
  sigset_t pipe_signal, before, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
  const int problem = errno;
  if (written < 0 && problem == EPIPE && !sigismember(&pending, SIGPIPE)) {
    const timespec at_once{};
    while (sigtimedwait(&pipe_signal, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = problem;
  return written;
}

}  // namespace

std::string ProcessExit::text() const {
  if (signal == 0) return "exit code " + std::to_string(code);
  const char* name = sigdescr_np(signal);
  return "signal " + std::to_string(signal) + (name ? std::string(" (") + name + ")" : "");
}

void Process::Pipe::close() {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

std::vector<std::string> Process::shell(std::string command) { return {"/bin/sh", "-c", std::move(command)}; }

Result<Process> Process::start(const std::vector<std::string>& arguments, const ProcessLimits& limits) {
  if (arguments.empty() || arguments[0].empty()) return failure("", "no command to start", "name a program");
  Process process;
  process.limits_ = limits;
  std::array<Ends, 3> pipes;
  const bool made = make_pipe(true, pipes[0]) && make_pipe(false, pipes[1]) && make_pipe(false, pipes[2]);
  int problem = made ? 0 : errno;
  process.input_.descriptor = pipes[0].ours;
  process.output_.descriptor = pipes[1].ours;
  process.errors_.descriptor = pipes[2].ours;
  if (made) problem = spawn(arguments, pipes, process.id_);
  for (const Ends& ends : pipes)
    if (ends.theirs >= 0) ::close(ends.theirs);
  if (problem == 0) return process;
  process.id_ = -1;
  return failure(arguments[0], std::string("cannot be started: ") + std::strerror(problem),
                 problem == ENOENT ? "check the path of the program" : "");
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(errors_, other.errors_);
  std::swap(output_text_, other.output_text_);
  std::swap(errors_text_, other.errors_text_);
  std::swap(scanned_, other.scanned_);
  std::swap(limits_, other.limits_);
  std::swap(exit_, other.exit_);
  return *this;
}

Process::~Process() { kill(); }

// Whether the child is dead, without burying it: until then its id names nobody else, and its group can be
// killed.
bool Process::has_ended() {
  if (id_ < 0 || exit_) return true;
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

void Process::reap() {
  int status = 0;
  while (waitpid(id_, &status, 0) < 0) {
    if (errno != EINTR) break;
  }
  exit_ = WIFSIGNALED(status) ? ProcessExit{0, WTERMSIG(status)} : ProcessExit{WEXITSTATUS(status), 0};
}

void Process::kill() {
  if (id_ < 0 || exit_) return;
  ::kill(-id_, SIGKILL);
  reap();
}

void Process::write_some(std::string_view& bytes) {
  const ssize_t written = write_without_signal(input_.descriptor, bytes);
  if (written >= 0)
    bytes.remove_prefix(static_cast<std::size_t>(written));
  else if (errno != EAGAIN && errno != EINTR)
    input_.close();
}

void Process::read_some(Pipe& pipe, std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + kReadBytes);
  const ssize_t count = ::read(pipe.descriptor, into.data() + before, kReadBytes);
  into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) pipe.close();
}

bool Process::serve(std::string_view& bytes, std::int64_t until_us) {
  // poll() passes over descriptors below zero.
  const int input = bytes.empty() ? -1 : input_.descriptor;
  const int output = output_text_.size() > limits_.output ? -1 : output_.descriptor;
  std::array<pollfd, 3> waits = {{{input, POLLOUT, 0}, {output, POLLIN, 0}, {errors_.descriptor, POLLIN, 0}}};
  const bool silent = output < 0 && errors_.descriptor < 0;
  const std::int64_t left_us =
      std::clamp<std::int64_t>(until_us - now_us(), 0, silent ? kLookAtTheEndUs : kLookUs);
  const timespec timeout{0, left_us * 1000};
  if (ppoll(waits.data(), waits.size(), &timeout, nullptr) <= 0) return false;
  if (waits[0].revents) write_some(bytes);
  if (waits[1].revents) read_some(output_, output_text_);
  if (waits[2].revents) read_some(errors_, errors_text_);
  if (errors_text_.size() > limits_.errors) errors_text_.erase(0, errors_text_.size() - limits_.errors);
  return true;
}

void Process::bury() {
  kill();
  std::string_view nothing;
  while (output_text_.size() <= limits_.output && serve(nothing, 0)) {
  }
}

Process::Wait Process::write(std::string_view bytes, std::int64_t deadline_us) {
  const std::int64_t until_us = now_us() + deadline_us;
  while (!bytes.empty()) {
    if (input_.descriptor < 0 || has_ended()) return Wait::kEnded;
    if (output_text_.size() > limits_.output) return Wait::kTooLarge;
    serve(bytes, until_us);
    if (!bytes.empty() && now_us() >= until_us) return Wait::kTimeout;
  }
  return Wait::kDone;
}

void Process::end_input() { input_.close(); }

Process::Wait Process::read_line(std::string& line, std::int64_t deadline_us) {
  const std::int64_t until_us = now_us() + deadline_us;
  std::string_view nothing;
  for (;;) {
    const bool dead = has_ended(), ended = dead || output_.descriptor < 0;
    if (dead) bury();
    std::size_t end = output_text_.find('\n', scanned_);
    if (ended && end == std::string::npos && !output_text_.empty()) end = output_text_.size();
    if (end != std::string::npos) {
      line = output_text_.substr(0, end);
      output_text_.erase(0, end + 1);
      scanned_ = 0;
      return Wait::kDone;
    }
    scanned_ = output_text_.size();
    if (output_text_.size() > limits_.output) return Wait::kTooLarge;
    if (ended) return Wait::kEnded;
    if (now_us() >= until_us) return Wait::kTimeout;
    serve(nothing, until_us);
  }
}

Process::Wait Process::wait(std::int64_t deadline_us) {
  const std::int64_t until_us = now_us() + deadline_us;
  std::string_view nothing;
  for (;;) {
    if (output_text_.size() > limits_.output) return Wait::kTooLarge;
    if (has_ended()) break;
    if (now_us() >= until_us) return Wait::kTimeout;
    serve(nothing, until_us);
  }
  bury();
  return output_text_.size() > limits_.output ? Wait::kTooLarge : Wait::kEnded;
}

std::string Process::take_output() {
  scanned_ = 0;
  return std::exchange(output_text_, {});
}

std::string Process::take_errors() { return std::exchange(errors_text_, {}); }

Result<Finished> run_process(const std::vector<std::string>& arguments, std::string_view input,
                             std::int64_t deadline_us, const ProcessLimits& limits) {
  const std::int64_t until_us = now_us() + deadline_us;
  TRY(Process process, Process::start(arguments, limits));
  // A child that does not want its input is none the worse for it.
  Process::Wait wait = process.write(input, deadline_us);
  process.end_input();
  if (wait == Process::Wait::kDone || wait == Process::Wait::kEnded) wait = process.wait(until_us - now_us());
  Finished finished;
  finished.timed_out = wait == Process::Wait::kTimeout;
  finished.too_large = wait == Process::Wait::kTooLarge;
  if (wait == Process::Wait::kEnded)
    finished.exit = process.exit();
  else
    process.kill();
  finished.output = process.take_output();
  finished.errors = process.take_errors();
  return finished;
}

}  // namespace diconform
