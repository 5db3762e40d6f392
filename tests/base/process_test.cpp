#include "base/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/clock.h"

namespace diconform {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

Finished run(const std::string& command, std::string_view input = "", std::int64_t deadline_us = 20 * kSecond,
             const ProcessLimits& limits = {}) {
  auto finished = run_process(Process::shell(command), input, deadline_us, limits);
  EXPECT_TRUE(finished) << finished.error().message();
  return finished ? *finished : Finished{};
}

Process start(const std::string& command) {
  auto process = Process::start(Process::shell(command));
  if (!process) ADD_FAILURE() << process.error().message();
  return std::move(*process);
}

// A zombie is dead, whether or not this machine's init comes to bury it.
bool alive(pid_t id) {
  std::ifstream stat("/proc/" + std::to_string(id) + "/stat");
  std::string number, name, state;
  return stat >> number >> name >> state && state != "Z";
}

// The number that a child wrote on its first line.
pid_t number_from(Process& process) {
  std::string line;
  EXPECT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  return static_cast<pid_t>(std::stoi(line));
}

void expect_dead_soon(pid_t id) {
  SystemClock clock;
  for (int i = 0; i < 2000 && alive(id); ++i) clock.sleep_us(1000);
  EXPECT_FALSE(alive(id));
}

TEST(Process, GivesInputAndTakesBothOutputs) {
  Finished finished = run("cat; echo oops >&2; exit 5", "some input\n");
  EXPECT_EQ(finished.output, "some input\n");
  EXPECT_EQ(finished.errors, "oops\n");
  EXPECT_EQ(finished.exit, (ProcessExit{5, 0}));
  EXPECT_EQ(finished.exit->text(), "exit code 5");
}

TEST(Process, TellsTheSignalThatEndedIt) {
  Finished finished = run("kill -SEGV $$");
  EXPECT_EQ(finished.exit, (ProcessExit{0, SIGSEGV}));
  EXPECT_EQ(finished.exit->text(), "signal 11 (Segmentation fault)");
}

TEST(Process, NamesAProgramThatCannotBeStarted) {
  auto process = Process::start({"/nowhere/to/be-found"});
  ASSERT_FALSE(process);
  EXPECT_EQ(
      process.error().message(),
      "/nowhere/to/be-found: cannot be started: No such file or directory (check the path of the program)");
}

TEST(Process, RefusesAnEmptyCommand) { EXPECT_FALSE(Process::start({})); }

TEST(Process, PassesArgumentsAsTheyAre) {
  auto finished = run_process({"printf", "%s|", "a b", "", "$HOME"}, "", 20 * kSecond);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->output, "a b||$HOME|");
}

TEST(Process, SpeaksLineByLine) {
  Process process = start("while read line; do echo \"got $line\"; done");
  std::string line;
  ASSERT_EQ(process.write("one\n", kSecond), Process::Wait::kDone);
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "got one");
  ASSERT_EQ(process.write("two\nthree\n", kSecond), Process::Wait::kDone);
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "got two");
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "got three");
  process.end_input();
  EXPECT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kEnded);
}

TEST(Process, GivesTheLastLineWithoutALineFeed) {
  Process process = start("printf 'one\\n\\ntwo'");
  std::string line;
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "one");
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "");
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(line, "two");
  EXPECT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kEnded);
}

TEST(Process, StopsWaitingForALineAtTheDeadline) {
  Process process = start("sleep 600");
  SystemClock clock;
  const std::int64_t before = clock.now_us();
  std::string line;
  EXPECT_EQ(process.read_line(line, kSecond / 20), Process::Wait::kTimeout);
  EXPECT_GE(clock.now_us() - before, kSecond / 20);
  EXPECT_LT(clock.now_us() - before, 5 * kSecond);
}

TEST(Process, DoesNotLockUpWithAChildThatTalksWithoutListening) {
  std::string much(1u << 20, 'x');
  Finished finished = run("head -c 1000000 /dev/zero; cat", much);
  EXPECT_EQ(finished.output.size(), 1'000'000 + much.size());
}

TEST(Process, SurvivesAChildThatDoesNotReadItsInput) {
  std::string much(1u << 20, 'x');
  Finished finished = run("exec 0<&-; echo done", much);
  EXPECT_EQ(finished.output, "done\n");
  EXPECT_EQ(finished.exit, (ProcessExit{0, 0}));
}

TEST(Process, SaysThatAChildClosedItsInput) {
  Process process = start("exec 0<&-; echo closed; sleep 600");
  std::string line;
  ASSERT_EQ(process.read_line(line, 20 * kSecond), Process::Wait::kDone);
  EXPECT_EQ(process.write("too late", kSecond), Process::Wait::kEnded);
}

TEST(Process, KillsTheWholeGroupAtTheDeadline) {
  Process process = start("sleep 600 & echo $!; wait");
  const pid_t grandchild = number_from(process);
  EXPECT_EQ(process.wait(kSecond / 20), Process::Wait::kTimeout);
  process.kill();
  EXPECT_EQ(process.exit(), (ProcessExit{0, SIGKILL}));
  expect_dead_soon(grandchild);
}

TEST(Process, LeavesNobodyBehindWhenItIsDestroyed) {
  pid_t grandchild = 0;
  {
    Process process = start("sleep 600 & echo $!; wait");
    grandchild = number_from(process);
  }
  expect_dead_soon(grandchild);
}

TEST(Process, EndsWithTheChildThoughADescendantHoldsThePipes) {
  SystemClock clock;
  const std::int64_t before = clock.now_us();
  Finished finished = run("sleep 600 & echo started");
  EXPECT_EQ(finished.output, "started\n");
  EXPECT_EQ(finished.exit, (ProcessExit{0, 0}));
  EXPECT_LT(clock.now_us() - before, 10 * kSecond);
}

TEST(Process, KillsWhoeverTalksWithoutEnd) {
  Finished finished = run("yes", "", 60 * kSecond, {.output = 1u << 20, .errors = 1000});
  EXPECT_TRUE(finished.too_large);
  EXPECT_EQ(finished.exit, std::nullopt);
  EXPECT_LE(finished.output.size(), (1u << 20) + (64u << 10));
}

TEST(Process, KeepsTheNewestOfTooManyErrors) {
  Finished finished = run("head -c 300000 /dev/zero >&2; echo last words >&2", "", 20 * kSecond,
                          {.output = 10, .errors = 1000});
  EXPECT_EQ(finished.errors.size(), 1000u);
  EXPECT_TRUE(finished.errors.ends_with("last words\n"));
}

TEST(Process, SaysThatTimeRanOut) {
  Finished finished = run("sleep 600", "", kSecond / 20);
  EXPECT_TRUE(finished.timed_out);
  EXPECT_EQ(finished.exit, std::nullopt);
}

TEST(Process, LeadsAGroupOfItsOwn) {
  Process process = start("ps -o pgid= -p $$; read line");
  EXPECT_EQ(number_from(process), process.id());
  EXPECT_NE(process.id(), getpgrp());
}

TEST(Process, InheritsNoDescriptorsButThree) {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GT(leak, 2);
  Finished finished = run("ls /proc/self/fd");
  ::close(leak);
  EXPECT_EQ(finished.output, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
}

TEST(Process, IsNotToldToIgnoreSignalsThatWeIgnore) {
  auto before = signal(SIGPIPE, SIG_IGN);
  Finished finished = run("kill -PIPE $$; echo still here");
  signal(SIGPIPE, before);
  EXPECT_EQ(finished.exit, (ProcessExit{0, SIGPIPE}));
}

TEST(Process, StartsFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([i] {
      for (int round = 0; round < 5; ++round) {
        std::string text = std::to_string(i * 100 + round);
        EXPECT_EQ(run("cat", text).output, text);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace diconform
