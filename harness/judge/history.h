// Whether what many simultaneous callers heard can have happened one after another: linearizability (Herlihy
// and Wing, 1990), for images that are only ever deleted.
//
// A history is right if every call can be given one moment between its sending and its reply, such that the
// calls, done in the order of those moments, would have heard what was heard. A call whose reply was lost may
// have been carried out at any moment after it was sent, also after everything else, or not at all.
//
// Calls that name no image in common do not influence each other: the history falls into parts that are
// searched apart (one image a part where every call names one). Within a part: depth-first over the calls
// that may come next, each combination of "done so far" and "images left" visited once (Wing and Gong, 1993;
// Lowe, 2017). Pure; exponential only in the calls of one part that overlap.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace diconform::judge {

// One call as its sender saw it, times on one clock.
struct HistoryCall {
  enum class Kind {
    kDelete,  // all of `ids` go, if all are there
    kDryRun,  // nothing goes
    kLook,    // which of `ids` are there
  };
  enum class Heard {
    kDone,     // success: every id was there. Of a look: the ids in `seen` were there, the others were not
    kMissing,  // refused, because an id was not there
    kRefused,  // refused for a reason that has nothing to do with the other calls: says nothing
    kNothing,  // no reply
  };
  Kind kind = Kind::kDelete;
  std::set<std::string> ids = {};
  Heard heard = Heard::kDone;
  std::set<std::string> seen = {};  // of a look
  std::int64_t sent_us = 0;
  std::int64_t heard_us = 0;  // of kNothing: ignored
  friend bool operator==(const HistoryCall&, const HistoryCall&) = default;
};

struct HistoryVerdict {
  enum class Kind { kLinearizable, kImpossible, kTooLarge };
  Kind kind = Kind::kLinearizable;
  // Of an impossible one: the calls of the part that has no order, as places in the history, and its images.
  std::vector<std::size_t> calls = {};
  std::set<std::string> images = {};
  friend bool operator==(const HistoryVerdict&, const HistoryVerdict&) = default;
};

// `there`: the images before the first call. A part of more than 64 calls or images, or one that takes more
// than a million steps, is too large; the impossible part that is found first is told.
HistoryVerdict check_history(const std::set<std::string>& there, std::span<const HistoryCall> calls);

}  // namespace diconform::judge
