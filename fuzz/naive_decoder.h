// What a set of bytes asks for, by a decoder that is naive on purpose: written from the manual alone, slow,
// and sharing nothing with harness/wire. The targets hold real decoders against it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter.h"
#include "json_tree.h"

namespace diconform::fuzz {

struct Call {
  std::vector<std::string> image_ids;
  bool delete_bound_snapshots = false;
  bool dry_run = false;
  friend bool operator==(const Call&, const Call&) = default;
};
std::string text_of(const Call& call);

// What the manual lets a decoder do.
enum class Must { kAccept, kRefuse, kEither };

struct Opinion {
  Must must = Must::kEither;
  bool known = false;  // whoever accepts has to understand `call`, and nothing else
  Call call = {};
  std::string reference = {};  // the code with which our own decoder refuses; empty = it accepts
};
Opinion opinion_on_json(const std::optional<ParsedTree>& body);  // as parse_tree() reads it
Opinion opinion_on_pairs(std::string_view pairs);

// A decoder's answer, through the adapter.
struct Verdict {
  std::string refusal;  // empty = accepted
  Call call;            // of an acceptance
  friend bool operator==(const Verdict&, const Verdict&) = default;
};
Verdict ask(diconform_encoding encoding, std::string_view bytes);

// Aborts unless the verdict is one that the manual allows: a documented code, and what the opinion says. For
// our own decoder (DICONFORM_OWN) also the very code.
void hold(const Verdict& verdict, const Opinion& opinion, std::string_view bytes);

// Whether an error code stands in any edition of the manual, for DeleteImages or for every action.
bool is_documented(std::string_view code);

}  // namespace diconform::fuzz
