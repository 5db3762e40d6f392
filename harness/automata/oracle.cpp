#include "automata/oracle.h"

#include <unordered_set>

namespace diconform::automata {

Result<std::vector<bool>> QueryCache::ask(std::span<const Word> words) {
  std::vector<Word> fresh;
  std::unordered_set<Word> seen;
  for (const Word& word : words) {
    if (!answers_.contains(word) && seen.insert(word).second) fresh.push_back(word);
  }
  if (!fresh.empty() && asked_ >= most_)
    return failure(std::string(kEnough), std::to_string(asked_) + " words were asked about", "");
  if (!fresh.empty()) {
    asked_ += fresh.size();
    TRY(std::vector<bool> answers, oracle_.ask(fresh));
    for (std::size_t i = 0; i < fresh.size(); ++i) learn(fresh[i], answers[i]);
  }
  std::vector<bool> out;
  for (const Word& word : words) out.push_back(answers_.at(word));
  return out;
}

Result<bool> QueryCache::ask(const Word& word) {
  TRY(std::vector<bool> answer, ask({&word, 1}));
  return answer[0];
}

std::optional<bool> QueryCache::known(const Word& word) const {
  auto found = answers_.find(word);
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Word> QueryCache::first_against(const Dfa& dfa) const {
  for (const Word& word : order_) {
    if (answers_.at(word) != dfa.accepts(word)) return word;
  }
  return std::nullopt;
}

void QueryCache::learn(const Word& word, bool answer) {
  auto [found, fresh] = answers_.emplace(word, answer);
  if (fresh)
    order_.push_back(word);
  else if (found->second != answer)
    contradictions_.push_back({word, found->second, answer});
}

Result<void> QueryCache::ask_again(const Word& word) {
  ++asked_;
  TRY(std::vector<bool> answer, oracle_.ask({&word, 1}));
  learn(word, answer[0]);
  return {};
}

Result<void> QueryCache::ask_again(std::size_t count, Chance& chance) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < std::min(count, order_.size()); ++i)
    words.push_back(order_[chance.below(order_.size())]);
  asked_ += words.size();
  TRY(std::vector<bool> answers, oracle_.ask(words));
  for (std::size_t i = 0; i < words.size(); ++i) learn(words[i], answers[i]);
  return {};
}

}  // namespace diconform::automata
