#include <algorithm>

#include "base/text.h"
#include "reports/formats.h"
#include "reports/sink.h"
#include "reports/words.h"

namespace diconform::reports {
namespace {

using result::Verdict;

// A job summary on GitHub takes 1 MiB in all; twenty failures in full are what somebody reads there.
constexpr std::size_t kShownInFull = 20;
constexpr std::size_t kNamed = 200;
constexpr std::size_t kLongestText = 1000;

std::string cut(std::string text) {
  if (text.size() <= kLongestText) return text;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

// Text as it is, in a code span that nothing in it can close: the only form in which a hostile text makes no
// links, images or HTML. In a table a bar would end the cell even there.
std::string code(std::string_view raw, bool in_table = false) {
  std::string text = cut(plain(raw));
  if (text.empty()) return "";
  std::size_t longest = 0, run = 0;
  for (char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  std::string fence(longest + 1, '`');
  bool pad = text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  if (in_table) text = replaced(std::move(text), "|", "\\|");
  return fence + (pad ? " " + text + " " : text) + fence;
}

std::string row(std::string_view first, std::string_view second, std::string_view third) {
  return "| " + std::string(first) + " | " + std::string(second) + " | " + std::string(third) + " |\n";
}

std::string counts_table(const result::Counts& counts) {
  std::string out = "| trials | | |\n|---:|---|---|\n";
  for (Verdict verdict : result::kVerdicts) {
    std::size_t count = count_of(counts, verdict);
    const VerdictWords& words = words_for(verdict);
    std::string number = std::to_string(count);
    if (verdict == Verdict::kError && count > 0) number += " of " + std::to_string(total_of(counts));
    if (count > 0) out += row(number, words.label, words.meaning);
  }
  return out;
}

std::string item(std::string_view name, const std::string& text) {
  return text.empty() ? "" : "- " + std::string(name) + ": " + code(text) + "\n";
}

std::string details(const result::Outcome& outcome) {
  std::string out = "#### " + code(outcome.trial) + "\n\n" + item("reason", outcome.reason);
  for (const result::Finding& finding : outcome.findings) {
    out += "- clause " + code(finding.clause);
    out += finding.severity == result::Severity::kWarning ? " (a warning)" : "";
    if (!finding.where.empty()) out += ", at " + code(finding.where);
    out += "\n";
    if (!finding.expected.empty()) out += "  - expected: " + code(finding.expected) + "\n";
    if (!finding.observed.empty()) out += "  - observed: " + code(finding.observed) + "\n";
  }
  return out + item("repeat", outcome.repeat) + item("curl", outcome.curl) + "\n";
}

std::string verdict_section(std::string_view title, const std::vector<result::Outcome>& outcomes,
                            Verdict verdict) {
  std::string out;
  std::size_t seen = 0;
  for (const result::Outcome& outcome : outcomes) {
    if (outcome.verdict != verdict) continue;
    ++seen;
    if (seen <= kShownInFull)
      out += details(outcome);
    else if (seen <= kNamed)
      out += "- " + code(outcome.trial) + "\n";
  }
  if (seen > kNamed) out += "- and " + std::to_string(seen - kNamed) + " more\n";
  return seen == 0 ? "" : "### " + std::string(title) + "\n\n" + out + (out.ends_with("\n\n") ? "" : "\n");
}

std::string warnings_section(const Tally& tally) {
  if (tally.warnings.empty()) return "";
  std::string out =
      "### Warnings: clauses broken that do not gate\n\n| times | clause | such as |\n|---:|---|---|\n";
  for (const auto& [clause, group] : tally.warnings)
    out += row(std::to_string(group.count), code(clause, true), code(group.example, true));
  return out + "\n";
}

std::string choices_section(const std::map<std::string, result::ChoiceRecord>& choices) {
  if (choices.empty()) return "";
  std::string out = "### What the target does where the manual leaves it open\n\n";
  out += "| choice | answer | seen in |\n|---|---|---|\n";
  for (const auto& [name, record] : choices)
    out += row(code(name, true), code(record.answer, true), counted(record.trials.size(), "trial"));
  return out + "\n";
}

std::string characteristics_section(const Json& characteristics) {
  std::string out;
  for (const Characteristic& line : characteristics_of(characteristics))
    out += "- " + code(line.name) + ": " + code(line.value) + "\n";
  return out.empty() ? "" : "### What was measured\n\n" + out + "\n";
}

class MarkdownReporter final : public WholeReporter {
 public:
  using WholeReporter::WholeReporter;

 protected:
  std::string text_of(const result::Report& report) const override {
    Tally tally;
    for (const result::Outcome& outcome : report.outcomes) tally.add(outcome);
    std::string_view mark = conforms(report.summary) ? "✅ " : "❌ ";
    std::string out = "## diconform " + code(target_name(report.plan)) + "\n\n" + std::string(mark) + "**" +
                      conclusion(report.plan, tally.counts, report.summary) + "**\n\n";
    out += counts_table(tally.counts) + "\n";
    out += verdict_section("Failed", report.outcomes, Verdict::kFail);
    out += verdict_section("Not carried out", report.outcomes, Verdict::kError);
    out += verdict_section("Inconclusive", report.outcomes, Verdict::kInconclusive);
    if (!report.summary.complaints.empty()) {
      out += "### To put right\n\n";
      for (const std::string& complaint : report.summary.complaints) out += "- " + code(complaint) + "\n";
      out += "\n";
    }
    out += warnings_section(tally) + choices_section(report.summary.choices) +
           characteristics_section(report.summary.characteristics);
    out += "diconform " + code(report.plan.version) + ", edition " + code(report.plan.edition) + ", seed " +
           std::to_string(report.plan.seed) + ", shard " + code(report.plan.shard);
    if (report.summary.seconds > 0) out += ", " + duration(report.summary.seconds);
    return out + "\n";
  }
};

}  // namespace

std::unique_ptr<Reporter> make_markdown(const Destination& to) {
  return std::make_unique<MarkdownReporter>(to);
}

}  // namespace diconform::reports
