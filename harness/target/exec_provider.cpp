#include "target/exec_provider.h"

#include <fmt/format.h>

#include "base/process.h"
#include "base/text.h"
#include "target/world_protocol.h"

namespace diconform::target {
namespace {

constexpr int kUnknownAccount = 4, kCannotMake = 5;

}  // namespace

struct ExecProvider::Answer {
  std::string where;  // the command as run
  int code = 0;
  std::string output, errors;

  std::unexpected<Error> unexpected_code(const std::string& expected) const {
    std::string what = "ended with exit code " + std::to_string(code) + ", expected " + expected;
    what += errors.empty() ? "; it wrote nothing to standard error"
                           : "; on standard error: " + quoted(errors, 500);
    return failure(where, std::move(what),
                   "harness/PROTOCOLS.md, section 1, says what an exec: command answers");
  }
};

Result<ExecProvider::Answer> ExecProvider::run(const std::string& operation, std::string_view input) const {
  Answer answer;
  const std::string line = command_ + " " + operation;
  answer.where = "exec:" + line;
  TRY(Finished finished, run_process(Process::shell(line), input, deadline_us_));
  answer.output = std::move(finished.output);
  answer.errors = trimmed(finished.errors);
  const std::string said = answer.errors.empty() ? "" : "; on standard error: " + quoted(answer.errors, 500);
  if (finished.timed_out)
    return failure(answer.where,
                   fmt::format("did not end within {} ms, and was killed{}", deadline_us_ / 1000, said),
                   "see what it waits for");
  if (!finished.exit)
    return failure(answer.where, "wrote without end, beginning with " + quoted(answer.output),
                   "write one JSON text");
  if (finished.exit->signal)
    return failure(answer.where, "was ended by " + finished.exit->text() + said, "look into the command");
  answer.code = finished.exit->code;
  return answer;
}

Result<Capabilities> ExecProvider::hello() {
  TRY(Answer answer, run("hello"));
  if (answer.code != 0) return answer.unexpected_code("0");
  TRY(Json json, parse_answer(answer.output, answer.where));
  return hello_from_json(json, answer.where);
}

std::expected<void, PutProblem> ExecProvider::put(const Account& account) {
  TRY_VOID(check_secret_id(account.secret_id));
  TRY(Answer answer, run("put " + account.secret_id, to_text(account_to_json(account))));
  if (answer.code == kCannotMake)
    return std::unexpected(
        CannotMake{answer.errors.empty() ? "exit code 5, without a reason" : answer.errors});
  if (answer.code != 0) return answer.unexpected_code("0, or 5 where it cannot make this world");
  return {};
}

Result<Json> ExecProvider::account_now(const std::string& secret_id) const {
  TRY_VOID(check_secret_id(secret_id));
  TRY(Answer answer, run("get " + secret_id));
  if (answer.code == kUnknownAccount)
    return failure(answer.where, "does not know this account", "an account exists from its put to its drop");
  if (answer.code != 0) return answer.unexpected_code("0, or 4 where it does not know the account");
  return parse_answer(answer.output, answer.where);
}

Result<api::World> ExecProvider::get(const std::string& secret_id) {
  TRY(Json json, account_now(secret_id));
  return api::world_from_json(json, "exec:" + command_ + " get " + secret_id);
}

Result<void> ExecProvider::drop(const std::string& secret_id) {
  TRY_VOID(check_secret_id(secret_id));
  TRY(Answer answer, run("drop " + secret_id));
  if (answer.code != 0 && answer.code != kUnknownAccount)
    return answer.unexpected_code("0, even where it does not know the account");
  return {};
}

Result<std::int64_t> ExecProvider::advance(const std::string& secret_id, std::int64_t duration_ms) {
  TRY_VOID(check_secret_id(secret_id));
  if (duration_ms != 0) {
    TRY(Answer answer, run("advance " + secret_id + " " + std::to_string(duration_ms)));
    if (answer.code != 0) return answer.unexpected_code("0");
  }
  TRY(Json json, account_now(secret_id));
  return now_from_json(json, "exec:" + command_ + " get " + secret_id);
}

}  // namespace diconform::target
