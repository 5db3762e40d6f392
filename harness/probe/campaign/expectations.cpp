#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "judge/effect.h"
#include "probe/campaign/believer.h"
#include "probe/campaign/oracle.h"
#include "scenario/bind.h"
#include "target/compose.h"

namespace diconform::probe {
namespace {

using reference::Pins;
using scenario::Expectation;
using scenario::Step;
using scenario::WorldExpectation;

// A way with what it takes of the world that it starts from.
struct Course {
  Way way;
  std::set<std::string> gone;
};

scenario::ReplyMatch all_of(const std::vector<Course>& courses) {
  scenario::ReplyMatch match;
  for (const Course& course : courses) match = either(std::move(match), course.way.reply);
  return match;
}

// The one world expectation that all these have, if there is one. `wanted`: what is gone after a success
// where nothing is said.
std::optional<WorldExpectation> world_of(const std::vector<Course>& courses,
                                         const std::set<std::string>& wanted) {
  bool refuses = false, as_wanted = true;
  std::set<std::set<std::string>> gone;
  for (const Course& course : courses) {
    bool succeeds = course.way.reply.success;
    refuses = refuses || !succeeds;
    if (succeeds) gone.insert(course.gone);
    as_wanted = as_wanted && (!succeeds || course.gone == wanted);
  }
  bool nothing_goes = std::ranges::all_of(gone, [](const auto& names) { return names.empty(); });
  if (nothing_goes) return WorldExpectation{WorldExpectation::Kind::kUnchanged, {}};
  if (gone.size() == 1 && !refuses)
    return WorldExpectation{WorldExpectation::Kind::kGone, {gone.begin()->begin(), gone.begin()->end()}};
  if (as_wanted) return WorldExpectation{};
  return std::nullopt;
}

// The open question that tells the courses apart, if it is only one.
std::string question_of(const std::vector<Course>& courses) {
  std::map<std::string_view, std::set<std::string_view>> answers;
  for (const Course& course : courses)
    for (const reference::Asked& asked : course.way.asked) answers[asked.name].insert(asked.answer);
  std::erase_if(answers, [](const auto& one) {
    return one.second.size() < 2 || one.first == "errors.precedence" || !is_learnable(one.first);
  });
  return answers.size() == 1 ? std::string(answers.begin()->first) : "";
}

class Filling {
 public:
  Filling(const reference::Manual& manual, const scenario::Catalogue& catalogue, const std::string& region,
          const scenario::Body& scenario, wire::Encoding encoding, wire::Scheme scheme, const Pins& pins)
      : catalogue_(catalogue),
        scenario_(scenario),
        believer_(manual, region, pins, encoding),
        bindings_(kSeed) {
    composition_.encoding = encoding;
    composition_.scheme = scheme;
    composition_.credentials = {"AKIDexpectations", "key", scenario.account.token};
    composition_.host = "host";
    composition_.region = region;
    composition_.unix_seconds = kSomeTime;
  }

  scenario::Body run() {
    api::World mine = world(scenario_.given), other = world(scenario_.other);
    mine.snapshots.insert(scenario_.account.snapshots.begin(), scenario_.account.snapshots.end());
    bindings_.set("secretId", composition_.credentials.secret_id);
    bindings_.set("timestamp", std::to_string(kSomeTime));
    believer_.begin(mine, &other, scenario_.account.rate_limit);
    scenario::Body filled = scenario_;
    for (Step& step : filled.steps) fill(step);
    return filled;
  }

 private:
  static constexpr std::uint64_t kSeed = 1;  // of ids that only this sees
  static constexpr std::int64_t kSomeTime = 1'700'000'000;
  static constexpr std::size_t kMostRepeats = 4;  // after that a repeated call changes nothing any more

  api::World world(const std::vector<scenario::Role>& roles) {
    api::World world;
    for (const scenario::Role& role : roles) {
      api::Image image = scenario::bind(role, bindings_);
      if (image.id.empty()) image.id = bindings_.mint("img-");
      if (!bindings_.find(role.name)) bindings_.set(role.name, image.id);
      roles_.emplace(image.id, "$" + role.name);
      world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
      world.images.push_back(std::move(image));
    }
    return world;
  }

  void fill(Step& step) {
    if (!step.beside.empty()) {
      step.expect.reply = reply_in_a_race();
      step.expect.clause = "concurrency.one-winner";
      return;
    }
    result::StepObservation seen;
    seen.step = scenario::bind(step, bindings_);
    composition_.nonce += 1;
    wire::Exchange exchange;
    exchange.sent = target::compose(seen.step, composition_);
    seen.exchanges.push_back(std::move(exchange));
    bool modelled = is_modelled(step);
    before_ = believer_.of(seen.step).front().state.world;
    std::vector<Course> courses;
    std::size_t repeats = step.together > 1 ? 1 : std::min(step.times, kMostRepeats);
    for (std::size_t i = 0; i < repeats; ++i) {
      auto ways = believer_.ways(seen, seen.exchanges.front().sent, modelled);
      if (!ways) break;
      for (const auto& [from, way] : *ways)
        courses.push_back({way, taken(believer_.of(seen.step)[from].state.world, way.next)});
      (void)believer_.go(seen.step, *std::move(ways), [](const Way&) { return true; });
    }
    if (modelled) step.expect = expectation(seen, courses);
    believer_.count(seen.step);
  }

  Expectation expectation(const result::StepObservation& seen, const std::vector<Course>& courses) {
    Expectation expect;
    if (courses.empty()) {
      expect.reply = {.success = true, .any_error = true, .http_error = true, .codes = {}};
      return expect;
    }
    std::vector<Way> ways;
    for (const Course& course : courses) ways.push_back(course.way);
    auto asked = judge::asked_for(seen);
    expect.clause = clause_of(ways, asked && asked->dry_run, !believer_.may_be_too_many(seen.step));
    bool takes = std::ranges::any_of(courses, [](const Course& course) { return !course.gone.empty(); });
    std::set<std::string> wanted = wanted_of(seen);
    if (seen.step.together > 1 && takes) return race(std::move(expect), courses);
    if (std::string question = question_of(courses);
        !question.empty() && answer(expect, question, courses, wanted))
      return expect;
    expect.reply = all_of(courses);
    if (auto world = world_of(courses, wanted)) expect.world = named(*std::move(world));
    return expect;
  }

  Expectation race(Expectation expect, const std::vector<Course>& courses) {
    expect.clause = "concurrency.one-winner";
    expect.winners = 1;
    expect.losers = all_of(courses);
    expect.losers = either(std::move(expect.losers), reply_in_a_race());
    expect.losers.success = false;
    return expect;
  }

  // Says what each answer to the question looks like; false where it cannot.
  bool answer(Expectation& expect, const std::string& question, const std::vector<Course>& courses,
              const std::set<std::string>& wanted) {
    auto choice = catalogue_.choices.find(question);
    if (choice == catalogue_.choices.end()) return false;
    std::map<std::string, std::vector<Course>> by_answer;
    for (const Course& course : courses) {
      auto asked = std::ranges::find(course.way.asked, std::string_view(question), &reference::Asked::name);
      if (asked == course.way.asked.end() || !choice->second.answers.contains(std::string(asked->answer)))
        return false;
      by_answer[std::string(asked->answer)].push_back(course);
    }
    std::map<std::string, scenario::Answer> answers;
    for (const auto& [name, some] : by_answer) {
      auto world = world_of(some, wanted);
      if (!world) return false;
      answers[name] = {all_of(some), named(*std::move(world))};
    }
    expect.choice = question;
    expect.answers = std::move(answers);
    expect.clause = choice->second.clause;
    return true;
  }

  // What is gone after a success where a case does not say.
  std::set<std::string> wanted_of(const result::StepObservation& seen) {
    auto asked = judge::asked_for(seen);
    if (!asked || asked->dry_run) return {};
    return taken(before_, api::without_images(before_, asked->image_ids, asked->delete_bound_snapshots));
  }

  WorldExpectation named(WorldExpectation world) const {
    for (std::string& name : world.gone)
      if (auto role = roles_.find(name); role != roles_.end()) name = role->second;
    std::ranges::sort(world.gone);
    return world;
  }

  const scenario::Catalogue& catalogue_;
  const scenario::Body& scenario_;
  Believer believer_;
  scenario::Bindings bindings_;
  target::Composition composition_;
  std::map<std::string, std::string> roles_;  // id -> "$role"
  api::World before_;                         // the present step
};

}  // namespace

scenario::Body Oracle::with_expectations(const scenario::Body& scenario, wire::Encoding encoding,
                                         wire::Scheme scheme, const Pins& pins) const {
  scenario::Body filled = Filling(manual_, catalogue_, region_, scenario, encoding, scheme, pins).run();
  filled.covers.clear();
  for (Step& step : filled.steps) {
    std::string clause = gating(step.expect.clause);
    step.expect.clause = clause;
    if (std::ranges::find(filled.covers, clause) == filled.covers.end()) filled.covers.push_back(clause);
  }
  if (filled.steps.size() == 1) filled.steps.front().expect.clause.clear();
  return filled;
}

}  // namespace diconform::probe
