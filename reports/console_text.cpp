#include "reports/console_text.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace diconform::reports {
namespace {

using result::Verdict;

constexpr std::size_t kGroupsShown = 10;

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(text.size() < width ? width - text.size() : 0, ' ');
}

std::string right(std::size_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < width ? width - digits.size() : 0, ' ') + digits;
}

std::string field(std::string_view name, std::string_view value, const Paint& paint) {
  if (value.empty()) return "";
  return "      " + paint.faint(padded(name, 10)) + plain(value) + "\n";
}

std::string headline(const result::Outcome& outcome, const Paint& paint) {
  std::string trial = plain(outcome.trial);
  switch (outcome.verdict) {
    case Verdict::kFail:
      return paint.red("FAIL") + "  " + paint.bold(trial);
    case Verdict::kError:
      return paint.yellow("ERROR") + " " + paint.bold(trial);
    case Verdict::kInconclusive:
      return paint.yellow("INCONCLUSIVE") + " " + paint.bold(trial);
    default:
      return padded(result::name_of(outcome.verdict), 5) + " " + trial;
  }
}

std::string counts_text(const Tally& tally, const Paint& paint) {
  std::string out;
  for (Verdict verdict : result::kVerdicts) {
    std::size_t count = count_of(tally.counts, verdict);
    if (count == 0) continue;
    const VerdictWords& words = words_for(verdict);
    std::string label = padded(words.label, 19);
    if (verdict == Verdict::kPass) label = paint.green(label);
    if (verdict == Verdict::kFail) label = paint.red(label);
    if (verdict == Verdict::kError || verdict == Verdict::kInconclusive) label = paint.yellow(label);
    std::string meaning(words.meaning);
    if (verdict == Verdict::kError)
      meaning = std::to_string(count) + " of " + std::to_string(total_of(tally.counts)) + "; " + meaning;
    out += right(count, 7) + "  " + label + paint.faint(meaning) + "\n";
  }
  return out.empty() ? "      0  trials reported\n" : out;
}

using Groups = std::map<std::string, Tally::Group>;

// Groups, the largest first.
std::string groups_text(const Groups& groups, const std::map<std::string, std::string>& details,
                        const Paint& paint) {
  std::vector<Groups::const_iterator> order;
  for (auto each = groups.begin(); each != groups.end(); ++each) order.push_back(each);
  std::ranges::sort(order, [](auto a, auto b) {
    return std::pair(b->second.count, std::string_view(a->first)) <
           std::pair(a->second.count, std::string_view(b->first));
  });
  std::string out;
  for (std::size_t i = 0; i < order.size() && i < kGroupsShown; ++i) {
    const auto& [name, group] = *order[i];
    out += right(group.count, 7) + "  " + plain(name.empty() ? "(no reason given)" : name) + "\n";
    if (auto detail = details.find(name); detail != details.end())
      out += "         " + paint.faint(plain(detail->second)) + "\n";
    out += "         " + paint.faint("such as " + plain(group.example)) + "\n";
  }
  if (order.size() > kGroupsShown)
    out += "         " +
           paint.faint("and " + std::to_string(order.size() - kGroupsShown) + " more of the kind") + "\n";
  return out;
}

std::string choices_text(const std::map<std::string, result::ChoiceRecord>& choices, const Paint& paint) {
  std::size_t name_width = 0, answer_width = 0;
  for (const auto& [name, record] : choices) {
    name_width = std::max(name_width, plain(name).size());
    answer_width = std::max(answer_width, std::min<std::size_t>(plain(record.answer).size(), 40));
  }
  std::string out;
  for (const auto& [name, record] : choices) {
    out += "  " + padded(plain(name), name_width) + "  " + padded(plain(record.answer), answer_width) + "  " +
           paint.faint("seen in " + counted(record.trials.size(), "trial")) + "\n";
  }
  return out;
}

std::string characteristics_text(const Json& characteristics, const Paint& paint) {
  constexpr std::size_t kMost = 480;  // six lines: curves and lists of decisions are for the other formats
  std::string out;
  for (const Characteristic& line : characteristics_of(characteristics)) {
    std::string value = plain(line.value);
    if (value.size() > kMost) value = value.substr(0, kMost) + "… (the JSON report has all of it)";
    out += "  " + plain(line.name) + "\n      " + paint.faint(value) + "\n";
  }
  return out;
}

std::string section(std::string_view title, const std::string& text, const Paint& paint) {
  if (text.empty()) return "";
  return paint.bold(title).insert(0, 1, '\n') + "\n" + text;
}

}  // namespace

std::string Paint::in(std::string_view code, std::string_view text) const {
  if (!colour) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string opening(const result::Plan& plan) {
  return "diconform " + plain(plan.version) + ": " + counted(plan.trials.size(), "trial") + " against " +
         plain(about_run(plan)) + "\n";
}

std::string progress_line(std::size_t planned, const result::Counts& counts, double seconds) {
  std::size_t done = total_of(counts), failed = count_of(counts, Verdict::kFail);
  std::size_t errors = count_of(counts, Verdict::kError);
  std::string line =
      std::to_string(done) + "/" + std::to_string(planned) + " done  " + std::to_string(failed) + " failed";
  if (errors > 0) line += "  " + std::to_string(errors) + " not carried out";
  if (done == 0 || seconds < 0.5) return line;  // a rate of the first moments misleads
  double rate = static_cast<double>(done) / seconds;
  line += "  " + (rate < 10 ? std::to_string(rate).substr(0, 3) : std::to_string(std::lround(rate))) + "/s";
  if (done < planned) line += "  about " + duration(static_cast<double>(planned - done) / rate) + " left";
  return line;
}

std::string full_text(const result::Outcome& outcome, const Paint& paint) {
  std::string out = headline(outcome, paint).insert(0, 1, '\n') + "\n";
  out += field("reason", outcome.reason, paint);
  bool first = true;
  for (const result::Finding& finding : outcome.findings) {
    if (!first) out += "\n";
    first = false;
    bool warning = finding.severity == result::Severity::kWarning;
    out += field("clause", finding.clause + (warning ? " (a warning)" : ""), paint);
    out += field("expected", finding.expected, paint);
    out += field("observed", finding.observed, paint);
    out += field("where", finding.where, paint);
  }
  out += field("repeat", outcome.repeat, paint);
  out += field("curl", outcome.curl, paint);
  return out;
}

std::string one_line(const result::Outcome& outcome, const Paint& paint) {
  return headline(outcome, paint) + ": " + plain(outcome.reason) + "\n";
}

std::string closing(const result::Plan& plan, const Tally& tally, const result::Summary& summary,
                    const Paint& paint) {
  auto reasons = [&](Verdict verdict) {
    auto found = tally.reasons.find(verdict);
    return found == tally.reasons.end() ? "" : groups_text(found->second, {}, paint);
  };
  std::string complaints;
  for (const std::string& complaint : summary.complaints) complaints += "  " + plain(complaint) + "\n";

  std::string out(1, '\n');
  out += paint.bold(counted(total_of(tally.counts), "trial"));
  if (total_of(tally.counts) < plan.trials.size())
    out += " of " + std::to_string(plan.trials.size()) + " planned";
  if (summary.seconds > 0) out += " in " + duration(summary.seconds);
  out += "\n" + counts_text(tally, paint);
  out += section("Failed as known, because", reasons(Verdict::kKnownFailure), paint);
  out += section("Not testable here, because", reasons(Verdict::kUntestable), paint);
  out += section("Skipped, because", reasons(Verdict::kSkipped), paint);
  out += section("Warnings: clauses that were broken but do not gate (--strict makes them failures)",
                 groups_text(tally.warnings, tally.warning_texts, paint), paint);
  out += section("What the target does where the manual leaves it open", choices_text(summary.choices, paint),
                 paint);
  out += section("What was measured", characteristics_text(summary.characteristics, paint), paint);
  out += section("To put right", complaints, paint);
  std::string verdict = conclusion(plan, tally.counts, summary);
  out += "\n" + (conforms(summary) ? paint.green(verdict) : paint.red(verdict));
  return out + paint.faint(" (exit code " + std::to_string(summary.exit_code) + ")") + "\n";
}

}  // namespace diconform::reports
