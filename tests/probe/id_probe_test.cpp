#include "probe/id_probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "automata/comparison.h"
#include "mutant_source.h"
#include "mutants.h"
#include "probe/id_report.h"
#include "scenario/catalogue.h"
#include "wrong_validators.h"

namespace diconform::probe {
namespace {

using automata::Dfa;

api::Edition edition() {
  api::Edition edition;
  edition.id = "2023-03-27";
  edition.image_id = {"eight", "img-[0-9a-z]{8}"};
  edition.image_id_candidates = {{"eight-or-nine", "img-[0-9a-z]{8,9}"}};
  return edition;
}
Dfa language(const char* pattern) { return *automata::compile(pattern, automata::kCharacters); }

IdFindings probed(Validator& validator, Level level, bool thorough = false, IdJournal* journal = nullptr) {
  target::EndpointSetup setup = validator.setup();
  IdOracle oracle(setup, 2, true, journal, nullptr);
  auto found = probe_ids(edition(), {.level = level, .seed = 5, .thorough = thorough}, oracle, journal);
  EXPECT_TRUE(found) << found.error().message();
  IdFindings out;
  if (found) out = *std::move(found);
  return out;
}

// Whether a suite notices, without anybody being asked over and over.
bool notices(const IdSuite& suite, const Accepts& accepts) {
  auto wrong = [&](const automata::Question& one) {
    return accepts(automata::utf8_of(one.word).value_or("")) != one.expected;
  };
  return std::ranges::any_of(suite.refused, wrong) || std::ranges::any_of(suite.accepted, wrong);
}

TEST(FaultClasses, ArePartOfOnePartition) {
  automata::LetterSet all;
  std::size_t sum = 0;
  for (const FaultClass& one : fault_classes()) {
    EXPECT_FALSE(one.letters.empty()) << one.name;
    all.add(one.letters);
    sum += one.letters.size();
  }
  EXPECT_EQ(all, automata::LetterSet::all(automata::kCharacters));
  EXPECT_EQ(sum, all.size()) << "two classes share a letter";
  sum = 0;
  for (const automata::Cell& cell : cells()) {
    EXPECT_TRUE(cell.stands_for.contains(cell.asked));
    sum += cell.stands_for.size();
  }
  EXPECT_EQ(sum, all.size());
}

TEST(IdProbe, TellsTheDifferenceItSawWhereTheLanguageIsTooLongToLearn) {
  Validator validator(matching("img-[0-9a-z]{7,8}"));
  target::EndpointSetup setup = validator.setup();
  IdOracle oracle(setup, 1, true, nullptr, nullptr);
  auto found = probe_ids(edition(), {.seed = 5, .thorough = false, .most_learned = 50}, oracle, nullptr);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_FALSE(found->equal);
  EXPECT_TRUE(found->differs);
  EXPECT_FALSE(found->certain);
  const auto outcomes = id_outcomes(*found, "2023-03-27", Level::kStandard);
  ASSERT_EQ(outcomes[0].verdict, result::Verdict::kFail) << outcomes[0].reason;
  EXPECT_NE(outcomes[0].findings[0].where.find("img-"), std::string::npos);
}

TEST(IdSuite, KeepsToTheCallsOfItsLevel) {
  for (const char* pattern : {"img-[0-9a-z]{8}", "img-[0-9a-z]{8,9}"}) {
    auto estimate = [&](Level level, std::uint64_t seed = 1) {
      api::Edition one = edition();
      one.image_id.pattern = pattern;
      return *estimate_ids(one, {.level = level, .seed = seed});
    };
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      EXPECT_LE(estimate(Level::kStandard, seed).most, 3'000u) << pattern << ", seed " << seed;
    EXPECT_LE(estimate(Level::kExhaustive).most, 24'500u) << pattern;
    EXPECT_LE(estimate(Level::kExhaustive).least, 24'000u) << pattern;
  }
}

TEST(IdSuite, StandardNoticesEveryWrongValidator) {
  const IdSuite suite = id_suite(language("img-[0-9a-z]{8}"), Level::kStandard, 0, 9);
  EXPECT_GE(wrong_validators().size(), 35u);
  for (const WrongValidator& one : wrong_validators()) EXPECT_TRUE(notices(suite, one.accepts)) << one.about;
  EXPECT_FALSE(notices(suite, matching("img-[0-9a-z]{8}")));
}

TEST(IdSuite, ExhaustiveSeesEverySingleCharacterAtEveryState) {
  const Dfa manual = language("img-[0-9a-z]{8}");
  const IdSuite suite = id_suite(manual, Level::kExhaustive, 0, 9);
  std::set<std::pair<automata::State, automata::Letter>> seen;
  for (const auto* questions : {&suite.accepted, &suite.refused}) {
    for (const automata::Question& one : *questions) {
      automata::State state = manual.start;
      for (automata::Letter letter : one.word) {
        seen.emplace(state, letter);
        state = manual.step(state, letter);
      }
    }
  }
  for (automata::State state = 0; state < manual.size(); ++state) {
    for (automata::Letter letter = 0; letter < 0x80; ++letter)
      EXPECT_TRUE(seen.contains({state, letter})) << state << " " << automata::name_of(letter);
  }
}

// Independent of suites and learner: every redirected character is a mutant, a sample of them is tried by
// hand.
TEST(IdSuite, ExhaustiveKillsEveryRedirectedAsciiCharacter) {
  const Dfa manual = language("img-[0-9a-z]{8}");
  const IdSuite suite = id_suite(manual, Level::kExhaustive, 0, 9);
  Chance chance(4);
  for (int i = 0; i < 20; ++i) {
    auto letter = static_cast<automata::Letter>(chance.below(0x80));
    Dfa mutant = over(
        manual, automata::Alphabet::common(
                    manual.alphabet,
                    automata::Alphabet(automata::kCharacters, std::vector{automata::LetterSet(letter)})));
    auto& target = mutant.next[chance.below(manual.size())][mutant.alphabet.class_of(letter)];
    target = static_cast<automata::State>(chance.below(manual.size()));
    if (equivalent(mutant, manual)) continue;
    auto wrong = [&](const automata::Question& one) { return mutant.accepts(one.word) != one.expected; };
    EXPECT_TRUE(std::ranges::any_of(suite.refused, wrong) || std::ranges::any_of(suite.accepted, wrong));
  }
}

TEST(IdProbe, FindsNothingWrongWithTheManualsLanguage) {
  Validator right(matching("img-[0-9a-z]{8}"));
  IdFindings found = probed(right, Level::kQuick);
  EXPECT_TRUE(found.equal);
  EXPECT_FALSE(found.nine_characters);
  EXPECT_TRUE(found.carriers.empty());
  EXPECT_TRUE(found.contradictions.empty());
  EXPECT_EQ(found.queries, right.requests);
  for (const result::Outcome& outcome : id_outcomes(found, "2023-03-27", Level::kQuick))
    EXPECT_EQ(outcome.verdict, result::Verdict::kPass) << outcome.reason;
}

TEST(IdProbe, TakesNineCharactersForAChoice) {
  Validator nine(matching("img-[0-9a-z]{8,9}"));
  IdFindings found = probed(nine, Level::kQuick);
  EXPECT_TRUE(found.equal);
  EXPECT_TRUE(found.nine_characters);
  EXPECT_EQ(id_outcomes(found, "2023-03-27", Level::kQuick)[0].choices[0].answer, "accepted");
}

TEST(IdProbe, StaysWithinThreeThousandCallsAtTheStandardLevel) {
  Validator right(matching("img-[0-9a-z]{8}"));
  IdFindings found = probed(right, Level::kStandard);
  EXPECT_TRUE(found.equal);
  EXPECT_LE(right.requests, 3'000u);
  Validator by_place(matching("img-[0-9a-z]{8}"));  // batches say nothing there
  by_place.by_place = true;
  EXPECT_TRUE(probed(by_place, Level::kStandard).equal);
  EXPECT_LE(by_place.requests, 3'000u);
}

TEST(IdProbe, SaysWhatANewlineAtTheEndMeans) {
  Validator dollar(matching("img-[0-9a-z]{8}\\n?"));
  IdFindings found = probed(dollar, Level::kQuick);
  EXPECT_FALSE(found.equal);
  EXPECT_EQ(found.observed, "img-[0-9a-z]{8}\\n?");
  EXPECT_EQ(found.witness, "img-00000000\n");
  ASSERT_EQ(found.differences.size(), 1u);
  EXPECT_EQ(found.differences[0], "after 12 characters, a newline: the manual refuses, the endpoint accepts");
}

TEST(IdProbe, LearnsTheLanguageOfAWrongValidator) {
  for (const char* pattern : {"img-[0-9A-Za-z]{8}", "img-[0-9a-z]{7,8}", "img-[0-9a-z]{8}|img-[0-9a-z]{16}",
                              "(?:img|ins)-[0-9a-z]{8}"}) {
    Validator wrong{matching(pattern)};
    IdFindings found = probed(wrong, Level::kQuick);
    EXPECT_FALSE(found.equal) << pattern;
    auto back = automata::compile(found.observed, automata::kCharacters);
    ASSERT_TRUE(back) << found.observed;
    EXPECT_TRUE(equivalent(*back, language(pattern))) << pattern << " learned as " << found.observed;
  }
}

TEST(IdProbe, KillsMutantsAtTheStandardLevel) {
  const Dfa manual = language("img-[0-9a-z]{8}");
  const std::vector<Dfa> lawful = {manual, language("img-[0-9a-z]{8,9}")};
  const IdSuite suite = id_suite(manual, Level::kStandard, 0, 3);
  Mutants mutants(manual, 1);
  int killed = 0;
  for (int i = 0; i < 100; ++i) {
    const Dfa mutant = mutants.next(lawful).dfa;
    auto wrong = [&](const automata::Question& one) { return mutant.accepts(one.word) != one.expected; };
    killed += std::ranges::any_of(suite.refused, wrong) || std::ranges::any_of(suite.accepted, wrong);
  }
  EXPECT_GE(killed, 72) << "of 100; the whole figure is tests/benchmarks/mutants.cpp's";
}

// What tests/benchmarks/mutants.cpp measures is what an endpoint would see: the same calls, the same
// findings.
TEST(IdProbe, AsksAnEndpointWhatItAsksInProcess) {
  Mutants mutants(language("img-[0-9a-z]{8}"), 11);
  const std::vector<Dfa> lawful = {language("img-[0-9a-z]{8}"), language("img-[0-9a-z]{8,9}")};
  for (int i = 0; i < 4; ++i) {
    const Dfa mutant = mutants.next(lawful).dfa;
    MutantSource source(mutant);
    auto found =
        probe_ids(edition(), {.level = Level::kQuick, .seed = 5, .thorough = false}, source, nullptr);
    ASSERT_TRUE(found) << found.error().message();
    Validator endpoint(matching(mutant));
    const IdFindings same = probed(endpoint, Level::kQuick);
    EXPECT_EQ(found->equal, same.equal);
    EXPECT_EQ(found->observed, same.observed);
    EXPECT_EQ(found->queries, same.queries);
  }
}

TEST(IdProbe, LearnsAMutantExactly) {
  Mutants mutants(language("img-[0-9a-z]{8}"), 12);
  const std::vector<Dfa> lawful = {language("img-[0-9a-z]{8}"), language("img-[0-9a-z]{8,9}")};
  int killed = 0, exact = 0;
  for (int i = 0; i < 8; ++i) {
    const Dfa mutant = mutants.next(lawful).dfa;
    MutantSource source(mutant);
    auto found =
        probe_ids(edition(), {.level = Level::kStandard, .seed = 5, .thorough = false}, source, nullptr);
    ASSERT_TRUE(found) << found.error().message();
    killed += !found->equal;
    exact += !found->equal && equivalent(found->learned, mutant);
  }
  EXPECT_GE(killed, 5);
  EXPECT_GE(exact, killed - 1) << "one may hide a second state";
}

TEST(IdProbe, BatchesOnlyWhereAMalformedIdAmongOthersIsRefused) {
  auto batching = [](Validator& validator) {
    target::EndpointSetup setup = validator.setup();
    IdOracle oracle(setup, 1, true, nullptr, nullptr);
    std::vector<automata::Word> words;
    for (int i = 0; i < 100; ++i)
      words.push_back(*automata::word_of_utf8("img-123456" + std::to_string(10 + i % 90)));
    EXPECT_TRUE(oracle.calibrate(words, U"img-1a2b_c4d"));
    return std::pair(oracle.batching(), oracle.batch_size());
  };
  Validator right(matching("img-[0-9a-z]{8}")), first_only(matching("img-[0-9a-z]{8}")),
      few(matching("img-[0-9a-z]{8}"));
  first_only.by_place = true;
  few.most_ids = 30;
  EXPECT_EQ(batching(right), std::pair(Batching::kByNotFound, std::size_t{100}));
  EXPECT_EQ(batching(first_only), std::pair(Batching::kUnsound, std::size_t{1}));
  EXPECT_EQ(batching(few), std::pair(Batching::kByNotFound, std::size_t{25}));
  few.most_ids = 10;
  EXPECT_EQ(batching(few), std::pair(Batching::kByNotFound, std::size_t{10}));
  EXPECT_LE((probed(few, Level::kStandard), few.requests), 3'020u) << "the calibrations of here, too";
}

TEST(IdProbe, FindsTheOneOfAHundredIdsThatIsRefused) {
  Validator wrong(matching("img-[0-9a-z]{7}[a-z]"));  // no digit at the end
  IdFindings found = probed(wrong, Level::kQuick);
  EXPECT_EQ(found.observed, "img-[0-9a-z]{7}[a-z]");
  EXPECT_LE(found.until_difference, 20u) << "the calibration has seen it already";
}

TEST(IdProbe, TellsCarriersApart) {
  Validator split(matching("img-[0-9a-z]{8}"));
  const Accepts right = matching("img-[0-9a-z]{8}");
  split.also = [right](const std::string& id, wire::Encoding encoding) {
    return right(encoding == wire::Encoding::kQuery ? std::string(trimmed(id)) : id);
  };
  IdFindings found = probed(split, Level::kStandard);
  EXPECT_TRUE(found.equal) << "over JSON";
  ASSERT_FALSE(found.carriers.empty());
  EXPECT_EQ(id_outcomes(found, "2023-03-27", Level::kStandard)[1].verdict, result::Verdict::kFail);
}

TEST(IdProbe, NoticesBytesThatAreNoCharacters) {
  // Drops what is not UTF-8, as decoders with errors="ignore" do.
  Validator dropping([](std::string id) {
    std::erase_if(id, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return matching("img-[0-9a-z]{8}")(id);
  });
  dropping.also = [](std::string id, wire::Encoding encoding) {
    if (encoding == wire::Encoding::kQuery && !is_utf8(id))
      std::erase_if(id, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return matching("img-[0-9a-z]{8}")(id);
  };
  EXPECT_FALSE(probed(dropping, Level::kQuick).carriers.empty());
}

TEST(IdProbe, ReportsAnEndpointThatContradictsItself) {
  Validator fickle(matching("img-[0-9a-z]{8}"));
  const Accepts right = matching("img-[0-9a-z]{8}");
  auto calls = std::make_shared<std::atomic<int>>(0);
  fickle.also = [right, calls](const std::string& id, wire::Encoding) {
    return (++*calls % 40 == 0) != right(id);
  };
  IdFindings found = probed(fickle, Level::kStandard);
  EXPECT_FALSE(found.equal);
  EXPECT_EQ(found.observed, "") << "it has no language";
  ASSERT_FALSE(found.contradictions.empty());
  EXPECT_LT(fickle.requests, 3'000u) << "nothing can be learned: it does not try for long";
  auto outcomes = id_outcomes(found, "2023-03-27", Level::kStandard);
  EXPECT_EQ(outcomes[0].verdict, result::Verdict::kInconclusive);
  ASSERT_FALSE(outcomes[2].findings.empty());
  const result::Finding& both = outcomes[2].findings[0];
  EXPECT_NE(both.expected.substr(0, 8), both.observed) << both.expected << ", " << both.observed;
}

TEST(IdProbe, GoesOnWhereItWasKilled) {
  const std::string path = testing::TempDir() + "/ids.journal";
  std::remove(path.c_str());
  const JournalHead head{"here", "2023-03-27", "quick", 5};
  Validator first(matching("img-[0-9a-z]{8}")), second(matching("img-[0-9a-z]{8}"));
  {
    IdJournal journal = *IdJournal::open(path, head);
    probed(first, Level::kQuick, false, &journal);
  }
  std::FILE* file = std::fopen(path.c_str(), "a");
  std::fputs("{\"id\":\"img-", file);  // the line on which it was killed
  std::fclose(file);
  IdJournal journal = *IdJournal::open(path, {"here", "2023-03-27", "quick", 99});
  EXPECT_EQ(journal.head().seed, 5u) << "the ids are those of the first time";
  EXPECT_GT(journal.answers().size(), 40u);
  EXPECT_TRUE(probed(second, Level::kQuick, false, &journal).equal);
  EXPECT_LT(second.requests + 40, first.requests);
  EXPECT_FALSE(IdJournal::open(path, {"elsewhere", "2023-03-27", "quick", 5}));
}

TEST(IdReport, HasTheMembersOfTheContract) {
  Validator wrong(matching("img-[0-9A-Za-z]{8}"));
  IdFindings found = probed(wrong, Level::kQuick);
  const Json json = id_characteristics(found, Level::kQuick);
  const Json* id = json.find("idLanguage");
  ASSERT_TRUE(id);
  EXPECT_EQ(*id->find("declared")->string(), "img-[0-9a-z]{8}");
  EXPECT_EQ(*id->find("level")->string(), "quick");
  EXPECT_EQ(id->find("queries")->integer(), static_cast<std::int64_t>(found.queries));
  EXPECT_FALSE(*id->find("equal")->boolean());
  EXPECT_EQ(*id->find("observed")->string(), "img-[0-9A-Za-z]{8}");
  EXPECT_TRUE(id->find("witness")->string());
  EXPECT_TRUE(id->find("automaton"));
  auto outcomes = id_outcomes(found, "2023-03-27", Level::kQuick);
  EXPECT_EQ(outcomes[0].trial, "probe/image-id-language[2023-03-27,quick]");
  EXPECT_EQ(outcomes[0].verdict, result::Verdict::kFail);
  EXPECT_EQ(outcomes[0].findings[0].clause, "image-id.language");
}

}  // namespace
}  // namespace diconform::probe
