#include "reports/formats.h"
#include "reports/sink.h"

namespace diconform::reports {
namespace {

Json texts(const std::vector<std::string>& list) { return Json::Array(list.begin(), list.end()); }

// {"event":"runStarted",…the plan…}, {"event":"trialFinished",…the outcome…} a trial,
// {"event":"runFinished",…}: members as in the JSON report, and what only a run knows (repeat, curl,
// complaints, exitCode). A stream without runFinished was cut off.
class NdjsonReporter final : public Reporter {
 public:
  explicit NdjsonReporter(const Destination& to) : stream_(to) {}

  void run_started(const result::Plan& plan) override {
    Json::Object members = {{"schema", "diconform-events/1"}};
    for (Json::Member& member : result::to_json(plan)) members.push_back(std::move(member));
    tell("runStarted", std::move(members));
  }

  void trial_finished(const result::Outcome& outcome) override {
    Json members = result::to_json(outcome);
    if (!outcome.repeat.empty()) members.set("repeat", outcome.repeat);
    if (!outcome.curl.empty()) members.set("curl", outcome.curl);
    tell("trialFinished", std::move(*members.object()));
  }

  void run_finished(const result::Summary& summary) override {
    Json::Object members = {{"counts", result::to_json(summary.counts)},
                            {"choices", result::to_json(summary.choices)},
                            {"complaints", texts(summary.complaints)}};
    if (!summary.characteristics.is_null()) members.emplace_back("characteristics", summary.characteristics);
    members.emplace_back("seconds", summary.seconds);
    members.emplace_back("exitCode", summary.exit_code);
    members.emplace_back("complete", summary.complete);
    tell("runFinished", std::move(members));
  }

 private:
  void tell(std::string_view event, Json::Object members) {
    members.insert(members.begin(), {"event", event});
    note(stream_.write(to_text(std::move(members)) + "\n"));
  }

  Stream stream_;
};

}  // namespace

std::unique_ptr<Reporter> make_ndjson(const Destination& to) { return std::make_unique<NdjsonReporter>(to); }

}  // namespace diconform::reports
