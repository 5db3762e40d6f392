#include "scenario/step_reader.h"

#include <algorithm>

#include "base/text.h"

namespace diconform::scenario {
namespace {

Result<std::string> read_hex(const Json& json, const JsonPlace& place) {
  TRY(std::string text, json_as<std::string>(json, place));
  std::optional<std::string> bytes = from_hex(text);
  if (!bytes) return place.failure("is not pairs of hexadecimal digits");
  return *bytes;
}

Result<std::pair<std::string, std::string>> read_replacement(const Json& json, const JsonPlace& place) {
  TRY(std::vector<std::string> both, json_as<std::vector<std::string>>(json, place));
  if (both.size() != 2 || both[0].empty()) return place.failure("is not [from, to]");
  return std::pair(both[0], both[1]);
}

// A value, null, a list of values, or {"replace": [[from, to], ...]}.
Result<HeaderChange> read_header(const Json& json, const JsonPlace& place) {
  HeaderChange change;
  if (json.is_null()) return change;
  if (json.string()) {
    change.values = {*json.string()};
  } else if (json.array()) {
    TRY(change.values, json_as<std::vector<std::string>>(json, place));
  } else {
    ObjectReader members(json, place);
    members.required("replace", change.replace, each(read_replacement));
    TRY_VOID(members.finish());
  }
  return change;
}

Result<HttpChange> read_http(const Json& json, const JsonPlace& place) {
  HttpChange change;
  ObjectReader members(json, place);
  members.optional("method", change.method);
  members.optional("target", change.target);
  members.optional("body", change.body);
  members.optional("bodyHex", change.body,
                   [](const Json& value, const JsonPlace& at) -> Result<std::optional<std::string>> {
                     TRY(std::string bytes, read_hex(value, at));
                     return bytes;
                   });
  members.optional("replace", change.replace, each(read_replacement));
  if (const Json* headers = members.member("headers")) {
    if (!headers->object()) return (place / "headers").mismatch(*headers, "an object");
    for (const auto& [name, value] : *headers->object()) {
      TRY(HeaderChange header, read_header(value, place / "headers" / name));
      change.headers.emplace_back(name, std::move(header));
    }
  }
  TRY_VOID(members.finish());
  return change;
}

Result<SignPlan> read_sign(const Json& json, const JsonPlace& place) {
  SignPlan sign;
  if (json.string() && *json.string() == "off") {
    sign.off = true;
    return sign;
  }
  ObjectReader members(json, place);
  std::string key;
  members.optional("service", sign.service);
  members.optional("date", sign.date);
  members.optional("terminator", sign.terminator);
  members.optional("algorithm", sign.algorithm);
  members.optional("host", sign.host);
  members.optional("signature", sign.signature);
  members.optional("signedHeaders", sign.signed_headers);
  members.optional("unsignedPayload", sign.unsigned_payload);
  members.optional("nonce", sign.nonce);
  members.optional("key", key);
  if (!key.empty() && key != "wrong") members.refuse("key", "is not \"wrong\"");
  sign.wrong_key = key == "wrong";
  TRY_VOID(members.finish());
  return sign;
}

using MaybeText = std::optional<std::string>;

Result<std::optional<MaybeText>> read_common_text(const Json& json, const JsonPlace& place) {
  TRY(MaybeText text, json_as<MaybeText>(json, place));
  return std::optional<MaybeText>(std::move(text));
}

Result<CommonPlan> read_common(const Json& json, const JsonPlace& place) {
  CommonPlan common;
  ObjectReader members(json, place);
  members.optional("Action", common.action, read_common_text);
  members.optional("Version", common.version, read_common_text);
  members.optional("Region", common.region, read_common_text);
  members.optional("Language", common.language, read_common_text);
  members.optional("SecretId", common.secret_id, read_common_text);
  members.optional("Token", common.token, read_common_text);
  if (const Json* nonce = members.member("Nonce")) {
    common.without_nonce = nonce->is_null();
    if (!common.without_nonce) members.refuse("Nonce", "is not null", "write a number under \"sign\"");
  }
  members.optional("TimestampOffset", common.timestamp_offset);
  TRY_VOID(members.finish());
  return common;
}

Result<RatePlan> read_rate(const Json& json, const JsonPlace& place) {
  RatePlan rate;
  ObjectReader members(json, place);
  members.optional("quietMs", rate.quiet_ms);
  members.optional("lawfulPerSecond", rate.lawful_per_second);
  members.optional("lawfulSeconds", rate.lawful_seconds);
  members.optional("overPerSecond", rate.over_per_second);
  members.optional("overSeconds", rate.over_seconds);
  members.optional("mixed", rate.mixed);
  TRY_VOID(members.finish());
  return rate;
}

// Reads "once only" members that choose the kind of a step.
void read_kind(ObjectReader& members, const Json& json, Step& step) {
  int kinds = 0;
  auto is = [&](std::string_view name, Step::Kind kind) {
    if (!json.find(name)) return false;
    ++kinds;
    step.kind = kind;
    return true;
  };
  if (is("raw", Step::Kind::kRaw)) members.required("raw", step.raw);
  if (is("rawHex", Step::Kind::kRaw)) members.required("rawHex", step.raw, read_hex);
  if (is("advance", Step::Kind::kAdvance)) members.required("advance", step.duration_ms);
  if (is("pause", Step::Kind::kPause)) members.required("pause", step.duration_ms);
  if (is("rate", Step::Kind::kRate)) members.required("rate", step.rate, read_rate);
  bool call = json.find("call") || json.find("http");
  if (call && step.kind != Step::Kind::kRate) ++kinds;  // a rate step repeats a call
  if (kinds != 1) members.refuse("", "must have exactly one of call (or http), raw, advance, pause, rate");
  if (const Json* call_json = members.member("call")) step.call = *call_json;
  if (step.call && !step.call->object()) members.refuse("call", "is no object of parameters");
}

}  // namespace

Result<Step> read_step_members(ObjectReader& members, const Json& json, const StepContext& context) {
  Step step;
  read_kind(members, json, step);
  members.optional("common", step.common, read_common);
  members.optional("http", step.http, read_http);
  members.optional("afterSigning", step.after_signing, read_http);
  members.optional("sign", step.sign, read_sign);
  members.optional("times", step.times);
  members.optional("together", step.together);
  members.optional("beside", step.beside);
  std::string as;
  members.optional("as", as);
  if (!as.empty() && (as != "other" || !context.has_other)) {
    members.refuse("as", "is not \"other\", or the case has no \"other\" account");
  }
  step.as_other = as == "other";
  if (step.times == 0 || step.times > 10'000) members.refuse("times", "is not between 1 and 10000");
  if (step.together == 0 || step.together > 64) members.refuse("together", "is not between 1 and 64");
  bool typed = std::ranges::all_of(step.beside, [](const Json& call) { return call.object(); });
  if (!typed) members.refuse("beside", "is no list of objects of parameters");
  if (!step.beside.empty() && (!step.call || step.times > 1 || step.together + step.beside.size() > 64))
    members.refuse("beside", "needs one call, and 64 at most are sent at one moment");
  auto expectation = [&](const Json& value, const JsonPlace& at) {
    return read_expectation(value, at, context);
  };
  bool waits = step.kind == Step::Kind::kAdvance || step.kind == Step::Kind::kPause;
  if (waits || step.kind == Step::Kind::kRate) {
    members.optional("expect", step.expect, expectation);
  } else {
    members.required("expect", step.expect, expectation);
  }
  if (members.failed()) return std::unexpected(members.finish_ignoring_unknown().error());
  return step;
}

Result<Step> read_step(const Json& json, const JsonPlace& place, const StepContext& context) {
  ObjectReader members(json, place);
  TRY(Step step, read_step_members(members, json, context));
  TRY_VOID(members.finish());
  return step;
}

}  // namespace diconform::scenario
