// Where a campaign has been, and where it should go: guidance without a look into the endpoint.
//
// Two kinds of points are counted, each alone and in pairs with what came with it: options that the generator
// took (a state, an encoding, a spelling of a Boolean), and decisions of the reference model that the replies
// told (a code, an answer to an open question). The generator asks pick(): an option is the likelier the
// fewer of its pairs with what is already in the scenario have been tried. Swarm testing (Groce and others,
// 2012): each round leaves out some options at random, since features suppress each other.
//
// Thread-safe; counts may lose an update, which costs nothing but a little novelty.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/chance.h"

namespace diconform::probe {

// A list of options of which one is taken, as the generator names them. `first`: its place among all options.
struct Site {
  std::string_view name;
  std::uint16_t first = 0;
  std::span<const std::uint8_t> weights = {};
};

// The options that a scenario took so far.
using Trail = std::vector<std::uint16_t>;
// Options that a round leaves out.
using Swarm = std::vector<bool>;

class Guide {
 public:
  static constexpr std::size_t kMostPoints = 1024;
  static constexpr std::size_t kFirstDecision = 512;  // points below are options, the others decisions

  // Takes one option of the site and notes it. A site whose options are all left out has its first.
  std::size_t pick(const Site& site, const Swarm& swarm, Trail& trail, Chance& chance);
  // Notes what the model decided in one scenario; true where a pair of decisions is new.
  bool note(std::span<const std::string> decisions);

  struct Coverage {
    std::size_t options = 0, decisions = 0, pairs = 0;
  };
  Coverage coverage() const;
  std::vector<std::string> decisions() const;  // by name

 private:
  std::atomic<std::uint8_t>& pair(std::size_t a, std::size_t b) {
    return a < b ? pairs_[a * kMostPoints + b] : pairs_[b * kMostPoints + a];
  }
  bool count(std::size_t a, std::size_t b);

  std::vector<std::atomic<std::uint8_t>> pairs_ =
      std::vector<std::atomic<std::uint8_t>>(kMostPoints * kMostPoints);
  std::atomic<std::size_t> pairs_seen_{0};
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t, std::less<>> decisions_;
};

// A round's swarm: about a quarter of the options is left out.
Swarm some_swarm(Chance& chance);

}  // namespace diconform::probe
