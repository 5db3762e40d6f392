#include <algorithm>
#include <unordered_set>

#include "base/file.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "result/report.h"

namespace diconform::result {
namespace {

Result<Verdict> verdict_from_json(const Json& json, const JsonPlace& place) {
  if (const std::string* name = json.string()) {
    if (auto verdict = verdict_named(*name)) return *verdict;
  }
  return place.mismatch(json,
                        "a verdict (pass, fail, knownFailure, error, inconclusive, untestable or skipped)");
}

Result<Severity> severity_from_json(const Json& json, const JsonPlace& place) {
  if (const std::string* name = json.string()) {
    if (auto severity = severity_named(*name)) return *severity;
  }
  return place.mismatch(json, "\"failure\" or \"warning\"");
}

// A seed uses all 64 bits, which Json::integer does not.
Result<std::uint64_t> seed_from_json(const Json& json, const JsonPlace& place) {
  if (const Json::Number* number = json.number()) {
    if (auto seed = to_unsigned(number->text)) return *seed;
  }
  return place.mismatch(json, "a whole number from 0 to 2^64 - 1");
}

Result<Finding> finding_from_json(const Json& json, const JsonPlace& place) {
  Finding finding;
  ObjectReader members(json, place);
  members.required("clause", finding.clause);
  members.required("severity", finding.severity, severity_from_json);
  members.required("expected", finding.expected);
  members.required("observed", finding.observed);
  members.required("where", finding.where);
  TRY_VOID(members.finish_ignoring_unknown());
  return finding;
}

// One message of an exchange; a cut is given without its exchange.
struct Message {
  std::string bytes;
  std::optional<Cut> cut;
};

Result<Message> message_from_json(const Json& json, const JsonPlace& place) {
  Message message;
  ObjectReader members(json, place);
  bool is_text = members.member("text") != nullptr;
  if (is_text && members.member("base64")) members.refuse("", "has both \"text\" and \"base64\"");
  if (is_text) {
    members.required("text", message.bytes);
  } else {
    std::string digits;
    members.required("base64", digits);
    auto bytes = from_base64(digits);
    if (!bytes) members.refuse("base64", "is not Base64");
    message.bytes = bytes.value_or("");
  }
  if (members.member("sha256")) {
    Cut cut;
    members.required("length", cut.length);
    members.required("sha256", cut.sha256);
    message.cut = std::move(cut);
  }
  TRY_VOID(members.finish_ignoring_unknown());
  return message;
}

struct ReadExchange {
  wire::Exchange exchange;
  Message sent, received;
};

Result<ReadExchange> exchange_from_json(const Json& json, const JsonPlace& place) {
  ReadExchange read;
  ObjectReader members(json, place);
  members.required("sent", read.sent, message_from_json);
  members.required("received", read.received, message_from_json);
  members.required("startedUs", read.exchange.started_us);
  members.required("elapsedUs", read.exchange.elapsed_us);
  members.required("connection", read.exchange.connection);
  TRY_VOID(members.finish_ignoring_unknown());
  return read;
}

void add(Outcome& outcome, ReadExchange read) {
  read.exchange.sent = std::move(read.sent.bytes);
  read.exchange.received = std::move(read.received.bytes);
  auto add_cut = [&](std::optional<Cut>& cut, bool received) {
    if (!cut) return;
    cut->exchange = outcome.exchanges.size();
    cut->received = received;
    outcome.cuts.push_back(std::move(*cut));
  };
  add_cut(read.sent.cut, false);
  add_cut(read.received.cut, true);
  outcome.exchanges.push_back(std::move(read.exchange));
}

Result<Outcome> outcome_from_json(const Json& json, const JsonPlace& place) {
  Outcome outcome;
  std::vector<ReadExchange> exchanges;
  ObjectReader members(json, place);
  members.required("trial", outcome.trial);
  members.required("case", outcome.case_name);
  members.required("verdict", outcome.verdict, verdict_from_json);
  members.required("reason", outcome.reason);
  members.required("findings", outcome.findings, each(finding_from_json));
  members.required("exchanges", exchanges, each(exchange_from_json));
  members.required("seconds", outcome.seconds);
  TRY_VOID(members.finish_ignoring_unknown());
  for (ReadExchange& read : exchanges) add(outcome, std::move(read));
  bool wrong = std::ranges::any_of(outcome.findings,
                                   [](const Finding& f) { return f.severity == Severity::kFailure; });
  if (wrong && outcome.verdict == Verdict::kPass)
    return place.failure("is a pass with a finding that is a failure");
  return outcome;
}

Result<ChoiceRecord> choice_from_json(const Json& json, const JsonPlace& place) {
  ChoiceRecord record;
  ObjectReader members(json, place);
  members.required("answer", record.answer);
  members.required("trials", record.trials);
  TRY_VOID(members.finish_ignoring_unknown());
  return record;
}

Result<std::map<std::string, ChoiceRecord>> choices_from_json(const Json& json, const JsonPlace& place) {
  std::map<std::string, ChoiceRecord> choices;
  if (!json.object()) return place.mismatch(json, "an object");
  for (const auto& [name, value] : *json.object()) {
    TRY(choices[name], choice_from_json(value, place / name));
  }
  return choices;
}

Result<Counts> counts_from_json(const Json& json, const JsonPlace& place) {
  Counts counts;
  ObjectReader members(json, place);
  for (Verdict verdict : kVerdicts) members.required(name_of(verdict), counts[verdict]);
  TRY_VOID(members.finish_ignoring_unknown());
  return counts;
}

// Before anything else: whoever is told about a missing member of a report that was cut off looks in the
// wrong place.
Result<void> check_complete(const Json& json, const JsonPlace& place) {
  if (!json.object()) return place.mismatch(json, "a report (an object)");
  const Json* schema = json.find("schema");
  if (!schema || !schema->string() || *schema->string() != kReportSchema)
    return (place / "schema")
        .failure("is not \"" + std::string(kReportSchema) + "\"", "give a report that --report json wrote");
  const Json* complete = json.find("complete");
  if (complete && complete->boolean() && *complete->boolean()) return {};
  return (place / "complete")
      .failure(
          "is not true: the run was interrupted or its report cut off, so nothing can be concluded from it",
          "repeat the run");
}

// Every planned trial has one outcome, and every outcome was planned.
Result<void> check_trials(const Report& report, const JsonPlace& place) {
  std::unordered_set<std::string_view> planned, reported;
  for (const std::string& trial : report.plan.trials) {
    if (!planned.insert(trial).second)
      return (place / "planned").failure("names " + quoted(trial) + " twice");
  }
  for (const Outcome& outcome : report.outcomes) {
    if (!planned.contains(outcome.trial))
      return (place / "outcomes").failure("has " + quoted(outcome.trial) + ", which was not planned");
    if (!reported.insert(outcome.trial).second)
      return (place / "outcomes").failure("has " + quoted(outcome.trial) + " twice");
  }
  for (const std::string& trial : report.plan.trials) {
    if (!reported.contains(trial))
      return (place / "outcomes").failure("lacks " + quoted(trial) + ", which was planned", "repeat the run");
  }
  if (report.summary.counts != counts_of(report.outcomes))
    return (place / "counts")
        .failure("do not agree with the outcomes", "do not edit reports; repeat the run");
  return {};
}

}  // namespace

std::optional<Shard> shard_from(std::string_view text) {
  auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  auto number = to_unsigned(text.substr(0, slash)), of = to_unsigned(text.substr(slash + 1));
  if (!number || !of || *number < 1 || *number > *of) return std::nullopt;
  return Shard{*number, *of};
}

Result<Report> report_from_json(const Json& json, std::string_view where) {
  JsonPlace place(where);
  TRY_VOID(check_complete(json, place));
  Report report;
  ObjectReader members(json, place);
  members.required("verb", report.plan.verb);
  members.required("version", report.plan.version);
  members.required("target", report.plan.target);
  members.required("edition", report.plan.edition);
  members.required("seed", report.plan.seed, seed_from_json);
  members.required("shard", report.plan.shard);
  members.required("started", report.plan.started);
  members.required("planned", report.plan.trials);
  members.required("counts", report.summary.counts, counts_from_json);
  members.required("outcomes", report.outcomes, each(outcome_from_json));
  members.required("choices", report.summary.choices, choices_from_json);
  members.optional("characteristics", report.summary.characteristics);
  if (!members.failed() && !shard_from(report.plan.shard))
    members.refuse("shard", "is " + quoted(report.plan.shard) + ", expected I/N with I from 1 to N");
  TRY_VOID(members.finish_ignoring_unknown());
  TRY_VOID(check_trials(report, place));
  report.summary.complete = true;
  report.summary.exit_code = exit_code_of(report);
  return report;
}

Result<Report> read_report(const std::string& path) {
  TRY(Json json, read_json_file(path));
  return report_from_json(json, path);
}

}  // namespace diconform::result
