#include "reference/faults.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <mutex>

#include "base/chance.h"
#include "base/text.h"

namespace diconform::reference {
namespace {

// The same fault, showing only there.
Fault only(const Condition& condition, Fault fault) {
  fault.name += "-" + std::string(condition.slug);
  fault.description += ", but only " + std::string(condition.words);
  fault.conditional = true;
  if (!condition.needs.empty()) fault.needs.emplace_back(condition.needs);
  fault.bend = when(condition, std::move(fault.bend));
  return fault;
}

// --- Generated from the edition

// A code that a case can bring about, and its clause.
struct CodeClause {
  std::string_view code, clause;
};
constexpr std::array kCodeClauses = std::to_array<CodeClause>({
    {"InvalidImageId.Malformed", "errors.malformed"},
    {"InvalidImageId.NotFound", "errors.not-found"},
    {"InvalidImageId.IncorrectState", "errors.incorrect-state"},
    {"InvalidImageId.InShared", "errors.in-shared"},
    {"MutexOperation.TaskRunning", "errors.task-running"},
    {"MissingParameter", "parameters.image-ids-required"},
    {"InvalidAction", "common.action"},
    {"NoSuchVersion", "common.version"},
    {"AuthFailure.SignatureFailure", "auth.signature"},
    {"AuthFailure.SignatureExpire", "auth.expiry"},
    {"AuthFailure.SecretIdNotFound", "auth.secret-id"},
    {"AuthFailure.TokenFailure", "auth.token"},
    {"RequestLimitExceeded", "rate.code"},
});

// "InvalidImageId.InShared" -> "in-shared"
std::string slug_of(std::string_view code) {
  std::string slug;
  for (char byte : code.substr(code.rfind('.') + 1)) {
    bool capital = byte >= 'A' && byte <= 'Z';
    if (capital && !slug.empty()) slug += '-';
    slug += lower_case(std::string_view(&byte, 1));
  }
  return slug;
}

// Each code of the page as each other; the common ones as InternalError.
std::vector<Fault> swapped_codes(const api::Edition& edition) {
  std::vector<Fault> faults;
  const api::Action* action = edition.action("DeleteImages");
  for (const auto& [code, clause] : kCodeClauses) {
    bool business = action && std::ranges::find(action->codes, code) != action->codes.end();
    bool common = std::ranges::find(edition.common_codes, code) != edition.common_codes.end();
    if (!business && !common) continue;
    std::vector<std::string> others{"InternalError"};
    if (business) others.insert(others.end(), action->codes.begin(), action->codes.end());
    for (const std::string& other : others) {
      if (other == code) continue;
      faults.push_back({.name = slug_of(code) + "-said-as-" + slug_of(other),
                        .group = "codes",
                        .clause = std::string(clause),
                        .description = std::string(code) + " is answered as " + other,
                        .bend = {.answer = says_for(code, other)}});
    }
  }
  return faults;
}

// Each state that the page calls undeletable passed over, by every call and by dry runs.
std::vector<Fault> ignored_states(const api::Edition& edition) {
  constexpr std::array kReported =
      std::to_array<std::string_view>({"SYNCING", "IMPORTING"});  // on no page of ours
  std::vector<Fault> faults;
  for (const std::string& state : edition.undeletable_states) {
    bool reported = std::ranges::find(kReported, state) != kReported.end();
    auto seen_as_normal = [state](const Context&, api::World& world) {
      for (api::Image& image : world.images)
        if (image.state == state) image.state = "NORMAL";
    };
    Fault fault{.name = "state-" + lower_case(state) + "-is-ignored",
                .group = "states",
                .clause = reported ? "errors.incorrect-state-2025" : "errors.incorrect-state",
                .description = "an image that is " + state + " is deleted",
                .bend = {.seen = seen_as_normal}};
    Fault in_dry_run = only(in_dry_runs, fault);
    if (!reported) in_dry_run.clause = "dry-run.answer";
    faults.push_back(std::move(fault));
    faults.push_back(std::move(in_dry_run));
  }
  return faults;
}

// Each parameter as if it had not been sent, in one of the encodings.
std::vector<Fault> ignored_parameters(const api::Edition& edition) {
  struct Ignored {
    std::string_view parameter, slug, clause;
  };
  constexpr std::array kIgnored = std::to_array<Ignored>({
      {"ImageIds", "image-ids", "delete.removes-the-images"},
      {"DeleteBindedSnap", "delete-binded-snap", "snapshots.deleted-when-asked"},
      {"DryRun", "dry-run", "dry-run.changes-nothing"},
  });
  std::vector<Fault> faults;
  const api::Action* action = edition.action("DeleteImages");
  for (const auto& [parameter, slug, clause] : kIgnored) {
    if (!action || !action->parameter(parameter)) continue;
    auto drop = [name = parameter](const Context& context, Json& params) {
      if (context.call && context.call->action == "DeleteImages") params.remove(name);
    };
    Fault fault{.name = std::string(slug) + "-ignored",
                .group = "parameters",
                .clause = std::string(clause),
                .description = std::string(parameter) + " is not seen",
                .bend = {.params = drop}};
    for (const Condition& condition : {over_json, over_query, over_form})
      faults.push_back(only(condition, fault));
  }
  return faults;
}

// Region as optional as where the page requires it, and the other way round. Where either is lawful, neither.
std::vector<Fault> region_faults(const api::Edition& edition) {
  const api::Action* action = edition.action("DeleteImages");
  if (!action || arises_in("region.missing", edition.id)) return {};
  return action->region_required ? region_not_required_faults() : region_required_faults();
}

bool can_show(const Fault& fault, const api::Edition& edition) {
  const api::Action* action = edition.action("DeleteImages");
  return action && std::ranges::all_of(fault.needs, [&](const std::string& need) {
           return action->parameter(need) || std::ranges::find(action->codes, need) != action->codes.end();
         });
}

std::vector<Fault> all_faults(const api::Edition& edition) {
  std::vector<Fault> all;
  for (auto make : {image_id_faults, error_faults, effect_faults, dry_run_faults, snapshot_faults,
                    concurrency_faults, account_faults, rate_faults, decoding_faults, authentication_faults,
                    envelope_faults, choice_faults, later_faults})
    std::ranges::move(make(), std::back_inserter(all));
  for (auto make : {swapped_codes, ignored_states, ignored_parameters, region_faults})
    std::ranges::move(make(edition), std::back_inserter(all));
  std::erase_if(all, [&](const Fault& fault) { return !can_show(fault, edition); });
  return all;
}

// --- Conditions

bool has_ids(const Context& context, std::size_t least) {
  return context.request && context.request->image_ids.size() >= least;
}

template <wire::Encoding kEncoding>
bool is_encoded(const Context& context) {
  return context.encoding == kEncoding;
}

template <class Value>
void guard(const Condition& condition, Seam<Value>& seam) {
  if (!seam) return;
  seam = [holds = condition.holds, inner = std::move(seam)](const Context& context, Value& value) {
    if (holds(context)) inner(context, value);
  };
}

}  // namespace

const Condition over_json{"over-json", "in JSON", is_encoded<wire::Encoding::kJson>};
const Condition over_query{"over-query", "in a query", is_encoded<wire::Encoding::kQuery>};
const Condition over_form{"over-form", "in a form", is_encoded<wire::Encoding::kForm>};
const Condition signed_with_v1{"signed-with-v1", "under a v1 signature",
                               [](const Context& context) { return context.scheme != wire::Scheme::kTc3; }};
const Condition signed_with_sha1{"signed-with-sha1", "under HmacSHA1", [](const Context& context) {
                                   return context.scheme == wire::Scheme::kV1Sha1;
                                 }};
const Condition in_dry_runs{
    "in-dry-runs", "in a dry run",
    [](const Context& context) { return context.request && context.request->dry_run; }, "DryRun"};
const Condition with_snapshots{
    "with-snapshots", "with DeleteBindedSnap",
    [](const Context& context) { return context.request && context.request->delete_bound_snapshots; },
    "DeleteBindedSnap"};
const Condition in_batches{"in-batches", "for two IDs or more",
                           [](const Context& context) { return has_ids(context, 2); }};
const Condition with_three_ids{"with-three-ids", "for three IDs or more",
                               [](const Context& context) { return has_ids(context, 3); }};
const Condition in_second_place{"in-second-place", "for the second ID", [](const Context& context) {
                                  return !context.image_id.empty() && context.place == 1;
                                }};
const Condition in_the_third_call{"in-the-third-call", "in the account's third call",
                                  [](const Context& context) { return context.number == 3; }};
const Condition after_a_dry_run{"after-a-dry-run", "after a dry run that passed",
                                [](const Context& context) {
                                  return context.after_dry_run && context.request &&
                                         !context.request->dry_run;
                                },
                                "DryRun"};
const Condition for_errors{"for-errors", "for errors",
                           [](const Context& context) { return context.answer && context.answer->error; }};
const Condition for_successes{"for-successes", "for successes", [](const Context& context) {
                                return context.answer && !context.answer->error;
                              }};
const Condition for_some_accounts{
    "for-some-accounts", "for half of all accounts",
    [](const Context& context) { return seed_for(0, context.secret_id) % 2 == 0; }};

Bend when(const Condition& condition, Bend bend) {
  auto guard_each = [&](auto&... seams) { (guard(condition, seams), ...); };
  guard_each(bend.arrival, bend.call, bend.verifying, bend.credentials, bend.account, bend.limiter, bend.rate,
             bend.params, bend.request, bend.accepts_id, bend.seen, bend.problems, bend.answer, bend.effect,
             bend.race_us, bend.world, bend.envelope, bend.reply, bend.delivery);
  return bend;
}

std::span<const Fault> faults(const api::Edition& edition) {
  static std::mutex mutex;
  static std::map<std::string, std::vector<Fault>> made;  // a node never moves
  std::scoped_lock lock(mutex);
  auto [place, is_new] = made.try_emplace(edition.id);
  if (is_new) place->second = all_faults(edition);
  return place->second;
}

const Fault* fault_named(std::string_view name, const api::Edition& edition) {
  std::span<const Fault> all = faults(edition);
  auto found = std::ranges::find(all, name, &Fault::name);
  return found == all.end() ? nullptr : &*found;
}

Seam<std::vector<Problem>> skips(ProblemKind kind) {
  return [kind](const Context&, std::vector<Problem>& problems) {
    std::erase_if(problems, [&](const Problem& problem) { return problem.kind == kind; });
  };
}

Seam<std::vector<Problem>> skips_second(ProblemKind kind) {
  return [kind](const Context&, std::vector<Problem>& problems) { std::erase(problems, Problem{kind, 1}); };
}

Seam<Answer> says_for(std::string_view code, std::string_view instead) {
  return [code = std::string(code), instead = std::string(instead)](const Context&, Answer& answer) {
    if (!answer.error || answer.error->code != code) return;
    if (instead.empty())
      answer.error.reset();
    else
      answer.error->code = instead;
  };
}

Seam<Verdict> lets_in(std::string_view code) {
  return [code = std::string(code)](const Context&, Verdict& verdict) {
    if (verdict.refusal && verdict.refusal->code == code) verdict.refusal.reset();
  };
}

std::vector<Fault> group(std::string_view name, const std::vector<ClauseFaults>& table) {
  std::vector<Fault> faults;
  for (const auto& [clause, rows, needs] : table) {
    for (const FaultRow& row : rows) {
      Fault always{.name = std::string(row.name),
                   .group = std::string(name),
                   .clause = std::string(clause),
                   .description = std::string(row.description),
                   .bend = row.bend};
      if (!needs.empty()) always.needs.emplace_back(needs);
      for (const Condition& condition : row.also_only) faults.push_back(only(condition, always));
      faults.push_back(std::move(always));
    }
  }
  return faults;
}

}  // namespace diconform::reference
