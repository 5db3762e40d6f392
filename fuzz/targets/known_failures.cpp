// Lists of known failures: load(save(load(x))) == load(x), and every error names a place inside the file.
#include "result/known_failures.h"

#include "check.h"
#include "input.h"
#include "json_mutator.h"
#include "places.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::string_view kNames[] = {"knownFailures", "trial", "clause", "reason",
                                       "observed",      "until", "comment"};
constexpr std::string_view kValues[] = {
    "[]",
    "\"\"",
    "\"*\"",
    "\"dry-run/changes-nothing[*]\"",
    "\"dry-run.changes-nothing\"",
    "\"2027-01-31\"",
    "\"2027-13-41\"",
    "7",
    "null",
    "{\"trial\":\"*\",\"clause\":\"http.status\",\"reason\":\"issue 12\"}"};

Result<std::vector<result::KnownFailure>> load(std::string_view text) {
  TRY(Json json, parse_json(text, "list.json", {.duplicates = false}));
  return result::known_failures_from_json(json, "list.json");
}

}  // namespace

FUZZ_JSON_MUTATOR(kNames, kValues)

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  auto entries = load(text);
  if (!entries) return check_place(entries.error(), "list.json", text), 0;
  std::string saved = to_text(result::to_json(*entries), JsonStyle::kPretty);
  auto again = load(saved);
  FUZZ_CHECK(again.has_value(), "what was saved does not load: " + again.error().message());
  FUZZ_CHECK(*again == *entries, "saved and loaded it is another: " + shown(saved));
  return 0;
}
