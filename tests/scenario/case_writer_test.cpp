#include "scenario/case_writer.h"

#include <gtest/gtest.h>

#include "scenario/catalogue.h"

namespace diconform::scenario {
namespace {

std::string text_of(const Trial& trial) {
  return suite_text("again", "What was read is written.",
                    {{"again", "", trial.edition, trial.encoding, trial.scheme, *trial.body}});
}

TEST(CaseWriter, WritesEveryCaseOfTheCatalogueSoThatItReadsTheSame) {
  auto catalogue = read_catalogue(embedded_files());
  ASSERT_TRUE(catalogue) << catalogue.error().message();
  std::size_t seen = 0;
  for (const CaseInfo& info : catalogue->cases) {
    const Trial& trial = info.trials.back();
    std::string text = text_of(trial);
    auto again = read_suite({"again.json", text}, *catalogue);
    ASSERT_TRUE(again) << trial.id << ": " << again.error().message() << "\n" << text;
    ASSERT_EQ(again->size(), 1u);
    ASSERT_EQ(again->front().trials.size(), 1u) << text;
    const Trial& read = again->front().trials.front();
    EXPECT_EQ(text_of(read), text) << trial.id;
    EXPECT_EQ(read.encoding, trial.encoding);
    EXPECT_EQ(read.scheme, trial.scheme);
    EXPECT_EQ(read.body->steps.size(), trial.body->steps.size());
    EXPECT_EQ(read.body->needs.states, trial.body->needs.states);
    for (std::size_t i = 0; i < read.body->steps.size(); ++i) {
      const Step &one = read.body->steps[i], &other = trial.body->steps[i];
      EXPECT_EQ(one.expect, other.expect) << trial.id;
      EXPECT_TRUE(one.call == other.call && one.common == other.common && one.http == other.http &&
                  one.sign == other.sign && one.after_signing == other.after_signing && one.raw == other.raw)
          << trial.id;
    }
    ++seen;
  }
  EXPECT_GT(seen, 300u);
}

TEST(CaseWriter, WritesCallsThatAreMadeBesideAnother) {
  auto catalogue = read_catalogue(embedded_files());
  ASSERT_TRUE(catalogue);
  auto text_with = [](const char* beside) {
    return std::string(
               R"({"suite": "s", "purpose": "P.", "cases": [{"name": "c", "covers": ["concurrency.one-winner"],
      "given": {"a": {}, "b": {}}, "editions": ["2023-03-27"],
      "call": {"ImageIds": ["$a"]}, "beside": )") +
           beside + R"(, "expect": {"reply": {"anyOf": ["success", "InvalidImageId.NotFound"]}}}]})";
  };
  auto read =
      read_suite({"s.json", text_with(R"([{"ImageIds": ["$a", "$b"], "DryRun": true}])")}, *catalogue);
  ASSERT_TRUE(read) << read.error().message();
  const Trial& trial = read->front().trials.front();
  ASSERT_EQ(trial.body->steps.front().beside.size(), 1u);
  auto again = read_suite({"again.json", text_of(trial)}, *catalogue);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->front().trials.front().body->steps.front().beside, trial.body->steps.front().beside);
  for (const char* wrong : {R"([7])", R"({"ImageIds": ["$a"]})", R"([{"ImageIds": ["$nobody"]}])"})
    EXPECT_FALSE(read_suite({"s.json", text_with(wrong)}, *catalogue)) << wrong;
}

}  // namespace
}  // namespace diconform::scenario
