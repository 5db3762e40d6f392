#include "probe/id_probe.h"

#include <algorithm>
#include <functional>

#include "automata/comparison.h"
#include "automata/to_expression.h"
#include "base/text.h"
#include "probe/id_report.h"
#include "probe/id_words.h"

namespace diconform::probe {
namespace {

using automata::Dfa;
using automata::Question;
using automata::Word;

constexpr std::size_t kCandidateWords = 3;  // that tell two candidates apart: one alone may be a single fault
constexpr std::size_t kAskedAgain = 12;     // at random, at the end
constexpr std::size_t kAskedInDoubt = 200;  // at random, where no automaton agrees with all answers
constexpr int kAskedToBeSure = 2;           // a word on which the endpoint differs
// Batches of ids that are more than the suite needs: a few calls, however small the batches are.
constexpr std::size_t kMostBatches = 20;
constexpr std::size_t kWalks = 1'000;              // through what was learned
constexpr std::size_t kCarried[] = {12, 22, 100};  // ids for each carrier, at most, by level

std::size_t carried_at(Level level) {
  return std::min(kCarried[static_cast<std::size_t>(level)], carried_list().size());
}

struct Candidate {
  api::IdLanguage language;
  Dfa dfa;
};

Result<std::vector<Candidate>> candidates_of(const api::Edition& edition) {
  std::vector<Candidate> all;
  std::vector<api::IdLanguage> languages = {edition.image_id};
  languages.insert(languages.end(), edition.image_id_candidates.begin(), edition.image_id_candidates.end());
  for (const api::IdLanguage& language : languages) {
    TRY(Dfa dfa, automata::compile(language.pattern, automata::kCharacters));
    all.push_back({language, std::move(dfa)});
  }
  return all;
}

// Words of a language, drawn at random.
std::vector<Word> words_of(const Dfa& dfa, std::size_t count, std::uint64_t seed) {
  Chance chance(seed);
  automata::Draw draw = MemberDraw(chance.next());
  std::vector<Word> words;
  for (int tries = 0; tries < 100 && words.size() < count; ++tries) {
    for (Question& one : automata::random_walks(dfa, 4 * count, chance, draw)) {
      if (one.expected && words.size() < count && std::ranges::find(words, one.word) == words.end())
        words.push_back(std::move(one.word));
    }
  }
  return words;
}

std::vector<Question> questions_for(const Dfa& dfa, const std::vector<Word>& words) {
  std::vector<Question> out;
  for (const Word& word : words) out.push_back({word, dfa.accepts(word), 0, word.size()});
  return out;
}

class IdProbe {
 public:
  IdProbe(const IdProbeOptions& options, IdSource& oracle)
      : options_(options), oracle_(oracle), cache_(oracle) {}

  Result<IdFindings> run(const std::vector<Candidate>& candidates, const IdJournal* journal) {
    if (journal) {
      for (const auto& [word, accepted] : journal->answers()) cache_.learn(word, accepted);
    }
    TRY(std::optional<Word> refused,
        oracle_.calibrate(words_of(candidates[0].dfa, 100, options_.seed), U"img-1a2b_c4d"));
    TRY(std::size_t nearest, nearest_of(candidates));
    const Candidate& base = candidates[nearest];
    found_.candidate = base.language.name;
    found_.declared = base.language.pattern;
    found_.nine_characters = nearest > 0;
    found_.language = base.dfa;
    std::optional<Question> failed;
    if (refused && base.dfa.accepts(*refused)) {
      failed = Question{*refused, true, 0, 0};
      TRY_VOID(cache_.ask(*refused));
    } else {
      TRY(failed, examine(base.dfa));
    }
    found_.equal = !failed;
    if (failed) found_.until_difference = oracle_.requests();
    if (failed) TRY_VOID(learn_what_holds(base.dfa, failed->word));
    TRY_VOID(compare_carriers(base.dfa));
    TRY_VOID(ask_again());
    found_.contradictions = cache_.contradictions();
    std::ranges::move(fickle_, std::back_inserter(found_.contradictions));
    found_.unclear = oracle_.unclear();
    found_.forbidden = oracle_.forbidden();
    found_.queries = oracle_.requests();
    found_.ids = cache_.size();
    return std::move(found_);
  }

 private:
  // The candidate that agrees with every answer to words that tell it from the first; the first where none
  // does.
  Result<std::size_t> nearest_of(const std::vector<Candidate>& candidates) {
    for (std::size_t i = 1; i < candidates.size(); ++i) {
      Dfa between = product(candidates[0].dfa, candidates[i].dfa, automata::Join::kOneOnly);
      std::vector<Word> words = words_of(between, kCandidateWords, options_.seed + i);
      TRY(std::vector<bool> answers, cache_.ask(words));
      bool agrees = !words.empty();
      for (std::size_t w = 0; w < words.size(); ++w)
        agrees = agrees && answers[w] == candidates[i].dfa.accepts(words[w]);
      if (agrees) return i;
    }
    return std::size_t{0};
  }

  // The first question of the level's suite on which the endpoint and the language differ.
  Result<std::optional<Question>> examine(const Dfa& language) {
    const IdSuite suite = id_suite(language, options_.level, options_.extra_states, options_.seed);
    const std::span<const Question> accepted(suite.accepted);
    TRY(std::optional<Question> failed, examine_accepted(accepted.first(suite.needed)));
    if (!failed) {
      TRY(failed, automata::first_failure(suite.refused, cache_));
    }
    if (!failed && oracle_.batching() != Batching::kUnsound) {
      const std::size_t most = suite.needed + kMostBatches * oracle_.batch_size();
      TRY(failed, examine_accepted(accepted.first(std::min(most, accepted.size())).subspan(suite.needed)));
    }
    return failed;
  }

  // Many in a call where that is sound. A call that is refused is taken apart.
  Result<std::optional<Question>> examine_accepted(std::span<const Question> questions) {
    const std::size_t size = oracle_.batch_size();
    for (std::size_t start = 0; start < questions.size(); start += size) {
      auto some = questions.subspan(start, std::min(size, questions.size() - start));
      std::vector<Word> words;
      for (const Question& one : some) {
        if (!cache_.known(one.word)) words.push_back(one.word);
      }
      bool all = false;
      if (words.size() > 1 && oracle_.batching() != Batching::kUnsound) {
        TRY(all, oracle_.all_accepted(words));
      }
      if (all)
        for (const Word& word : words) cache_.learn(word, true);
      TRY(std::optional<Question> failed, automata::first_failure(some, cache_));
      if (failed) return failed;
    }
    return std::nullopt;
  }

  // Whether the endpoint says the same about a word as before.
  Result<bool> holds(const Word& word) {
    for (int i = 0; i < kAskedToBeSure; ++i) TRY_VOID(cache_.ask_again(word));
    return cache_.contradictions().empty();
  }

  // Who contradicts himself has no language: there is nothing to learn but that.
  Result<void> learn_what_holds(const Dfa& expected, const Word& counterexample) {
    found_.witness = automata::utf8_of(counterexample).value_or("");
    found_.declared_accepts = expected.accepts(counterexample);
    cache_.allow(options_.most_learned);
    auto learned = learn(expected, counterexample);
    cache_.allow(SIZE_MAX / 2);
    const bool doubt = !learned && learned.error().where == automata::kLearning;
    if (!learned && !doubt && learned.error().where != automata::kEnough) return learned;
    if (doubt) {
      Chance chance(options_.seed ^ 3);
      TRY_VOID(cache_.ask_again(kAskedInDoubt, chance));
    }
    if (!learned) {
      found_.certain = false;
      TRY_VOID(describe(expected));
    }
    if (!cache_.contradictions().empty()) {
      found_.observed.clear();
      found_.differences.clear();
    }
    found_.differs = cache_.contradictions().empty();
    return {};
  }

  Result<void> learn(const Dfa& expected, const Word& counterexample) {
    automata::Learner learner(expected, cells(), cache_);
    TRY_VOID(learner.begin());
    std::optional<Word> next = counterexample;
    while (next) {
      TRY(bool steady, holds(*next));
      if (!steady) return {};
      TRY_VOID(learner.correct(*next));
      found_.learned = learner.hypothesis();
      TRY(next, refuted(learner, expected));
    }
    return describe(expected);
  }

  // What was learned, if anything was.
  Result<void> describe(const Dfa& expected) {
    if (found_.learned.size() == 0) return {};
    found_.observed = automata::to_pattern(automata::to_expression(found_.learned), automata::kCharacters);
    found_.differences = in_words(found_.learned, expected);
    if (auto witness = automata::shortest_difference(expected, found_.learned)) {
      found_.witness = automata::utf8_of(*witness).value_or("");
      found_.declared_accepts = expected.accepts(*witness);
      TRY_VOID(cache_.ask_again(*witness));
    }
    return {};
  }

  // A word on which what was learned errs. Letters are drawn always the same, so that what was asked about an
  // earlier hypothesis need not be asked again.
  Result<std::optional<Word>> refuted(const automata::Learner& learner, const Dfa& expected) {
    const Dfa& learned = found_.learned;
    if (auto old = cache_.first_against(learned)) return old;
    automata::Draw same = [&](const automata::LetterSet& set) {
      return learner.asked_about(Word(1, first_thought(set)))[0];
    };
    std::vector<automata::LetterSet> sets = class_sets();
    for (const Dfa* dfa : {&learned, &expected})
      std::ranges::copy(dfa->alphabet.classes(), std::back_inserter(sets));
    const automata::Alphabet cut(automata::kCharacters, sets);
    Chance chance(options_.seed);
    auto suite = [&](const automata::Alphabet& letters, std::size_t extra_states) {
      return automata::suite(learned, letters, automata::Method::kWp, extra_states, same);
    };
    const std::function<std::vector<Question>()> rounds[] = {
        [&] { return questions_for(learned, careful_list()); },
        [&] { return automata::questions_around_differences(learned, expected, cut, same); },
        [&] { return automata::random_walks(learned, kWalks, chance, MemberDraw(chance.next())); },
        [&] { return suite(cut, 0); },
        [&] { return singly() ? suite(automata::Alphabet::common(learner.alphabet(), cut), 0) : none(); },
        [&] { return may_hide_states(learned, expected) ? suite(cut, 1) : none(); }};
    for (const auto& round : rounds) {
      TRY(std::optional<Question> failed, automata::first_failure(round(), cache_, 1'024));
      if (failed) return failed->word;
    }
    return std::nullopt;
  }
  static std::vector<Question> none() { return {}; }
  bool singly() const { return options_.thorough && options_.level == Level::kExhaustive; }
  // Another state of its own may hide behind letters that seem to be taken rightly. Who has many has no small
  // defect: to look for more there would take too long.
  bool may_hide_states(const Dfa& learned, const Dfa& expected) const {
    const bool few_more = learned.size() <= expected.size() + 2;
    const bool wanted = few_more && options_.level != Level::kQuick;
    return options_.thorough && (wanted || options_.extra_states > 0);
  }

  Result<void> compare_carriers(const Dfa& language) {
    std::vector<Carrier> used;
    const std::string plain = automata::utf8_of(words_of(language, 1, options_.seed ^ 1).at(0)).value_or("");
    TRY(IdReply as_json, oracle_.ask_in(Carrier::kJson, plain));
    for (Carrier carrier : {Carrier::kJsonEscaped, Carrier::kQuery, Carrier::kForm}) {
      TRY(IdReply reply, oracle_.ask_in(carrier, plain));
      if (reply.kind == as_json.kind)
        used.push_back(carrier);
      else
        found_.unused_carriers.emplace_back(carrier, reply.said);
    }
    const std::vector<std::string> ids = carried_list();
    for (const std::string& id : std::span(ids).first(carried_at(options_.level)))
      TRY_VOID(compare_carriers(used, id));
    return {};
  }

  // Against JSON, or, where JSON cannot carry the bytes, against the manual, which refuses them all. A
  // difference is looked at twice: an endpoint that contradicts itself is no matter of carriers.
  Result<void> compare_carriers(const std::vector<Carrier>& used, const std::string& id) {
    const auto word = automata::word_of_utf8(id);
    bool accepted = false;
    if (word) {
      TRY(accepted, cache_.ask(*word));
    }
    TRY(auto said, said_in(used, id));
    auto differs = [&](const auto& one) { return (one.second.kind == IdReply::Kind::kAccepted) != accepted; };
    if (std::ranges::none_of(said, differs)) return {};
    TRY(auto again, said_in(used, id));
    if (word) TRY_VOID(cache_.ask_again(*word));
    CarrierDifference seen{id, {}};
    if (word) seen.said.emplace_back(Carrier::kJson, accepted ? "accepted" : "refused");
    for (const auto& [carrier, reply] : said) seen.said.emplace_back(carrier, reply.said);
    if (again == said)
      found_.carriers.push_back(std::move(seen));
    else
      fickle_.push_back({word.value_or(automata::word_of_bytes(id)), accepted, !accepted});
    return {};
  }

  Result<std::vector<std::pair<Carrier, IdReply>>> said_in(const std::vector<Carrier>& used,
                                                           const std::string& id) {
    std::vector<std::pair<Carrier, IdReply>> said;
    for (Carrier carrier : used) {
      if (!can_carry(carrier, id)) continue;
      TRY(IdReply reply, oracle_.ask_in(carrier, id));
      if (reply.kind != IdReply::Kind::kForbidden) said.emplace_back(carrier, std::move(reply));
    }
    return said;
  }

  Result<void> ask_again() {
    Chance chance(options_.seed ^ 2);
    return cache_.ask_again(kAskedAgain, chance);
  }

  const IdProbeOptions& options_;
  IdSource& oracle_;
  automata::QueryCache cache_;
  std::vector<automata::Contradiction> fickle_;  // between two looks at other carriers
  IdFindings found_;
};

}  // namespace

Result<IdEstimate> estimate_ids(const api::Edition& edition, const IdProbeOptions& options) {
  TRY(std::vector<Candidate> candidates, candidates_of(edition));
  const IdSuite suite = id_suite(candidates[0].dfa, options.level, options.extra_states, options.seed);
  const std::vector<std::string> carried = carried_list();
  std::size_t carriers = 0;
  for (const std::string& id : std::span(carried).first(carried_at(options.level)))
    carriers += can_carry(Carrier::kJson, id) ? 4 : 2;
  const std::size_t besides = carriers + candidates.size() * kCandidateWords + kAskedAgain;
  const std::size_t calibration = 14;
  return IdEstimate{suite.refused.size() + suite.accepted.size() / 100 + besides - carriers / 4,
                    suite.refused.size() + suite.needed + besides + calibration};
}

Result<IdFindings> probe_ids(const api::Edition& edition, const IdProbeOptions& options, IdSource& oracle,
                             const IdJournal* journal) {
  TRY(std::vector<Candidate> candidates, candidates_of(edition));
  TRY(IdFindings found, IdProbe(options, oracle).run(candidates, journal));
  if (found.equal || found.observed.empty() || !found.certain) return found;
  for (const Candidate& one : candidates) {
    if (!automata::equivalent(one.dfa, found.learned)) continue;
    found.equal = true;
    found.candidate = one.language.name;
    found.declared = one.language.pattern;
  }
  return found;
}

}  // namespace diconform::probe
