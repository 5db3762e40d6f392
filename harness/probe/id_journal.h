// What was answered so far, on disk, so that a probe of hours goes on where it was killed.
//
// A file of JSON lines: what is probed, then one line an answer. A last line that was cut off is left out.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "automata/letters.h"
#include "base/error.h"

namespace diconform::probe {

// What must be the same for old answers to be of use.
struct JournalHead {
  std::string endpoint, edition, level;
  std::uint64_t seed = 0;  // of the ids
  friend bool operator==(const JournalHead&, const JournalHead&) = default;
};

class IdJournal {
 public:
  // Reads what is there, if anything, and goes on behind it. Where there is a journal its seed counts, not
  // the one given. Errors: no journal, or one of another endpoint, edition or level; a file that cannot be
  // written.
  static Result<IdJournal> open(const std::string& path, JournalHead head);

  const JournalHead& head() const { return head_; }
  const std::vector<std::pair<automata::Word, bool>>& answers() const { return answers_; }
  void append(const automata::Word& word, bool accepted);
  void flush() { out_.flush(); }

 private:
  JournalHead head_;
  std::vector<std::pair<automata::Word, bool>> answers_;  // as they were when it was opened
  std::ofstream out_;
};

}  // namespace diconform::probe
