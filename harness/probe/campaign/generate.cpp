#include "probe/campaign/generate.h"

#include <algorithm>

#include "base/text.h"
#include "probe/campaign/image_ids.h"
#include "probe/campaign/sites.h"

namespace diconform::probe {
namespace {

using scenario::Role;
using scenario::Step;

constexpr std::size_t kRoundsOfASwarm = 40;
constexpr std::string_view kToken = "tokenOfTemporaryCredentials0123456789";

std::string with_victim(std::string_view text, const std::string& victim) {
  return replaced(std::string(text), "${a}", "${" + victim + "}");
}

}  // namespace

// One scenario in the making.
class Drafting {
 public:
  Drafting(Generator& generator, Script script = {})
      : abilities_(generator.abilities_),
        guide_(generator.guide_),
        chance_(generator.chance_),
        swarm_(generator.swarm_),
        script_(std::move(script)),
        body_(script_.body) {
    calls_left_ = abilities_.most_calls;
    for (const Step& step : body_.steps) calls_left_ -= std::min(calls_left_, step.times * step.together);
  }

  Script fresh() {
    const sites::Form& form = sites::forms[pick(sites::form)];
    script_.encoding = form.encoding;
    script_.scheme = form.scheme;
    set_account();
    if (!body_.account.rate_limit && calls_left_ >= 8 && pick(sites::race) == 1) return race();
    std::size_t steps = pick(sites::steps) + 1;
    if (body_.account.rate_limit) use_up(*body_.account.rate_limit);
    for (std::size_t i = 0; i < steps && calls_left_ > 0; ++i) add_step();
    return std::move(script_);
  }

  Script grown() {
    bool alone = std::ranges::any_of(body_.steps, [](const Step& step) { return !step.beside.empty(); });
    if (calls_left_ > 0 && !alone) add_step();
    return std::move(script_);
  }

 private:
  Script race() {
    std::vector<std::string> images;
    for (std::size_t i = 2 + chance_.below(3); i > 0; --i) images.push_back("$" + add_image({}));
    body_.steps = {race_of(images, knows("DryRun"), chance_)};
    return std::move(script_);
  }

  std::size_t pick(const Site& site) { return guide_.pick(site, swarm_, trail_, chance_); }
  bool knows(std::string_view parameter) const {
    const api::Action* action = abilities_.edition->action("DeleteImages");
    return action && action->parameter(parameter);
  }
  bool has_facet(const char* facet) const { return abilities_.world.facets.contains(facet); }

  void set_account() {
    std::size_t kind = pick(sites::account);
    if (kind == sites::kWithToken && abilities_.world.auth) body_.account.token = kToken;
    if (kind == sites::kWithLooseSnapshot && has_facet("SnapshotSet"))
      body_.account.snapshots = {"snap-1005e001"};
    if (kind >= sites::kLimited && has_facet("rateLimit"))
      body_.account.rate_limit = sites::rate_limits[pick(sites::rate_limit)];
    if (kind < sites::kWithOther || kind == sites::kLimited || !abilities_.world.isolated) return;
    body_.has_other = true;
    body_.other = {{"theirs", {}}};
    if (kind == sites::kWithTwin) body_.other[0].image.id = "$" + add_image({});
  }

  std::string add_image(api::Image image, std::string id = "") {
    if (!id.empty()) image.id = std::move(id);
    std::string name(1, static_cast<char>('a' + body_.given.size() % 26));
    if (body_.given.size() >= 26) name += std::to_string(body_.given.size() / 26);
    body_.given.push_back({name, std::move(image)});
    return name;
  }

  // A snapshot's name, never the same twice in a scenario.
  std::string snapshot() { return "snap-" + chance_.text("0123456789abcdef", 8); }

  std::string add_good() {
    api::Image image;
    std::size_t kind = pick(sites::kind);
    bool snapshots = has_facet("SnapshotSet");
    if (kind == sites::kOneSnapshot && snapshots) image.snapshots = {snapshot()};
    if (kind == sites::kTwoSnapshots && snapshots) image.snapshots = {snapshot(), snapshot()};
    if (kind == sites::kSharedSnapshot && snapshots) {
      image.snapshots = {snapshot()};
      add_image(image);
    }
    if (kind == sites::kNineCharacters) image.id = some_id(chance_, 9);
    if (kind == sites::kNeighbour) {
      // An image whose id is like this one's: by its beginning, its end, or all but a character.
      image.id = some_id(chance_);
      add_image({}, look_alike(image.id, chance_));
    }
    if (chance_.one_in(8)) image.name = "base";
    return add_image(std::move(image));
  }

  // Beside what stands against it already.
  void add_obstacle(api::Image& image) {
    const sites::Obstacle& obstacle = sites::obstacles[pick(sites::obstacle)];
    bool has_state = abilities_.world.states.contains(std::string(obstacle.state));
    if (has_state && obstacle.state != "NORMAL") image.state = obstacle.state;
    if (has_facet("ImageType") && obstacle.type != "PRIVATE_IMAGE") image.type = obstacle.type;
    for (int i = 0; i < obstacle.shared_to && has_facet("SharedTo"); ++i)
      image.shared_to.insert("10000000000" + std::to_string(i + 2));
    image.task_running = image.task_running || (obstacle.task && has_facet("TaskRunning"));
  }

  std::string add_obstacle() {
    api::Image image;
    add_obstacle(image);
    if (chance_.one_in(5)) add_obstacle(image);
    if (has_facet("SnapshotSet") && chance_.one_in(3)) image.snapshots = {snapshot()};
    if (!image.snapshots.empty() && chance_.one_in(2)) image.snapshots.insert(snapshot());
    return add_image(std::move(image));
  }

  std::string some_good() {
    bool again = !body_.given.empty() && chance_.one_in(4);
    return "$" + (again ? body_.given[chance_.below(body_.given.size())].name : add_good());
  }

  // An id that is not simply of an image that can be deleted.
  std::string some_trouble(std::size_t trouble) {
    switch (trouble) {
      case sites::kLookAlike:
        return look_alike(explicit_id(), chance_);
      case sites::kMalformed:
        return with_victim(sites::malformed_ids[pick(sites::malformed)], a_victim());
      case sites::kChanged:
        // Of an image that is there: what is folded or trimmed would be found.
        return changed_id(chance_.one_in(2) ? explicit_id() : some_id(chance_),
                          static_cast<IdChange>(pick(sites::id_change)), chance_);
      case sites::kObstacle:
        return "$" + add_obstacle();
      case sites::kNine:
        return some_id(chance_, 9);
      default:
        // An image that another account has is as absent as one that nobody has.
        return body_.has_other && chance_.one_in(2) ? "$theirs" : "$absent";
    }
  }

  std::string a_victim() { return body_.given.empty() ? add_good() : body_.given.front().name; }

  std::string explicit_id() {
    for (const Role& role : body_.given)
      if (role.image.id.size() == 12) return role.image.id;
    std::string id = some_id(chance_);
    add_image({}, id);
    return id;
  }

  std::size_t some_count() {
    std::size_t most = static_cast<std::size_t>(abilities_.world.max_image_ids.value_or(100));
    switch (std::size_t option = pick(sites::count)) {
      case 3:
        return 4 + chance_.below(6);
      case 4:
        return 10;
      case 5:
        return 11 + chance_.below(2);
      case 6:
        return most;
      case 7:
        return most + 1 + chance_.below(2) * 19;
      default:
        return option + 1;
    }
  }

  Json some_ids() {
    std::size_t count = some_count(), trouble = pick(sites::trouble);
    bool bad = trouble != sites::kNone && trouble != sites::kDuplicate;
    Json::Array ids;
    for (std::size_t i = bad ? 1 : 0; i < count; ++i)
      ids.emplace_back(count > 12 ? "$absent-" + std::to_string(i) : some_good());
    if (bad)
      insert(ids, trouble == sites::kTwoTroubles ? some_trouble(sites::kObstacle) : some_trouble(trouble));
    if (trouble == sites::kTwoTroubles) insert(ids, some_trouble(1 + chance_.below(4)));
    if (trouble == sites::kDuplicate && !ids.empty()) ids.push_back(ids.front());
    return ids;
  }

  Json some_goods(std::size_t count) {
    Json::Array ids;
    for (std::size_t i = 0; i < count; ++i) ids.emplace_back(std::string("$").append(add_good()));
    return ids;
  }

  void insert(Json::Array& ids, std::string id) {
    std::size_t place = pick(sites::place), at = place == 0 ? 0 : place == 1 ? ids.size() : ids.size() / 2;
    ids.insert(ids.begin() + static_cast<std::ptrdiff_t>(at), Json(std::move(id)));
  }

  void set_flags(Json& call) {
    if (std::size_t dry = pick(sites::dry_run); dry > 0 && knows("DryRun")) call.set("DryRun", dry == 1);
    if (std::size_t deep = pick(sites::snapshots); deep > 0 && knows("DeleteBindedSnap"))
      call.set("DeleteBindedSnap", deep == 1);
  }

  void set_odd_flag(Json& call) {
    if (!knows("DryRun")) return;
    bool json = script_.encoding == wire::Encoding::kJson;
    const char* name = chance_.one_in(2) ? "DryRun" : "DeleteBindedSnap";
    if (!json) {
      call.set(name, std::string(sites::text_flags[pick(sites::text_flag)]));
    } else if (auto value = parse_json(sites::json_flags[pick(sites::json_flag)])) {
      call.set(name, *value);
    }
  }

  void set_odd_list(Json& call) {
    std::string text = with_victim(sites::lists[pick(sites::list)], a_victim());
    bool absent = text == "absent" || script_.encoding != wire::Encoding::kJson;
    if (absent) return call.remove("ImageIds");
    if (auto value = parse_json(text)) call.set("ImageIds", *value);
  }

  // Calls that are certainly within the limit, and then one more than it and a little: what follows finds it
  // used up.
  void use_up(std::int64_t limit) {
    if (limit > 1 && chance_.one_in(2)) {
      add_step();
      body_.steps.back().times = static_cast<std::size_t>(limit) - 1;
    }
    add_step();
    body_.steps.back().times = static_cast<std::size_t>(limit) + chance_.below(3);
    calls_left_ = abilities_.most_calls;
  }

  void add_step() {
    Step step;
    bool limited = body_.account.rate_limit.has_value();
    step.as_other = body_.has_other && chance_.one_in(3);
    std::size_t theme = limited ? std::size_t{sites::kPlain} : pick(sites::theme);
    bool plain = theme == sites::kPlain || theme == sites::kDescribe || theme == sites::kRewriting;
    Json call = Json::Object{};
    call.set("ImageIds", step.as_other               ? Json(Json::Array{Json("$theirs")})
                         : plain                     ? some_ids()
                         : theme == sites::kTogether ? some_goods(1 + chance_.below(3))
                                                     : Json(Json::Array{Json(some_good())}));
    if (theme != sites::kDescribe) set_flags(call);
    if (theme == sites::kOddFlag) set_odd_flag(call);
    if (theme == sites::kOddList && !step.as_other) set_odd_list(call);
    if (theme == sites::kUnknownParameter) call.set(sites::unknown_names[pick(sites::unknown_name)], "red");
    if (pick(sites::order) == 1) reorder(call);
    step.call = std::move(call);
    if (theme == sites::kOddity && !step.as_other) make_odd(step);
    if (theme == sites::kDescribe) make_describe(step);
    if (theme == sites::kCommon) set_common(step);
    if (theme == sites::kRewriting) rewrite(step);
    if (theme == sites::kTogether && calls_left_ >= 8) step.together = 2 + chance_.below(7);
    // An answer to an open question is that of the first call: the next finds another world.
    if (theme != sites::kTogether && !limited && step.expect.choice.empty()) repeat(step);
    calls_left_ -= std::min(calls_left_, step.times * step.together);
    body_.steps.push_back(std::move(step));
  }

  // Any order of the parameters is lawful.
  void reorder(Json& call) {
    Json::Object members = *call.object();
    for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[chance_.below(i)]);
    call = std::move(members);
  }

  void make_odd(Step& step) {
    const sites::Oddity& odd = sites::oddities()[pick(sites::oddity)];
    using In = sites::Oddity::In;
    bool tc3 = script_.scheme == wire::Scheme::kTc3, json = script_.encoding == wire::Encoding::kJson;
    bool fits = odd.in == In::kAny || (odd.in == In::kTc3 && tc3) || (odd.in == In::kV1 && !tc3) ||
                (odd.in == In::kJson && json) || (odd.in == In::kText && !json) ||
                (odd.in == In::kToken && !body_.account.token.empty());
    if (!fits || (odd.of_credentials && !abilities_.world.auth)) return;
    std::string first = add_good(), second = add_good();
    step.call->set("ImageIds", Json::Array{Json("$" + first)});
    odd.make(step);
    name_images(step, first, second);
    step.expect.reply = odd.reply;
    step.expect.clause = odd.clause;
    if (odd.choice.empty()) return;
    step.expect.choice = odd.choice;
    step.expect.answers["accepted"].reply.success = true;
    scenario::Answer& refused = step.expect.answers["refused"];
    refused.reply.any_error = refused.reply.http_error = true;
    refused.world.kind = scenario::WorldExpectation::Kind::kUnchanged;
  }

  static void name_images(Step& step, const std::string& first, const std::string& second) {
    auto name = [&](std::string& text) {
      text = replaced(replaced(std::move(text), "$a", "${" + first + "}"), "$b", "${" + second + "}");
    };
    for (auto& [from, to] : step.after_signing.replace) name(from), name(to);
    if (step.http.body) name(*step.http.body);
  }

  void make_describe(Step& step) {
    if (!abilities_.world.actions.contains("DescribeImages")) return;
    step.common.action = "DescribeImages";
    step.expect.reply.success = true;
    step.expect.reply.any_error = true;
    step.expect.world.kind = scenario::WorldExpectation::Kind::kUnchanged;
    step.expect.clause = "describe.ids";
  }

  void set_common(Step& step) {
    switch (pick(sites::common)) {
      case 0:
        if (abilities_.edition->id == "2023-03-27") step.common.region = std::optional<std::string>();
        break;
      case 1:
        step.common.language = "zh-CN";
        break;
      case 2:
        step.common.language = "en-US";
        break;
      case 3:
        step.common.timestamp_offset = -240;
        break;
      case 4:
        step.common.timestamp_offset = 240;
        break;
      default:
        step.common.region = "ap-shanghai";
    }
  }

  void rewrite(Step& step) {
    const sites::Rewriting& rewriting = sites::rewritings[pick(sites::rewriting)];
    bool json = script_.encoding == wire::Encoding::kJson;
    std::string_view to = json ? rewriting.json : rewriting.text;
    if (!to.empty()) step.http.replace = {{std::string(rewriting.from), std::string(to)}};
  }

  void repeat(Step& step) {
    std::size_t option = pick(sites::times);
    std::size_t times = option < 3 ? option + 1 : option == 3 ? 4 + chance_.below(3) : 12 + chance_.below(13);
    step.times =
        std::max<std::size_t>(1, std::min(times, option < 4 ? calls_left_ : abilities_.most_calls * 3));
  }

  const Abilities& abilities_;
  Guide& guide_;
  Chance& chance_;
  const Swarm& swarm_;
  Trail trail_;
  std::size_t calls_left_ = 0;
  Script script_;
  scenario::Body& body_;
};

Generator::Generator(const Abilities& abilities, Guide& guide, std::uint64_t seed)
    : abilities_(abilities), guide_(guide), chance_(seed) {}

Script Generator::next() {
  if (until_new_swarm_ == 0) {
    swarm_ = some_swarm(chance_);
    until_new_swarm_ = kRoundsOfASwarm;
  }
  --until_new_swarm_;
  return Drafting(*this).fresh();
}

Script Generator::changed(Script script) {
  if (chance_.one_in(2)) {
    const sites::Form& form = sites::forms[chance_.below(sites::forms.size())];
    bool bound = std::ranges::any_of(script.body.steps, [](const Step& step) {
      return step.expect.clause != "" || step.http != scenario::HttpChange{};
    });
    bool text = form.encoding != wire::Encoding::kJson;
    if (!bound && (script.encoding != wire::Encoding::kJson) == text) {
      script.encoding = form.encoding;
      script.scheme = form.scheme;
    }
  }
  return Drafting(*this, std::move(script)).grown();
}

}  // namespace diconform::probe
