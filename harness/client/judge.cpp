#include "client/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "client/requests.h"

namespace diconform::client {
namespace {

using Kind = Answer::Kind;

// What a heard plan allows, in words.
std::string to_text(const HeardPlan& plan) {
  std::string text;
  auto add = [&](const std::string& part) { text += (text.empty() ? "" : " or ") + part; };
  if (plan.ok) add("success");
  for (const std::string& code : plan.codes) add("the service's error " + code);
  if (plan.any_api && plan.client) {
    add("an error of the SDK's own");
  } else if (plan.any_api) {
    add("an error of the service");
  } else if (plan.client) {
    add("the SDK's own error, without a code of the service");
  }
  return text;
}

std::string to_text(const Range& range) {
  if (range.least == range.most) return fmt::format("{} request{}", range.least, range.least == 1 ? "" : "s");
  return fmt::format("{} to {} requests", range.least, range.most);
}

class TrialJudge {
 public:
  TrialJudge(const Trial& trial, const Seen& seen, const judge::Rules& rules)
      : trial_(trial), seen_(seen), rules_(rules) {
    hearing_.finding = [this](std::string clause, std::string expected, std::string observed) {
      add(std::move(clause), std::move(expected), std::move(observed));
    };
    hearing_.choice = [this](std::string choice, std::string answer) {
      result::ChoiceAnswer found{std::move(choice), std::move(answer)};
      if (std::ranges::find(out_.choices, found) == out_.choices.end()) out_.choices.push_back(found);
    };
  }

  Judgement judge() {
    for (call_ = 0; call_ < seen_.calls.size(); ++call_) {
      const Answer& answer = seen_.calls[call_].answer;
      if (answer.kind == Kind::kBroken) out_.broken = answer.text;
      if (answer.kind == Kind::kUnsupported) out_.unsupported = answer.message;
      if (!out_.broken.empty()) return std::move(out_);
      if (answer.kind == Kind::kUnsupported && seen_.calls[call_].requests.empty()) return std::move(out_);
      out_.unsupported.clear();
      call();
    }
    where_ = "after the last call";
    if (seen_.unasked && seen_.unasked->kind == Kind::kBroken) out_.broken = seen_.unasked->text;
    if (seen_.unasked && seen_.unasked->kind == Kind::kDied)
      add("client.process.survives", "a process that lives on", client::to_text(*seen_.unasked));
    // What the last call was answered without is still on its way.
    std::int64_t owed =
        seen_.calls.empty() ? 0 : least_of(seen_.calls.size() - 1) - own_requests(seen_.calls.back());
    for (const Served& served : seen_.late) {
      if (!served.elsewhere && --owed < 0) {
        add("client.repeat.unasked", "no request after the call has ended", "another request");
        break;
      }
    }
    for (const std::string& file : seen_.files)
      add("client.leak.files", "no secret in a file", "the file " + file + " holds one");
    return std::move(out_);
  }

 private:
  const CallPlan& plan() const { return trial_.body->calls[call_]; }
  const std::string& own_clause() const {
    const std::string& clause = plan().expect.clause;
    return clause.empty() ? trial_.body->covers.front() : clause;
  }

  // The clause of a common kind of finding, where the expectation names none.
  std::string unless_said(const char* clause) const {
    return plan().expect.clause.empty() ? clause : plan().expect.clause;
  }

  void add(std::string clause, std::string expected, std::string observed) {
    result::Finding finding{std::move(clause), result::Severity::kFailure, std::move(expected),
                            std::move(observed), where_};
    finding.severity = rules_.severity(finding.clause);
    if (std::ranges::find(out_.findings, finding) == out_.findings.end())
      out_.findings.push_back(std::move(finding));
  }

  void call() {
    const CallSeen& seen = seen_.calls[call_];
    const std::string name = seen_.calls.size() > 1 ? fmt::format("call {}", call_ + 1) : "the call";
    const std::int64_t most = plan().expect.requests.value_or(Range{}).most;
    std::int64_t number = 0, own = 0;
    for (const Served& served : seen.requests) {
      where_ = fmt::format("{}, request {}", name, ++number);
      // One too many is told as such, and not by all that is wrong with it besides.
      if (!served.elsewhere && ++own > std::max<std::int64_t>(most, 1)) continue;
      if (served.elsewhere) {
        judge_elsewhere(served, plan(), seen_, own_clause(), hearing_);
      } else if (!served.problem.empty()) {
        add("client.send.readable", "an HTTP request", served.problem);
      } else {
        judge_request(served, plan(), *trial_.form, seen_, hearing_);
        if (const std::string nonce = nonce_of(served); !nonce.empty() && !nonces_.insert(nonce).second)
          add("client.sign.nonce", "a Nonce of its own for each request", "the Nonce of an earlier one");
      }
    }
    where_ = name;
    count(seen);
    lines(seen);
    times(seen);
    heard(seen);
    secrets(seen.answer);
  }

  std::int64_t least_of(std::size_t call) const {
    return trial_.body->calls[call].expect.requests.value_or(Range{}).least;
  }

  static std::int64_t own_requests(const CallSeen& seen) {
    return std::ranges::count(seen.requests, false, &Served::elsewhere);
  }

  bool refused(const CallSeen& seen) const {
    const Kind kind = seen.answer.kind;
    return plan().expect.may_refuse && seen.requests.empty() && (kind == Kind::kClient || kind == Kind::kApi);
  }

  void count(const CallSeen& seen) {
    const Expectation& expect = plan().expect;
    const std::int64_t found = own_requests(seen);
    const Range wanted = expect.requests.value_or(Range{});
    if (!expect.note.empty() && expect.hosts.empty())
      hearing_.choice(expect.note, fmt::format("{} requests", found));
    if (refused(seen) || (found >= wanted.least && found <= wanted.most)) return;
    // A process that is gone has its own finding.
    if (found == 0 && (seen.answer.kind == Kind::kDied || seen.answer.kind == Kind::kHung)) return;
    const bool retries = seen_.config.network_retries + seen_.config.rate_retries > 0;
    const char* usual = found == 0                                            ? "client.send.arrives"
                        : found > wanted.most && wanted.most == 1 && !retries ? "client.repeat.unasked"
                                                                              : nullptr;
    add(usual ? unless_said(usual) : own_clause(), to_text(wanted), to_text(Range{found, found}));
  }

  void lines(const CallSeen& seen) {
    if (plan().expect.line == Expectation::Line::kAny || call_ == 0 || seen.requests.empty()) return;
    const std::vector<Served>& before = seen_.calls[call_ - 1].requests;
    if (before.empty()) return;
    const bool same = before.back().connection == seen.requests.front().connection;
    const bool want_same = plan().expect.line == Expectation::Line::kSame;
    if (same == want_same) return;
    add(own_clause(), want_same ? "the connection of the call before" : "a connection of its own",
        same ? "the same connection" : "another connection");
  }

  void times(const CallSeen& seen) {
    const Expectation& expect = plan().expect;
    const std::int64_t elapsed_ms = seen.answer.elapsed_us / 1000;
    if (expect.within_ms && seen.answer.kind != Kind::kHung && elapsed_ms > *expect.within_ms)
      add(own_clause(), fmt::format("an answer within {} ms", *expect.within_ms),
          fmt::format("after more than that"));
    for (std::size_t i = 1; expect.apart_ms && i < seen.requests.size(); ++i) {
      const std::int64_t apart_ms = (seen.requests[i].at_us - seen.requests[i - 1].at_us) / 1000;
      if (apart_ms >= *expect.apart_ms) continue;
      add(own_clause(), fmt::format("at least {} ms between two requests", *expect.apart_ms), "less");
      break;
    }
  }

  void heard(const CallSeen& seen) {
    const Answer& answer = seen.answer;
    if (answer.kind == Kind::kDied) {
      return add("client.process.survives", "an answer", to_text(answer));
    } else if (answer.kind == Kind::kHung) {
      return add("client.process.answers", "an answer within the time-out and five seconds", "none: it hung");
    } else if (answer.kind == Kind::kRaw) {
      return add("client.hear.own-error", "success, or an error of the SDK's own type",
                 "a foreign exception " + answer.type + ": " + quoted(answer.message, 80));
    }
    if (refused(seen)) return;
    if (!plan().expect.heard.as_replied) return heard_as(plan().expect.heard, answer);
    auto last = std::ranges::find(seen.requests.rbegin(), seen.requests.rend(), false, &Served::elsewhere);
    static const Served kNone;
    const Served& reply = last == seen.requests.rend() ? kNone : *last;
    switch (reply.says.kind) {
      case Says::Kind::kSuccess:
        return heard_success(reply, answer);
      case Says::Kind::kError:
        return heard_error(reply, answer);
      case Says::Kind::kNothing:
        break;
    }
    HeardPlan error;
    error.as_replied = false;
    error.any_api = error.client = true;
    heard_as(error, answer);
  }

  void heard_as(const HeardPlan& plan, const Answer& answer) {
    const bool code = std::ranges::find(plan.codes, answer.code) != plan.codes.end();
    if (answer.kind == Kind::kOk && plan.ok) return;
    if (answer.kind == Kind::kClient && plan.client) return;
    if (answer.kind == Kind::kApi && (plan.any_api || code)) return;
    const bool should_fail = !plan.ok && answer.kind == Kind::kOk;
    add(should_fail ? unless_said("client.hear.no-false-success") : own_clause(), to_text(plan),
        client::to_text(answer));
  }

  void heard_success(const Served& reply, const Answer& answer) {
    if (answer.kind != Kind::kOk) return add(own_clause(), "success", client::to_text(answer));
    const Json* id = answer.result.find("RequestId");
    if (!reply.says.request_id || (id && id->string() && *id->string() == reply.request_id)) return;
    add(unless_said("client.hear.request-id"), "the RequestId of the reply",
        id && id->string() ? *id->string() == "" ? "an empty one" : "another one" : "none");
  }

  void heard_error(const Served& reply, const Answer& answer) {
    if (answer.kind == Kind::kOk)
      return add("client.hear.no-false-success", "the service's error " + reply.says.code, "success");
    if (answer.kind != Kind::kApi || answer.code != reply.says.code)
      add("client.hear.code", "the service's error " + reply.says.code, client::to_text(answer));
    if (answer.kind != Kind::kApi) return;
    if (answer.message != reply.says.message)
      add("client.hear.message", "the message " + quoted(reply.says.message), quoted(answer.message));
    if (reply.says.request_id && answer.request_id != reply.request_id)
      add("client.hear.request-id", "the RequestId of the reply",
          answer.request_id.empty() ? "none" : "another one");
  }

  void secrets(const Answer& answer) {
    for (const std::string* secret : {&seen_.config.secret_key, &seen_.config.token}) {
      auto holds = [secret](const std::string& text) { return text.find(*secret) != std::string::npos; };
      if (secret->empty()) continue;
      const std::string name = secret == &seen_.config.secret_key ? "the secret key" : "the token";
      if (holds(answer.message) || holds(answer.type) || holds(answer.code) ||
          holds(diconform::to_text(answer.result)))
        add("client.leak.messages", "no secret in what the caller hears", name + " is in it");
      if (holds(answer.log)) add("client.leak.log", "no secret in the log", name + " is on standard error");
    }
  }

  const Trial& trial_;
  const Seen& seen_;
  const judge::Rules& rules_;
  Hearing hearing_;
  Judgement out_;
  std::size_t call_ = 0;
  std::string where_;
  std::set<std::string> nonces_;
};

}  // namespace

Judgement judge(const Trial& trial, const Seen& seen, const judge::Rules& rules) {
  return TrialJudge(trial, seen, rules).judge();
}

}  // namespace diconform::client
