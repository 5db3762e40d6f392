#include "result/upkeep.h"

#include <algorithm>

#include "base/file.h"
#include "base/json_place.h"
#include "base/text.h"

namespace diconform::result {
namespace {

constexpr std::size_t kUuidLength = 36;

bool is_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Length of what stands at the front and is not the same in every run, or 0: an identifier, a secret that the
// report does not show, a byte that it could not.
std::size_t changing_length(std::string_view text) {
  for (std::string_view stand_in : {std::string_view("[redacted]"), std::string_view("\xEF\xBF\xBD")}) {
    if (text.starts_with(stand_in)) return stand_in.size();
  }
  if (is_uuid(text.substr(0, kUuidLength))) return kUuidLength;
  for (std::string_view prefix : {"img-", "snap-"}) {
    if (!text.starts_with(prefix)) continue;
    std::size_t end = prefix.size();
    while (end < text.size() && is_id_character(text[end])) ++end;
    return end > prefix.size() ? end : 0;
  }
  return 0;
}

bool any_describes(std::span<const KnownFailure> entries, std::string_view today, const Outcome& outcome,
                   const Finding& finding) {
  return std::ranges::any_of(entries, [&](const KnownFailure& entry) {
    return !expired(entry, today) && describes(entry, outcome.trial, finding);
  });
}

bool stale(const KnownFailure& entry, const Report& report) {
  bool any_verified = false;
  for (const Outcome& outcome : report.outcomes) {
    if (!names(entry, outcome.trial)) continue;
    if (outcome.verdict == Verdict::kError || outcome.verdict == Verdict::kInconclusive) return false;
    for (const Finding& finding : outcome.findings) {
      if (describes(entry, outcome.trial, finding)) return false;
    }
    any_verified = any_verified || verified(outcome.verdict);
  }
  return any_verified;
}

}  // namespace

Result<std::vector<KnownFailure>> read_known_failures(const std::string& path) {
  TRY(Json json, read_json_file(path));
  return known_failures_from_json(json, path);
}

Result<void> write_known_failures(const std::string& path, std::span<const KnownFailure> entries) {
  return write_file(path, to_text(to_json(entries), JsonStyle::kPretty) + "\n");
}

std::string as_pattern(std::string_view observed) {
  std::string pattern;
  for (std::size_t at = 0; at < observed.size();) {
    bool inside_word = at > 0 && is_id_character(observed[at - 1]) && is_id_character(observed[at]);
    std::size_t length = inside_word ? 0 : changing_length(observed.substr(at));
    pattern += length > 0 ? '*' : observed[at];
    at += std::max<std::size_t>(length, 1);
  }
  return pattern;
}

std::vector<KnownFailure> updated(std::span<const KnownFailure> entries, const Report& report,
                                  std::string_view today) {
  std::vector<KnownFailure> list(entries.begin(), entries.end());
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.verdict != Verdict::kFail) continue;
    for (const Finding& finding : outcome.findings) {
      if (finding.severity != Severity::kFailure || any_describes(list, today, outcome, finding)) continue;
      list.push_back(
          {outcome.trial, finding.clause, std::string(kReasonToFillIn), as_pattern(finding.observed), ""});
    }
  }
  return list;
}

std::vector<KnownFailure> pruned(std::span<const KnownFailure> entries, const Report& report) {
  std::vector<KnownFailure> list;
  for (const KnownFailure& entry : entries) {
    if (!stale(entry, report)) list.push_back(entry);
  }
  return list;
}

std::vector<std::string> list_problems(std::span<const KnownFailure> entries, std::string_view today,
                                       std::span<const std::string> catalogue) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const KnownFailure& entry = entries[i];
    std::string place = title_of(entry) + ": ";
    if (entry.reason.starts_with("TODO"))
      problems.push_back(place + "the reason is still " + quoted(entry.reason) + "; say why");
    if (expired(entry, today))
      problems.push_back(place + "held until " + entry.until + "; repair the target, or decide anew");
    for (std::size_t j = 0; j < i; ++j) {
      const KnownFailure& other = entries[j];
      if (entry.trial == other.trial && entry.clause == other.clause && entry.observed == other.observed)
        problems.push_back(place + "is there twice; keep one of them");
    }
    auto named = [&](const std::string& trial) { return names(entry, trial); };
    if (!catalogue.empty() && std::ranges::none_of(catalogue, named))
      problems.push_back(place + "names no trial of the catalogue; correct or remove it");
    if (!catalogue.empty() && !entry.reproduce.empty() &&
        std::ranges::find(catalogue, entry.reproduce) == catalogue.end())
      problems.push_back(place + "is to be reproduced by " + quoted(entry.reproduce) + ", which is no trial");
  }
  return problems;
}

}  // namespace diconform::result
