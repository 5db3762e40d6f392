// diconform-gtest: each case of the catalogue as a GoogleTest, so that --gtest_filter, CTest and IDEs run it.
//
// The target is that of the environment: DICONFORM_ENDPOINT, DICONFORM_WORLD and the other twins of
// `diconform run`; without an endpoint, the embedded reference endpoint. A case of which nothing can be
// tested here is skipped with the reason. A filter that leaves no test is exit 4: GoogleTest itself would
// call it a success.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "base/text.h"
#include "judge/ledger.h"
#include "run/exit_code.h"
#include "run/probe_trial.h"
#include "run/runner.h"
#include "run/session.h"

namespace diconform::run {
namespace {

std::string from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

TargetOptions options_of_environment() {
  TargetOptions options;
  options.endpoint = from_environment("DICONFORM_ENDPOINT");
  options.host = from_environment("DICONFORM_HOST");
  options.world = from_environment("DICONFORM_WORLD");
  options.edition = from_environment("DICONFORM_EDITION");
  options.target_file = from_environment("DICONFORM_TARGET");
  options.cases = from_environment("DICONFORM_CASES");
  options.cacert = from_environment("DICONFORM_CACERT");
  options.secret_id = from_environment("DICONFORM_SECRET_ID");
  options.secret_key_file = from_environment("DICONFORM_SECRET_KEY_FILE");
  options.token = from_environment("DICONFORM_TOKEN");
  options.seed = to_unsigned(from_environment("DICONFORM_SEED"));
  if (std::string region = from_environment("DICONFORM_REGION"); !region.empty()) options.region = region;
  if (std::string timeout = from_environment("DICONFORM_TIMEOUT"); !timeout.empty())
    options.timeout = timeout;
  return options;
}

// What the tests share; they run one after the other.
struct Shared {
  std::unique_ptr<Session> session;
  std::unique_ptr<target::Target> target;
  judge::Rules rules;
  judge::Ledger ledger;
};

// All trials of one case.
class CaseTest : public testing::Test {
 public:
  CaseTest(Shared& shared, std::vector<scenario::Trial> trials)
      : shared_(shared), trials_(std::move(trials)) {}

  void TestBody() override {
    std::string untestable;
    bool verified = false;
    for (const scenario::Trial& trial : trials_) {
      result::Outcome outcome = is_probe_trial(trial)
                                    ? perform_probe(trial, shared_.session->setup(), shared_.rules, {})
                                    : perform_one(trial, *shared_.target, shared_.rules);
      shared_.ledger.fold(outcome, shared_.rules);
      conclude(outcome);
      verified |= result::verified(outcome.verdict);
      switch (outcome.verdict) {
        case result::Verdict::kFail:
          tell(outcome);
          break;
        case result::Verdict::kError:
          ADD_FAILURE() << "error, not a finding: " << outcome.reason << "\n  " << outcome.trial;
          break;
        case result::Verdict::kPass:
          break;
        default:
          untestable = outcome.reason;
      }
    }
    if (!verified && !untestable.empty()) GTEST_SKIP() << untestable;
  }

 private:
  static void tell(const result::Outcome& outcome) {
    for (const result::Finding& finding : outcome.findings) {
      if (finding.severity != result::Severity::kFailure) continue;
      ADD_FAILURE() << finding.clause << "\n  expected " << finding.expected << "\n  observed "
                    << finding.observed << "\n  where " << finding.where << "\n  in " << outcome.trial;
    }
  }

  Shared& shared_;
  std::vector<scenario::Trial> trials_;
};

// "dry-run" -> "dry_run": in a --gtest_filter a '-' begins what is left out, and a '.' parts suite and test.
std::string test_name(std::string_view slug) {
  std::string name(slug);
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

void register_cases(Shared& shared) {
  for (const scenario::CaseInfo& info : shared.session->catalogue().cases) {
    auto trials = scenario::select(std::span(&info, 1), shared.session->edition().id, {});
    if (trials.empty()) continue;
    std::size_t slash = info.name.find('/');
    std::string suite = test_name(info.name.substr(0, slash)), test = test_name(info.name.substr(slash + 1));
    testing::RegisterTest(suite.c_str(), test.c_str(), nullptr, nullptr, info.file.c_str(), 1,
                          [&shared, trials]() -> CaseTest* { return new CaseTest(shared, trials); });
  }
}

}  // namespace
}  // namespace diconform::run

int main(int argc, char** argv) {
  using namespace diconform::run;
  testing::InitGoogleTest(&argc, argv);
  auto session = Session::open(options_of_environment());
  if (!session) {
    std::cerr << "diconform-gtest: " << session.error().error.message() << '\n';
    return session.error().code;
  }
  auto rules = (*session)->rules(false);
  auto target = (*session)->targets()();
  Shared shared{std::move(*session), std::move(target), rules,
                diconform::judge::Ledger(std::map<std::string, std::string>())};
  register_cases(shared);
  int code = RUN_ALL_TESTS();
  bool sharded = std::getenv("GTEST_TOTAL_SHARDS") != nullptr;  // a shard may be dealt nothing
  if (code == 0 && !sharded && !testing::GTEST_FLAG(list_tests) &&
      testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
    std::cerr << "diconform-gtest: no case matches --gtest_filter=" << testing::GTEST_FLAG(filter) << '\n';
    return kNotEnough;
  }
  return code;
}
