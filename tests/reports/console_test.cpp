#include <gtest/gtest.h>

#include <algorithm>

#include "base/clock.h"
#include "reports/words.h"
#include "samples.h"

namespace diconform::reports {
namespace {

using result::Verdict;

std::string between(const std::string& text, std::string_view from, std::string_view to) {
  auto start = text.find(from), end = text.find(to, start);
  return start == text.npos || end == text.npos ? "" : text.substr(start, end - start);
}

TEST(Console, TellsAFailureWithAllThatHelpsToRepeatIt) {
  EXPECT_EQ(between(told(make_console, sample_report()), "FAIL", "\nERROR"),
            "FAIL  dry-run/changes-nothing[2023-03-27,query,tc3]\n"
            "      reason    a dry run deleted img-1a2b3c4d\n"
            "      clause    dry-run.changes-nothing\n"
            "      expected  the world as it was\n"
            "      observed  img-1a2b3c4d is gone\n"
            "      where     step 1, image $victim\n"
            "      repeat    diconform run 'dry-run/changes-nothing[2023-03-27,query,tc3]' --seed 7\n"
            "      curl      curl -sS 'http://127.0.0.1:8080/?Action=DeleteImages'\n");
}

TEST(Console, EndsWithTheCountsInWordsAndTheConclusion) {
  std::string text = told(make_console, sample_report());
  EXPECT_EQ(
      between(text, "8 trials in", "\nFailed as known"),
      "8 trials in 3.2 s\n"
      "      2  passed             as the manual says\n"
      "      1  failed             the target broke a clause of the manual\n"
      "      1  failed as known    listed among the known failures, each with a reason\n"
      "      1  not carried out    1 of 8; diconform, the world hook or the driver could not work: says "
      "nothing about the target\n"
      "      1  inconclusive       repeated and still too noisy to tell\n"
      "      1  not testable here  the world they need cannot be made or looked at\n"
      "      1  skipped            deselected, or the target lacks the feature\n");
  EXPECT_TRUE(
      text.ends_with("\nNo judgement: 1 of 8 trials could not be carried out. Of the others 1 failed. "
                     "(exit code 3)\n"));
}

TEST(Console, TellsWarningsByClauseAndTheChoicesOfTheTarget) {
  std::string text = told(make_console, sample_report());
  EXPECT_NE(text.find("Warnings: clauses that were broken but do not gate (--strict makes them failures)\n"
                      "      1  envelope.content-type\n"
                      "         expected application/json, observed text/plain\n"
                      "         such as envelope/has-a-uuid[2023-03-27,json,tc3]\n"),
            std::string::npos);
  EXPECT_NE(text.find("  dry-run.passing-answer  success  seen in 3 trials\n"), std::string::npos);
}

TEST(Console, SaysLittleOfARunWhereAllIsWell) {
  result::Report report = sample_report();
  report.outcomes = {outcome_of("errors/one", Verdict::kPass), outcome_of("errors/two", Verdict::kPass)};
  report.plan.trials = {"errors/one", "errors/two"};
  report.summary = {};
  report.summary.complete = true;
  EXPECT_EQ(told(make_console, report),
            "diconform 0.1.0: 2 trials against http://127.0.0.1:8080 · edition 2023-03-27 · seed 7\n"
            "\n2 trials\n"
            "      2  passed             as the manual says\n"
            "\nThe target conforms, as far as 2 of 2 trials could be verified. (exit code 0)\n");
}

TEST(Console, SaysThatAShardWasDealtNothing) {
  result::Report report;
  report.plan.shard = "3/5";
  report.summary.complete = true;
  EXPECT_NE(
      told(make_console, report).find("This shard was dealt no trial. The other shards tell. (exit code 0)"),
      std::string::npos);
}

TEST(Console, SaysThatAnInterruptedRunProvesNothing) {
  result::Report report = sample_report();
  report.outcomes.resize(1);
  report.summary.complete = false;
  report.summary.exit_code = 130;
  EXPECT_TRUE(
      told(make_console, report)
          .ends_with("\nInterrupted: 1 of 8 trials reported. Nothing can be concluded. (exit code 130)\n"));
}

TEST(Console, ListsComplaints) {
  result::Report report = sample_report();
  report.summary.complaints = {"stale known failure: x"};
  EXPECT_NE(told(make_console, report).find("To put right\n  stale known failure: x\n"), std::string::npos);
}

TEST(Console, LetsNoTargetWriteToTheTerminal) {
  result::Report report = sample_report();
  report.outcomes[1].findings[0].observed = "\x1b[2J\x07\xff\r\nPASS \xE2\x80\xAE";
  report.outcomes[1].reason = "\x1b]0;title\x07";
  std::string text = told(make_console, report);
  EXPECT_NE(text.find("observed  \\x1b[2J\\x07\\xff\\r\\nPASS \\u{202e}\n"), std::string::npos);
  for (unsigned char c : text) EXPECT_TRUE(c >= 0x20 || c == '\n') << int{c};
}

TEST(Console, TellsAHundredFailuresInFullAndTheRestInALine) {
  result::Report report = sample_report();
  report.outcomes.assign(150, sample_failure());
  std::string text = told(make_console, report);
  std::size_t full = 0;
  for (auto at = text.find("curl      "); at != text.npos; at = text.find("curl      ", at + 1)) ++full;
  EXPECT_EQ(full, 100u);
  EXPECT_NE(text.find("FAIL  dry-run/changes-nothing[2023-03-27,query,tc3]: a dry run deleted"),
            std::string::npos);
}

// A terminal of 60 columns whose time stands still.
struct Terminal {
  std::ostringstream out;
  VirtualClock clock{0};
  std::unique_ptr<Reporter> reporter;
  explicit Terminal(bool colour = false) {
    Destination to;
    to.out = &out;
    to.terminal = true;
    to.colour = colour;
    to.columns = 60;
    to.clock = &clock;
    reporter = make_console(to);
  }
  std::string take() {
    std::string text = out.str();
    out.str("");
    return text;
  }
};

TEST(ConsoleProgress, TellsDoneFailuresRateAndTimeLeft) {
  Terminal terminal;
  result::Plan plan = sample_report().plan;
  plan.trials.assign(100, "t");
  terminal.reporter->run_started(plan);
  EXPECT_TRUE(terminal.take().ends_with("\r\x1b[2K0/100 done  0 failed"));
  terminal.clock.advance_ms(10'000);
  for (int i = 0; i < 20; ++i) terminal.reporter->trial_finished(outcome_of("a/b", Verdict::kPass));
  EXPECT_EQ(terminal.take(), "\r\x1b[2K1/100 done  0 failed  0.1/s  about 16 min 30 s left")
      << "once, as no time passed";
  terminal.clock.advance_ms(100);
  terminal.reporter->trial_finished(outcome_of("a/b", Verdict::kPass));
  EXPECT_EQ(terminal.take(), "\r\x1b[2K21/100 done  0 failed  2.0/s  about 38 s left");
}

TEST(ConsoleProgress, IsRedrawnTenTimesASecondAtMost) {
  Terminal terminal;
  result::Plan plan = sample_report().plan;
  plan.trials.assign(1000, "t");
  terminal.reporter->run_started(plan);
  terminal.take();
  for (int i = 0; i < 1000; ++i) {
    terminal.clock.advance_ms(1);
    terminal.reporter->trial_finished(outcome_of("a/b", Verdict::kPass));
  }
  std::string text = terminal.take();
  EXPECT_EQ(std::ranges::count(text, '\r'), 10);
}

TEST(ConsoleProgress, GivesWayToAFailureAndComesBackBelowIt) {
  Terminal terminal;
  terminal.reporter->run_started(sample_report().plan);
  terminal.take();
  terminal.reporter->trial_finished(sample_failure());
  std::string text = terminal.take();
  EXPECT_TRUE(text.starts_with("\r\x1b[2K\nFAIL  ")) << text;
  EXPECT_TRUE(text.ends_with("\r\x1b[2K1/8 done  1 failed")) << text;
}

TEST(ConsoleProgress, NeverWrapsAndIsGoneAtTheEnd) {
  Terminal terminal;
  result::Plan plan = sample_report().plan;
  plan.trials.assign(123'456, "t");
  terminal.reporter->run_started(plan);
  terminal.take();
  terminal.clock.advance_ms(3'600'000);
  terminal.reporter->trial_finished(outcome_of("a/b", Verdict::kError, "x"));
  std::string text = terminal.take();
  EXPECT_LT(text.size() - text.rfind("\x1b[2K") - 4, 60u);
  terminal.reporter->run_finished(sample_report().summary);
  EXPECT_TRUE(terminal.take().starts_with("\r\x1b[2K\n1 trial of"));
}

TEST(Console, PaintsOnlyWhereItMay) {
  Terminal plain_terminal(false), painted(true);
  plain_terminal.reporter->trial_finished(sample_failure());
  painted.reporter->trial_finished(sample_failure());
  EXPECT_EQ(plain_terminal.take().find("\x1b[1;31m"), std::string::npos);
  EXPECT_NE(painted.take().find("\x1b[1;31mFAIL\x1b[0m"), std::string::npos);
}

}  // namespace
}  // namespace diconform::reports
