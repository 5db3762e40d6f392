#include "result/report.h"

#include <algorithm>

#include "base/text.h"
#include "result/redact.h"

namespace diconform::result {
namespace {

Json message_json(const std::string& bytes, const Cut* cut) {
  Json::Object message;
  if (is_utf8(bytes))
    message.emplace_back("text", bytes);
  else
    message.emplace_back("base64", to_base64(bytes));
  if (cut) {
    message.emplace_back("length", std::uint64_t{cut->length});
    message.emplace_back("sha256", cut->sha256);
  }
  return message;
}

Json exchange_json(const Outcome& outcome, std::size_t index) {
  const wire::Exchange& exchange = outcome.exchanges[index];
  auto cut_of = [&](bool received) {
    auto found = std::ranges::find_if(
        outcome.cuts, [&](const Cut& cut) { return cut.exchange == index && cut.received == received; });
    return found == outcome.cuts.end() ? nullptr : &*found;
  };
  return Json::Object{{"sent", message_json(exchange.sent, cut_of(false))},
                      {"received", message_json(exchange.received, cut_of(true))},
                      {"startedUs", exchange.started_us},
                      {"elapsedUs", exchange.elapsed_us},
                      {"connection", exchange.connection}};
}

Json finding_json(const Finding& finding) {
  return Json::Object{{"clause", finding.clause},
                      {"severity", name_of(finding.severity)},
                      {"expected", finding.expected},
                      {"observed", finding.observed},
                      {"where", finding.where}};
}

Json texts_json(std::span<const std::string> texts) { return Json::Array(texts.begin(), texts.end()); }

}  // namespace

Json to_json(const Outcome& given) {
  Outcome outcome = given;
  cut_bodies(outcome);
  Json::Array findings, exchanges;
  for (const Finding& finding : outcome.findings) findings.push_back(finding_json(finding));
  for (std::size_t i = 0; i < outcome.exchanges.size(); ++i) exchanges.push_back(exchange_json(outcome, i));
  return Json::Object{
      {"trial", outcome.trial},    {"case", outcome.case_name},       {"verdict", name_of(outcome.verdict)},
      {"reason", outcome.reason},  {"findings", std::move(findings)}, {"exchanges", std::move(exchanges)},
      {"seconds", outcome.seconds}};
}

Json::Object to_json(const Plan& plan) {
  return {{"verb", plan.verb},       {"version", plan.version},
          {"target", plan.target},   {"edition", plan.edition},
          {"seed", plan.seed},       {"shard", plan.shard},
          {"started", plan.started}, {"planned", texts_json(plan.trials)}};
}

Json to_json(const Counts& counts) {
  Json::Object members;
  for (Verdict verdict : kVerdicts) {
    auto found = counts.find(verdict);
    members.emplace_back(name_of(verdict), std::uint64_t{found == counts.end() ? 0 : found->second});
  }
  return members;
}

Json to_json(const std::map<std::string, ChoiceRecord>& choices) {
  Json::Object members;
  for (const auto& [name, record] : choices) {
    members.emplace_back(name,
                         Json::Object{{"answer", record.answer}, {"trials", texts_json(record.trials)}});
  }
  return members;
}

Json to_json(const Report& report) {
  Json::Object members = {{"schema", kReportSchema}};
  for (Json::Member& member : to_json(report.plan)) members.push_back(std::move(member));
  members.emplace_back("counts", to_json(report.summary.counts));
  Json::Array outcomes;
  for (const Outcome& outcome : report.outcomes) outcomes.push_back(to_json(outcome));
  members.emplace_back("outcomes", std::move(outcomes));
  members.emplace_back("choices", to_json(report.summary.choices));
  if (!report.summary.characteristics.is_null())
    members.emplace_back("characteristics", report.summary.characteristics);
  members.emplace_back("complete", report.summary.complete);
  return members;
}

Counts counts_of(std::span<const Outcome> outcomes) {
  Counts counts;
  for (Verdict verdict : kVerdicts) counts[verdict] = 0;
  for (const Outcome& outcome : outcomes) ++counts[outcome.verdict];
  return counts;
}

int exit_code_of(const Report& report) {
  Counts counts = counts_of(report.outcomes);
  if (!report.summary.complete) return 130;
  if (counts[Verdict::kError] > 0) return 3;
  if (counts[Verdict::kFail] > 0 || !report.summary.complaints.empty()) return 1;
  bool any_verified = counts[Verdict::kPass] + counts[Verdict::kKnownFailure] > 0;
  bool nothing_dealt = report.plan.trials.empty() && report.plan.shard != "1/1";
  if (counts[Verdict::kInconclusive] > 0 || !(any_verified || nothing_dealt)) return 4;
  return 0;
}

void replay(const Report& report, RunListener& listener) {
  listener.run_started(report.plan);
  for (const Outcome& outcome : report.outcomes) listener.trial_finished(outcome);
  listener.run_finished(report.summary);
}

}  // namespace diconform::result
