#include "result/upkeep.h"

#include <gtest/gtest.h>

#include "values.h"

namespace diconform::result {
namespace {

constexpr const char* kToday = "2026-11-22";

TEST(KnownFailuresUpdate, AddsOneEntryForEveryFailureNotListed) {
  std::vector<KnownFailure> list = {{"a/*", "c1", "issue 1", "*", ""}};
  Report report = report_of({outcome("a/one", Verdict::kFail, {finding("c1", "x"), finding("c2", "y")}),
                             outcome("a/two", Verdict::kPass), outcome("a/three", Verdict::kError)});
  auto entries = updated(list, report, kToday);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0], list[0]);
  EXPECT_EQ(entries[1], (KnownFailure{"a/one", "c2", "TODO: say why", "y", ""}));
}

TEST(KnownFailuresUpdate, DescribesWhatItWasMadeFrom) {
  Outcome failed =
      outcome("a/one", Verdict::kFail, {finding("c", "img-1a2b3c4d is gone, snap-1 is not (5%)")});
  auto entries = updated({}, report_of({failed}), kToday);
  KnownFailures list(entries, kToday);
  list.apply(failed);
  EXPECT_EQ(failed.verdict, Verdict::kKnownFailure);
}

TEST(KnownFailuresUpdate, AddsAnewWhatAnExpiredEntryNoLongerExcuses) {
  std::vector<KnownFailure> list = {{"a/one", "c", "issue 1", "*", "2026-01-01"}};
  EXPECT_EQ(updated(list, report_of({outcome("a/one", Verdict::kFail, {finding("c", "x")})}), kToday).size(),
            2u);
}

TEST(KnownFailuresUpdate, AddsNothingForWarnings) {
  Report report = report_of({outcome("a/one", Verdict::kPass, {finding("c", "x", Severity::kWarning)})});
  EXPECT_TRUE(updated({}, report, kToday).empty());
}

TEST(KnownFailuresUpdate, LeavesOutWhatDiffersFromRunToRun) {
  EXPECT_EQ(as_pattern("image img-1a2b3c4d is gone"), "image * is gone");
  EXPECT_EQ(as_pattern("\"snap-x9\" and img-A"), "\"*\" and *");
  EXPECT_EQ(as_pattern("b5b41468-520d-4192-b42f-595cc34b6c1c came twice"), "* came twice");
  EXPECT_EQ(as_pattern("token [redacted] \xEF\xBF\xBD"), "token * *");
  EXPECT_EQ(as_pattern("img- and ximg-1 stay"), "img- and ximg-1 stay");
}

TEST(KnownFailuresPrune, TakesOutOnlyWhatWasVerifiedAndNotSeen) {
  std::vector<KnownFailure> list = {
      {"a/one", "c", "still there", "*", ""},        {"a/two", "c", "repaired", "*", ""},
      {"a/three", "c", "not run", "*", ""},          {"a/four", "c", "not testable", "*", ""},
      {"a/*", "d", "an error may hide it", "*", ""}, {"w/*", "c", "a warning now", "*", ""}};
  Report report = report_of({outcome("a/one", Verdict::kKnownFailure, {finding("c", "x")}),
                             outcome("a/two", Verdict::kPass), outcome("a/four", Verdict::kUntestable),
                             outcome("a/five", Verdict::kError),
                             outcome("w/one", Verdict::kPass, {finding("c", "x", Severity::kWarning)})});
  auto entries = pruned(list, report);
  ASSERT_EQ(entries.size(), 5u);
  for (const KnownFailure& entry : entries) EXPECT_NE(entry.reason, "repaired");
}

TEST(KnownFailuresCheck, RefusesAReasonNobodyFilledIn) {
  auto entries = updated({}, report_of({outcome("a/one", Verdict::kFail, {finding("c", "x")})}), kToday);
  auto problems = list_problems(entries, kToday, {});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0],
            "trial \"a/one\", clause c, observed \"x\": the reason is still \"TODO: say "
            "why\"; say why");
}

TEST(KnownFailuresCheck, RefusesRepeatsExpiredDaysAndTrialsThatDoNotExist) {
  std::vector<KnownFailure> list = {{"a/one", "c", "r", "*", ""},
                                    {"a/one", "c", "other words", "*", ""},
                                    {"a/two", "c", "r", "*", "2026-11-21"},
                                    {"z/*", "c", "r", "*", ""}};
  std::vector<std::string> catalogue = {"a/one", "a/two"};
  auto problems = list_problems(list, kToday, catalogue);
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_NE(problems[0].find("is there twice"), std::string::npos);
  EXPECT_NE(problems[1].find("held until 2026-11-21"), std::string::npos);
  EXPECT_NE(problems[2].find("names no trial"), std::string::npos);
}

TEST(KnownFailuresCheck, HasNothingToSayAboutAGoodList) {
  std::vector<KnownFailure> list = {{"a/*", "c", "issue 1", "*gone*", "2026-11-22"}};
  std::vector<std::string> catalogue = {"a/one"};
  EXPECT_TRUE(list_problems(list, kToday, catalogue).empty());
}

TEST(KnownFailuresFiles, AreReadBackAsWritten) {
  std::string path = testing::TempDir() + "known.json";
  std::vector<KnownFailure> list = {{"a/*", "c", "issue \"1\"\n", "*gone*", "2026-11-22"}};
  ASSERT_TRUE(write_known_failures(path, list));
  auto read = read_known_failures(path);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, list);
}

}  // namespace
}  // namespace diconform::result
