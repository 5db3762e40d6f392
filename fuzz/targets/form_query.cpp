// name=value pairs: a query and a form of the same pairs are decided alike and as a naive decoder decides;
// the order of pairs and the way of percent-encoding change nothing; what is encoded decodes to what it was;
// and so it is with gaps in the indices, duplicates, leading zeros and huge ones.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "check.h"
#include "input.h"
#include "naive_decoder.h"
#if DICONFORM_OWN
#include "own.h"
#endif

using namespace diconform::fuzz;

namespace {

std::string percent_encoded(std::string_view text, Dice& dice) {
  std::string out;
  for (unsigned char byte : text) {
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                 (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == '.' || byte == '~';
    if (plain && !dice.one_in(6)) {
      out += static_cast<char>(byte);
    } else if (byte == ' ' && dice.one_in(2)) {
      out += '+';
    } else {
      (out += '%') += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

// The call in one of its many spellings.
std::string spelled(const Call& call, Dice& dice) {
  std::vector<std::string> pairs = {
      std::string("DryRun=") + (call.dry_run ? "true" : "false"),
      std::string("DeleteBindedSnap=") + (call.delete_bound_snapshots ? "true" : "false")};
  for (std::size_t i = 0; i < call.image_ids.size(); ++i)
    pairs.push_back("ImageIds." + std::to_string(i) + "=" + percent_encoded(call.image_ids[i], dice));
  for (std::size_t i = pairs.size(); i > 1; --i) std::swap(pairs[i - 1], pairs[dice.below(i)]);
  std::string text;
  for (const std::string& pair : pairs) text += (text.empty() ? "" : "&") + pair;
  return text;
}

// The call's IDs under indices that a reader may stumble over: gaps, duplicates, leading zeros, beyond every
// integer.
std::string with_odd_indices(const Call& call, Dice& dice) {
  static constexpr std::string_view kOdd[] = {"0",  "1",         "00",         "01",
                                              "7",  "999999999", "1000000000", "2147483648",
                                              "-1", "+1",        "4294967296", "18446744073709551616",
                                              "",   "0.0",       "1e0"};
  std::string text = dice.one_in(2) ? "DryRun=true" : "DeleteBindedSnap=false";
  for (std::size_t i = 0; i < call.image_ids.size(); ++i)
    text += "&ImageIds." +
            (dice.one_in(2) ? std::to_string(i) : std::string(kOdd[dice.below(std::size(kOdd))])) + "=" +
            percent_encoded(call.image_ids[i], dice);
  return text;
}

// A query and a form of the pairs are decided alike, as the naive decoder lets them.
Verdict check_alike(std::string_view pairs, const Opinion& opinion) {
  Verdict query = ask(DICONFORM_QUERY, pairs), form = ask(DICONFORM_FORM, pairs);
  hold(query, opinion, pairs);
  hold(form, opinion, pairs);
  FUZZ_CHECK(query == form, "a query and a form of " + shown(pairs) + " are decided differently");
  return query;
}

void check_decodes(const std::string& pairs, const Call& call) {
  for (diconform_encoding encoding : {DICONFORM_QUERY, DICONFORM_FORM}) {
    Verdict verdict = ask(encoding, pairs);
    FUZZ_CHECK(verdict == (Verdict{"", call}), shown(pairs) + " should be " + text_of(call) + ", is " +
                                                   verdict.refusal + text_of(verdict.call));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view pairs = text_of(data, size);
  Opinion opinion = opinion_on_pairs(pairs);
  Verdict query = check_alike(pairs, opinion);
  Dice dice(hash_of(pairs));
  if (opinion.must == Must::kAccept && dice.one_in(2)) {
    check_decodes(spelled(opinion.call, dice), opinion.call);
  } else if (!opinion.call.image_ids.empty()) {
    std::string odd = with_odd_indices(opinion.call, dice);
    check_alike(odd, opinion_on_pairs(odd));
  }
#if DICONFORM_OWN
  if (query.refusal.empty()) check_decodes(encoded_pairs(query.call), query.call);
#endif
  return 0;
}
