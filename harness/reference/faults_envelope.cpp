// Faults about the reply, and about the answers to what the manual leaves open.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "reference/faults.h"

namespace diconform::reference {
namespace {

using enum ProblemKind;

// The body as JSON, changed.
Seam<wire::HttpReply> body(void (*change)(Json& body)) {
  return [change](const Context&, wire::HttpReply& reply) {
    auto json = parse_json(reply.body);
    if (!json) return;
    change(*json);
    reply.body = to_text(*json);
  };
}

Json response_of(const Json& body) {
  const Json* response = body.find("Response");
  return response ? *response : Json(Json::Object{});
}

void unwrapped(Json& body) { body = response_of(body); }

void in_lower_case(Json& body) { body = Json::Object{{"response", response_of(body)}}; }

void as_in_version_2(Json& body) {
  Json response = response_of(body);
  const Json* error = response.find("Error");
  Json old = Json::Object{{"code", error ? 4000 : 0}, {"message", ""}, {"codeDesc", "Success"}};
  if (error && error->find("Code")) old.set("codeDesc", *error->find("Code"));
  body = old;
}

// Changes Response.Error, if it is there.
template <void (*kChange)(Json& response, const Json& error)>
void error_changed(Json& body) {
  Json response = response_of(body);
  const Json* error = response.find("Error");
  if (!error) return;
  Json copy = *error;
  kChange(response, copy);
  body.set("Response", std::move(response));
}
void without_code(Json& response, const Json& error) {
  Json less = error;
  less.remove("Code");
  response.set("Error", std::move(less));
}
void without_message(Json& response, const Json& error) {
  Json less = error;
  less.remove("Message");
  response.set("Error", std::move(less));
}
void as_text(Json& response, const Json& error) {
  if (const Json* code = error.find("Code")) response.set("Error", *code);
}
void in_a_list(Json& response, const Json& error) { response.set("Error", Json::Array{error}); }

void null_error(Json& body) {
  Json response = response_of(body);
  if (!response.find("Error")) response.set("Error", nullptr);
  body.set("Response", std::move(response));
}

void no_body(const Context&, wire::HttpReply& reply) { reply.body.clear(); }
void as_a_page(const Context&, wire::HttpReply& reply) { reply.body = "<html><body>OK</body></html>"; }

// The connection ends in the middle of the reply.
void cut_short(const Context&, wire::ServerReply& reply) {
  if (reply.parts.empty()) return;
  std::string& bytes = reply.parts.back().bytes;
  bytes.resize(bytes.size() / 2);
  reply.after = wire::AfterReply::kClose;
}

template <auto kChange>
void request_id(const Context& context, wire::Envelope& envelope) {
  kChange(context, envelope.request_id);
}
void missing(const Context&, std::string& id) { id.clear(); }
void without_hyphens(const Context&, std::string& id) { id = replaced(id, "-", ""); }
void a_number(const Context& context, std::string& id) { id = std::to_string(1'000'000 + context.number); }
void too_short(const Context&, std::string& id) { id.pop_back(); }
void always_the_same(const Context&, std::string& id) { id = "71e69b56-32be-4412-ab45-49eded6a87be"; }
// As the account's call before.
void as_before(const Context& context, std::string& id) {
  if (!context.note) return;
  if (!context.note->empty()) id = *context.note;
  *context.note = id;
}
// A RequestId is the account's, not the call's.
void by_account(const Context& context, std::string& id) {
  std::string hex = to_hex(context.secret_id);
  for (std::size_t i = 0, at = 0; i < id.size() && at < hex.size(); ++i)
    if (id[i] != '-') id[i] = hex[at++];
  for (std::size_t i = hex.size(); i < id.size(); ++i)
    if (id[i] != '-') id[i] = '0';
}

template <int kStatus>
void status(const Context&, wire::HttpReply& reply) {
  reply.status = kStatus;
  reply.reason = "Status";
}

Seam<wire::HttpReply> content_type(std::string_view type) {
  return [type = std::string(type)](const Context&, wire::HttpReply& reply) {
    if (type.empty())
      wire::remove_header(reply.headers, "Content-Type");
    else
      wire::set_header(reply.headers, "Content-Type", type);
  };
}

bool is_not_found(const Context& context) {
  return context.answer && context.answer->error && context.answer->error->code == "InvalidImageId.NotFound";
}

// --- What the manual leaves open

void nine_refused(const Context& context, bool& accepted) {
  if (context.image_id.size() == 13) accepted = false;
}

void duplicates_refused(const Context& context, std::vector<Problem>& problems) {
  if (!context.request || !problems.empty()) return;
  std::set<std::string_view> before;
  for (std::size_t place = 0; place < context.request->image_ids.size(); ++place)
    if (!before.insert(context.request->image_ids[place]).second) problems.push_back({kDuplicate, place});
}

// A Boolean in quotes becomes a text that is none.
void quoted_refused(const Context& context, Json& params) {
  for (std::string_view name : {"DryRun", "DeleteBindedSnap"}) {
    const Json* value = context.call->text_values ? nullptr : params.find(name);
    if (value && value->string()) params.set(name, "perhaps");
  }
}

void dry_run_operation(const Context& context, Answer& answer) {
  if (!answer.error && in_dry_runs.holds(context))
    answer.error = api::ApiError{"DryRunOperation", "It would succeed."};
}

bool has_duplicates(const Context& context) {
  if (!context.request) return false;
  const std::vector<std::string>& ids = context.request->image_ids;
  return std::set<std::string_view>(ids.begin(), ids.end()).size() < ids.size();
}

void duplicates_do_nothing(const Context& context, Effect& effect) {
  if (has_duplicates(context)) effect.images.clear();
}

bool has_nine(const Context& context) {
  if (!context.request) return false;
  return std::ranges::any_of(context.request->image_ids,
                             [](const std::string& id) { return id.size() == 13; });
}

bool has_quoted_boolean(const Context& context) {
  if (!context.call || context.call->text_values) return false;
  return std::ranges::any_of(std::array{"DryRun", "DeleteBindedSnap"}, [&](std::string_view name) {
    const Json* value = context.call->params.find(name);
    return value && value->string();
  });
}

template <auto kWhere>
void crash(const Context& context, wire::HttpReply& reply) {
  if (kWhere(context))
    reply = {500, "Internal Server Error", {{"Content-Type", "text/html"}}, "<html></html>"};
}

}  // namespace

std::vector<Fault> envelope_faults() {
  using F = FaultRow;
  auto reply = [](Seam<wire::HttpReply> seam) { return Bend{.reply = std::move(seam)}; };
  auto id = [](Seam<wire::Envelope> seam) { return Bend{.envelope = std::move(seam)}; };
  const Condition not_found{"for-not-found", "for InvalidImageId.NotFound", is_not_found};
  std::vector<F> shape = {
      F{"no-response-member", "Response is left out", reply(body(unwrapped)), {for_errors, over_query}},
      F{"response-in-lower-case", "Response is written response", reply(body(in_lower_case)), {over_form}},
      F{"shape-of-version-2", "the reply of the API 2.0", reply(body(as_in_version_2)), {for_errors}},
      F{"error-without-code", "an error has no Code", reply(body(error_changed<without_code>)), {over_query}},
      F{"error-without-message", "an error has no Message", reply(body(error_changed<without_message>))},
      F{"error-as-text", "an error is a text", reply(body(error_changed<as_text>))},
      F{"error-in-a-list", "an error is a list", reply(body(error_changed<in_a_list>))},
      F{"error-null", "a success has an Error that is null", reply(body(null_error)), {over_query}},
      F{"no-body", "the body is empty", reply(no_body), {for_successes, in_the_third_call}},
      F{"page-of-html", "the body is a web page", reply(as_a_page), {for_errors}},
      F{"reply-cut-short", "the reply breaks off", {.delivery = cut_short}, {in_the_third_call}}};
  std::vector<F> request_ids = {
      F{"no-request-id", "RequestId is left out", id(request_id<missing>), {for_errors, over_query}},
      F{"request-id-without-hyphens", "no hyphens", id(request_id<without_hyphens>), {for_successes}},
      F{"request-id-a-number", "a number", id(request_id<a_number>)},
      F{"request-id-too-short", "a digit is missing", id(request_id<too_short>), {over_form}}};
  std::vector<F> unique = {
      F{"request-id-constant", "always the same", id(request_id<always_the_same>), {for_errors, over_query}},
      F{"request-id-as-before", "the one of the call before", id(request_id<as_before>), {for_errors}},
      F{"request-id-by-account", "one for each account", id(request_id<by_account>)}};
  std::vector<F> statuses = {F{"status-400", "400", reply(status<400>), {for_errors, over_query}},
                             F{"status-404", "404", reply(status<404>), {not_found}},
                             F{"status-500", "500", reply(status<500>), {for_errors, in_the_third_call}},
                             F{"status-202", "202", reply(status<202>), {for_successes}}};
  std::vector<F> types = {
      F{"content-type-html", "text/html", reply(content_type("text/html")), {for_errors, over_query}},
      F{"content-type-text", "text/plain", reply(content_type("text/plain")), {over_form, for_successes}},
      F{"no-content-type", "none", reply(content_type("")), {for_errors}}};
  return group("envelope", {{"envelope.shape", std::move(shape)},
                            {"envelope.request-id", std::move(request_ids)},
                            {"envelope.request-id-unique", std::move(unique)},
                            {"envelope.http-status", std::move(statuses)},
                            {"envelope.content-type", std::move(types)}});
}

std::vector<Fault> choice_faults() {
  using F = FaultRow;
  // One endpoint, two answers: to some accounts this one, to others that.
  std::vector<F> contradictions = {F{"nine-sometimes",
                                     "nine characters are refused",
                                     when(for_some_accounts, {.accepts_id = nine_refused}),
                                     {over_query}},
                                   F{"duplicates-sometimes",
                                     "duplicates are refused",
                                     when(for_some_accounts, {.problems = duplicates_refused}),
                                     {over_form}}};
  std::vector<F> about_dry_runs = {
      F{"quoted-sometimes", "\"True\" is refused", when(for_some_accounts, {.params = quoted_refused})},
      F{"passing-dry-run-sometimes",
        "DryRunOperation",
        when(over_query, {.answer = dry_run_operation}),
        {signed_with_v1}}};
  std::vector<F> unlawful = {
      F{"duplicates-crash", "a web page of status 500", {.reply = crash<has_duplicates>}, {over_query}},
      F{"nine-crashes", "… for an ID of nine characters", {.reply = crash<has_nine>}, {over_form}}};
  std::vector<F> odd_boolean = {
      F{"odd-boolean-crashes", "… for a Boolean in quotes", {.reply = crash<has_quoted_boolean>}}};
  std::vector<F> effect = {
      F{"duplicates-do-nothing", "no effect", {.effect = duplicates_do_nothing}, {over_query}}};
  return group("choices", {{"choices.consistent", std::move(contradictions)},
                           {"choices.consistent", std::move(about_dry_runs), "DryRun"},
                           {"choices.lawful", std::move(unlawful)},
                           {"choices.lawful", std::move(odd_boolean), "DryRun"},
                           {"delete.removes-the-images", std::move(effect)}});
}

}  // namespace diconform::reference
