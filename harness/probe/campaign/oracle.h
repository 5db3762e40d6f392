// What the manual allows an endpoint to answer, and what it may have done: the oracle of a campaign.
//
// A scenario of a campaign says no more than what is sent. For each call the reference model gives the set of
// lawful replies, each with the world that it leaves (reference/model.h); what is not known for certain (open
// questions, lost replies) is kept as a set of beliefs, and narrowed by each reply and each look at the
// world. A step that says itself what it expects (a request that the model never sees: malformed, wrongly
// signed) is held against that.
//
// Where other endpoints decide lawfully otherwise than the model, the set is widened: any code for an answer
// to an open question, any of the usual codes for a parameter of the wrong type, any of several true errors.
// Immutable; safe to share between threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference/chooser.h"
#include "reference/model.h"
#include "result/observation.h"
#include "scenario/catalogue.h"

namespace diconform::probe {

// What an observation shows to be wrong.
struct Mismatch {
  std::size_t step = 0;
  std::string clause;              // of cases/requirements.json; a broad guess where it is of the world
  std::string expected, observed;  // as in a finding; images by their roles
};

struct Opinion {
  std::optional<Mismatch> mismatch;
  std::vector<std::string>
      decisions;  // of the model, as far as the replies tell: "code …", "question: answer"
  std::vector<reference::Asked> settled;  // open questions that this observation answers
  std::vector<std::string> request_ids;   // of the replies that were looked at
};

class Oracle {
 public:
  // What is pointed to must outlive the oracle. `region`: the usual one.
  Oracle(const reference::Manual& manual, const scenario::Catalogue& catalogue, std::string region)
      : manual_(manual), catalogue_(catalogue), region_(std::move(region)) {}

  // Holds an observation of `scenario` against all that is lawful under the pins. Looks at every world that
  // was read, and needs none but the first.
  Opinion check(const scenario::Body& scenario, const result::Observation& seen, wire::Encoding encoding,
                const reference::Pins& pins) const;

  // The scenario with an expectation for every step, as a case has it, and the clauses it covers. The judge
  // (judge/judge.h) fails what it fails.
  scenario::Body with_expectations(const scenario::Body& scenario, wire::Encoding encoding,
                                   wire::Scheme scheme, const reference::Pins& pins) const;

  const api::Edition& edition() const { return manual_.edition(); }
  // The clause, or the broadest that gates where it does not gate in this edition.
  std::string gating(std::string_view clause) const;

 private:
  const reference::Manual& manual_;
  const scenario::Catalogue& catalogue_;
  std::string region_;
};

}  // namespace diconform::probe
