#include "probe/campaign/campaign.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "campaign_bench.h"
#include "probe/campaign/investigate.h"
#include "probe/campaign/journal.h"

namespace diconform::probe {
namespace {

// Ends the campaign with its first finding, and writes on a journal if there is one.
class Watcher final : public CampaignListener {
 public:
  explicit Watcher(Journal* journal = nullptr) : journal_(journal) {}
  void found(const CampaignFinding& finding) override {
    if (journal_) journal_->found(finding);
    enough = true;
  }
  void progressed(const CampaignProgress& progress) override {
    if (journal_) journal_->progressed(progress);
  }
  void kept(const Script& script) override {
    if (journal_) journal_->kept(script);
  }
  std::atomic<bool> enough = false;

 private:
  Journal* journal_;
};

CampaignResult campaign(Bench& bench, std::size_t requests, Watcher& watcher, Earlier earlier = {}) {
  CampaignOptions options;
  options.time_us = 60'000'000;
  options.requests = requests;
  options.seed = 7;       // under some a fault shows itself first by another clause
  options.rates = false;  // whether an episode or a scenario is first is for the machine to say
  options.earlier = std::move(earlier);
  options.interrupted = &watcher.enough;
  return run_campaign(bench.setup, bench.manual, bench.rules, options, watcher);
}

struct Size {
  std::size_t steps = 0, calls = 0, ids = 0, members = 0, images = 0;
  friend bool operator==(const Size&, const Size&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Size& size) {
    return out << size.steps << " steps, " << size.calls << " calls, " << size.ids << " ids, " << size.members
               << " members, " << size.images << " images";
  }
};

Size size_of(const scenario::Body& body) {
  Size size{.steps = body.steps.size(), .images = body.given.size()};
  for (const scenario::Step& step : body.steps) {
    size.calls += step.times * step.together;
    if (!step.call) continue;
    size.members += step.call->object()->size();
    if (const Json* ids = step.call->find("ImageIds"); ids && ids->array()) size.ids += ids->array()->size();
  }
  return size;
}

TEST(Campaign, HasNothingAgainstTheReferenceEndpoint) {
  Bench bench;
  Watcher watcher;
  CampaignResult result = campaign(bench, 1500, watcher);
  ASSERT_FALSE(result.error);
  for (const CampaignFinding& finding : result.findings) ADD_FAILURE() << finding.suite();
  EXPECT_GE(result.progress.requests, 1500u);
}

struct Planted {
  const char* fault;
  const char* clause;
  Size size;
};

void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.fault; }

class PlantedFault : public testing::TestWithParam<Planted> {};

TEST_P(PlantedFault, IsFoundAndShownByTheLeastScenario) {
  Bench bench(GetParam().fault);
  Watcher watcher;
  CampaignResult result = campaign(bench, 60'000, watcher);
  ASSERT_FALSE(result.error);
  ASSERT_FALSE(result.findings.empty());
  const CampaignFinding& finding = result.findings.front();
  EXPECT_EQ(finding.clause, GetParam().clause) << finding.suite();
  EXPECT_EQ(finding.label(), "always");
  EXPECT_EQ(size_of(finding.proof.cases.back().body), GetParam().size) << finding.suite();
}

INSTANTIATE_TEST_SUITE_P(
    Campaign, PlantedFault,
    testing::Values(Planted{"missing-is-ignored", "errors.not-found", {1, 1, 1, 1, 0}},
                    Planted{"nothing-is-deleted", "delete.removes-the-images", {1, 1, 1, 1, 1}},
                    Planted{"shared-with-two-is-ignored", "errors.in-shared", {1, 1, 1, 1, 1}},
                    Planted{"the-last-stays-with-three-ids", "delete.removes-the-images", {1, 1, 3, 1, 3}},
                    Planted{"snapshots-stay-in-batches", "snapshots.deleted-when-asked", {1, 1, 2, 2, 2}},
                    Planted{"rate-refused-and-deleted", "refusals.change-nothing", {2, 2, 1, 1, 1}}));

// Faults of endpoints that are not ours: slips that a generator must think of by itself.
struct Slip {
  const char* name;
  reference::Bend bend;
};
void PrintTo(const Slip& slip, std::ostream* out) { *out << slip.name; }

reference::Bend takes_ids(bool (*more)(std::string_view id)) {
  return {.accepts_id = [more](const reference::Context& context, bool& accepted) {
    accepted = accepted || more(context.image_id);
  }};
}

reference::Bend list_must_be_first() {
  return {.params = [](const reference::Context&, Json& params) {
    const Json::Object* members = params.object();
    if (members && !members->empty() && members->front().first != "ImageIds") params.remove("ImageIds");
  }};
}

class ForeignSlip : public testing::TestWithParam<Slip> {};

TEST_P(ForeignSlip, IsFound) {
  Bench bench(GetParam().bend);
  Watcher watcher;
  CampaignResult result = campaign(bench, 60'000, watcher);
  ASSERT_FALSE(result.error);
  EXPECT_FALSE(result.findings.empty());
}

INSTANTIATE_TEST_SUITE_P(Campaign, ForeignSlip,
                         testing::Values(Slip{"sixteen-characters", takes_ids([](auto id) {
                                                return id.starts_with("img-") && id.size() == 20;
                                              })},
                                         Slip{"no-separator", takes_ids([](auto id) {
                                                return id.size() == 11 && id.find('-') == id.npos;
                                              })},
                                         Slip{"list-first", list_must_be_first()}));

// A right endpoint, but for every second call.
reference::Bend every_second_call_fails(std::atomic<int>& calls) {
  reference::Bend bend;
  bend.answer = [&calls](const reference::Context&, reference::Answer& answer) {
    if (++calls % 2 == 0) answer.error = api::ApiError{"InternalError", ""};
  };
  return bend;
}

TEST(Campaign, SaysHowOftenAFindingShows) {
  std::atomic<int> calls = 0;
  Bench bench(every_second_call_fails(calls));
  Watcher watcher;
  CampaignResult result = campaign(bench, 3000, watcher);
  ASSERT_FALSE(result.findings.empty());
  const CampaignFinding& finding = result.findings.front();
  EXPECT_EQ(finding.replayed, 5u);
  EXPECT_LT(finding.failed, 5u);
  EXPECT_EQ(finding.label(), "sometimes " + std::to_string(finding.failed) + "/5");
}

TEST(Campaign, SpellsOutAnIdWhereADrawnOneWouldDoOnlySometimes) {
  Bench bench("id-without-9");
  Watcher watcher;
  CampaignResult result = campaign(bench, 20'000, watcher);
  ASSERT_FALSE(result.findings.empty());
  const CampaignFinding& finding = result.findings.front();
  EXPECT_EQ(finding.label(), "always") << finding.suite();
  EXPECT_NE(finding.suite().find('9'), std::string::npos) << finding.suite();
}

// A line over which several calls are sent ahead, and what becomes of them on their way.
enum class Ahead { kInTurn, kBackwards, kUnanswered };
struct CountingLine final : wire::Transport {
  CountingLine(std::unique_ptr<Transport> under, Ahead kind, std::atomic<int>& count)
      : line(std::move(under)), way(kind), times(count) {}
  wire::Exchange exchange(std::string_view bytes, std::int64_t timeout_us) override {
    return line->exchange(bytes, timeout_us);
  }
  Result<void> connect(std::int64_t timeout_us) override { return line->connect(timeout_us); }
  std::vector<wire::Exchange> exchange_all(std::span<const std::string> messages,
                                           std::int64_t timeout_us) override {
    ++times;
    if (way == Ahead::kUnanswered) return {};
    std::vector<std::string> turned(messages.begin(), messages.end());
    if (way == Ahead::kBackwards) std::ranges::reverse(turned);
    auto exchanges = line->exchange_all(turned, timeout_us);
    if (way == Ahead::kBackwards) std::ranges::reverse(exchanges);
    return exchanges;
  }
  std::unique_ptr<Transport> line;
  Ahead way;
  std::atomic<int>& times;
};

// How often a campaign sent ahead to a right endpoint.
int times_ahead(Ahead way) {
  Bench bench;
  std::atomic<int> times = 0;
  bench.setup.transports = [&, under = bench.setup.transports] {
    return std::make_unique<CountingLine>(under(), way, times);
  };
  Watcher watcher;
  CampaignResult result = campaign(bench, 6000, watcher);
  EXPECT_FALSE(result.error);
  for (const CampaignFinding& finding : result.findings) ADD_FAILURE() << finding.suite();
  return times;
}

TEST(Campaign, SendsAheadWhereThatIsTakenAndStopsWhereItIsNot) {
  EXPECT_GT(times_ahead(Ahead::kInTurn), 50);
  EXPECT_LT(times_ahead(Ahead::kBackwards), 20);
  EXPECT_LT(times_ahead(Ahead::kUnanswered), 20);
}

// A line over which dry runs in JSON are not answered before so long.
struct SilentLine final : wire::Transport {
  SilentLine(std::unique_ptr<Transport> under, std::int64_t after_us, std::atomic<int>& count)
      : line(std::move(under)), silent_us(after_us), waits(count) {}
  wire::Exchange exchange(std::string_view bytes, std::int64_t timeout_us) override {
    bool answers = bytes.find(R"("DryRun":true)") == std::string_view::npos;
    if (!answers && timeout_us > silent_us) answers = true, SystemClock().sleep_us(silent_us);
    if (answers) return line->exchange(bytes, timeout_us);
    if (timeout_us == kFullUs) ++waits;
    SystemClock().sleep_us(timeout_us);
    wire::Exchange exchange;
    exchange.sent = bytes;
    exchange.end = wire::ExchangeEnd::kTimeout;
    exchange.elapsed_us = timeout_us;
    return exchange;
  }
  Result<void> connect(std::int64_t timeout_us) override { return line->connect(timeout_us); }
  static constexpr std::int64_t kFullUs = 3'000'000;
  std::unique_ptr<Transport> line;
  std::int64_t silent_us;
  std::atomic<int>& waits;  // for as long as a trial is given
};

CampaignResult campaign_in_silence(std::int64_t after_us, std::size_t requests, std::atomic<int>& waits) {
  Bench bench;
  bench.setup.timeout_us = SilentLine::kFullUs;
  bench.setup.transports = [&, under = bench.setup.transports] {
    return std::make_unique<SilentLine>(under(), after_us, waits);
  };
  Watcher watcher;
  return campaign(bench, requests, watcher);
}

TEST(Campaign, WaitsForLongOnlyForWhatItTellsOfACallThatIsNotAnswered) {
  std::atomic<int> waits = 0;
  CampaignResult result = campaign_in_silence(INT64_MAX, 20'000, waits);
  ASSERT_FALSE(result.error) << result.error->message();
  ASSERT_EQ(result.findings.size(), 1u);
  const CampaignFinding& finding = result.findings.front();
  EXPECT_EQ(size_of(finding.proof.cases.back().body), (Size{1, 1, 0, 1, 0})) << finding.suite();
  EXPECT_EQ(finding.label(), "always");
  EXPECT_EQ(waits, 1);
  EXPECT_LT(finding.found_after_seconds, 15);
}

TEST(Campaign, HasNothingAgainstAnEndpointThatIsSlowNowAndThen) {
  std::atomic<int> waits = 0;
  CampaignResult result = campaign_in_silence(1'300'000, 300, waits);
  ASSERT_FALSE(result.error) << result.error->message();
  for (const CampaignFinding& finding : result.findings) ADD_FAILURE() << finding.suite();
}

TEST(Findings, TellsAShapeOnceAndNotMoreThanSixOfAClause) {
  Findings findings;
  EXPECT_EQ(findings.admit("errors.not-found", "one"), "errors.not-found-1");
  EXPECT_EQ(findings.admit("errors.not-found", "one"), std::nullopt);
  for (int i = 2; i <= 6; ++i) EXPECT_TRUE(findings.admit("errors.not-found", std::to_string(i)));
  EXPECT_FALSE(findings.admit("errors.not-found", "a seventh"));
}

TEST(Findings, AKindHasNoNamesOfImages) {
  EXPECT_EQ(kind_of("c", "gone", "still there: $b; snap-4c2d88d5"),
            kind_of("c", "gone", "still there: $ab-1; snap-0"));
  EXPECT_NE(kind_of("c", "gone", "still there: $b"), kind_of("c", "gone", "still there: $b; $c"));
}

TEST(Script, IsTheSameByOtherNames) {
  auto script = [](const char* first, const char* second, const char* absent, const char* snapshot) {
    Script made;
    api::Image image;
    image.snapshots = {snapshot};
    made.body.given = {{first, image}, {second, {}}};
    scenario::Step step;
    step.call = Json(Json::Object{
        {"ImageIds", Json(Json::Array{Json(std::string("$") + second), Json(std::string("$") + first),
                                      Json(std::string("$") + absent)})}});
    made.body.steps = {step};
    return to_text(to_json(scenario::WrittenCase{"", "", "", {}, {}, with_plain_names(made).body}));
  };
  EXPECT_EQ(script("a", "b", "absent", "snap-1"), script("q", "f", "absent-17", "snap-9"));
}

// --- The journal

struct JournalFile {
  std::string path = testing::TempDir() + "journal." +
                     testing::UnitTest::GetInstance()->current_test_info()->name();  // tests run side by side
  Json identity = Json::Object{{"endpoint", "here"}};
  JournalFile() { std::filesystem::remove(path); }
  ~JournalFile() { std::filesystem::remove(path); }
};

TEST(Journal, LosesNothingWhenTheCampaignIsKilled) {
  JournalFile file;
  Bench bench("missing-is-ignored");
  auto journal = Journal::open(file.path, file.identity, false);
  ASSERT_TRUE(journal);
  Watcher watcher(&*journal);
  CampaignResult first = campaign(bench, 20'000, watcher);
  ASSERT_EQ(first.findings.size(), 1u);
  std::ofstream(file.path, std::ios::app) << R"({"progress":{"ms":9)";  // cut off by the kill

  auto earlier = read_journal(file.path, file.identity, catalogue());
  ASSERT_TRUE(earlier) << earlier.error().message();
  EXPECT_FALSE(earlier->ended);
  EXPECT_EQ(earlier->requests, first.progress.requests);
  EXPECT_EQ(earlier->scenarios, first.progress.scenarios);
  ASSERT_EQ(earlier->findings.size(), 1u);

  Watcher again;
  CampaignResult second = campaign(bench, 20'000, again, *std::move(earlier));
  ASSERT_FALSE(second.findings.empty());
  EXPECT_EQ(second.findings.front().clause, "errors.not-found");
  EXPECT_GE(second.progress.requests, first.progress.requests);
}

TEST(Journal, OfAnotherCampaignIsLeftAlone) {
  JournalFile file;
  ASSERT_TRUE(Journal::open(file.path, file.identity, false));
  EXPECT_FALSE(read_journal(file.path, Json(Json::Object{{"endpoint", "elsewhere"}}), catalogue()));
  auto journal = Journal::open(file.path, file.identity, true);
  ASSERT_TRUE(journal);
  journal->done();
  auto ended = read_journal(file.path, Json(Json::Object{{"endpoint", "elsewhere"}}), catalogue());
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->ended);
}

}  // namespace
}  // namespace diconform::probe
