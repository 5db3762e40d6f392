// A language that is asked in process, as an endpoint would be: every call is counted and none is sent.
#pragma once

#include <algorithm>

#include "probe/id_oracle.h"

namespace diconform::probe {

class MutantSource final : public IdSource {
 public:
  explicit MutantSource(const automata::Dfa& dfa) : dfa_(dfa) {}

  Result<std::vector<bool>> ask(std::span<const automata::Word> words) override {
    requests_ += words.size();
    std::vector<bool> out;
    for (const automata::Word& word : words) out.push_back(dfa_.accepts(word));
    return out;
  }
  // As an endpoint that looks at every id before it looks for images.
  Result<std::optional<automata::Word>> calibrate(std::span<const automata::Word> accepted,
                                                  const automata::Word& malformed) override {
    auto refuses = [&](const automata::Word& word) { return !dfa_.accepts(word); };
    auto first = std::ranges::find_if(accepted, refuses);
    requests_ += first == accepted.end() ? 4 : 8;  // 100 ids are halved seven times
    if (first != accepted.end()) return *first;
    sound_ = refuses(malformed);
    return std::nullopt;
  }
  Batching batching() const override { return sound_ ? Batching::kByNotFound : Batching::kUnsound; }
  std::size_t batch_size() const override { return sound_ ? 100 : 1; }
  Result<bool> all_accepted(std::span<const automata::Word> words) override {
    ++requests_;
    return std::ranges::all_of(words, [&](const automata::Word& word) { return dfa_.accepts(word); });
  }
  Result<IdReply> ask_in(Carrier, const std::string& id) override {
    ++requests_;
    auto word = automata::word_of_utf8(id);
    const bool accepted = word && dfa_.accepts(*word);
    return accepted ? IdReply{IdReply::Kind::kAccepted, "InvalidImageId.NotFound"}
                    : IdReply{IdReply::Kind::kRefused, "InvalidImageId.Malformed"};
  }
  std::uint64_t requests() const override { return requests_; }
  const std::vector<Unclear>& unclear() const override { return unclear_; }
  std::size_t forbidden() const override { return 0; }

 private:
  const automata::Dfa& dfa_;
  bool sound_ = false;
  std::uint64_t requests_ = 0;
  std::vector<Unclear> unclear_;
};

}  // namespace diconform::probe
