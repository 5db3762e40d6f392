#include "reference/chooser.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace diconform::reference {

std::span<const Question> questions() {
  constexpr std::string_view kRefused = "refused";
  static const std::vector<Question> kQuestions = {
      {"dry-run.passing-answer", {"success", "DryRunOperation"}},
      {"errors.precedence", {"by-kind", "by-place", "any"}},
      {"action.singular", {"unknown", "accepted"}, "undated"},
      {"region.missing", {"required", "optional"}, "2025-11-19"},
      {"region.empty", {"ignored", "refused"}, "", kRefused},
      {"region.malformed", {"ignored", "refused"}, "", kRefused},
      {"region.case", {"ignored", "refused"}, "", kRefused},
      {"finance.region", {"ignored", "refused"}, "", kRefused},
      {"form.tc3", {"refused", "accepted"}, "", kRefused},
      {"index.gaps", {"accepted", "refused"}, "", kRefused},
      {"host.port", {"as-sent", "without-port-too"}},
      {"parameter.unknown", {"refused", "ignored"}, "", kRefused},
      {"undated.dry-run", {"refused", "ignored", "honoured"}, "undated", kRefused},
      {"undated.delete-binded-snap", {"refused", "ignored", "honoured"}, "undated", kRefused},
      {"parameter.null", {"absent", "refused"}, "", kRefused},
      {"boolean.quoted", {"accepted", "refused"}, "", kRefused},
      {"boolean.quoted-lower", {"accepted", "refused"}, "", kRefused},
      {"boolean.quoted-upper", {"refused", "accepted"}, "", kRefused},
      {"boolean.quoted-digit", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.quoted-word", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.quoted-zero", {"refused", "as-false"}, "", kRefused},
      {"boolean.quoted-no", {"refused", "as-false"}, "", kRefused},
      {"boolean.quoted-not-one", {"refused", "as-false"}, "", kRefused},
      {"boolean.quoted-empty", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.number", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.number-zero", {"refused", "as-false"}, "", kRefused},
      {"boolean.number-two", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.array", {"invalid-parameter", "other"}, "", "other"},
      {"boolean.text-capitalised", {"accepted", "refused"}, "", kRefused},
      {"boolean.text-upper", {"refused", "accepted"}, "", kRefused},
      {"boolean.text-digit", {"as-true", "as-false", "refused"}, "", kRefused},
      {"boolean.text-word", {"refused", "as-true", "as-false"}, "", kRefused},
      {"boolean.text-zero", {"as-false", "refused"}, "", kRefused},
      {"boolean.text-no", {"refused", "as-false"}, "", kRefused},
      {"boolean.text-not-one", {"refused", "as-false"}, "", kRefused},
      {"boolean.text-empty", {"refused", "as-true", "as-false"}, "", kRefused},
      {"image-ids.empty", {"missing", "invalid"}, "", "invalid"},
      {"image-ids.null", {"missing", "invalid"}, "", "invalid"},
      {"image-ids.null-element", {"refused", "ignored"}, "", kRefused},
      {"image-id.nine-characters", {"accepted", "malformed"}},
      {"batch.duplicates", {"accepted", "refused"}},
      {"batch.twelve", {"allowed", "limited"}},
      {"batch.hundred-and-twenty", {"limited", "allowed"}},
      {"batch.thousand", {"limited", "allowed"}},
      {"snapshot.shared", {"deleted", "kept", "refused"}},
      {"snapshot.shared-by-both", {"deleted", "kept", "refused"}},
      {"state.syncing", {"deleted", "refused"}},
      {"state.importing", {"deleted", "refused"}},
      {"state.createfailed", {"deleted", "refused"}},
      {"state.importfailed", {"deleted", "refused"}},
      {"state.using-2025", {"deleted", "refused"}, "2025-11-19"},
      {"task-running.undated", {"refused", "deleted"}, "undated"},
  };
  return kQuestions;
}

const Question* question_named(std::string_view name) {
  auto found = std::ranges::find(questions(), name, &Question::name);
  return found == questions().end() ? nullptr : &*found;
}

bool arises_in(std::string_view question, std::string_view edition) {
  const Question* found = question_named(question);
  return found && (found->edition.empty() || found->edition == edition);
}

Result<void> check_pins(const Pins& pins) {
  for (const auto& [name, answer] : pins) {
    const Question* question = question_named(name);
    if (!question) return failure("choice " + quoted(name), "is no question of the manual");
    if (std::ranges::find(question->answers, answer) == question->answers.end()) {
      std::string lawful;
      for (std::string_view each : question->answers) lawful += (lawful.empty() ? "" : ", ") + quoted(each);
      return failure("choice " + quoted(name), quoted(answer) + " is no answer to it", "one of " + lawful);
    }
  }
  return {};
}

std::string_view Chooser::ask(std::string_view name, std::string_view usual) {
  for (const Decision& before : decisions_)
    if (before.asked.name == name) return before.asked.answer;
  const Question* question = question_named(name);
  assert(question && "the model asks only questions that exist");
  std::span<const std::string_view> answers = question->answers;
  auto number_of = [&](std::string_view answer) {
    return static_cast<std::size_t>(std::ranges::find(answers, answer) - answers.begin());
  };
  auto pin = pins_.find(name);
  bool pinned = pin != pins_.end() && number_of(pin->second) < answers.size();
  std::size_t first = pinned ? number_of(pin->second) : usual.empty() ? 0 : number_of(usual);
  std::size_t taken = take(pinned ? 1 : answers.size(), 0);
  decisions_.back().asked = {question->name, answers[(first + taken) % answers.size()]};
  return decisions_.back().asked.answer;
}

std::vector<Asked> Chooser::asked() const {
  std::vector<Asked> asked;
  for (const Decision& decision : decisions_)
    if (!decision.asked.name.empty()) asked.push_back(decision.asked);
  return asked;
}

bool Chooser::refused_with_any_code() const {
  return std::ranges::any_of(decisions_, [](const Decision& decision) {
    const Question* question = question_named(decision.asked.name);
    return question && !question->refusal.empty() && question->refusal == decision.asked.answer;
  });
}

std::size_t Chooser::pick(std::size_t count) { return take(count, count ? variation_ % count : 0); }

std::size_t Chooser::take(std::size_t count, std::size_t otherwise) {
  std::size_t taken = decisions_.size() < path_.size() ? path_[decisions_.size()] : otherwise;
  decisions_.push_back({.taken = taken, .count = count});
  return taken;
}

std::optional<std::vector<std::size_t>> Chooser::next_path() const {
  std::size_t length = decisions_.size();
  while (length > 0 && decisions_[length - 1].taken + 1 >= decisions_[length - 1].count) --length;
  if (length == 0) return std::nullopt;
  std::vector<std::size_t> path;
  path.reserve(length);
  for (std::size_t i = 0; i < length; ++i) path.push_back(decisions_[i].taken);
  ++path.back();
  return path;
}

}  // namespace diconform::reference
