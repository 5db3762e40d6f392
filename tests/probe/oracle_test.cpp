#include "probe/campaign/oracle.h"

#include <gtest/gtest.h>

#include "campaign_bench.h"
#include "probe/campaign/generate.h"
#include "probe/campaign/prove.h"

namespace diconform::probe {
namespace {

// Scripts that were found wrong, of so many.
std::size_t mismatches(Bench& bench, std::size_t scripts, std::string* first = nullptr) {
  Guide guide;
  Generator generator(bench.abilities, guide, 5);
  target::EndpointTarget target(bench.setup, {.looks_after_each_step = false, .account = "test"});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < scripts; ++i) {
    Script script = generator.next();
    auto seen = target.perform(trial_of(script, "test/" + std::to_string(i), bench.edition.id));
    if (!seen) continue;
    Opinion opinion = bench.oracle.check(script.body, *seen, script.encoding, {});
    if (!opinion.mismatch) continue;
    if (wrong++ == 0 && first)
      *first = opinion.mismatch->clause + ": " + opinion.mismatch->expected + ", saw " +
               opinion.mismatch->observed + "\n" +
               scenario::suite_text("", "", {{"x", "", "", script.encoding, script.scheme, script.body}});
  }
  return wrong;
}

TEST(Oracle, HasNothingAgainstTheReferenceEndpoint) {
  Bench bench;
  std::string first;
  EXPECT_EQ(mismatches(bench, 80, &first), 0u) << first;
}

TEST(Oracle, HasNothingAgainstOtherLawfulChoices) {
  reference::Pins others;
  for (const reference::Question& question : reference::questions()) {
    if (reference::arises_in(question.name, "2023-03-27"))
      others[std::string(question.name)] = question.answers.back();
  }
  Bench bench("", others);
  std::string first;
  EXPECT_EQ(mismatches(bench, 80, &first), 0u) << first;
}

TEST(Oracle, FindsFaultsOfEveryKind) {
  for (const char* fault : {"missing-is-ignored", "missing-is-ignored-over-form"}) {
    Bench bench(fault);
    EXPECT_GT(mismatches(bench, 120), 0u) << fault;
  }
}

Script eleven_absent() {
  Json::Array ids;
  for (int i = 0; i < 11; ++i) ids.emplace_back("$absent-" + std::to_string(i));
  scenario::Step step;
  step.call = Json(Json::Object{{"ImageIds", Json(std::move(ids))}});
  Script script;
  script.body.steps = {step};
  return script;
}

TEST(Oracle, TakesNoUntrueErrorForAnAnswerToAnOpenQuestion) {
  reference::Bend bend;  // how many images are too many is open; that the signature is right is not
  bend.answer = [](const reference::Context& context, reference::Answer& answer) {
    if (context.request && context.request->image_ids.size() > 10)
      answer.error = api::ApiError{"AuthFailure.SignatureFailure", ""};
  };
  Bench bench(std::move(bend));
  const Script script = eleven_absent();
  auto seen = target::EndpointTarget(bench.setup).perform(trial_of(script, "test", bench.edition.id));
  ASSERT_TRUE(seen);
  auto mismatch = bench.oracle.check(script.body, *seen, script.encoding, {}).mismatch;
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->clause, "auth.signature");
}

TEST(Oracle, AsksNoQuestionOfALongListThatAnotherLengthAnswersOtherwise) {
  Bench bench;
  const Script script = eleven_absent();
  auto filled = bench.oracle.with_expectations(script.body, script.encoding, script.scheme, {});
  EXPECT_EQ(filled.steps.front().expect.choice, "");
  EXPECT_TRUE(filled.steps.front().expect.reply.any_error);
}

// How often different calls at one moment were found wrong, of so many times.
std::size_t races_lost(Bench& bench, std::size_t times) {
  Chance chance(3);
  target::EndpointTarget target(bench.setup, {.account = "race"});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < times; ++i) {
    Script script;
    script.body.given = {{"a", {}}, {"b", {}}, {"c", {}}};
    script.body.steps = {race_of({"$a", "$b", "$c"}, true, chance)};
    auto seen = target.perform(trial_of(script, "race/" + std::to_string(i), bench.edition.id));
    EXPECT_TRUE(seen);
    if (seen) wrong += bench.oracle.check(script.body, *seen, script.encoding, {}).mismatch.has_value();
  }
  return wrong;
}

TEST(Oracle, FindsAnOrderOfDifferentCallsAtOneMomentWhereThereIsOne) {
  Bench right, wrong("check-then-act");
  EXPECT_EQ(races_lost(right, 60), 0u);
  EXPECT_GT(races_lost(wrong, 60), 3u);
}

TEST(Prover, ProvesAFaultByAnOrdinaryCaseAndNothingOfARightEndpoint) {
  Script script;
  scenario::Step step;
  step.call = Json(Json::Object{{"ImageIds", Json(Json::Array{Json("$absent")})}});
  script.body.steps = {step};
  Bench right, wrong("missing-is-ignored");
  Prover innocent(right.setup, right.oracle, right.rules, "test"),
      prover(wrong.setup, wrong.oracle, wrong.rules, "test");
  EXPECT_FALSE(innocent.prove(script, {}).proof);
  auto proof = prover.prove(script, {}).proof;
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->finding.clause, "errors.not-found");
  EXPECT_EQ(proof->finding.observed, "success");
}

}  // namespace
}  // namespace diconform::probe
