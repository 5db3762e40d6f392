#include "reports/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace diconform::reports {
namespace {

using result::Verdict;

struct Row {
  Verdict verdict;
  VerdictWords words;
};

constexpr std::array<Row, 7> kWords = {{
    {Verdict::kPass, {"passed", "as the manual says"}},
    {Verdict::kFail, {"failed", "the target broke a clause of the manual"}},
    {Verdict::kKnownFailure, {"failed as known", "listed among the known failures, each with a reason"}},
    {Verdict::kError,
     {"not carried out",
      "diconform, the world hook or the driver could not work: says nothing about the target"}},
    {Verdict::kInconclusive, {"inconclusive", "repeated and still too noisy to tell"}},
    {Verdict::kUntestable, {"not testable here", "the world they need cannot be made or looked at"}},
    {Verdict::kSkipped, {"skipped", "deselected, or the target lacks the feature"}},
}};

std::string hex(unsigned value, const char* format) {
  char buffer[24];
  int length = std::snprintf(buffer, sizeof buffer, format, value);
  return std::string(buffer, static_cast<std::size_t>(length));
}

unsigned code_point(std::string_view character) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(character[i])); };
  if (character.size() == 1) return byte(0);
  unsigned value = byte(0) & (0xFFu >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) value = value << 6 | (byte(i) & 0x3F);
  return value;
}

// C1 controls, zero width and direction marks, line separators, byte order mark, tags: characters that show
// nothing and change what is shown around them.
bool deceives(unsigned c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c >= 0xE0000;
}

std::string members_text(const Json& value) {
  const Json::Object* members = value.object();
  if (!members) return value.string() ? *value.string() : to_text(value);
  std::string text;
  for (const auto& [name, member] : *members)
    text += (text.empty() ? "" : ", ") + name + " " + (member.string() ? *member.string() : to_text(member));
  return text;
}

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = utf8_length(text.substr(at));
    unsigned char byte = static_cast<unsigned char>(text[at]);
    if (byte == '\n' || byte == '\r' || byte == '\t') {
      out += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == 0x7F || length == 0) {
      out += hex(byte, "\\x%02x");
      length = 1;
    } else if (unsigned c = code_point(text.substr(at, length)); deceives(c)) {
      out += hex(c, "\\u{%x}");
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

const VerdictWords& words_for(Verdict verdict) {
  for (const Row& row : kWords) {
    if (row.verdict == verdict) return row.words;
  }
  return kWords.front().words;
}

std::string counted(std::size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

std::string duration(double seconds) {
  if (!(seconds > 0)) return "0 s";
  char buffer[64];
  long whole = std::lround(std::fmin(seconds, 1e9));
  if (seconds < 0.0995)
    std::snprintf(buffer, sizeof buffer, "%.0f ms", std::fmax(1, seconds * 1000));
  else if (seconds < 9.95)
    std::snprintf(buffer, sizeof buffer, "%.1f s", seconds);
  else if (whole < 60)
    std::snprintf(buffer, sizeof buffer, "%ld s", whole);
  else if (whole < 3600)
    std::snprintf(buffer, sizeof buffer, "%ld min %ld s", whole / 60, whole % 60);
  else
    std::snprintf(buffer, sizeof buffer, "%ld h %ld min", whole / 3600, whole % 3600 / 60);
  return buffer;
}

std::string target_name(const result::Plan& plan) {
  for (std::string_view member : {"endpoint", "driver", "name"}) {
    const Json* found = plan.target.find(member);
    if (found && found->string() && !found->string()->empty()) return *found->string();
  }
  return "the target";
}

std::string about_run(const result::Plan& plan) {
  std::string about =
      target_name(plan) + " · edition " + plan.edition + " · seed " + std::to_string(plan.seed);
  return plan.shard == "1/1" ? about : about + " · shard " + plan.shard;
}

std::size_t count_of(const result::Counts& counts, Verdict verdict) {
  auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

std::size_t total_of(const result::Counts& counts) {
  std::size_t total = 0;
  for (const auto& [verdict, count] : counts) total += count;
  return total;
}

std::size_t verified_of(const result::Counts& counts) {
  std::size_t total = 0;
  for (const auto& [verdict, count] : counts) total += result::verified(verdict) ? count : 0;
  return total;
}

bool conforms(const result::Summary& summary) { return summary.complete && summary.exit_code == 0; }

std::string conclusion(const result::Plan& plan, const result::Counts& counts,
                       const result::Summary& summary) {
  std::string planned = std::to_string(plan.trials.size());
  std::string verified = std::to_string(verified_of(counts)) + " of " + counted(plan.trials.size(), "trial");
  std::size_t failed = count_of(counts, Verdict::kFail), errors = count_of(counts, Verdict::kError);
  if (!summary.complete)
    return "Interrupted: " + std::to_string(total_of(counts)) + " of " +
           counted(plan.trials.size(), "trial") + " reported. Nothing can be concluded.";
  switch (summary.exit_code) {
    case 0:
      if (plan.trials.empty()) return "This shard was dealt no trial. The other shards tell.";
      return "The target conforms, as far as " + verified + " could be verified.";
    case 1:
      if (failed == 0) return "No unknown failure, but the list of known failures needs a hand.";
      return "The target does not conform: " + counted(failed, "trial") + " of " + planned + " failed.";
    case 3:
      if (errors == 0) return "The target could not be used.";
      return "No judgement: " + std::to_string(errors) + " of " + counted(plan.trials.size(), "trial") +
             " could not be carried out." +
             (failed ? " Of the others " + std::to_string(failed) + " failed." : "");
    case 4:
      return "Too little was verified to say that the target conforms: " + verified + ".";
    case 5:
      return "Refused: the run would have touched what is not ours to delete.";
    case 6:
      return "A defect in diconform itself. Please report it.";
    default:
      return "The run ended with exit code " + std::to_string(summary.exit_code) + ".";
  }
}

std::vector<Characteristic> characteristics_of(const Json& characteristics) {
  std::vector<Characteristic> lines;
  if (!characteristics.object()) return lines;
  auto is_object = [](const Json::Member& member) { return member.second.object() != nullptr; };
  for (const auto& [name, value] : *characteristics.object()) {
    const Json::Object* members = value.object();
    if (members && !members->empty() && std::ranges::all_of(*members, is_object)) {
      for (const auto& [key, inner] : *members) lines.push_back({name + ", in " + key, members_text(inner)});
    } else {
      lines.push_back({name, members_text(value)});
    }
  }
  return lines;
}

void Tally::add(const result::Outcome& outcome) {
  ++counts[outcome.verdict];
  for (const result::Finding& finding : outcome.findings) {
    if (finding.severity != result::Severity::kWarning) continue;
    Group& group = warnings[finding.clause];
    if (group.count++ == 0) {
      group.example = outcome.trial;
      warning_texts[finding.clause] = "expected " + finding.expected + ", observed " + finding.observed;
    }
  }
  if (outcome.verdict == Verdict::kPass) return;
  Group& group = reasons[outcome.verdict][outcome.reason];
  if (group.count++ == 0) group.example = outcome.trial;
}

}  // namespace diconform::reports
