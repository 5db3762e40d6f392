// JSON reports, which may be cut off, edited or hostile: load(save(load(x))) == load(x), and every error
// names a place inside the file.
#include "result/report.h"

#include "check.h"
#include "input.h"
#include "json_mutator.h"
#include "places.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::string_view kNames[] = {
    "complete", "planned",  "counts",    "outcomes", "choices", "findings", "exchanges",
    "verdict",  "severity", "sent",      "received", "text",    "base64",   "trial",
    "seconds",  "clause",   "startedUs", "shard",    "trials",  "answer",   "body"};
constexpr std::string_view kValues[] = {"true",
                                        "false",
                                        "[]",
                                        "{}",
                                        "null",
                                        "0",
                                        "1",
                                        "-1",
                                        "1.5",
                                        "1e99",
                                        "\"pass\"",
                                        "\"fail\"",
                                        "\"warning\"",
                                        "\"AA==\"",
                                        "\"\"",
                                        "\"1/2\"",
                                        "{\"clause\":\"http.status\",\"severity\":\"failure\",\"expected\":"
                                        "\"a\",\"observed\":\"b\",\"where\":\"\"}"};

Result<result::Report> load(std::string_view text) {
  TRY(Json json, parse_json(text, "report.json", {.duplicates = false}));
  return result::report_from_json(json, "report.json");
}

}  // namespace

FUZZ_JSON_MUTATOR(kNames, kValues)

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  auto report = load(text);
  if (!report) return check_place(report.error(), "report.json", text), 0;
  std::string saved = to_text(result::to_json(*report));
  auto again = load(saved);
  FUZZ_CHECK(again.has_value(),
             "what was saved does not load: " + again.error().message() + "\n" + shown(saved));
  std::string twice = to_text(result::to_json(*again));
  FUZZ_CHECK(twice == saved, "saved and loaded it is another: " + shown(saved) + "\n" + shown(twice));
  return 0;
}
