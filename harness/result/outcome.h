// What a trial came to, as values.
//
// Three channels never mix: an Error says that we (or the hook, or the driver) could not work, a Finding that
// the target is wrong, an assertion that diconform is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/transport.h"

namespace diconform::result {

enum class Verdict { kPass, kFail, kKnownFailure, kError, kInconclusive, kUntestable, kSkipped };
inline constexpr Verdict kVerdicts[] = {Verdict::kPass,   Verdict::kFail,         Verdict::kKnownFailure,
                                        Verdict::kError,  Verdict::kInconclusive, Verdict::kUntestable,
                                        Verdict::kSkipped};
std::string_view name_of(Verdict verdict);  // "pass", "fail", "knownFailure", …
std::optional<Verdict> verdict_named(std::string_view name);
// Whether the trial said something about the target: pass, fail and known failure.
bool verified(Verdict verdict);

enum class Severity { kFailure, kWarning };
std::string_view name_of(Severity severity);
std::optional<Severity> severity_named(std::string_view name);

// One way in which the target broke one clause.
struct Finding {
  std::string clause;  // "errors.not-found"
  Severity severity = Severity::kFailure;
  std::string expected;  // "reply InvalidImageId.NotFound"
  std::string observed;  // "success"
  std::string where;     // "step 2, call 1" or "image img-…"; stable between runs of the same trial
  friend bool operator==(const Finding&, const Finding&) = default;
};

// How the target decided a point the manual leaves open.
struct ChoiceAnswer {
  std::string choice;
  std::string answer;
  friend bool operator==(const ChoiceAnswer&, const ChoiceAnswer&) = default;
};

// For the choice `errors.precedence`: of two errors that were both true, which was named, and whether it came
// first.
struct PrecedenceAnswer {
  std::string named, other;
  bool named_first = false;  // whether the named error's id stood before the other's
  friend bool operator==(const PrecedenceAnswer&, const PrecedenceAnswer&) = default;
};

// One message of an exchange that was cut for reporting: what its body was before.
struct Cut {
  std::size_t exchange = 0;  // which of the outcome's exchanges
  bool received = false;     // its reply, not its request
  std::size_t length = 0;    // of the whole body, in bytes
  std::string sha256;        // of the whole body, in hexadecimal digits
  friend bool operator==(const Cut&, const Cut&) = default;
};

struct Outcome {
  std::string trial;      // "suite/case[2023-03-27,json,tc3]"
  std::string case_name;  // "suite/case"
  Verdict verdict = Verdict::kSkipped;
  std::string reason;  // why not pass; for a fail the first finding in one line
  std::vector<Finding> findings;
  std::vector<ChoiceAnswer> choices;
  std::vector<PrecedenceAnswer> precedence;
  Json measured;         // what a rate trial measured, whatever it came to; else null
  Json characteristics;  // what a probe found out: members of the report's characteristics; else null
  std::vector<std::string> request_ids;   // every RequestId seen, for the ledger
  std::vector<wire::Exchange> exchanges;  // kept for what is not a plain pass
  std::vector<Cut> cuts;  // which of their bodies were cut (result/redact.h), none while a trial runs
  std::string repeat;     // the command that repeats this trial
  std::string curl;       // the first request as a curl line; empty where it is no lawful HTTP
  double seconds = 0;
};

}  // namespace diconform::result
