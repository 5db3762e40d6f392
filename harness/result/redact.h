// What no report may say: secrets, and bodies without end.
//
// Secrets are known by value and redacted in one place: every reporter stands behind one `Discreet` listener,
// which hands on outcomes in which `[redacted]` stands for each secret, and in which long bodies are cut.
// What diconform itself names (trials, cases, clauses, choices) is left alone, so that a secret that looks
// like one of them breaks no report.
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "result/run.h"

namespace diconform::result {

// Finds secrets however they are spelled: raw; percent-encoded, wholly or in part, either case, blanks as
// '+'; escaped as in JSON, in C or in our own messages; in hexadecimal digits; in Base64 of either alphabet,
// also amidst a longer Base64 text. Where a text was cut ("…", or at its end) the front part of a secret
// counts from eight bytes on. A value; calls are pure.
class Redactor {
 public:
  // Empty secrets are ignored.
  explicit Redactor(std::vector<std::string> secrets = {});

  std::string text(std::string_view text) const;
  Json json(Json value) const;  // every string and member name in it
  Plan plan(Plan plan) const;
  Outcome outcome(Outcome outcome) const;
  Summary summary(Summary summary) const;

 private:
  void exchange(wire::Exchange& exchange) const;
  std::size_t secret_length(std::string_view text) const;

  std::vector<std::string> secrets_;  // longest first: one may be part of another
  std::bitset<256> begins_;           // the bytes with which any form can begin
  std::vector<std::string> encoded_;  // Base64 and hexadecimal forms
};

// What is kept of a body (and of a head); PROTOCOLS.md, section 3.
inline constexpr std::size_t kLongestBody = 64u << 10;
// Cuts every message whose body is longer, and writes down the length and SHA-256 the body had. Does nothing
// the second time.
void cut_bodies(Outcome& outcome);

// Stands before all reporters of a run and tells them, in the order given, what may be told. The listeners
// must outlive it.
class Discreet final : public RunListener {
 public:
  Discreet(Redactor redactor, std::vector<RunListener*> listeners)
      : redactor_(std::move(redactor)), listeners_(std::move(listeners)) {}
  void run_started(const Plan& plan) override;
  void trial_finished(const Outcome& outcome) override;
  void run_finished(const Summary& summary) override;

 private:
  Redactor redactor_;
  std::vector<RunListener*> listeners_;
};

}  // namespace diconform::result
