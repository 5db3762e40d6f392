#include "result/outcome.h"

#include <gtest/gtest.h>

namespace diconform::result {
namespace {

TEST(Verdict, HasOneNameThatReadsBack) {
  for (Verdict verdict : kVerdicts) EXPECT_EQ(verdict_named(name_of(verdict)), verdict) << name_of(verdict);
  EXPECT_EQ(name_of(Verdict::kKnownFailure), "knownFailure");
}

TEST(Verdict, KnowsNoOtherWord) {
  for (std::string_view word : {"", "Pass", "passed", "known-failure", "?"})
    EXPECT_FALSE(verdict_named(word)) << word;
}

TEST(Verdict, IsVerifiedOnlyWhereTheTargetWasJudged) {
  EXPECT_TRUE(verified(Verdict::kPass));
  EXPECT_TRUE(verified(Verdict::kFail));
  EXPECT_TRUE(verified(Verdict::kKnownFailure));
  EXPECT_FALSE(verified(Verdict::kError));
  EXPECT_FALSE(verified(Verdict::kInconclusive));
  EXPECT_FALSE(verified(Verdict::kUntestable));
  EXPECT_FALSE(verified(Verdict::kSkipped));
}

TEST(Severity, HasOneNameThatReadsBack) {
  EXPECT_EQ(severity_named(name_of(Severity::kFailure)), Severity::kFailure);
  EXPECT_EQ(severity_named(name_of(Severity::kWarning)), Severity::kWarning);
  EXPECT_FALSE(severity_named("fatal"));
}

}  // namespace
}  // namespace diconform::result
