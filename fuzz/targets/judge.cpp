// The judge: total over replies of any bytes; a good reply, rewritten in a way that changes nothing, stays
// good; a good reply with a fault put into it is reported. The first line of an input names a trial of the
// catalogue, the second says what became of the world (gone, kept), the rest is the reply as it came over the
// wire.
#include "judge/judge.h"

#include <algorithm>
#include <map>

#include "api/world.h"
#include "check.h"
#include "input.h"
#include "json_tree.h"
#include "judge/effect.h"
#include "own.h"
#include "scenario/bind.h"
#include "wire/http_reader.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::string_view kBystander = "img-bystande", kBystanderSnapshot = "snap-bystande";

// A trial of one call, ready to be judged once it has a reply.
struct Prepared {
  scenario::Trial trial;
  result::Observation observation;
  api::World gone;  // what the call asks for
};

Prepared prepare(const scenario::Trial& trial) {
  Prepared prepared{.trial = trial, .observation = {}, .gone = {}};
  scenario::Bindings bindings(7);
  result::StepObservation& step = prepared.observation.steps.emplace_back();
  api::World world{.images = {}, .snapshots = trial.body->account.snapshots};
  for (const scenario::Role& role : trial.body->given) {
    api::Image image = bind(role, bindings);
    if (image.id.empty()) image.id = bindings.mint("img-");
    bindings.set(role.name, image.id);
    world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
    world.images.push_back(std::move(image));
  }
  world.images.push_back({.id = std::string(kBystander),
                          .name = {},
                          .shared_to = {},
                          .snapshots = {std::string(kBystanderSnapshot)}});
  world.snapshots.insert(std::string(kBystanderSnapshot));
  step.step = bind(trial.body->steps[0], bindings);
  step.before = world;
  prepared.gone = world;
  if (auto asked = judge::asked_for(step))
    prepared.gone = api::without_images(std::move(world), asked->image_ids, asked->delete_bound_snapshots);
  return prepared;
}

bool is_plain(const scenario::Trial& trial) {
  const std::vector<scenario::Step>& steps = trial.body->steps;
  return steps.size() == 1 && steps[0].kind == scenario::Step::Kind::kCall && steps[0].together == 1 &&
         steps[0].times == 1 && !trial.body->has_other;
}

const Prepared& prepared_trial(std::string_view id) {
  static const std::vector<const scenario::Trial*> kTrials = [] {
    std::vector<const scenario::Trial*> trials;
    for (const scenario::CaseInfo& info : catalogue().cases)
      for (const scenario::Trial& trial : info.trials)
        if (is_plain(trial)) trials.push_back(&trial);
    return trials;
  }();
  static const std::map<std::string_view, std::size_t> kById = [] {
    std::map<std::string_view, std::size_t> by_id;
    for (std::size_t i = 0; i < kTrials.size(); ++i) by_id.emplace(kTrials[i]->id, i);
    return by_id;
  }();
  static std::map<std::size_t, Prepared> ready;
  auto named = kById.find(id);
  std::size_t index = named == kById.end() ? hash_of(id) % kTrials.size() : named->second;
  auto found = ready.find(index);
  return found != ready.end() ? found->second : ready.emplace(index, prepare(*kTrials[index])).first->second;
}

judge::Judgement judged(const Prepared& prepared, wire::Exchange exchange, const api::World& after) {
  result::Observation observation = prepared.observation;
  observation.steps[0].exchanges.push_back(std::move(exchange));
  observation.steps[0].after = after;
  return judge::judge(prepared.trial, observation,
                      {catalogue().clauses, *catalogue().edition(prepared.trial.edition), true});
}

wire::Exchange exchange_of(std::string_view bytes) {
  wire::Exchange exchange;
  exchange.received = bytes;
  wire::HttpReader reader(wire::HttpReader::Kind::kReply);
  reader.feed(bytes);
  switch (reader.finish()) {
    case wire::ReadState::kDone:
      exchange.reply = reader.reply();
      break;
    case wire::ReadState::kTooLarge:
      exchange.end = wire::ExchangeEnd::kTooLarge;
      break;
    default:
      exchange.end = bytes.empty() ? wire::ExchangeEnd::kReset : wire::ExchangeEnd::kMalformed;
  }
  return exchange;
}

Tree* member(Tree& object, std::string_view name) {
  for (Part& part : object.parts)
    if (part.name == name) return &part.value;
  return nullptr;
}

constexpr std::size_t kOfTheWorld = 4;  // this fault and the next

// What is wrong with the reply then, in words; empty where it could not be put in.
std::string put_fault(std::size_t which, Tree& body, wire::Exchange& exchange, api::World& after) {
  Tree* response = member(body, "Response");
  switch (which) {
    case 0:
      exchange.reply->status = 500;
      return "HTTP status 500";
    case 1:
      std::erase_if(response->parts, [](const Part& part) { return part.name == "RequestId"; });
      exchange.reply->body = written(body);
      return "no RequestId";
    case 2:
      set_header(exchange.reply->headers, "Content-Type", "text/html");
      return "an HTML content type";
    case 3:
      exchange.reply->body.resize(exchange.reply->body.rfind('}'));
      return "a body cut short";
    case 4:
      after = api::without_images(std::move(after), std::vector<std::string>{std::string(kBystander)}, false);
      return "a bystander gone";
    case 5:
      after.snapshots.erase(std::string(kBystanderSnapshot));
      after.find(kBystander)->snapshots.clear();
      return "a bystander's snapshot gone";
    case 6:
      exchange.reply.reset();
      exchange.end = wire::ExchangeEnd::kTimeout;
      return "no reply";
    default:
      *response = Tree(Kind::kNull);
      exchange.reply->body = written(body);
      return "Response is null";
  }
}

// Whether any error is among the lawful answers, so that only the world can still be wrong.
bool allows_any_error(const scenario::Expectation& expect) {
  auto allows = [](const scenario::ReplyMatch& match) { return match.http_error || match.any_error; };
  return allows(expect.reply) ||
         std::ranges::any_of(expect.answers, [&](const auto& each) { return allows(each.second.reply); });
}

void check_good(const Prepared& prepared, const wire::Exchange& exchange, const api::World& after,
                Dice& dice) {
  if (exchange.reply->body.starts_with("\xEF\xBB\xBF"))
    return;  // no JSON text, but what is behind it may be one
  auto body = parse_tree(exchange.reply->body);
  if (!body || body->repeated_member || !member(body->root, "Response")) return;
  wire::Exchange same = exchange;
  same.reply->body = written(body->root, &dice);
  same.reply->headers.push_back({"X-Other", "1"});
  judge::Judgement still = judged(prepared, std::move(same), after);
  FUZZ_CHECK(still.findings.empty(), prepared.trial.id + ": rewritten alike, a good reply breaks " +
                                         still.findings[0].clause + ": " + still.findings[0].observed);
  bool only_world = allows_any_error(prepared.observation.steps[0].step.expect);
  wire::Exchange faulty = exchange;
  api::World world = after;
  std::string fault =
      put_fault(only_world ? kOfTheWorld + dice.below(2) : dice.below(8), body->root, faulty, world);
  FUZZ_CHECK(!judged(prepared, std::move(faulty), world).findings.empty(),
             prepared.trial.id + ": nothing is found though there is " + fault);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = text_of(data, size);
  Dice dice(hash_of(bytes));
  const Prepared& prepared = prepared_trial(take_line(bytes));
  const api::World& after =
      take_line(bytes) == "gone" ? prepared.gone : *prepared.observation.steps[0].before;
  wire::Exchange exchange = exchange_of(bytes);
  judge::Judgement judgement = judged(prepared, exchange, after);
  if (judgement.findings.empty() && judgement.inconclusive.empty() && exchange.reply)
    check_good(prepared, exchange, after, dice);
  return 0;
}
