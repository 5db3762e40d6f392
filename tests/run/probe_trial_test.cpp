#include "run/probe_trial.h"

#include <gtest/gtest.h>

#include "reference/embedded.h"
#include "reference/faults.h"

namespace diconform::run {
namespace {

using result::Outcome;
using result::Verdict;

const scenario::Catalogue& catalogue() {
  static const scenario::Catalogue read = *scenario::read_catalogue(scenario::embedded_files());
  return read;
}

scenario::Trial trial_of(const std::string& name, const std::string& edition = "2023-03-27") {
  auto trials = scenario::select(catalogue().cases, edition, std::vector{name});
  EXPECT_EQ(trials.size(), 1u) << name;
  return trials.at(0);
}
const std::string kIds = "probe/image-id-language", kRate = "probe/rate-limiter";

// The reference endpoint in this process, on virtual clocks.
struct Bench {
  explicit Bench(reference::EndpointOptions options = {}, const std::string& name = "2023-03-27") {
    options.edition = edition = *catalogue().edition(name);
    options.virtual_clocks = true;
    options.clock = &clock;
    embedded = reference::Embedded::make(std::move(options)).value();
    setup.transports = embedded->transports();
    setup.worlds = &embedded->worlds();
    setup.capabilities = *setup.worlds->hello();
    setup.clock = &clock;
    setup.host = "cvm.tencentcloudapi.com";
    setup.seed = 7;
  }
  Outcome perform(const std::string& name, const ProbeHabits& habits = {}) {
    return perform_probe(trial_of(name, edition.id), setup, {catalogue().clauses, edition, false}, habits);
  }

  SystemClock clock;
  api::Edition edition;
  std::unique_ptr<reference::Embedded> embedded;
  target::EndpointSetup setup;
};

Bench faulty(const std::string& name) {
  for (const reference::Fault& fault : reference::faults(*catalogue().edition("2023-03-27")))
    if (fault.name == name) return Bench({.fault = fault.bend});
  ADD_FAILURE() << "there is no fault " << name;
  return Bench();
}

std::string text_of(const Json* json) { return json ? to_text(*json) : "nothing"; }

TEST(ProbeTrial, PassesAndSaysWhichLanguageAndWhichChoiceItIs) {
  Outcome outcome = Bench().perform(kIds);
  EXPECT_EQ(outcome.verdict, Verdict::kPass) << outcome.reason;
  EXPECT_TRUE(outcome.exchanges.empty());
  ASSERT_EQ(outcome.choices.size(), 1u);
  EXPECT_EQ(outcome.choices[0].choice, "image-id.nine-characters");
  const Json* language = outcome.characteristics.find("idLanguage");
  ASSERT_TRUE(language);
  EXPECT_EQ(text_of(language->find("equal")), "true");
  EXPECT_EQ(text_of(language->find("level")), "\"standard\"");
}

TEST(ProbeTrial, HasTheLevelThatIsAskedFor) {
  Outcome outcome = Bench().perform(kIds, {.level = probe::Level::kQuick});
  EXPECT_EQ(text_of(outcome.characteristics.find("idLanguage")->find("level")), "\"quick\"");
}

TEST(ProbeTrial, WorksInTheEditionThatHasNoDryRun) {
  Bench bench({}, "undated");
  EXPECT_EQ(bench.perform(kIds).verdict, Verdict::kPass);
  EXPECT_EQ(bench.perform(kRate).verdict, Verdict::kPass);
}

TEST(ProbeTrial, ShowsTheCallThatIsAnsweredWrongly) {
  Outcome outcome = faulty("id-of-seven").perform(kIds);
  EXPECT_EQ(outcome.verdict, Verdict::kFail);
  ASSERT_FALSE(outcome.findings.empty());
  EXPECT_EQ(outcome.findings[0].clause, "image-id.language");
  EXPECT_NE(outcome.findings[0].observed.find("img-[0-9a-z]{7,9}"), std::string::npos)
      << outcome.findings[0].observed;
  ASSERT_EQ(outcome.exchanges.size(), 1u);
  EXPECT_NE(outcome.exchanges[0].received.find("InvalidImageId.NotFound"), std::string::npos);
}

TEST(ProbeTrial, RenewsTheAccountWhereTheLimitCannotBeLifted) {
  Bench bench;
  bench.setup.capabilities.facets.erase("rateLimit");
  EXPECT_EQ(bench.perform(kIds, {.level = probe::Level::kQuick}).verdict, Verdict::kPass);
}

// Makes accounts that keep the endpoint's own limit and its count of their calls, whatever is asked for.
struct Stubborn final : target::WorldProvider {
  explicit Stubborn(target::WorldProvider& under) : worlds(under) {}
  Result<target::Capabilities> hello() override { return worlds.hello(); }
  std::expected<void, target::PutProblem> put(const target::Account& account) override {
    if (made) return {};
    made = true;
    target::Account own = account;
    own.rate = target::EndpointsOwnRate{};
    return worlds.put(own);
  }
  Result<api::World> get(const std::string& id) override { return worlds.get(id); }
  Result<void> drop(const std::string& id) override { return worlds.drop(id); }
  Result<std::int64_t> advance(const std::string& id, std::int64_t ms) override {
    return worlds.advance(id, ms);
  }
  target::WorldProvider& worlds;
  bool made = false;
};

TEST(ProbeTrial, DoesNotWaitForALimitThatStays) {
  Bench bench;
  Stubborn stubborn(*bench.setup.worlds);
  bench.setup.worlds = &stubborn;
  Outcome outcome = bench.perform(kIds);
  EXPECT_EQ(outcome.verdict, Verdict::kUntestable);
  EXPECT_NE(outcome.reason.find("RequestLimitExceeded"), std::string::npos) << outcome.reason;
}

TEST(ProbeTrial, IsNothingForAnEndpointWithoutAWorldOrOffThisMachine) {
  Bench bench;
  bench.setup.loopback = false;
  for (const std::string& name : {kIds, kRate}) EXPECT_EQ(bench.perform(name).verdict, Verdict::kSkipped);
  bench.setup.worlds = nullptr;
  for (const std::string& name : {kIds, kRate}) EXPECT_EQ(bench.perform(name).verdict, Verdict::kUntestable);
}

TEST(ProbeTrial, LeavesTheLimiterAloneByARealClock) {
  Bench bench;
  bench.setup.capabilities.virtual_clock = false;
  Outcome outcome = bench.perform(kRate);
  EXPECT_EQ(outcome.verdict, Verdict::kSkipped);
  EXPECT_NE(outcome.reason.find("--probes all"), std::string::npos);
}

// Says the same, whatever is asked.
struct Monotonous final : wire::Transport {
  explicit Monotonous(std::string text) : reply(std::move(text)) {}
  wire::Exchange exchange(std::string_view bytes, std::int64_t) override {
    wire::Exchange out;
    out.sent = bytes;
    out.received = reply;
    wire::HttpReader reader(wire::HttpReader::Kind::kReply);
    if (reader.feed(reply) == wire::ReadState::kDone)
      out.reply = reader.reply();
    else
      out.end = wire::ExchangeEnd::kReset;
    return out;
  }
  Result<void> connect(std::int64_t) override { return {}; }
  std::string reply;
};

TEST(ProbeTrial, FailsAnEndpointThatSaysNothingThatTells) {
  for (const std::string reply : {"", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"}) {
    Bench bench;
    bench.setup.transports = [&] { return std::make_unique<Monotonous>(reply); };
    Outcome outcome = bench.perform(kIds);
    EXPECT_EQ(outcome.verdict, Verdict::kFail) << outcome.reason;
    EXPECT_EQ(outcome.exchanges.size(), 1u);
  }
}

TEST(ProbeTrial, TellsWhichLimiterThereIsAndFailsOneThatIsTooFree) {
  for (const char* kind : {"fixed-window", "sliding-log", "token-bucket"}) {
    Outcome outcome = Bench({.limiter = kind}).perform(kRate);
    EXPECT_EQ(outcome.verdict, Verdict::kPass) << outcome.reason;
    EXPECT_EQ(text_of(outcome.characteristics.find("rateLimiter")->find("model")),
              '"' + std::string(kind) + '"');
  }
  Outcome outcome = Bench({.calls_per_second = 20}).perform(kRate);
  EXPECT_EQ(outcome.verdict, Verdict::kFail);
  ASSERT_FALSE(outcome.findings.empty());
  EXPECT_EQ(outcome.findings[0].clause, "rate.ten-per-second");
}

}  // namespace
}  // namespace diconform::run
