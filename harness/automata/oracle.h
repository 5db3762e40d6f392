// Who knows whether a word is in a language: the seam between what learns or tests and what is learned or
// tested.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automata/dfa.h"
#include "automata/letters.h"
#include "base/chance.h"
#include "base/error.h"

namespace diconform::automata {

class MembershipOracle {
 public:
  virtual ~MembershipOracle() = default;
  // For each word, in their order, whether it is in the language. May ask about several at once, so callers
  // hand over as many as they have. Error: the oracle could not be asked.
  virtual Result<std::vector<bool>> ask(std::span<const Word> words) = 0;
};

// An oracle that said two things about one word.
struct Contradiction {
  Word word;
  bool first = false, later = false;
};

// What an error is `where` a cache has asked as much as it may.
inline constexpr std::string_view kEnough = "enough questions";

// Remembers every answer, so that nothing is asked twice, and asks again now and then on purpose: a language
// has one answer for each word. Belongs to one thread.
class QueryCache final : public MembershipOracle {
 public:
  explicit QueryCache(MembershipOracle& oracle) : oracle_(oracle) {}
  // From now on so many words more, and then the error kEnough.
  void allow(std::size_t words) { most_ = asked_ + words; }

  Result<std::vector<bool>> ask(std::span<const Word> words) override;
  Result<bool> ask(const Word& word);
  // An answer that is already here.
  std::optional<bool> known(const Word& word) const;
  // The first word that is known and on which the automaton says otherwise.
  std::optional<Word> first_against(const Dfa& dfa) const;
  // Takes an answer from elsewhere (a journal, a batch).
  void learn(const Word& word, bool answer);

  // Asks again about the word, or about up to `count` of the words that are known, drawn at random.
  Result<void> ask_again(const Word& word);
  Result<void> ask_again(std::size_t count, Chance& chance);
  const std::vector<Contradiction>& contradictions() const { return contradictions_; }

  std::size_t size() const { return order_.size(); }  // words that are known
  std::uint64_t asked() const { return asked_; }      // words that the oracle was asked about

 private:
  MembershipOracle& oracle_;
  std::unordered_map<Word, bool> answers_;
  std::vector<Word> order_;  // in which they came
  std::vector<Contradiction> contradictions_;
  std::uint64_t asked_ = 0, most_ = UINT64_MAX;
};

}  // namespace diconform::automata
