// The body of a POST, decoded: never crashes; the verdict is one the manual allows; it stays the same when
// members change places, and with other white space and other escapes; a text cut short is no text; and a
// naive decoder, which shares no code with ours, agrees.
#include "check.h"
#include "input.h"
#include "json_mutator.h"
#include "json_tree.h"
#include "naive_decoder.h"

using namespace diconform::fuzz;

namespace {

constexpr std::string_view kNames[] = {
    "ImageIds", "DryRun",     "DeleteBindedSnap", "ImageIds", "DryRun", "DeleteBindedSnap",
    "imageIds", "ImageIds.0", "DeleteBoundSnap",  "Action",   "Version"};
constexpr std::string_view kValues[] = {"true",
                                        "true",
                                        "false",
                                        "[\"img-1a2b3c4d\"]",
                                        "[\"img-1a2b3c4d\",\"img-5e6f7g8h\",\"img-00000000\"]",
                                        "\"img-zzzzzzzz\"",
                                        "[]",
                                        "{}",
                                        "null",
                                        "\"True\"",
                                        "\"false\"",
                                        "1",
                                        "-0",
                                        "1e999",
                                        "\"\"",
                                        "\"img-1A2B3C4D\"",
                                        "\"img-34vaef8fe\""};

constexpr std::string_view kMembers[] = {R"({"ImageIds":["img-1a2b3c4d"]})",
                                         R"({"ImageIds":["img-1a2b3c4d","img-5e6f7g8h"]})",
                                         R"({"ImageIds":["img-1a2b3c4d","img-5e6f7g8h","img-00000000"]})",
                                         R"({"DryRun":true})",
                                         R"({"DryRun":false})",
                                         R"({"DeleteBindedSnap":true})",
                                         R"({"DeleteBindedSnap":false})"};

void check_other_spelling(const Tree& root, std::string_view body, const Verdict& verdict, Dice& dice) {
  std::string other = written(root, &dice);
  Verdict again = ask(DICONFORM_JSON, other);
  FUZZ_CHECK(again.refusal.empty() == verdict.refusal.empty() && again.call == verdict.call,
             shown(body) + " and " + shown(other) + " say the same, and were decided differently");
}

void check_cut(const Tree& root, Dice& dice) {
  std::string cut = written(root, dice.one_in(2) ? &dice : nullptr);
  cut.resize(dice.below(cut.rfind('}') + 1));
  FUZZ_CHECK(!ask(DICONFORM_JSON, cut).refusal.empty(), "accepted a text that was cut short: " + shown(cut));
}

}  // namespace

FUZZ_JSON_MUTATOR(kNames, kValues, kMembers)

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view body = text_of(data, size);
  Verdict verdict = ask(DICONFORM_JSON, body);
  std::optional<ParsedTree> parsed = parse_tree(body);
  hold(verdict, opinion_on_json(parsed), body);
  if (!parsed || parsed->repeated_member) return 0;  // of two members, another may be the last
  // Every second input is decided once more. Its bytes say which and how: both checks meet every kind of
  // input, thousands of them a second, and what fails once fails again.
  Dice dice(hash_of(body));
  if (dice.one_in(2)) return 0;
  if (parsed->root.kind == Kind::kObject && dice.one_in(3))
    check_cut(parsed->root, dice);
  else
    check_other_spelling(parsed->root, body, verdict, dice);
  return 0;
}
