#include "probe/campaign/oracle.h"

#include <gtest/gtest.h>

#include "probe/campaign/generate.h"
#include "probe/campaign/prove.h"
#include "reference/embedded.h"
#include "reference/faults.h"

namespace diconform::probe {
namespace {

const scenario::Catalogue& catalogue() {
  static const auto kCatalogue = scenario::read_catalogue(scenario::embedded_files());
  return *kCatalogue;
}

// An endpoint in this process, and all that a campaign needs to try it.
struct Bench {
  explicit Bench(const std::string& fault = "", reference::Pins choices = {})
      : edition(*catalogue().edition("2023-03-27")) {
    reference::EndpointOptions options;
    options.edition = edition;
    options.virtual_clocks = true;
    options.clock = &clock;
    options.choices = std::move(choices);
    if (!fault.empty()) options.fault = reference::fault_named(fault, edition)->bend;
    embedded = *reference::Embedded::make(std::move(options));
    setup.transports = embedded->transports();
    setup.worlds = &embedded->worlds();
    setup.capabilities = *embedded->worlds().hello();
    setup.clock = &clock;
    setup.catalogue = &catalogue();
    setup.host = "cvm.tencentcloudapi.com";
    abilities.edition = &edition;
    abilities.world = setup.capabilities;
  }

  SystemClock clock;
  api::Edition edition;
  reference::Manual manual = *reference::Manual::of(edition);
  Oracle oracle{manual, catalogue(), "ap-guangzhou"};
  judge::Rules rules{catalogue().clauses, edition, false};
  std::unique_ptr<reference::Embedded> embedded;
  target::EndpointSetup setup;
  Abilities abilities;
};

// Scripts that were found wrong, of so many.
std::size_t mismatches(Bench& bench, std::size_t scripts, std::string* first = nullptr) {
  Guide guide;
  Generator generator(bench.abilities, guide, 5);
  target::EndpointTarget target(bench.setup, {false, "test"});
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
