#include "client/case_reader.h"

#include <algorithm>

#include "base/json_reader.h"
#include "base/text.h"
#include "client/reply_reader.h"
#include "scenario/filling.h"

namespace diconform::client {
namespace {

using Members = ObjectReader;

constexpr std::string_view kFeatures[] = {"post-json", "get",           "v1",         "token",
                                          "timeout",   "retry-network", "retry-rate", "https",
                                          "port",      "failover",      "isolated"};

Result<std::vector<const Form*>> read_over(const Json& json, const JsonPlace& place) {
  std::vector<const Form*> chosen;
  if (json.string() && *json.string() == "every-form") {
    for (const Form& form : forms()) chosen.push_back(&form);
    return chosen;
  }
  if (json.string() && *json.string() == "every-encoding") {
    for (const Form& form : forms()) {
      if (form.name == "post-tc3" || form.name == "get-tc3" || form.name == "post-v1-sha256")
        chosen.push_back(&form);
    }
    return chosen;
  }
  TRY(auto names, json_as<std::vector<std::string>>(json, place));
  for (const std::string& name : names) {
    auto form = std::ranges::find(forms(), name, &Form::name);
    if (form == forms().end()) return place.failure("names no form " + quoted(name), "such as post-tc3");
    chosen.push_back(&*form);
  }
  return chosen;
}

Result<HeardPlan> read_heard(const Json& json, const JsonPlace& place) {
  HeardPlan heard;
  heard.as_replied = false;
  auto add = [&heard](const std::string& word) {
    if (word == "ok") {
      heard.ok = true;
    } else if (word == "client") {
      heard.client = true;
    } else if (word == "api") {
      heard.any_api = true;
    } else if (word == "error") {
      heard.client = heard.any_api = true;
    } else if (word == "any") {
      heard.ok = heard.client = heard.any_api = true;
    } else {
      heard.codes.push_back(word);
    }
  };
  if (json.string()) {
    if (*json.string() == "as-replied") return HeardPlan{};
    add(*json.string());
    return heard;
  }
  TRY(auto words, json_as<std::vector<std::string>>(json, place));
  for (const std::string& word : words) add(word);
  return heard;
}

Result<Range> read_range(const Json& json, const JsonPlace& place) {
  if (json.number()) {
    TRY(std::int64_t exact, read_integer(json, place, 0, 1'000'000));
    return Range{exact, exact};
  }
  TRY(auto ends, json_as<std::vector<std::int64_t>>(json, place));
  if (ends.size() != 2 || ends[0] > ends[1]) return place.failure("is no range", "a number or [least, most]");
  return Range{ends[0], ends[1]};
}

using Line = Expectation::Line;
constexpr std::pair<std::string_view, Line> kLineWords[] = {
    {"any", Line::kAny}, {"same", Line::kSame}, {"new", Line::kNew}};
using Certificate = ServerPlan::Certificate;
constexpr std::pair<std::string_view, Certificate> kCertificateWords[] = {
    {"trusted", Certificate::kTrusted},
    {"untrusted", Certificate::kUntrusted},
    {"wrong-name", Certificate::kWrongName},
    {"expired", Certificate::kExpired}};
constexpr std::pair<std::string_view, wire::Welcome> kWelcomeWords[] = {
    {"serve", wire::Welcome::kServe}, {"close", wire::Welcome::kClose}, {"reset", wire::Welcome::kReset}};

class BodyReader {
 public:
  BodyReader(Members& members, const scenario::Clauses& clauses) : members_(members), clauses_(clauses) {}

  Result<Body> read() {
    members_.required("covers", body_.covers);
    members_.optional("needs", body_.needs);
    members_.optional("config", body_.config, read_config);
    members_.optional("server", body_.server, read_server);
    members_.optional("scanFiles", body_.scan_files);
    auto call = [this](const Json& json, const JsonPlace& place) { return read_call(json, place); };
    if (members_.member("calls")) {
      members_.required("calls", body_.calls, each(call));
    } else {
      body_.calls.emplace_back();
      read_call_members(members_, body_.calls.back());
    }
    if (members_.failed()) return body_;  // the caller asks for the complaint
    if (body_.covers.empty()) members_.refuse("covers", "names no clause");
    if (body_.calls.empty()) members_.refuse("calls", "holds no call");
    for (const std::string& clause : body_.covers) check_clause(clause);
    for (const std::string& feature : body_.needs) {
      if (std::ranges::find(kFeatures, feature) == std::end(kFeatures))
        members_.refuse("needs", "names no feature " + quoted(feature));
    }
    return body_;
  }

 private:
  void check_clause(const std::string& clause) {
    if (!clauses_.find(clause)) members_.refuse("covers", "names no clause " + quoted(clause));
  }

  static Result<ConfigPlan> read_config(const Json& json, const JsonPlace& place) {
    ConfigPlan config;
    Members members(json, place);
    members.optional("scheme", config.scheme);
    members.optional("endpoint", config.endpoint);
    members.optional("backupEndpoint", config.backup_endpoint);
    members.optional("region", config.region);
    members.optional("language", config.language);
    members.optional("token", config.token);
    members.optional("timeoutMs", config.timeout_ms);
    members.optional("networkRetries", config.network_retries);
    members.optional("rateRetries", config.rate_retries);
    TRY_VOID(members.finish());
    return config;
  }

  static Result<ServerPlan> read_server(const Json& json, const JsonPlace& place) {
    ServerPlan server;
    Members members(json, place);
    members.optional("certificate", server.certificate, word<Certificate>(kCertificateWords));
    members.optional("welcome", server.welcome, each(word<wire::Welcome>(kWelcomeWords)));
    members.optional("elsewherePlain", server.elsewhere_plain);
    TRY_VOID(members.finish());
    return server;
  }

  Result<CallPlan> read_call(const Json& json, const JsonPlace& place) {
    CallPlan call;
    Members members(json, place);
    read_call_members(members, call);
    TRY_VOID(members.finish());
    return call;
  }

  void read_call_members(Members& members, CallPlan& call) {
    members.required("call", call.params);
    members.optional("pauseMs", call.pause_ms);
    members.optional("replies", call.replies, each(client::read_reply));
    if (call.replies.empty()) call.replies.push_back(*client::read_reply("success", ""));
    members.optional("expect", call.expect, [this](const Json& json, const JsonPlace& place) {
      return read_expectation(json, place);
    });
  }

  Result<Expectation> read_expectation(const Json& json, const JsonPlace& place) {
    Expectation expect;
    Members members(json, place);
    members.optional("heard", expect.heard, read_heard);
    if (members.member("requests")) members.required("requests", expect.requests.emplace(), read_range);
    members.optional("mayRefuse", expect.may_refuse);
    members.optional("mayOmit", expect.may_omit);
    if (members.member("withinMs")) members.required("withinMs", expect.within_ms.emplace());
    if (members.member("apartMs")) members.required("apartMs", expect.apart_ms.emplace());
    members.optional("connection", expect.line, word<Line>(kLineWords));
    members.optional("note", expect.note);
    members.optional("hosts", expect.hosts);
    members.optional("clause", expect.clause);
    TRY_VOID(members.finish());
    if (!expect.clause.empty()) check_clause(expect.clause);
    return expect;
  }

  Members& members_;
  const scenario::Clauses& clauses_;
  Body body_;
};

class SuiteReader {
 public:
  SuiteReader(std::string_view path, const scenario::Clauses& clauses) : path_(path), clauses_(clauses) {}

  Result<std::vector<CaseInfo>> read(std::string_view text) {
    TRY(Json json, parse_json(text, path_, {.duplicates = false}));
    Members members(json, path_);
    members.member("$schema");
    members.required("suite", suite_);
    members.required("purpose", purpose_);
    std::vector<CaseInfo> cases;
    members.required("cases", cases, each([this](const Json& value, const JsonPlace& place) {
                       return read_case(value, place);
                     }));
    TRY_VOID(members.finish());
    if (!scenario::is_slug(suite_)) return (JsonPlace(path_) / "suite").failure("is no slug");
    return cases;
  }

 private:
  Result<CaseInfo> read_case(const Json& json, const JsonPlace& place) {
    CaseInfo info;
    std::string name;
    std::vector<const Form*> over = {&forms().front()};
    Members members(json, place);
    members.required("name", name);
    members.optional("why", info.why);
    members.optional("over", over, read_over);
    const Json* variables = members.member("forEach");
    if (members.failed()) return std::unexpected(members.finish().error());
    if (!scenario::is_slug(name))
      return (place / "name").failure("is " + quoted(name) + ", which is no slug");
    info.name = suite_ + "/" + name;
    info.file = path_;
    info.purpose = purpose_;
    info.source = json;
    TRY(auto fillings, scenario::read_fillings(variables, place / "forEach"));
    for (const scenario::Filling& filling : fillings) {
      auto body = read_filled(filling.values.empty() ? json : scenario::fill(json, filling), place);
      if (!body) return std::unexpected(scenario::as_written(std::move(body).error(), json, filling, place));
      auto shared = std::make_shared<const Body>(std::move(*body));
      for (const Form* form : over) {
        std::string id = info.name + "[" + std::string(form->name) + filling.label + "]";
        info.trials.push_back({std::move(id), info.name, form, shared});
      }
    }
    info.covers = info.trials.front().body->covers;
    return info;
  }

  Result<Body> read_filled(const Json& json, const JsonPlace& place) {
    Members members(json, place);
    for (const char* known : {"name", "why", "over", "forEach"}) members.member(known);
    TRY(Body body, BodyReader(members, clauses_).read());
    TRY_VOID(members.finish());
    return body;
  }

  std::string path_;
  const scenario::Clauses& clauses_;
  std::string suite_, purpose_;
};

}  // namespace

Result<std::vector<CaseInfo>> read_suite(std::string_view path, std::string_view text,
                                         const scenario::Clauses& clauses) {
  return SuiteReader(path, clauses).read(text);
}

}  // namespace diconform::client
