#include "reference/chooser.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace diconform::reference {

std::span<const Question> questions() {
  static const std::vector<Question> kQuestions = {
      {"dry-run.passing-answer", {"success", "DryRunOperation"}},
      {"boolean.quoted", {"accepted", "refused"}},
      {"image-id.nine-characters", {"accepted", "malformed"}},
      {"errors.precedence", {"by-kind", "by-place", "any"}},
      {"batch.duplicates", {"accepted", "refused"}},
      {"index.gaps", {"accepted", "refused"}},
      {"action.singular", {"unknown", "accepted"}, "undated"},
      {"finance.region", {"ignored", "refused"}},
      {"snapshot.shared", {"deleted", "kept", "refused"}},
      {"form.tc3", {"refused", "accepted"}},
      {"host.port", {"as-sent", "without-port-too"}},
      {"parameter.unknown", {"refused", "ignored"}},
      {"parameter.null", {"absent", "refused"}},
      {"image-ids.empty", {"missing", "invalid"}},
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

std::string_view Chooser::ask(std::string_view name) {
  auto before = std::ranges::find(asked_, name, &Asked::name);
  if (before != asked_.end()) return before->answer;
  const Question* question = question_named(name);
  assert(question && "the model asks only questions that exist");
  const std::vector<std::string_view>& answers = question->answers;
  auto pin = pins_.find(name);
  auto answer = pin == pins_.end() ? answers.end() : std::ranges::find(answers, pin->second);
  if (answer == answers.end())
    answer = answers.begin() + static_cast<std::ptrdiff_t>(take(answers.size(), 0));
  asked_.push_back({question->name, *answer});
  return *answer;
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
  for (std::size_t i = 0; i < length; ++i) path.push_back(open_[i].taken);
  ++path.back();
  return path;
}

}  // namespace diconform::reference
