#include "result/outcome.h"

#include <array>
#include <utility>

namespace diconform::result {
namespace {

// The words of the JSON report; a table so that writing and reading cannot drift apart.
constexpr std::array<std::pair<Verdict, std::string_view>, 7> kVerdictNames = {{
    {Verdict::kPass, "pass"},
    {Verdict::kFail, "fail"},
    {Verdict::kKnownFailure, "knownFailure"},
    {Verdict::kError, "error"},
    {Verdict::kInconclusive, "inconclusive"},
    {Verdict::kUntestable, "untestable"},
    {Verdict::kSkipped, "skipped"},
}};
constexpr std::array<std::pair<Severity, std::string_view>, 2> kSeverityNames = {{
    {Severity::kFailure, "failure"},
    {Severity::kWarning, "warning"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [each, name] : table) {
    if (each == value) return name;
  }
  return "?";
}

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::string_view name) {
  for (const auto& [value, each] : table) {
    if (each == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Verdict verdict) { return name_in(kVerdictNames, verdict); }
std::optional<Verdict> verdict_named(std::string_view name) { return value_in<Verdict>(kVerdictNames, name); }

bool verified(Verdict verdict) {
  return verdict == Verdict::kPass || verdict == Verdict::kFail || verdict == Verdict::kKnownFailure;
}

std::string_view name_of(Severity severity) { return name_in(kSeverityNames, severity); }
std::optional<Severity> severity_named(std::string_view name) {
  return value_in<Severity>(kSeverityNames, name);
}

}  // namespace diconform::result
