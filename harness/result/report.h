// The JSON report `diconform-report/1` (PROTOCOLS.md, section 3) as a value.
//
// A report is what one run, or the merged shards of one, came to. It is written by the `json` reporter and
// read by the verbs `report` and `known-failures`, whose readers trust nothing: a report may be cut off,
// edited or hostile. What it does not hold (repeat commands, RequestIds, complaints, how long the run took)
// is empty after reading.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "result/run.h"

namespace diconform::result {

inline constexpr std::string_view kReportSchema = "diconform-report/1";

struct Report {
  Plan plan;
  std::vector<Outcome> outcomes;
  Summary summary;
};

// The whole report, `complete` last. Bodies are cut (result/redact.h). Bytes that are not UTF-8 go as base64
// in exchanges and become U+FFFD in texts.
Json to_json(const Report& report);
// One outcome, as in "outcomes"; the members of the report that tell the plan; "choices".
Json to_json(const Outcome& outcome);
Json::Object to_json(const Plan& plan);
Json to_json(const Counts& counts);
Json to_json(const std::map<std::string, ChoiceRecord>& choices);

// Refuses a report that is not complete, that contradicts itself (counts, trials that were not planned,
// reported twice or never, a pass with a failure), or in which a member is missing or of the wrong type. Lets
// unknown members be.
Result<Report> report_from_json(const Json& json, std::string_view where);
Result<Report> read_report(const std::string& path);

// "2/5" -> {2, 5}; nothing where it is no such thing.
struct Shard {
  std::size_t number = 1, of = 1;
};
std::optional<Shard> shard_from(std::string_view text);

Counts counts_of(std::span<const Outcome> outcomes);
// What a run that came to this would have exited with, as far as a report can tell (PROTOCOLS.md, section 3).
int exit_code_of(const Report& report);
// Tells a listener the run over again.
void replay(const Report& report, RunListener& listener);

}  // namespace diconform::result
