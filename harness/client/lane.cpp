#include "client/lane.h"

#include <algorithm>
#include <utility>

#include "base/chance.h"
#include "base/clock.h"
#include "client/files.h"
#include "client/judge.h"
#include "client/stage.h"

namespace diconform::client {
namespace {

// A call that is to succeed has so long; a case about time says its own.
constexpr std::int64_t kTimeoutMs = 5000;
// Requests that an SDK sends behind its caller's back arrive within it.
constexpr std::int64_t kSettleUs = 15'000;

Json to_json(const Config& config, const Form& form, const std::string& authority_file) {
  Json retries;
  retries.set("network", config.network_retries);
  retries.set("rate", config.rate_retries);
  Json json;
  json.set("scheme", config.scheme);
  json.set("endpoint", config.endpoint);
  // No part of the protocol: only a driver that claims "failover" ever sees it.
  if (!config.backup_endpoint.empty()) json.set("backupEndpoint", config.backup_endpoint);
  json.set("caFile", config.scheme == "https" ? authority_file : "");
  json.set("method", form.method);
  json.set("sign", form.sign);
  json.set("region", config.region);
  json.set("language", config.language);
  json.set("token", config.token);
  json.set("secretId", config.secret_id);
  json.set("secretKey", config.secret_key);
  json.set("timeoutMs", config.timeout_ms);
  json.set("retries", std::move(retries));
  return json;
}

std::vector<wire::Exchange> exchanges_of(const Seen& seen) {
  std::vector<wire::Exchange> exchanges;
  auto add = [&](const Served& served) {
    wire::Exchange exchange;
    exchange.sent = served.raw;
    exchange.received = served.reply;
    exchange.started_us = served.at_us;
    exchange.connection = static_cast<int>(served.connection);
    exchange.problem = served.problem;
    exchange.end = served.problem.empty() ? wire::ExchangeEnd::kComplete : wire::ExchangeEnd::kMalformed;
    exchanges.push_back(std::move(exchange));
  };
  for (const CallSeen& call : seen.calls) std::ranges::for_each(call.requests, add);
  std::ranges::for_each(seen.late, add);
  return exchanges;
}

result::Outcome not_verified(result::Outcome outcome, result::Verdict verdict, std::string reason) {
  outcome.verdict = verdict;
  outcome.reason = std::move(reason);
  return outcome;
}

// A call that succeeds, and whose reply ends its connection.
const Body& farewell() {
  static const Body body = [] {
    ReplyPlan reply;
    reply.headers = {{"Content-Type", "application/json"}, {"Connection", "close"}};
    reply.body = R"({"Response":{"RequestId":"$requestId"}})";
    reply.after = wire::AfterReply::kClose;
    Body made;
    made.calls.emplace_back().replies.push_back(std::move(reply));
    return made;
  }();
  return body;
}

// A connection that was spoiled spoils the call that finds it in the pool, and that call alone.
constexpr int kFarewells = 3;

// An SDK whose every call is a process of its own remembers nothing.
constexpr const char* kForgetful = "process-per-call";

// As the judge says it.
constexpr const char* kTooLate = "after more than that";

// Nothing else: a call that hangs or sends nothing is told of, even if it does so only now and then.
bool may_be_chance(const result::Outcome& outcome) {
  return std::ranges::any_of(outcome.findings, [](const result::Finding& finding) {
    return finding.clause == "client.sign.nonce" || finding.observed == kTooLate;
  });
}

}  // namespace

std::optional<std::string> lacks(const Trial& trial, const std::set<std::string>& features, bool isolated) {
  std::set<std::string> needs = trial.body->needs;
  const ConfigPlan& config = trial.body->config;
  needs.insert(std::string(trial.form->feature));
  needs.insert(std::string(trial.form->second_feature));
  if (config.token) needs.insert("token");
  if (config.timeout_ms) needs.insert("timeout");
  if (config.network_retries > 0) needs.insert("retry-network");
  if (config.rate_retries > 0) needs.insert("retry-rate");
  if (!config.backup_endpoint.empty()) needs.insert("failover");
  if (config.scheme == "https") needs.insert("https");
  if (!isolated) needs.insert("port");
  needs.erase("");
  for (const std::string& feature : needs) {
    if (feature == "isolated") {
      if (!isolated) return "needs an isolated place, in which the real host names lead here";
    } else if (!features.contains(feature)) {
      return "the SDK does not offer \"" + feature + "\"";
    }
  }
  return std::nullopt;
}

Lane::Lane(const LaneSetup& setup, std::size_t number)
    : setup_(setup), number_(number), driver_(setup.place->command(number, setup.driver), setup.times) {}

Result<Hello> Lane::hello() {
  TRY_VOID(driver_.ready());
  return driver_.hello();
}

Config Lane::config_for(const Trial& trial) const {
  const ConfigPlan& plan = trial.body->config;
  Chance chance(seed_for(setup_.seed, trial.id));
  Config config;
  const std::set<std::string>& features = driver_.hello().features;
  const bool https = setup_.place->isolated && features.contains("https");
  config.scheme = plan.scheme.value_or(https ? "https" : "http");
  config.endpoint = plan.endpoint.value_or("");
  config.backup_endpoint = plan.backup_endpoint;
  config.region = plan.region.value_or("ap-guangzhou");
  config.language = plan.language.value_or("");
  config.token = plan.token.value_or("");
  // Of its own for every trial and attempt: an SDK's client is never one of an earlier case.
  config.secret_id =
      "AKID" + chance.text("0123456789abcdefghijklmnopqrstuvwxyz", 16) + std::to_string(trials_);
  config.secret_key = setup_.secret_key + chance.text("0123456789abcdef", 8);
  config.timeout_ms = features.contains("timeout") ? plan.timeout_ms.value_or(kTimeoutMs) : 0;
  config.network_retries = plan.network_retries;
  config.rate_retries = plan.rate_retries;
  return config;
}

void Lane::make_calls(const Trial& trial, Stage& stage, Seen& seen) {
  SystemClock clock;
  const Json config = to_json(seen.config, *trial.form, setup_.place->authority_file);
  const std::int64_t timeout_ms = std::max(seen.config.timeout_ms, seen.config.timeout_ms ? 0 : kTimeoutMs);
  for (std::size_t i = 0; i < trial.body->calls.size(); ++i) {
    const CallPlan& plan = trial.body->calls[i];
    if (plan.pause_ms > 0) clock.sleep_us(plan.pause_ms * 1000);
    std::ranges::move(stage.take(), std::back_inserter(seen.late));
    stage.begin_call(i);
    CallSeen& call = seen.calls.emplace_back();
    call.answer = driver_.call(plan.params, config, timeout_ms * 1000);
    call.requests = stage.take();
    if (call.requests.empty()) {  // an SDK that has its answer from elsewhere overtakes its own request
      clock.sleep_us(kSettleUs);
      call.requests = stage.take();
    }
    const Answer::Kind kind = call.answer.kind;
    if (kind == Answer::Kind::kDied || kind == Answer::Kind::kHung || kind == Answer::Kind::kBroken) break;
  }
  clock.sleep_us(kSettleUs);
  std::ranges::move(stage.take(), std::back_inserter(seen.late));
  seen.unasked = driver_.unasked();
}

// A call that nobody judges. Before the first trial of a driver it spares that the time in which a language
// wakes up. After a trial it takes from the SDK what may outlive its client: connections that it keeps, hosts
// that it remembers as failing. (Where every trial has a port of its own they do no harm.)
void Lane::tidy_up(Config config, const Form& form) {
  if (driver_.hello().features.contains(kForgetful)) return;
  auto stage = Stage::open(*setup_.place, number_, farewell(), config.scheme == "https", config.endpoint, 0);
  if (!stage || !driver_.ready()) return;
  config.endpoint = (*stage)->endpoint();
  Json params;
  params.set("ImageIds", Json(Json::Array{Json("img-00000000")}));
  const Json told = to_json(config, form, setup_.place->authority_file);
  for (int i = 0; i < kFarewells; ++i) {
    // A language that wakes up on a loaded machine takes its time.
    const Answer answer = driver_.call(params, told, setup_.times.hello_us);
    const std::vector<Served> served = (*stage)->take();
    const Json* id = answer.result.find("RequestId");
    if (served.size() == 1 && id && id->string() && *id->string() == served.front().request_id) return;
    if (!driver_.ready()) return;
  }
}

Result<Seen> Lane::play(const Trial& trial) {
  TRY_VOID(driver_.ready());
  const bool cold = std::exchange(warmed_, driver_.starts()) != driver_.starts();
  ++trials_;
  Seen seen;
  seen.config = config_for(trial);
  if (cold) {
    tidy_up(seen.config, *trial.form);
    TRY_VOID(driver_.ready());  // it may have been given up
  }
  seen.isolated = setup_.place->isolated;
  TRY(auto stage, Stage::open(*setup_.place, number_, *trial.body, seen.config.scheme == "https",
                              seen.config.endpoint, seed_for(setup_.seed + trials_, trial.id)));
  seen.config.endpoint = stage->endpoint();
  seen.host = stage->host();
  std::optional<FileWatch> files;
  if (trial.body->scan_files) files.emplace();
  make_calls(trial, *stage, seen);
  if (files) seen.files = files->holding({seen.config.secret_key, seen.config.token});
  stage.reset();
  if (seen.isolated) tidy_up(seen.config, *trial.form);
  return seen;
}

result::Outcome Lane::perform(const Trial& trial, const judge::Rules& rules) {
  result::Outcome outcome = attempt(trial, rules);
  if (!may_be_chance(outcome)) return outcome;
  driver_.stop();
  return attempt(trial, rules);
}

result::Outcome Lane::attempt(const Trial& trial, const judge::Rules& rules) {
  SystemClock clock;
  const std::int64_t start_us = clock.now_us();
  result::Outcome outcome;
  outcome.trial = trial.id;
  outcome.case_name = trial.case_name;
  if (auto ready = driver_.ready(); !ready)
    return not_verified(std::move(outcome), result::Verdict::kError, ready.error().message());
  if (auto lacking = lacks(trial, driver_.hello().features, setup_.place->isolated))
    return not_verified(std::move(outcome), result::Verdict::kSkipped, *lacking);
  auto seen = play(trial);
  outcome.seconds = static_cast<double>(clock.now_us() - start_us) / 1e6;
  if (!seen) return not_verified(std::move(outcome), result::Verdict::kError, seen.error().message());
  Judgement judged = judge(trial, *seen, rules);
  outcome.exchanges = exchanges_of(*seen);
  if (!judged.broken.empty())
    return not_verified(std::move(outcome), result::Verdict::kError, "driver: " + judged.broken);
  if (!judged.unsupported.empty())
    return not_verified(std::move(outcome), result::Verdict::kSkipped,
                        "the driver says unsupported: " + judged.unsupported);
  outcome.findings = std::move(judged.findings);
  outcome.choices = std::move(judged.choices);
  outcome.verdict = result::Verdict::kPass;
  if (outcome.findings.empty()) outcome.exchanges.clear();
  return outcome;
}

}  // namespace diconform::client
