// What the console reporter says, as text.
#pragma once

#include <string>
#include <string_view>

#include "reports/words.h"

namespace diconform::reports {

// ANSI colours, or none.
struct Paint {
  bool colour = false;
  std::string red(std::string_view text) const { return in("1;31", text); }
  std::string green(std::string_view text) const { return in("1;32", text); }
  std::string yellow(std::string_view text) const { return in("1;33", text); }
  std::string bold(std::string_view text) const { return in("1", text); }
  std::string faint(std::string_view text) const { return in("2", text); }

 private:
  std::string in(std::string_view code, std::string_view text) const;
};

std::string opening(const result::Plan& plan);
// "120/214 done  2 failed  35/s  about 3 s left", ASCII.
std::string progress_line(std::size_t planned, const result::Counts& counts, double seconds);
// An outcome that is no plain pass, with all that helps to understand and repeat it; and in one line.
std::string full_text(const result::Outcome& outcome, const Paint& paint);
std::string one_line(const result::Outcome& outcome, const Paint& paint);
// The end of the run: counts in words, what else was learnt, the conclusion.
std::string closing(const result::Plan& plan, const Tally& tally, const result::Summary& summary,
                    const Paint& paint);

}  // namespace diconform::reports
