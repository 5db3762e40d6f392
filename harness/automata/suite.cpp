#include "automata/suite.h"

#include <unordered_set>

namespace diconform::automata {
namespace {

class Builder {
 public:
  Builder(const Dfa& dfa, const Alphabet& cut, const Draw& draw)
      : dfa_(dfa), cut_(cut), draw_(draw), access_(access_paths(dfa)) {}

  std::vector<Question> build(Method method, std::size_t extra) {
    const std::vector<Path> w = characterisation_set(dfa_);
    const auto identifiers = state_identifiers(dfa_, w);
    for (State state = 0; state < dfa_.size(); ++state) {
      if (state == dfa_.start || !access_[state].empty()) order_.push_back(state);
    }
    // Phase 1: that the states are what they should be, and those up to `extra` letters further.
    std::vector<Path> middles = {{}};
    for (std::size_t length = 0; length <= extra; ++length) {
      if (length > 0) middles = longer_by_one(middles);
      for (State state : order_) {
        for (const Path& middle : middles) {
          for (const Path& suffix : w) add(state, middle, suffix);
        }
      }
    }
    // Phase 2: that one letter more leads where it should.
    middles = longer_by_one(middles);
    for (State state : order_) {
      for (const Path& middle : middles) {
        const auto& suffixes = method == Method::kW ? w : identifiers[follow_cut(state, middle)];
        for (const Path& suffix : suffixes) add(state, middle, suffix);
      }
    }
    return std::move(questions_);
  }

 private:
  std::vector<Path> longer_by_one(const std::vector<Path>& paths) const {
    std::vector<Path> out;
    for (const Path& path : paths) {
      for (Class c = 0; c < cut_.size(); ++c) {
        out.push_back(path);
        out.back().push_back(c);
      }
    }
    return out;
  }

  State follow_cut(State state, const Path& middle) const {
    for (Class c : middle) state = dfa_.step(state, cut_.members(c).front());
    return state;
  }

  // Two questions with the same letters but for members of the same classes are one.
  void add(State state, const Path& middle, const Path& suffix) {
    Word known;
    for (Class c : access_[state]) known += mark(c);
    for (Class c : middle) known += cut_.members(c).front();
    for (Class c : suffix) known += mark(c);
    if (!seen_.insert(std::move(known)).second) return;
    Question question;
    question.from = middle.empty() ? state : follow_cut(state, {middle.begin(), middle.end() - 1});
    for (Class c : access_[state]) question.word += draw_(dfa_.alphabet.members(c));
    for (Class c : middle) question.word += draw_(cut_.members(c));
    question.at = question.word.size() - (middle.empty() ? 0 : 1);
    for (Class c : suffix) question.word += draw_(dfa_.alphabet.members(c));
    question.expected = dfa_.accepts(question.word);
    questions_.push_back(std::move(question));
  }

  // A class that the cut divides is none of its parts: whose letter is drawn, nobody knows.
  Letter mark(Class c) const {
    const LetterSet& members = dfa_.alphabet.members(c);
    const bool divided = cut_.members(cut_.class_of(members.front())) != members;
    return divided ? dfa_.alphabet.universe().last + 1 + c : members.front();
  }

  const Dfa& dfa_;
  const Alphabet& cut_;
  const Draw& draw_;
  std::vector<Path> access_;
  std::vector<State> order_;
  std::vector<Question> questions_;
  std::unordered_set<Word> seen_;
};

}  // namespace

Letter first_letter(const LetterSet& set) { return set.front(); }

std::vector<Question> suite(const Dfa& dfa, const Alphabet& cut, Method method, std::size_t extra,
                            const Draw& draw) {
  return Builder(dfa, cut, draw).build(method, extra);
}

}  // namespace diconform::automata
