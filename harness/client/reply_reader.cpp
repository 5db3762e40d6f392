#include "client/reply_reader.h"

#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::client {
namespace {

constexpr std::string_view kSuccessBody = R"({"Response":{"RequestId":"$requestId"}})";

std::string envelope(Json response) {
  Json body;
  body.set("Response", std::move(response));
  return to_text(body);
}

void says_error(ReplyPlan& reply, const std::string& code, const std::string& message) {
  Json error, response;
  error.set("Code", code);
  error.set("Message", message);
  response.set("Error", std::move(error));
  response.set("RequestId", "$requestId");
  reply.body = envelope(std::move(response));
  reply.says = {Says::Kind::kError, code, message, true};
}

// What the members of Response say, and whether RequestId is "$requestId".
Says says_of(const Json& response) {
  Says says;
  const Json* id = response.find("RequestId");
  says.request_id = id && id->string() && *id->string() == "$requestId";
  const Json* error = response.find("Error");
  if (!error) {
    says.kind = Says::Kind::kSuccess;
    return says;
  }
  const Json* code = error->find("Code");
  const Json* message = error->find("Message");
  if (!code || !code->string()) return says;
  says.kind = Says::Kind::kError;
  says.code = *code->string();
  if (message && message->string()) says.message = *message->string();
  return says;
}

Result<Says> read_says(const Json& json, const JsonPlace& place) {
  Says says;
  if (json.string() && *json.string() == "success") {
    says.kind = Says::Kind::kSuccess;
    return says;
  }
  if (json.string() && *json.string() == "nothing") return says;
  ObjectReader members(json, place);
  says.kind = Says::Kind::kError;
  members.required("error", says.code);
  members.optional("message", says.message);
  members.optional("requestId", says.request_id);
  TRY_VOID(members.finish());
  return says;
}

Result<Generated> read_generated(const Json& json, const JsonPlace& place) {
  Generated generated;
  ObjectReader members(json, place);
  for (const auto& [name, kind] :
       {std::pair("nested", Generated::Kind::kNested), std::pair("members", Generated::Kind::kMembers),
        std::pair("padding", Generated::Kind::kPadding)}) {
    if (!members.member(name)) continue;
    generated.kind = kind;
    members.required(name, generated.count);
  }
  members.optional("error", generated.error);
  TRY_VOID(members.finish());
  if (generated.kind == Generated::Kind::kNone)
    return place.failure("generates nothing", "nested, members or padding");
  return generated;
}

using After = wire::AfterReply;
constexpr std::pair<std::string_view, After> kAfterWords[] = {
    {"keep", After::kKeepAlive}, {"close", After::kClose}, {"reset", After::kReset}};
using Coding = ReplyPlan::Coding;
constexpr std::pair<std::string_view, Coding> kCodingWords[] = {
    {"gzip", Coding::kGzip}, {"deflate", Coding::kDeflate}, {"gzip-unasked", Coding::kGzipUnasked}};

Result<std::vector<std::pair<std::string, std::optional<std::string>>>> read_headers(const Json& json,
                                                                                     const JsonPlace& place) {
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  if (!json.object()) return place.mismatch(json, "an object of headers");
  for (const auto& [name, value] : *json.object()) {
    TRY(auto text, json_as<std::optional<std::string>>(value, place / name));
    headers.emplace_back(name, std::move(text));
  }
  return headers;
}

Result<std::string> read_hex(const Json& json, const JsonPlace& place) {
  TRY(std::string text, json_as<std::string>(json, place));
  auto bytes = from_hex(text);
  if (!bytes) return place.failure("is not hexadecimal");
  return std::move(*bytes);
}

Result<std::pair<std::int64_t, std::int64_t>> read_drip(const Json& json, const JsonPlace& place) {
  std::pair<std::int64_t, std::int64_t> drip;
  ObjectReader members(json, place);
  members.required("bytes", drip.first);
  members.required("everyMs", drip.second);
  TRY_VOID(members.finish());
  return drip;
}

void read_content(ObjectReader& members, ReplyPlan& reply) {
  int given = 0;
  if (const Json* code = members.member("error")) {
    std::string message = kServiceMessage, text;
    members.required("error", text);
    members.optional("message", message);
    says_error(reply, code->string() ? *code->string() : "", message);
    ++given;
  }
  if (const Json* response = members.member("response")) {
    Json with_id = *response;
    if (with_id.object() && !with_id.find("RequestId")) with_id.set("RequestId", "$requestId");
    if (const Json* id = with_id.find("RequestId"); id && id->is_null()) with_id.remove("RequestId");
    reply.body = envelope(with_id);
    reply.says = says_of(with_id);
    ++given;
  }
  if (members.member("body")) {
    members.required("body", reply.body);
    ++given;
  }
  if (members.member("bodyHex")) {
    members.required("bodyHex", reply.body, read_hex);
    ++given;
  }
  if (members.member("generate")) {
    members.required("generate", reply.generated, read_generated);
    if (const std::string& error = reply.generated.error; !error.empty())
      reply.says = {Says::Kind::kError, error, kServiceMessage, true};
    ++given;
  }
  if (given == 0) {
    reply.body = kSuccessBody;
    reply.says.kind = Says::Kind::kSuccess;
  }
  if (given > 1) members.refuse("", "has more than one of error, response, body, bodyHex and generate");
  // A status that is no success, or half of a body, says nothing unless the case says so.
  members.optional("status", reply.status);
  members.optional("cut", reply.cut);
  members.optional("length", reply.length);
  if (reply.status != 200 || reply.cut || reply.length) reply.says = {};
  members.optional("says", reply.says, read_says);
}

}  // namespace

Result<ReplyPlan> read_reply(const Json& json, const JsonPlace& place) {
  ReplyPlan reply;
  if (const std::string* word = json.string()) {
    if (*word == "success") {
      reply.body = kSuccessBody;
      reply.says.kind = Says::Kind::kSuccess;
    } else if (*word == "reset" || *word == "close") {
      reply.kind = ReplyPlan::Kind::kRaw;
      reply.after = *word == "reset" ? After::kReset : After::kClose;
    } else if (*word == "silence") {
      reply.kind = ReplyPlan::Kind::kSilence;
    } else {
      says_error(reply, *word, kServiceMessage);
    }
    return reply;
  }
  ObjectReader members(json, place);
  if (members.member("raw") || members.member("rawHex")) {
    reply.kind = ReplyPlan::Kind::kRaw;
    members.optional("raw", reply.raw);
    members.optional("rawHex", reply.raw, read_hex);
    members.optional("says", reply.says, read_says);
  } else {
    read_content(members, reply);
    members.optional("reason", reply.reason);
    members.optional("headers", reply.headers, read_headers);
    members.optional("coding", reply.coding, word<Coding>(kCodingWords));
    members.optional("chunk", reply.chunk);
  }
  members.optional("delayMs", reply.delay_ms);
  std::pair<std::int64_t, std::int64_t> drip;
  members.optional("drip", drip, read_drip);
  reply.drip_bytes = drip.first;
  reply.drip_ms = drip.second;
  members.optional("then", reply.after, word<After>(kAfterWords));
  TRY_VOID(members.finish());
  return reply;
}

}  // namespace diconform::client
