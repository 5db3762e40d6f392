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
  auto before = std::ranges::find(asked_, name, &Asked::name);
  if (before != asked_.end()) return before->answer;
  const Question* question = question_named(name);
  assert(question && "the model asks only questions that exist");
  std::span<const std::string_view> answers = question->answers;
  auto pin = pins_.find(name);
  auto answer = pin == pins_.end() ? answers.end() : std::ranges::find(answers, pin->second);
  if (answer == answers.end()) {
    auto first = usual.empty() ? answers.begin() : std::ranges::find(answers, usual);
    std::size_t shift = static_cast<std::size_t>(first - answers.begin());
    answer =
        answers.begin() + static_cast<std::ptrdiff_t>((shift + take(answers.size(), 0)) % answers.size());
  }
  asked_.push_back({question->name, *answer});
  return *answer;
}

bool Chooser::refused_with_any_code() const {
  return std::ranges::any_of(asked_, [](const Asked& asked) {
    const Question* question = question_named(asked.name);
    return !question->refusal.empty() && question->refusal == asked.answer;
  });
}

std::size_t Chooser::pick(std::size_t count) { return take(count, count ? variation_ % count : 0); }

std::size_t Chooser::take(std::size_t count, std::size_t otherwise) {
  std::size_t taken = open_.size() < path_.size() ? path_[open_.size()] : otherwise;
  open_.push_back({taken, count});
  return taken;
}

std::optional<std::vector<std::size_t>> Chooser::next_path() const {
  std::size_t length = open_.size();
  while (length > 0 && open_[length - 1].taken + 1 >= open_[length - 1].count) --length;
  if (length == 0) return std::nullopt;
  std::vector<std::size_t> path;
  path.reserve(length);
  for (std::size_t i = 0; i < length; ++i) path.push_back(open_[i].taken);
  ++path.back();
  return path;
}

}  // namespace diconform::reference
