#include "client/driver.h"

#include <utility>

#include "base/clock.h"
#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::client {
namespace {

using Wait = Process::Wait;

// A driver whose end of input has come ends by itself; those that do not are not waited for long.
constexpr std::int64_t kFarewellUs = 200'000;
// What a driver says or does after its answer is there by then.
constexpr std::int64_t kGlanceUs = 200;
constexpr std::size_t kQuoted = 400;

constexpr std::pair<std::string_view, Answer::Kind> kErrorKinds[] = {
    {"api", Answer::Kind::kApi},
    {"client", Answer::Kind::kClient},
    {"raw", Answer::Kind::kRaw},
    {"unsupported", Answer::Kind::kUnsupported}};

// An SDK hands on what it was replied, and some replies are deep.
constexpr JsonLimits kLimits{.depth = 2000};

// The line with U+FFFD for what JSON texts of other languages hold and UTF-8 cannot: halves of surrogate
// pairs, and bytes that are not UTF-8. A driver hands on what its SDK made of a reply that held such a thing.
std::string repaired(std::string_view line) {
  // Whether \uDxxx stands there, its second digit in the range. ('8' to '9' and 'a' to 'b' are apart in
  // ASCII.)
  auto surrogate = [&](std::size_t at, char least, char most) {
    if (line.substr(at, 2) != "\\u" || at + 6 > line.size() || (line[at + 2] | 0x20) != 'd') return false;
    const char digit = static_cast<char>(line[at + 3] | 0x20);
    return digit >= least && digit <= most;
  };
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const bool high = (surrogate(at, '8', '9') || surrogate(at, 'a', 'b')),
               pair = high && surrogate(at + 6, 'c', 'f');
    const std::size_t length = pair ? 12 : line[at] == '\\' ? 2 : 1;
    if (!pair && (high || surrogate(at, 'c', 'f'))) {
      out += "\\ufffd";
      at += 6;
      continue;
    }
    out += line.substr(at, length);
    at += length;
  }
  return clean_utf8(out);
}

// The end of a log, for a message.
std::string last_of(std::string_view log) {
  return quoted(trimmed(log.size() > kQuoted ? log.substr(log.size() - kQuoted) : log), kQuoted);
}

Result<Hello> hello_from_json(const Json& json) {
  Hello hello;
  ObjectReader members(json, "hello");
  std::vector<std::string> features;
  members.required("sdk", hello.sdk);
  members.optional("version", hello.version);
  members.optional("language", hello.language);
  members.required("features", features);
  TRY_VOID(members.finish_ignoring_unknown());
  hello.features.insert(features.begin(), features.end());
  return hello;
}

std::string text_of(const Json* json) {
  if (!json || json->is_null()) return "";
  return json->string() ? *json->string() : diconform::to_text(*json);
}

// Reads what a driver answered to a call into the answer; the problem is what was wrong with it.
std::optional<std::string> read_answer(const Json& json, Answer& answer) {
  const Json* ok = json.find("ok");
  if (!ok || !ok->boolean()) return "an answer without a Boolean \"ok\"";
  if (*ok->boolean()) {
    const Json* result = json.find("result");
    if (!result || !result->object()) return "an \"ok\" without an object \"result\"";
    answer.kind = Answer::Kind::kOk;
    answer.result = *result;
    return std::nullopt;
  }
  const Json* error = json.find("error");
  if (!error || !error->object()) return "neither an \"ok\" nor an object \"error\"";
  std::string kind = text_of(error->find("kind"));
  for (const auto& [name, value] : kErrorKinds) {
    if (kind != name) continue;
    answer.kind = value;
    answer.type = text_of(error->find("type"));
    answer.code = text_of(error->find("code"));
    answer.message = text_of(error->find("message"));
    answer.request_id = text_of(error->find("requestId"));
    return std::nullopt;
  }
  return "an error of the kind " + quoted(kind) + "; there are api, client, raw and unsupported";
}

}  // namespace

std::string to_text(const Answer& answer) {
  using enum Answer::Kind;
  switch (answer.kind) {
    case kOk:
      return "success";
    case kApi:
      return "the service's error " + answer.code;
    case kClient:
      return "the SDK's own error" + (answer.type.empty() ? "" : " " + answer.type) +
             (answer.code.empty() ? "" : " " + answer.code);
    case kRaw:
      return "a foreign exception " + answer.type + ": " + quoted(answer.message, 80);
    case kUnsupported:
      return "unsupported: " + answer.message;
    case kDied:
      return "the process ended: " + answer.text;
    case kHung:
      return "no answer: it hung";
    case kBroken:
      break;
  }
  return answer.text;
}

Result<void> Driver::ready() {
  if (process_) process_->wait(0);  // it may have ended since
  if (alive()) return {};
  process_.reset();
  TRY(Process started, Process::start(command_));
  process_.emplace(std::move(started));
  ++starts_;
  Json message;
  message.set("op", "hello");
  message.set("id", next_id_);
  Answer answer;
  auto reply = ask(message, times_.hello_us, answer);
  Result<Hello> hello = reply ? hello_from_json(*reply) : std::unexpected(reply.error());
  if (hello) {
    hello_ = std::move(*hello);
    return {};
  }
  Error error = hello.error();
  error.where = command_.front();
  if (!answer.log.empty()) error.remedy = "its log ends: " + last_of(answer.log);
  process_.reset();
  return std::unexpected(std::move(error));
}

// One line out, one line back. What kept it from that is both the Error and the answer's kind.
Result<Json> Driver::ask(const Json& message, std::int64_t deadline_us, Answer& answer) {
  SystemClock clock;
  const std::int64_t start_us = clock.now_us(), id = next_id_++;
  auto fail = [&](Answer::Kind kind, std::string text) -> std::unexpected<Error> {
    answer.kind = kind;
    answer.text = text;
    process_.reset();
    return failure("driver", std::move(text));
  };
  std::string line;
  Wait wait = process_->read_line(line, 0);  // what nobody asked for
  const bool chatter = wait == Wait::kDone;
  if (!chatter) wait = process_->write(diconform::to_text(message) + "\n", deadline_us);
  if (!chatter && (wait == Wait::kDone || wait == Wait::kEnded))
    wait = process_->read_line(line, deadline_us - (clock.now_us() - start_us));
  answer.elapsed_us = clock.now_us() - start_us;
  if (wait == Wait::kEnded) process_->wait(kFarewellUs);  // it closed its pipes: how does it end?
  const bool ended = wait == Wait::kEnded, lives = ended && !process_->exit();
  if (wait != Wait::kDone) process_->kill();
  answer.log += process_->take_errors();
  if (lives) return fail(Answer::Kind::kDied, "it closed its standard output");
  if (ended) return fail(Answer::Kind::kDied, process_->exit()->text());
  if (wait == Wait::kTimeout) return fail(Answer::Kind::kHung, "no answer in time");
  if (wait != Wait::kDone) return fail(Answer::Kind::kBroken, "more output than is kept");
  auto json = parse_json(repaired(line), "driver", kLimits);
  const Json* answered = json ? json->find("id") : nullptr;
  if (answered && answered->integer() == id && !chatter) return json;
  // Its last words, perhaps.
  if (!chatter && process_->wait(kFarewellUs) == Wait::kEnded)
    return fail(Answer::Kind::kDied, process_->exit()->text() + ", after it said " + quoted(line, kQuoted));
  return fail(
      Answer::Kind::kBroken,
      "the line " + quoted(line) + " on its standard output is no answer to call " + std::to_string(id));
}

Answer Driver::call(const Json& params, const Json& config, std::int64_t timeout_us) {
  Answer answer;
  Json message;
  message.set("op", "call");
  message.set("id", next_id_);
  message.set("action", "DeleteImages");
  message.set("params", params);
  message.set("config", config);
  auto reply = ask(message, timeout_us + times_.grace_us, answer);
  if (!reply) {
    process_.reset();  // its end is told with this answer
    return answer;
  }
  if (auto problem = read_answer(*reply, answer)) {
    answer.kind = Answer::Kind::kBroken;
    answer.text = "the driver gave " + *problem;
    process_.reset();
  }
  return answer;
}

std::optional<Answer> Driver::unasked() {
  if (!process_) return std::nullopt;
  Answer answer;
  std::string line;
  const Wait wait = process_->read_line(line, kGlanceUs);
  if (wait == Wait::kTimeout) return std::nullopt;
  if (wait == Wait::kEnded) process_->wait(kFarewellUs);
  const std::optional<ProcessExit> exit = process_->exit();
  process_->kill();
  answer.log = process_->take_errors();
  answer.kind = wait == Wait::kEnded ? Answer::Kind::kDied : Answer::Kind::kBroken;
  answer.text = wait == Wait::kEnded ? (exit ? exit->text() : "it closed its standard output")
                : wait == Wait::kDone
                    ? "the line " + quoted(line) + " on its standard output after its answer"
                    : "more output than is kept";
  process_.reset();
  return answer;
}

void Driver::stop() {
  if (!process_) return;
  process_->end_input();
  process_->wait(kFarewellUs);
  process_.reset();
}

}  // namespace diconform::client
