// The words all reports for people share, and the countings behind them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "result/run.h"

namespace diconform::reports {

// Text on one line, safe for a terminal: control characters, bytes that are not UTF-8 and the marks that
// change the direction of writing become \xNN or \u{NNNN}. Whatever a target sent, it moves no cursor and
// hides nothing.
std::string plain(std::string_view text);

struct VerdictWords {
  std::string_view label;    // "passed", "failed as known"
  std::string_view meaning;  // for somebody who reads such a report for the first time
};
const VerdictWords& words_for(result::Verdict verdict);

// "1 trial", "7 trials".
std::string counted(std::size_t n, std::string_view one);
// "40 ms", "0.8 s", "12 s", "2 min 5 s", "1 h 4 min".
std::string duration(double seconds);
// What is tested, by the first of the target's members "endpoint", "driver", "name", or "the target".
std::string target_name(const result::Plan& plan);
// "http://… · edition 2023-03-27 · seed 7 · shard 2/5"; a shard 1/1 goes without saying.
std::string about_run(const result::Plan& plan);

std::size_t count_of(const result::Counts& counts, result::Verdict verdict);
std::size_t total_of(const result::Counts& counts);
std::size_t verified_of(const result::Counts& counts);

// What the run says about the target, in a sentence or two.
std::string conclusion(const result::Plan& plan, const result::Counts& counts,
                       const result::Summary& summary);
bool conforms(const result::Summary& summary);  // complete, and exit code 0

// What experiments found out about the target, a line each: ("maxImageIds", "100"), ("rateTrials, in rate/…",
// "acceptedPerSecond 10, refused 105").
struct Characteristic {
  std::string name, value;
};
std::vector<Characteristic> characteristics_of(const Json& characteristics);

// What is told in groups at the end. Holds no exchanges.
struct Tally {
  struct Group {
    std::size_t count = 0;
    std::string example;  // the first trial
  };
  std::map<std::string, Group> warnings;                            // clause -> how often
  std::map<std::string, std::string> warning_texts;                 // clause -> what was observed first
  std::map<result::Verdict, std::map<std::string, Group>> reasons;  // of what did not pass
  result::Counts counts;
  void add(const result::Outcome& outcome);
};

}  // namespace diconform::reports
