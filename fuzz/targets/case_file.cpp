// Case files: load(save(load(x))) == load(x), and every error names a place inside the file.
#include "check.h"
#include "input.h"
#include "json_mutator.h"
#include "own.h"
#include "places.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::string_view kNames[] = {
    "suite",  "purpose", "cases", "name",       "covers",  "given",   "call",     "over",
    "expect", "reply",   "world", "steps",      "http",    "headers", "raw",      "forEach",
    "sign",   "times",   "gone",  "anyOf",      "choice",  "answers", "common",   "account",
    "needs",  "other",   "as",    "trueErrors", "replace", "body",    "editions", "together"};
constexpr std::string_view kValues[] = {"{}",
                                        "[]",
                                        "null",
                                        "true",
                                        "3",
                                        "\"\"",
                                        "\"$victim\"",
                                        "\"$absent\"",
                                        "\"${victim}x\"",
                                        "\"$\"",
                                        "\"success\"",
                                        "\"unchanged\"",
                                        "\"every-form\"",
                                        "[\"errors.not-found\"]",
                                        "\"InvalidImageId.NotFound\"",
                                        "{\"victim\":{}}",
                                        "{\"id\":{\"one\":\"a\",\"two\":\"b\"}}",
                                        "{\"choice\":\"dry-run.passing-answer\"}",
                                        "[\"2023-03-27\"]",
                                        "{\"ImageIds\":[\"$victim\"],\"DryRun\":true}"};
constexpr const char* kFile = "endpoint/fuzz/input.json";

// What of a case can be compared: its source, and the trials it becomes.
std::string told(const std::vector<scenario::CaseInfo>& cases) {
  std::string out;
  for (const scenario::CaseInfo& info : cases) {
    out += info.name + "\n" + info.why + "\n" + info.purpose + "\n" + to_text(info.source) + "\n";
    for (const std::string& covered : info.covers) out += covered + " ";
    for (const scenario::Trial& trial : info.trials)
      out += trial.id + " " + std::to_string(trial.body->steps.size()) + "\n";
  }
  return out;
}

// The suite file with these cases.
std::string saved(const std::vector<scenario::CaseInfo>& cases) {
  Json::Array sources;
  for (const scenario::CaseInfo& info : cases) sources.push_back(info.source);
  std::string suite = cases.front().name.substr(0, cases.front().name.find('/'));
  return to_text(
      Json(Json::Object{{"suite", suite}, {"purpose", cases.front().purpose}, {"cases", std::move(sources)}}),
      JsonStyle::kPretty);
}

}  // namespace

FUZZ_JSON_MUTATOR(kNames, kValues)

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  auto cases = scenario::read_suite({kFile, text}, catalogue());
  if (!cases) return check_place(cases.error(), kFile, text), 0;
  if (cases->empty()) return 0;
  std::string text_again = saved(*cases);
  auto again = scenario::read_suite({kFile, text_again}, catalogue());
  FUZZ_CHECK(again.has_value(),
             "what was saved does not load: " + again.error().message() + "\n" + shown(text_again));
  FUZZ_CHECK(told(*again) == told(*cases), "saved and loaded it is another: " + shown(text_again));
  return 0;
}
