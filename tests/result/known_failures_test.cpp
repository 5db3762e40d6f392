#include "result/known_failures.h"

#include <gtest/gtest.h>

#include "values.h"

namespace diconform::result {
namespace {

constexpr const char* kToday = "2026-11-22";
const std::string kTrial = "dry-run/changes-nothing[2023-03-27,query,tc3]";

KnownFailure entry(std::string trial, std::string clause, std::string observed = "*",
                   std::string until = "") {
  return {std::move(trial), std::move(clause), "issue 12", std::move(observed), std::move(until)};
}

Result<std::vector<KnownFailure>> read(std::string_view text) {
  auto json = parse_json(text);
  if (!json) return std::unexpected(json.error());
  return known_failures_from_json(*json, "known.json");
}

std::vector<std::string> complaints_of(KnownFailures& list, std::vector<std::string> planned) {
  return list.complaints(planned, planned);
}

TEST(KnownFailuresFile, IsReadAndWrittenWithoutLoss) {
  auto list = read(R"({"$schema": "x", "knownFailures": [
    {"trial": "dry-run/*", "clause": "c", "reason": "issue 12"},
    {"trial": "ids/*", "clause": "d", "reason": "r", "observed": "*gone*", "until": "2027-01-31"}]})");
  ASSERT_TRUE(list) << list.error().message();
  EXPECT_EQ((*list)[0], (KnownFailure{"dry-run/*", "c", "issue 12", "*", ""}));
  EXPECT_EQ((*list)[1], (KnownFailure{"ids/*", "d", "r", "*gone*", "2027-01-31"}));
  auto again = known_failures_from_json(to_json(*list), "again");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *list);
}

TEST(KnownFailuresFile, HoldsOneDefectThatManyTrialsShowInOneEntry) {
  constexpr const char* kText =
      R"({"knownFailures":[{"trials":["a/*","b/*"],"clause":"c","reason":"r","matters":)"
      R"("m","remedy":"do","reproduce":"b/one"},{"trial":"d","clause":"c","reason":"r"}]})";
  auto list = read(kText);
  ASSERT_TRUE(list) << list.error().message();
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[1], (KnownFailure{"b/*", "c", "r", "*", "", "m", "do", "b/one"}));
  EXPECT_EQ(to_text(to_json(*list)), kText);
}

TEST(KnownFailuresFile, RefusesAReproductionThatIsNoneOfItsTrials) {
  auto list =
      read(R"({"knownFailures": [{"trials": ["a/*"], "clause": "c", "reason": "r", "reproduce": "b/x"}]})");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().where, "known.json: /knownFailures/0/reproduce");
  EXPECT_FALSE(read(R"({"knownFailures": [{"trials": [], "clause": "c", "reason": "r"}]})"));
}

TEST(KnownFailures, GoStalePatternByPattern) {
  auto entries = read(R"({"knownFailures": [{"trials": ["a/*", "b/*"], "clause": "c", "reason": "r"}]})");
  ASSERT_TRUE(entries);
  KnownFailures list(*entries, kToday);
  Outcome shows = outcome("a/one", Verdict::kFail, {finding("c", "x")}),
          passes = outcome("b/one", Verdict::kPass, {});
  list.apply(shows);
  list.apply(passes);
  const auto complaints = complaints_of(list, {"a/one", "b/one"});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_TRUE(complaints[0].starts_with("stale known failure: trial \"b/*\"")) << complaints[0];
}

TEST(KnownFailuresFile, RequiresAReason) {
  auto absent = read(R"({"knownFailures": [{"trial": "t", "clause": "c"}]})");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message(), "known.json: /knownFailures/0: lacks the member \"reason\"");
  auto blank = read(R"({"knownFailures": [{"trial": "t", "clause": "c", "reason": "  "}]})");
  ASSERT_FALSE(blank);
  EXPECT_EQ(blank.error().where, "known.json: /knownFailures/0/reason");
}

TEST(KnownFailuresFile, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(read(R"({"knownFailures": [{"trial": "t", "clause": "c", "reason": "r", "observd": "x"}]})"));
  EXPECT_FALSE(read(R"({"knownFailures": [], "more": 1})"));
  EXPECT_FALSE(read(R"({"knownFailures": {}})"));
  EXPECT_FALSE(read(R"([])"));
  EXPECT_FALSE(read(R"({"knownFailures": [7]})"));
}

TEST(KnownFailuresFile, RefusesADayThatNeverComes) {
  for (std::string until :
       {"", "soon", "2027-13-01", "2027-02-30", "2027-1-1", "31-01-2027", "2027-01-31T00:00"}) {
    EXPECT_FALSE(read(R"({"knownFailures": [{"trial": "t", "clause": "c", "reason": "r", "until": ")" +
                      until + R"("}]})"))
        << until;
  }
}

TEST(KnownFailures, TurnsAFailureItDescribesIntoAKnownOne) {
  KnownFailures list({entry("dry-run/*[*,query,*]", "dry-run.changes-nothing", "*gone*")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("dry-run.changes-nothing", "img-1 is gone")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kKnownFailure);
  EXPECT_EQ(seen.reason, "issue 12");
  EXPECT_TRUE(complaints_of(list, {kTrial}).empty());
}

TEST(KnownFailures, KeepsAnotherClauseRed) {
  KnownFailures list({entry("dry-run/*", "dry-run.changes-nothing")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("envelope.uuid", "no RequestId")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kFail);
}

TEST(KnownFailures, KeepsAnotherObservationRed) {
  KnownFailures list({entry(kTrial, "dry-run.changes-nothing", "*gone*")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("dry-run.changes-nothing", "img-1 is renamed")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kFail);
}

TEST(KnownFailures, KeepsAPartlyDescribedOutcomeRed) {
  KnownFailures list({entry(kTrial, "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("a", "known"), finding("b", "new")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kFail);
  EXPECT_EQ(seen.reason, "known");
  EXPECT_TRUE(complaints_of(list, {kTrial}).empty()) << "the entry was of use all the same";
}

TEST(KnownFailures, NeedsNoEntryForAWarningBesideAKnownFailure) {
  KnownFailures list({entry(kTrial, "a")}, kToday);
  Outcome seen =
      outcome(kTrial, Verdict::kFail, {finding("a", "known"), finding("b", "w", Severity::kWarning)});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kKnownFailure);
}

TEST(KnownFailures, NeverExcuseAnError) {
  KnownFailures list({entry("*", "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kError, {finding("a", "known")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kError);
}

TEST(KnownFailures, NeverExcuseAFailureWithoutAFinding) {
  KnownFailures list({entry("*", "*")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail);
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kFail);
}

TEST(KnownFailures, NameReasonsOfAllEntriesThatWereNeeded) {
  KnownFailures list({{kTrial, "a", "issue 1", "*", ""}, {kTrial, "b", "issue 2", "*", ""}}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("a", "x"), finding("b", "y"), finding("a", "z")});
  list.apply(seen);
  EXPECT_EQ(seen.reason, "issue 1; issue 2");
}

TEST(KnownFailures, ComplainAboutAStaleEntry) {
  KnownFailures list({entry(kTrial, "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kPass);
  list.apply(seen);
  auto complaints = complaints_of(list, {kTrial});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_TRUE(complaints[0].starts_with(
      "stale known failure: trial \"dry-run/changes-nothing[2023-03-27,query,tc3]\", clause a: 1 trial "
      "verified"))
      << complaints[0];
}

TEST(KnownFailures, CallNoEntryStaleThatANoisyTrialMayStillNeed) {
  KnownFailures list({entry("dry-run/*", "a")}, kToday);
  Outcome pass = outcome("dry-run/one", Verdict::kPass),
          noisy = outcome("dry-run/two", Verdict::kInconclusive);
  list.apply(pass);
  list.apply(noisy);
  EXPECT_TRUE(complaints_of(list, {"dry-run/one", "dry-run/two"}).empty());
}

TEST(KnownFailures, CallNoEntryStaleWhoseTrialCouldNotBeTested) {
  KnownFailures list({entry(kTrial, "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kUntestable);
  list.apply(seen);
  EXPECT_TRUE(complaints_of(list, {kTrial}).empty());
}

TEST(KnownFailures, CountAWarningAsUseSoThatOneListServesStrictRunsToo) {
  KnownFailures list({entry(kTrial, "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kPass, {finding("a", "w", Severity::kWarning)});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kPass);
  EXPECT_TRUE(complaints_of(list, {kTrial}).empty());
}

TEST(KnownFailures, ComplainAboutAnEntryThatMatchesNoTrialThereIs) {
  KnownFailures list({entry("dry-rum/*", "a")}, kToday);
  auto complaints = complaints_of(list, {kTrial});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_TRUE(complaints[0].starts_with("unmatched known failure: trial \"dry-rum/*\"")) << complaints[0];
}

TEST(KnownFailures, SayNothingOfAnEntryWhoseTrialsWereDeselected) {
  KnownFailures list({entry(kTrial, "a"), entry(kTrial, "b", "*", "2020-01-01")}, kToday);
  std::vector<std::string> planned = {"ids/nine"}, catalogue = {"ids/nine", kTrial};
  EXPECT_TRUE(list.complaints(planned, catalogue).empty());
}

TEST(KnownFailures, ComplainAboutTwoEntriesForOneFindingOnceHoweverOftenItIsSeen) {
  KnownFailures list({entry("dry-run/*", "a"), entry("*", "a", "*gone*")}, kToday);
  Outcome one = outcome("dry-run/one", Verdict::kFail, {finding("a", "img-1 is gone")});
  Outcome two = outcome("dry-run/two", Verdict::kFail, {finding("a", "img-1 is gone")});
  list.apply(one);
  list.apply(two);
  EXPECT_EQ(one.verdict, Verdict::kKnownFailure);
  auto complaints = complaints_of(list, {"dry-run/one", "dry-run/two"});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_TRUE(complaints[0].starts_with("overlapping known failures: (trial \"dry-run/*\"")) << complaints[0];
  EXPECT_NE(complaints[0].find("dry-run/one"), std::string::npos);
}

TEST(KnownFailures, HoldOnTheLastDayAndNotOnTheNext) {
  for (bool over : {false, true}) {
    KnownFailures list({entry(kTrial, "a", "*", "2026-11-22")}, over ? "2026-11-23" : "2026-11-22");
    Outcome seen = outcome(kTrial, Verdict::kFail, {finding("a", "x")});
    list.apply(seen);
    EXPECT_EQ(seen.verdict, over ? Verdict::kFail : Verdict::kKnownFailure);
    EXPECT_EQ(complaints_of(list, {kTrial}).size(), over ? 1u : 0u);
  }
}

TEST(KnownFailures, ComplainAboutAnExpiredEntryEvenWhereNothingFails) {
  KnownFailures list({entry(kTrial, "a", "*", "2026-11-21")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kPass);
  list.apply(seen);
  auto complaints = complaints_of(list, {kTrial});
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_TRUE(complaints[0].starts_with("expired known failure:")) << complaints[0];
}

TEST(KnownFailures, DoNotCallAnExpiredEntryAnOverlap) {
  KnownFailures list({entry(kTrial, "a", "*", "2026-11-21"), entry(kTrial, "a")}, kToday);
  Outcome seen = outcome(kTrial, Verdict::kFail, {finding("a", "x")});
  list.apply(seen);
  EXPECT_EQ(seen.verdict, Verdict::kKnownFailure);
  EXPECT_EQ(complaints_of(list, {kTrial}).size(), 1u);
}

}  // namespace
}  // namespace diconform::result
