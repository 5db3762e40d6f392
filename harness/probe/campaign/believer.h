// The two accounts of a scenario, step by step: what the oracle believes of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probe/campaign/belief.h"
#include "wire/encode.h"

namespace diconform::probe {

// Whether the step leaves it to the model what is lawful.
bool is_modelled(const scenario::Step& step);

// How many images a list may have is asked by its length: one answer says nothing of another.
bool is_learnable(std::string_view question);

// What a call may hear that others overtake: as in the suite "concurrency".
inline scenario::ReplyMatch reply_in_a_race() {
  scenario::ReplyMatch match;
  match.success = true;
  match.codes = {"InvalidImageId.NotFound", "MutexOperation.TaskRunning", "InvalidImageId.IncorrectState",
                 "DryRunOperation"};
  return match;
}

// Not thread-safe. What it is given must outlive it.
class Believer {
 public:
  Believer(const reference::Manual& manual, const std::string& region, const reference::Pins& pins,
           wire::Encoding encoding);

  // `rate_limit`: calls per second of either account; nothing = as many as it likes.
  void begin(const api::World& mine, const api::World* other, std::optional<std::int64_t> rate_limit);
  std::vector<Belief>& of(const scenario::Step& step) { return beliefs_[step.as_other ? 1 : 0]; }

  // The ways of a step from every belief, each with the place of the belief that it starts from. Nothing
  // where the model cannot read what was sent. `seen`: the bound step.
  using Ways = std::vector<std::pair<std::size_t, Way>>;
  std::optional<Ways> ways(const result::StepObservation& seen, const std::string& sent, bool modelled);

  // Whether a call of the step may be refused because there were too many before. No window that holds fewer
  // calls than its limit refuses one, wherever it begins; whether it refuses one more is for it to say. A
  // step is as its last call, since a case says what is lawful of all its calls at once.
  bool may_be_too_many(const scenario::Step& step) const;
  void count(const scenario::Step& step) { calls_[step.as_other ? 1 : 0] += step.times * step.together; }

  // Goes the ways that `may` lets pass; false where there are none, and then nothing changes.
  template <class May>
  bool go(const scenario::Step& step, Ways ways, May may) {
    std::vector<Belief> next;
    for (auto& [from, way] : ways) {
      if (may(way)) add_unless_known(next, after(of(step)[from], std::move(way), pins_));
      if (next.size() >= kMostBeliefs) break;
    }
    if (next.empty()) return false;
    of(step) = std::move(next);
    return true;
  }

  // Keeps the beliefs that the world bears out; what differs from the nearest where it bears out none.
  std::vector<std::string> look(std::size_t account, const api::World& world, const api::WorldFacets& facets);
  // Answers that all beliefs of an account take for granted, but for those that say nothing of another call.
  std::vector<reference::Asked> settled() const;

 private:
  static constexpr std::size_t kMostBeliefs = 64;  // more than that is no knowledge

  std::optional<reference::Request> read(const scenario::Step& step, const std::string& sent) const;

  const reference::Manual& manual_;
  const std::string& region_;
  reference::Pins pins_;
  wire::Encoding encoding_;
  std::vector<Belief> beliefs_[2];
  std::optional<std::int64_t> rate_limit_;
  std::size_t calls_[2] = {0, 0};  // that were counted
};

}  // namespace diconform::probe
