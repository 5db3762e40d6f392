#include "scenario/case_writer.h"

#include "base/text.h"

namespace diconform::scenario {
namespace {

Json texts(const auto& values) {
  Json::Array out;
  for (const std::string& value : values) out.emplace_back(value);
  return out;
}

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json image_json(const api::Image& image) {
  Json json = Json::Object{};
  if (!image.id.empty()) json.set("ImageId", image.id);
  if (!image.name.empty()) json.set("ImageName", image.name);
  if (image.state != "NORMAL") json.set("ImageState", image.state);
  if (image.type != "PRIVATE_IMAGE") json.set("ImageType", image.type);
  if (!image.shared_to.empty()) json.set("SharedTo", texts(image.shared_to));
  if (!image.snapshots.empty()) json.set("SnapshotSet", texts(image.snapshots));
  if (image.task_running) json.set("TaskRunning", true);
  return json;
}

Json roles_json(const std::vector<Role>& roles) {
  Json json = Json::Object{};
  for (const Role& role : roles) json.set(role.name, image_json(role.image));
  return json;
}

Json account_json(const AccountPlan& account) {
  Json json = Json::Object{};
  if (!account.token.empty()) json.set("token", account.token);
  if (account.rate_limit) json.set("rateLimit", *account.rate_limit);
  if (account.own_rate_limit) json.set("rateLimit", "default");
  if (!account.snapshots.empty()) json.set("snapshots", texts(account.snapshots));
  return json;
}

Json pairs_json(const Replacements& replacements) {
  Json::Array pairs;
  for (const auto& [from, to] : replacements) pairs.push_back(Json::Array{Json(from), Json(to)});
  return pairs;
}

Json header_json(const HeaderChange& change) {
  if (!change.replace.empty()) return Json::Object{{"replace", pairs_json(change.replace)}};
  if (change.values.empty()) return {};
  return change.values.size() == 1 ? Json(change.values.front()) : texts(change.values);
}

Json http_json(const HttpChange& change) {
  Json json = Json::Object{};
  if (change.method) json.set("method", *change.method);
  if (change.target) json.set("target", *change.target);
  if (!change.headers.empty()) {
    Json headers = Json::Object{};
    for (const auto& [name, value] : change.headers) headers.set(name, header_json(value));
    json.set("headers", std::move(headers));
  }
  if (change.body && is_utf8(*change.body)) json.set("body", *change.body);
  if (change.body && !is_utf8(*change.body)) json.set("bodyHex", to_hex(*change.body));
  if (!change.replace.empty()) json.set("replace", pairs_json(change.replace));
  return json;
}

Json sign_json(const SignPlan& sign) {
  if (sign.off) return "off";
  Json json = Json::Object{};
  auto text = [&](const char* name, const std::optional<std::string>& value) {
    if (value) json.set(name, *value);
  };
  text("service", sign.service);
  text("date", sign.date);
  text("terminator", sign.terminator);
  text("algorithm", sign.algorithm);
  text("host", sign.host);
  text("signature", sign.signature);
  if (!sign.signed_headers.empty()) json.set("signedHeaders", texts(sign.signed_headers));
  if (sign.unsigned_payload) json.set("unsignedPayload", true);
  if (sign.nonce) json.set("nonce", *sign.nonce);
  if (sign.wrong_key) json.set("key", "wrong");
  return json;
}

Json common_json(const CommonPlan& common) {
  Json json = Json::Object{};
  auto text = [&](const char* name, const std::optional<std::optional<std::string>>& value) {
    if (value) json.set(name, or_null(*value));
  };
  text("Action", common.action);
  text("Version", common.version);
  text("Region", common.region);
  text("Language", common.language);
  text("SecretId", common.secret_id);
  text("Token", common.token);
  if (common.without_nonce) json.set("Nonce", nullptr);
  if (common.timestamp_offset != 0) json.set("TimestampOffset", common.timestamp_offset);
  return json;
}

Json match_json(const ReplyMatch& match) {
  Json::Array words;
  if (match.success) words.emplace_back("success");
  for (const std::string& code : match.codes) words.emplace_back(code);
  if (match.any_error) words.emplace_back("error");
  if (match.http_error) words.emplace_back("http-error");
  if (words.size() == 1 && !match.http_error) return words.front();
  return Json::Object{{"anyOf", std::move(words)}};
}

void set_world(Json& json, const WorldExpectation& world) {
  if (world.kind == WorldExpectation::Kind::kUnchanged) json.set("world", "unchanged");
  if (world.kind == WorldExpectation::Kind::kGone)
    json.set("world", Json::Object{{"gone", texts(world.gone)}});
}

Json expectation_json(const Expectation& expect) {
  Json json = Json::Object{};
  if (!expect.choice.empty()) {
    json.set("choice", expect.choice);
    Json answers = Json::Object{};
    for (const auto& [name, answer] : expect.answers) {
      Json one = Json::Object{{"reply", match_json(answer.reply)}};
      set_world(one, answer.world);
      answers.set(name, std::move(one));
    }
    json.set("answers", std::move(answers));
  } else if (!expect.true_errors.empty()) {
    json.set("reply", Json::Object{{"trueErrors", texts(expect.true_errors)}});
  } else if (!expect.reply.empty()) {
    json.set("reply", match_json(expect.reply));
  }
  set_world(json, expect.world);
  if (!expect.fields.is_null()) json.set("fields", expect.fields);
  if (expect.winners) json.set("winners", static_cast<std::int64_t>(*expect.winners));
  if (!expect.losers.empty()) json.set("losers", match_json(expect.losers));
  if (!expect.clause.empty()) json.set("clause", expect.clause);
  return json;
}

Json rate_json(const RatePlan& rate) {
  const RatePlan usual;
  Json json = Json::Object{};
  auto set = [&](const char* name, std::int64_t value, std::int64_t as_usual) {
    if (value != as_usual) json.set(name, value);
  };
  set("quietMs", rate.quiet_ms, usual.quiet_ms);
  set("lawfulPerSecond", rate.lawful_per_second, usual.lawful_per_second);
  set("lawfulSeconds", rate.lawful_seconds, usual.lawful_seconds);
  set("overPerSecond", rate.over_per_second, usual.over_per_second);
  set("overSeconds", rate.over_seconds, usual.over_seconds);
  if (rate.mixed) json.set("mixed", true);
  return json;
}

Json step_json(const Step& step) {
  Json json = Json::Object{};
  auto part = [&](const char* name, Json value) {
    if (!value.object() || !value.object()->empty()) json.set(name, std::move(value));
  };
  if (step.call) json.set("call", *step.call);
  part("common", common_json(step.common));
  part("http", http_json(step.http));
  part("sign", sign_json(step.sign));
  part("afterSigning", http_json(step.after_signing));
  if (step.kind == Step::Kind::kCall && !json.find("call") && !json.find("http"))
    json.set("http", Json::Object{});
  if (step.kind == Step::Kind::kRaw && is_utf8(step.raw)) json.set("raw", step.raw);
  if (step.kind == Step::Kind::kRaw && !is_utf8(step.raw)) json.set("rawHex", to_hex(step.raw));
  if (step.kind == Step::Kind::kAdvance) json.set("advance", step.duration_ms);
  if (step.kind == Step::Kind::kPause) json.set("pause", step.duration_ms);
  if (step.kind == Step::Kind::kRate) json.set("rate", rate_json(step.rate));
  if (step.as_other) json.set("as", "other");
  if (step.times > 1) json.set("times", static_cast<std::int64_t>(step.times));
  if (step.together > 1) json.set("together", static_cast<std::int64_t>(step.together));
  if (!step.beside.empty()) json.set("beside", Json(Json::Array(step.beside.begin(), step.beside.end())));
  part("expect", expectation_json(step.expect));
  return json;
}

Json needs_json(const Needs& needs) {
  Json json = Json::Object{};
  if (needs.virtual_clock) json.set("clock", "virtual");
  if (needs.real_clock) json.set("clock", "real");
  if (needs.max_image_ids) json.set("maxImageIds", *needs.max_image_ids);
  return json;
}

// A list of objects with each on a line of its own: what is left to a reader of a difference.
std::string lines(const Json::Array& items, const std::string& indent) {
  std::string text = "[";
  for (const Json& item : items) {
    text += text.size() > 1 ? ",\n" : "\n";
    text += indent + to_text(item);
  }
  return text + " ]";
}

std::string case_text(const Json& json) {
  std::string text;
  for (const auto& [name, value] : *json.object()) {
    text += text.empty() ? "    { " : ",\n      ";
    append_json_string(text, name);
    text += ": " + (name == "steps" ? lines(*value.array(), "        ") : to_text(value));
  }
  return text + " }";
}

}  // namespace

Json to_json(const WrittenCase& written) {
  const Body& body = written.body;
  Json json = Json::Object{{"name", written.name}};
  if (!written.why.empty()) json.set("why", written.why);
  json.set("covers", texts(body.covers));
  if (!written.edition.empty()) json.set("editions", Json::Array{Json(written.edition)});
  if (Json needs = needs_json(body.needs); !needs.object()->empty()) json.set("needs", std::move(needs));
  if (!body.given.empty()) json.set("given", roles_json(body.given));
  if (body.has_other) json.set("other", roles_json(body.other));
  if (Json account = account_json(body.account); !account.object()->empty())
    json.set("account", std::move(account));
  if (written.encoding != wire::Encoding::kJson || written.scheme != wire::Scheme::kTc3)
    json.set("over", Json::Object{{"encoding", Json::Array{Json(wire::name_of(written.encoding))}},
                                  {"signature", Json::Array{Json(wire::name_of(written.scheme))}}});
  if (body.probe) {
    const bool ids = body.probe->kind == ProbePlan::Kind::kIds;
    json.set("probe", ids ? "ids" : "rate");
    if (ids) json.set("level", body.probe->level);
  } else if (body.steps.size() == 1) {
    Json step = step_json(body.steps.front());
    for (auto& [name, value] : *step.object()) json.set(name, std::move(value));
  } else {
    Json::Array steps;
    for (const Step& step : body.steps) steps.push_back(step_json(step));
    json.set("steps", std::move(steps));
  }
  return json;
}

std::string suite_text(std::string_view suite, std::string_view purpose, const Json::Array& cases) {
  std::string text = "{ \"suite\": ";
  append_json_string(text, suite);
  text += ",\n  \"purpose\": ";
  append_json_string(text, purpose);
  text += ",\n  \"cases\": [\n";
  for (std::size_t i = 0; i < cases.size(); ++i) text += (i ? ",\n" : "") + case_text(cases[i]);
  return text + " ] }\n";
}

std::string suite_text(std::string_view suite, std::string_view purpose,
                       const std::vector<WrittenCase>& cases) {
  Json::Array written;
  for (const WrittenCase& each : cases) written.push_back(to_json(each));
  return suite_text(suite, purpose, written);
}

}  // namespace diconform::scenario
