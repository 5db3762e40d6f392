#include "scenario/case_reader.h"

#include <algorithm>

#include "base/text.h"
#include "scenario/bind.h"
#include "scenario/step_reader.h"

namespace diconform::scenario {
namespace {

Result<std::vector<Role>> read_roles(const Json& json, const JsonPlace& place) {
  if (!json.object()) return place.mismatch(json, "an object of roles");
  std::vector<Role> roles;
  for (const auto& [name, image] : *json.object()) {
    JsonPlace here = place / name;
    if (name.empty() || name.starts_with("absent") || name.starts_with("secretId") || name == "timestamp" ||
        name.starts_with("host")) {
      return here.failure("is a reserved name", "call the role by what it is, such as \"victim\"");
    }
    Json described = image;
    if (!described.object()) return here.mismatch(image, "an object");
    if (!described.find("ImageId")) described.set("ImageId", "");
    TRY(api::Image read, api::image_from_json(described, here));
    roles.push_back({name, std::move(read)});
  }
  return roles;
}

Result<AccountPlan> read_account(const Json& json, const JsonPlace& place) {
  AccountPlan account;
  ObjectReader members(json, place);
  members.optional("token", account.token);
  members.optional("snapshots", account.snapshots);
  if (const Json* rate = members.member("rateLimit"); rate && !rate->is_null()) {
    account.rate_limit = rate->integer();
    account.own_rate_limit = rate->string() && *rate->string() == "default";
    if (!account.rate_limit && !account.own_rate_limit) {
      members.refuse("rateLimit", "is neither calls per second, nor null, nor \"default\"");
    }
  }
  TRY_VOID(members.finish());
  return account;
}

Result<void> read_needs(const Json& json, const JsonPlace& place, Needs& needs) {
  ObjectReader members(json, place);
  std::string clock;
  members.optional("clock", clock);
  if (!clock.empty() && clock != "virtual" && clock != "real")
    members.refuse("clock", "is neither virtual nor real");
  needs.virtual_clock = clock == "virtual";
  needs.real_clock = clock == "real";
  auto add = [&](std::string_view name, std::set<std::string>& set) {
    const Json* json_names = members.member(name);
    if (!json_names) return;
    if (json_names->string()) {
      set.insert(*json_names->string());
    } else {
      members.optional(name, set);
    }
  };
  members.optional("auth", needs.auth);
  members.optional("maxImageIds", needs.max_image_ids);
  add("action", needs.actions);
  add("facet", needs.facets);
  return members.finish();
}

// "ids", at a level, or "rate". Both have accounts made for them.
Result<ProbePlan> read_probe(ObjectReader& members) {
  ProbePlan probe;
  std::string kind;
  members.required("probe", kind);
  if (kind == "rate") probe.kind = ProbePlan::Kind::kRate;
  if (kind != "rate" && kind != "ids") members.refuse("probe", "is neither ids nor rate");
  if (kind == "ids") members.optional("level", probe.level);
  if (probe.level != "quick" && probe.level != "standard" && probe.level != "exhaustive")
    members.refuse("level", "is neither quick, standard nor exhaustive");
  if (members.failed()) return std::unexpected(members.finish_ignoring_unknown().error());
  return probe;
}

// Whether the case would say nothing without its snapshots. Most only put some beside what they are about: a
// loss of them is looked for where the world can show it, and where it cannot, the rest of the case holds as
// well.
bool is_about_snapshots(const Body& body) {
  auto speaks_of_them = [](const std::string& clause) {
    return clause.starts_with("snapshots.") || clause == "parameters.booleans";
  };
  auto looks_at_them = [](const Step& step) {
    return !step.expect.choice.empty() || !step.expect.world.gone.empty() || !step.expect.fields.is_null();
  };
  return std::ranges::any_of(body.covers, speaks_of_them) || std::ranges::any_of(body.steps, looks_at_them);
}

// What an image asks of the provider that makes it.
void need_image(const api::Image& image, bool about_snapshots, Needs& needs) {
  needs.world = true;
  needs.states.insert(image.state);
  if (!image.shared_to.empty()) needs.facets.insert("SharedTo");
  if (!image.snapshots.empty() && about_snapshots) needs.facets.insert("SnapshotSet");
  if (image.type != "PRIVATE_IMAGE") needs.facets.insert("ImageType");
  if (image.task_running) needs.facets.insert("TaskRunning");
}

void need_step(const Step& step, Needs& needs) {
  if (step.kind == Step::Kind::kAdvance) needs.virtual_clock = true;
  if (step.kind == Step::Kind::kRaw) needs.bytes = true;
  const SignPlan& sign = step.sign;
  bool wrong = sign.off || sign.wrong_key || sign.signature || sign.date || sign.service || sign.terminator ||
               sign.algorithm || sign.host || !sign.signed_headers.empty() ||
               step.after_signing != HttpChange{} || step.common.timestamp_offset != 0 ||
               step.common.secret_id || step.common.token;
  if (wrong) needs.auth = true;
  if (step.common.action && *step.common.action && **step.common.action == "DescribeImages") {
    needs.actions.insert("DescribeImages");
  }
}

void need(Body& body) {
  bool about_snapshots = is_about_snapshots(body);
  for (const Role& role : body.given) need_image(role.image, about_snapshots, body.needs);
  for (const Role& role : body.other) need_image(role.image, about_snapshots, body.needs);
  for (const Step& step : body.steps) need_step(step, body.needs);
  if (!body.account.token.empty()) body.needs.auth = true;
  if (!body.account.snapshots.empty()) body.needs.facets.insert("SnapshotSet");
  if (body.account.rate_limit) body.needs.facets.insert("rateLimit");
}

// Every "$name" in the case's strings is a role, an absent id or a value of the account.
Result<void> check_references(const Json& json, const JsonPlace& place, const Body& body) {
  if (const Json::Array* items = json.array()) {
    for (std::size_t i = 0; i < items->size(); ++i) TRY_VOID(check_references((*items)[i], place / i, body));
  } else if (const Json::Object* members = json.object()) {
    for (const auto& [name, value] : *members) {
      if (name != "why" && name != "forEach") TRY_VOID(check_references(value, place / name, body));
    }
  } else if (const std::string* text = json.string()) {
    auto known = [&](std::string_view name) {
      auto is_role = [&](const Role& role) { return role.name == name; };
      return name.starts_with("absent") || name == "secretId" || name == "secretId-other-case" ||
             name == "timestamp" || name == "host" || name == "hostname" || name == "any" || name == "each" ||
             std::ranges::any_of(body.given, is_role) || std::ranges::any_of(body.other, is_role);
    };
    std::string unknown;
    bool well_formed = for_each_reference(*text, [&](std::string_view name, std::size_t, std::size_t) {
      if (!known(name)) unknown = name;
    });
    if (!well_formed)
      return place.failure("has a '$' that begins no reference", "write $$ for a dollar sign");
    if (!unknown.empty())
      return place.failure("refers to $" + unknown + ", which nobody gives", "add the role to \"given\"");
  }
  return {};
}

}  // namespace

Result<Body> read_body(ObjectReader& members, const Json& json, const Vocabulary& vocabulary) {
  Body body;
  const JsonPlace& place = members.place();
  members.required("covers", body.covers);
  members.optional("given", body.given, read_roles);
  members.optional("other", body.other, read_roles);
  members.optional("account", body.account, read_account);
  body.has_other = json.find("other") != nullptr;
  if (const Json* needs = members.member("needs")) TRY_VOID(read_needs(*needs, place / "needs", body.needs));
  StepContext context{vocabulary, body.has_other};
  if (json.find("probe")) {
    TRY(body.probe, read_probe(members));
    body.needs.world = true;
  } else if (json.find("steps")) {
    members.required("steps", body.steps, each([&](const Json& step, const JsonPlace& at) {
                       return read_step(step, at, context);
                     }));
  } else {
    TRY(Step step, read_step_members(members, json, context));
    body.steps.push_back(std::move(step));
  }
  if (members.failed()) return std::unexpected(members.finish_ignoring_unknown().error());
  if (body.covers.empty()) return (place / "covers").failure("names no clause");
  for (const std::string& clause : body.covers) {
    if (!vocabulary.clauses.find(clause)) {
      return (place / "covers")
          .failure("names the clause " + quoted(clause) + ", which requirements.json does not have");
    }
  }
  TRY_VOID(check_references(json, place, body));
  need(body);
  return body;
}

}  // namespace diconform::scenario
