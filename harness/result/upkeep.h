// The verb `known-failures`: the upkeep of a list of known failures, from a report.
//
// A list is changed by a person. These do the typing: `updated` adds what is not described yet, for the
// person to say why; `pruned` takes out what was repaired; `list_problems` tells what a list may not be
// committed with.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result/known_failures.h"
#include "result/report.h"

namespace diconform::result {

// Stands where a person has yet to write; a list that holds it is refused by `known-failures check`.
inline constexpr std::string_view kReasonToFillIn = "TODO: say why";

// A list file. Repeated members are mistakes, as is anything unknown.
Result<std::vector<KnownFailure>> read_known_failures(const std::string& path);
Result<void> write_known_failures(const std::string& path, std::span<const KnownFailure> entries);

// What was observed as a pattern: what differs from run to run (UUIDs, img-…, snap-…) or was not shown
// ([redacted], U+FFFD) becomes `*`.
std::string as_pattern(std::string_view observed);

// The entries and, after them, one for each finding of a failed trial that no entry describes. An entry that
// has expired describes nothing: its failure gets a new one.
std::vector<KnownFailure> updated(std::span<const KnownFailure> entries, const Report& report,
                                  std::string_view today);

// The entries but those that are stale by this report: every trial of theirs it holds was verified or
// untestable, at least one was verified, and none showed the failure.
std::vector<KnownFailure> pruned(std::span<const KnownFailure> entries, const Report& report);

// What a list must not be committed with, a line each: reasons not filled in, days that have passed, repeats,
// and where `catalogue` is not empty, entries that name no trial of it.
std::vector<std::string> list_problems(std::span<const KnownFailure> entries, std::string_view today,
                                       std::span<const std::string> catalogue);

}  // namespace diconform::result
