// Faults of the reference endpoint: defects that an endpoint could have, each breaking one clause.
//
// They test the catalogue: every fault must be caught by a finding on its clause, and every gating clause has
// at least two of them, one of them conditional (it shows only in a query, only for the second ID, only in
// the third call, …), since an endpoint that is wrong everywhere is easily caught. A fault is a Bend of one
// or two seams (reference/bend.h); a row of a table makes the fault itself and one more for every condition:
//
//   {"errors.not-found",
//    {{"missing-is-ignored", "a missing image is no error", {.problems = skips(kNotFound)}, {over_form}}}}
//
// makes missing-is-ignored and missing-is-ignored-over-form.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/edition.h"
#include "reference/bend.h"

namespace diconform::reference {

struct Fault {
  std::string name;         // a slug, unique
  std::string group;        // what it is about: "effects", "authentication", …
  std::string clause;       // of cases/requirements.json, that it breaks
  std::string description;  // one line
  bool conditional = false;
  std::vector<std::string> needs = {};  // parameters and codes of the edition without which it cannot show
  Bend bend = {};
};

// Every fault that an endpoint of this edition can have; made once for an edition and kept. Thread-safe.
std::span<const Fault> faults(const api::Edition& edition);
// The fault of that name, or null.
const Fault* fault_named(std::string_view name, const api::Edition& edition);

// --- To make faults with

// When a fault shows. A condition is asked at each seam: where it speaks of something that is not yet known
// there (the typed request, an ID's place), it does not hold.
struct Condition {
  std::string_view slug, words;
  bool (*holds)(const Context& context);
  std::string_view needs = "";  // a parameter
};
extern const Condition over_json, over_query, over_form, signed_with_v1, signed_with_sha1;
extern const Condition in_dry_runs, with_snapshots, in_batches, with_three_ids;
extern const Condition in_second_place;            // at a seam that looks at one ID
extern const Condition in_the_third_call;          // of the account
extern const Condition after_a_dry_run;            // that passed, and now for real
extern const Condition for_errors, for_successes;  // once the answer is decided
extern const Condition for_some_accounts;          // by their SecretId: an endpoint that contradicts itself
Bend when(const Condition& condition, Bend bend);

// Checks that are left out: the problem is not noticed, or not noticed of the second ID in the list.
Seam<std::vector<Problem>> skips(ProblemKind kind);
Seam<std::vector<Problem>> skips_second(ProblemKind kind);
// The answer says another code wherever it would say this one; empty = a success.
Seam<Answer> says_for(std::string_view code, std::string_view instead);
// The refusal for one reason is forgotten, and the sender is let in.
Seam<Verdict> lets_in(std::string_view code);

// A table of one group: its faults by the clause they break.
struct FaultRow {
  std::string_view name, description;
  Bend bend;
  std::vector<Condition> also_only = {};
};
struct ClauseFaults {
  std::string_view clause;
  std::vector<FaultRow> rows;
  std::string_view needs = "";  // a parameter or a code
};
std::vector<Fault> group(std::string_view name, const std::vector<ClauseFaults>& table);

// The tables. Each call makes the bends anew.
std::vector<Fault> image_id_faults();
std::vector<Fault> error_faults();
std::vector<Fault> effect_faults();
std::vector<Fault> dry_run_faults();
std::vector<Fault> snapshot_faults();
std::vector<Fault> concurrency_faults();
std::vector<Fault> account_faults();
std::vector<Fault> rate_faults();
std::vector<Fault> decoding_faults();
std::vector<Fault> authentication_faults();
std::vector<Fault> envelope_faults();
std::vector<Fault> choice_faults();
std::vector<Fault> later_faults();
std::vector<Fault> region_required_faults();
std::vector<Fault> region_not_required_faults();

}  // namespace diconform::reference
