#include "run/exit_code.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace diconform::run {
namespace {

std::size_t count(const result::Summary& summary, result::Verdict verdict) {
  auto found = summary.counts.find(verdict);
  return found == summary.counts.end() ? 0 : found->second;
}

}  // namespace

Result<MinVerified> parse_min_verified(std::string_view text) {
  bool percent = text.ends_with('%');
  auto number = to_unsigned(percent ? text.substr(0, text.size() - 1) : text);
  if (!number || (percent && *number > 100))
    return failure("--min-verified", quoted(text) + " is neither a number nor a percentage",
                   "such as 500 or 95%");
  MinVerified least;
  if (percent) {
    least.percent = static_cast<double>(*number);
  } else {
    least.count = *number;
  }
  return least;
}

int exit_code(const result::Summary& summary, const Judged& judged, std::vector<std::string>& complaints) {
  using enum result::Verdict;
  std::size_t verified = count(summary, kPass) + count(summary, kFail) + count(summary, kKnownFailure);
  if (judged.forbidden) return kForbidden;
  if (!summary.complete && !judged.interrupted) {
    complaints.push_back("a planned trial never reported");
    return kUnusable;
  }
  if (std::size_t errors = count(summary, kError)) {
    complaints.push_back(fmt::format("{} of {} trials ended in error", errors, judged.planned));
    return kUnusable;
  }
  if (count(summary, kFail) > 0 || judged.known_failures_wrong) return kFailed;
  // What was found before the interruption stands; that little was verified is its fault.
  if (judged.interrupted) return kInterrupted;
  if (judged.empty_shard) return kConforms;
  std::size_t least = judged.min_verified.percent
                          ? static_cast<std::size_t>(std::ceil(*judged.min_verified.percent / 100 *
                                                               static_cast<double>(judged.planned)))
                          : judged.min_verified.count;
  if (verified == 0 || verified < least) {
    complaints.push_back(fmt::format("{} of {} trials were verified, {} were asked for", verified,
                                     judged.planned, std::max<std::size_t>(least, 1)));
    return kNotEnough;
  }
  if (count(summary, kInconclusive) > 0 && !judged.allow_inconclusive) {
    complaints.push_back(fmt::format("{} trials were inconclusive; --allow-inconclusive accepts that",
                                     count(summary, kInconclusive)));
    return kNotEnough;
  }
  return kConforms;
}

}  // namespace diconform::run
