#include "result/known_failures.h"

#include <algorithm>
#include <iterator>

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::result {
namespace {

// "YYYY-MM-DD" with a month and a day that exist, leap years aside: a date that never comes would hold for
// ever.
bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  auto year = to_unsigned(text.substr(0, 4)), month = to_unsigned(text.substr(5, 2)),
       day = to_unsigned(text.substr(8));
  if (!year || !month || !day) return false;
  static constexpr unsigned kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return *year >= 2000 && *month >= 1 && *month <= 12 && *day >= 1 && *day <= kDays[*month - 1];
}

// One for each of its patterns.
Result<std::vector<KnownFailure>> entry_from_json(const Json& json, const JsonPlace& place) {
  KnownFailure entry;
  entry.observed = "*";
  ObjectReader members(json, place);
  const bool several = members.member("trials");
  std::vector<std::string> trials;
  if (several)
    members.required("trials", trials);
  else
    members.required("trial", trials.emplace_back());
  members.required("clause", entry.clause);
  members.required("reason", entry.reason);
  members.optional("observed", entry.observed);
  members.optional("until", entry.until);
  members.optional("matters", entry.matters);
  members.optional("remedy", entry.remedy);
  members.optional("reproduce", entry.reproduce);
  if (!members.failed()) {
    auto blank = [](const std::string& trial) { return trimmed(trial).empty(); };
    auto shows = [&](const std::string& trial) { return matches_glob(trial, entry.reproduce); };
    if (trials.empty() || std::ranges::any_of(trials, blank))
      members.refuse(several ? "trials" : "trial", "is empty", "give a trial id or a pattern of them");
    else if (!entry.reproduce.empty() && std::ranges::none_of(trials, shows))
      members.refuse("reproduce", "is " + quoted(entry.reproduce) + ", none of the entry's own trials");
    if (trimmed(entry.clause).empty()) members.refuse("clause", "is empty", "name the clause that is broken");
    if (trimmed(entry.reason).empty())
      members.refuse("reason", "is empty", "say why this failure is accepted");
    if (members.member("until") && !is_date(entry.until))
      members.refuse("until", "is " + quoted(entry.until) + ", not a day",
                     "write YYYY-MM-DD or leave it out");
  }
  TRY_VOID(members.finish());
  std::vector<KnownFailure> entries(trials.size(), entry);
  for (std::size_t i = 0; i < trials.size(); ++i) entries[i].trial = std::move(trials[i]);
  return entries;
}

// Of one defect: the same in all but their trials.
bool belong_together(KnownFailure one, const KnownFailure& other) {
  one.trial = other.trial;
  return one == other;
}

Json to_json(const KnownFailure& entry, Json::Array trials) {
  Json::Object members;
  if (trials.size() == 1)
    members.emplace_back("trial", std::move(trials.front()));
  else
    members.emplace_back("trials", std::move(trials));
  members.emplace_back("clause", entry.clause);
  members.emplace_back("reason", entry.reason);
  auto unless = [&members](const char* usual, const char* name, const std::string& value) {
    if (value != usual) members.emplace_back(name, value);
  };
  unless("", "matters", entry.matters);
  unless("", "remedy", entry.remedy);
  unless("", "reproduce", entry.reproduce);
  unless("*", "observed", entry.observed);
  unless("", "until", entry.until);
  return members;
}

std::string count_of(std::size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

}  // namespace

Result<std::vector<KnownFailure>> known_failures_from_json(const Json& json, std::string_view where) {
  std::vector<std::vector<KnownFailure>> defects;
  std::string schema;
  ObjectReader members(json, JsonPlace(where));
  members.optional("$schema", schema);  // for editors
  members.required("knownFailures", defects, each(entry_from_json));
  TRY_VOID(members.finish());
  std::vector<KnownFailure> entries;
  for (std::vector<KnownFailure>& defect : defects) std::ranges::move(defect, std::back_inserter(entries));
  return entries;
}

Json to_json(std::span<const KnownFailure> entries) {
  Json::Array list;
  for (std::size_t at = 0; at < entries.size();) {
    const KnownFailure& first = entries[at];
    Json::Array trials;
    for (; at < entries.size() && belong_together(entries[at], first); ++at)
      trials.emplace_back(entries[at].trial);
    list.push_back(to_json(first, std::move(trials)));
  }
  return Json::Object{{"knownFailures", std::move(list)}};
}

bool names(const KnownFailure& entry, std::string_view trial) { return matches_glob(entry.trial, trial); }

bool describes(const KnownFailure& entry, std::string_view trial, const Finding& finding) {
  return entry.clause == finding.clause && names(entry, trial) &&
         matches_glob(entry.observed, finding.observed);
}

bool expired(const KnownFailure& entry, std::string_view today) {
  return !entry.until.empty() && entry.until < today;
}

std::string title_of(const KnownFailure& entry) {
  std::string title = "trial " + quoted(entry.trial) + ", clause " + entry.clause;
  return entry.observed == "*" ? title : title + ", observed " + quoted(entry.observed);
}

KnownFailures::KnownFailures(std::vector<KnownFailure> entries, std::string today)
    : entries_(std::move(entries)), uses_(entries_.size()), today_(std::move(today)) {}

void KnownFailures::apply(Outcome& outcome) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!names(entries_[i], outcome.trial)) continue;
    if (verified(outcome.verdict)) ++uses_[i].verified;
    if (outcome.verdict == Verdict::kError || outcome.verdict == Verdict::kInconclusive) ++uses_[i].undecided;
  }
  if (!verified(outcome.verdict)) return;

  std::string reasons;
  std::size_t failures = 0, excused = 0;
  for (const Finding& finding : outcome.findings) {
    bool known = described(outcome, finding, reasons);
    if (finding.severity != Severity::kFailure) continue;
    ++failures;
    if (known) ++excused;
  }
  // A fail without a finding is described by nothing, so nothing excuses it.
  if (outcome.verdict != Verdict::kFail || failures == 0 || excused < failures) return;
  outcome.verdict = Verdict::kKnownFailure;
  outcome.reason = reasons;
}

// Counts the use of every entry that describes the finding, and notes where there are several.
bool KnownFailures::described(const Outcome& outcome, const Finding& finding, std::string& reasons) {
  const KnownFailure* first = nullptr;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const KnownFailure& entry = entries_[i];
    if (!describes(entry, outcome.trial, finding)) continue;
    ++uses_[i].matched;
    if (expired(entry, today_)) continue;
    if (first)
      overlaps_.try_emplace({first - entries_.data(), i}, outcome.trial);
    else
      first = &entry;
  }
  if (first && reasons.find(first->reason) == reasons.npos)
    reasons += (reasons.empty() ? "" : "; ") + first->reason;
  return first != nullptr;
}

std::vector<std::string> KnownFailures::overlaps() const {
  std::vector<std::string> out;
  for (const auto& [pair, trial] : overlaps_) {
    out.push_back("overlapping known failures: (" + title_of(entries_[pair.first]) + ") and (" +
                  title_of(entries_[pair.second]) + ") both describe a finding of " + trial +
                  "; keep one of them");
  }
  return out;
}

std::string KnownFailures::complaint_of_age(const KnownFailure& entry) const {
  return "expired known failure: " + title_of(entry) + ": held until " + entry.until + " (" + entry.reason +
         "); repair the target, or decide anew";
}

std::vector<std::string> KnownFailures::complaints_of(std::span<const std::string> trials) const {
  std::vector<std::string> out = overlaps();
  for (const KnownFailure& entry : entries_) {
    bool named = std::ranges::any_of(trials, [&](const std::string& trial) { return names(entry, trial); });
    if (named && expired(entry, today_)) out.push_back(complaint_of_age(entry));
  }
  return out;
}

std::vector<std::string> KnownFailures::complaints(std::span<const std::string> planned,
                                                   std::span<const std::string> catalogue) const {
  std::vector<std::string> out = overlaps();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const KnownFailure& entry = entries_[i];
    const Use& use = uses_[i];
    auto named = [&](const std::string& trial) { return names(entry, trial); };
    bool is_planned = std::ranges::any_of(planned, named);
    if (!is_planned && std::ranges::none_of(catalogue, named)) {
      out.push_back("unmatched known failure: " + title_of(entry) +
                    ": no trial of the catalogue has such an id; " + "correct or remove it");
    } else if (is_planned && expired(entry, today_)) {
      out.push_back(complaint_of_age(entry));
    } else if (use.verified > 0 && use.matched == 0 && use.undecided == 0) {
      out.push_back("stale known failure: " + title_of(entry) + ": " + count_of(use.verified, "trial") +
                    " verified and none showed it; remove it (diconform known-failures prune)");
    }
  }
  return out;
}

}  // namespace diconform::result
