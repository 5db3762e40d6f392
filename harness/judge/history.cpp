#include "judge/history.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_set>

namespace diconform::judge {
namespace {

using Kind = HistoryCall::Kind;
using Heard = HistoryCall::Heard;

constexpr std::size_t kMostCalls = 64;       // of a part: they are bits of a word
constexpr std::size_t kMostSteps = 1 << 20;  // of a search

// One call of a part, its ids as bits.
struct Operation {
  Kind kind;
  Heard heard;
  std::uint64_t ids, seen;
  std::int64_t sent_us, heard_us;
};

// Whether the call would have heard this of the images that are there; `there` becomes what it leaves.
bool agrees(const Operation& operation, std::uint64_t& there) {
  bool complete = (there & operation.ids) == operation.ids;
  switch (operation.heard) {
    case Heard::kMissing:
      return !complete;
    case Heard::kRefused:
      return true;
    case Heard::kDone:
      if (operation.kind == Kind::kLook) return (there & operation.ids) == operation.seen;
      if (!complete) return false;
      break;
    case Heard::kNothing:
      break;
  }
  if (operation.kind == Kind::kDelete && complete) there &= ~operation.ids;
  return true;
}

struct Search {
  const std::vector<Operation>& operations;
  std::size_t steps = 0;
  struct Hash {
    std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& node) const {
      return node.first * 0x9E3779B97F4A7C15u ^ (node.second + 0x7F4A7C15u) * 0xBF58476D1CE4E5B9u;
    }
  };
  std::unordered_set<std::pair<std::uint64_t, std::uint64_t>, Hash> visited = {};

  bool is_open(std::uint64_t done, std::size_t i) const { return !(done >> i & 1); }

  // The earliest reply of those that must still be done: nothing that was sent later can come before it.
  std::int64_t horizon(std::uint64_t done) const {
    std::int64_t earliest = INT64_MAX;
    for (std::size_t i = 0; i < operations.size(); ++i)
      if (is_open(done, i) && operations[i].heard != Heard::kNothing)
        earliest = std::min(earliest, operations[i].heard_us);
    return earliest;
  }

  // Does every call that may come next, hears what it heard, and leaves everything as it is: to do it later
  // could only be harder. Answers what is done then.
  std::uint64_t do_observers(std::uint64_t done, std::uint64_t there) const {
    for (std::size_t i = 0; i < operations.size();) {
      std::uint64_t left = there;
      bool next = is_open(done, i) && operations[i].heard != Heard::kNothing &&
                  operations[i].sent_us <= horizon(done) && agrees(operations[i], left) && left == there;
      if (next) done |= std::uint64_t{1} << i;
      i = next ? 0 : i + 1;
    }
    return done;
  }

  // Whether the rest has an order. Calls without a reply need none: they may never have happened.
  bool finds(std::uint64_t done, std::uint64_t there) {
    done = do_observers(done, there);
    if (!visited.emplace(done, there).second) return false;
    std::int64_t until = horizon(done);
    if (until == INT64_MAX) return true;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      std::uint64_t left = there;
      if (!is_open(done, i) || operations[i].sent_us > until || !agrees(operations[i], left)) continue;
      if (++steps > kMostSteps) return false;
      if (finds(done | std::uint64_t{1} << i, left)) return true;
    }
    return false;
  }
};

// Which calls name images in common, directly or through others: union-find over the images.
class Parts {
 public:
  explicit Parts(std::span<const HistoryCall> calls) {
    for (const HistoryCall& call : calls)
      for (const std::string& id : call.ids) number_.try_emplace(id, number_.size());
    parent_.resize(number_.size());
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (const HistoryCall& call : calls) {
      if (call.kind == Kind::kLook || call.ids.empty()) continue;
      std::size_t first = root(number_[*call.ids.begin()]);
      for (const std::string& id : call.ids) parent_[root(number_[id])] = first;
    }
  }

  std::map<std::size_t, std::set<std::string>> images() {
    std::map<std::size_t, std::set<std::string>> parts;
    for (const auto& [id, number] : number_) parts[root(number)].insert(id);
    return parts;
  }

 private:
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

  std::map<std::string, std::size_t> number_;
  std::vector<std::size_t> parent_;
};

std::uint64_t bits_of(const std::set<std::string>& ids, const std::set<std::string>& images) {
  std::uint64_t bits = 0, bit = 1;
  for (const std::string& image : images) {
    if (ids.contains(image)) bits |= bit;
    bit <<= 1;
  }
  return bits;
}

HistoryVerdict check_part(const std::set<std::string>& there, std::span<const HistoryCall> calls,
                          const std::set<std::string>& images) {
  HistoryVerdict verdict{HistoryVerdict::Kind::kTooLarge, {}, images};
  std::vector<Operation> operations;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const HistoryCall& call = calls[i];
    bool concerns = std::ranges::any_of(call.ids, [&](const auto& id) { return images.contains(id); });
    if (!concerns || call.heard == Heard::kRefused) continue;
    if (call.heard == Heard::kNothing && call.kind != Kind::kDelete) continue;
    if (images.size() > 64 || operations.size() == kMostCalls) return verdict;
    verdict.calls.push_back(i);
    operations.push_back({call.kind, call.heard, bits_of(call.ids, images), bits_of(call.seen, images),
                          call.sent_us, call.heard_us});
  }
  Search search{operations};
  if (search.finds(0, bits_of(there, images))) return {};
  if (search.steps <= kMostSteps) verdict.kind = HistoryVerdict::Kind::kImpossible;
  return verdict;
}

}  // namespace

HistoryVerdict check_history(const std::set<std::string>& there, std::span<const HistoryCall> calls) {
  HistoryVerdict verdict;
  for (const auto& [number, images] : Parts(calls).images()) {
    HistoryVerdict part = check_part(there, calls, images);
    if (part.kind == HistoryVerdict::Kind::kImpossible) return part;
    if (part.kind == HistoryVerdict::Kind::kTooLarge) verdict = std::move(part);
  }
  return verdict;
}

}  // namespace diconform::judge
