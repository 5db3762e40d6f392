// The options of the generator, as tables.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "probe/campaign/guide.h"
#include "scenario/case.h"
#include "wire/encode.h"

namespace diconform::probe::sites {

// Every option has a weight; the first of a site is its plain one, which is never left out.
extern const Site form, steps, theme, count, trouble, malformed, id_change, obstacle, place, kind, dry_run,
    snapshots, json_flag, text_flag, list, oddity, common, rewriting, times, account, rate_limit, race,
    unknown_name, order;

struct Form {
  wire::Encoding encoding;
  wire::Scheme scheme;
};
extern const std::array<Form, 6> forms;

enum Theme {
  kPlain,
  kOddFlag,
  kOddList,
  kUnknownParameter,
  kOddity,
  kDescribe,
  kCommon,
  kRewriting,
  kTogether
};
enum Trouble { kNone, kAbsent, kLookAlike, kMalformed, kObstacle, kDuplicate, kTwoTroubles, kNine, kChanged };
enum Kind { kBare, kOneSnapshot, kTwoSnapshots, kSharedSnapshot, kNeighbour, kNineCharacters };
enum AccountKind { kOwn, kWithToken, kWithLooseSnapshot, kWithOther, kWithTwin, kLimited, kTwoLimited };
// Calls a second: that of the manual, and a few that need few calls to be reached.
inline constexpr std::array<std::int64_t, 4> rate_limits = {10, 1, 2, 3};

// An image that cannot be deleted, or may not be.
struct Obstacle {
  std::string_view state = "NORMAL", type = "PRIVATE_IMAGE";
  int shared_to = 0;
  bool task = false;
};
extern const std::array<Obstacle, 12> obstacles;
// Ids that no language has; "${a}" stands for an image of the world.
extern const std::array<std::string_view, 46> malformed_ids;

// Spellings of a Boolean as JSON text, and lists that are none; "${a}" as above. Those of `text_flags` can be
// written in a query.
extern const std::array<std::string_view, 14> json_flags;
extern const std::array<std::string_view, 8> text_flags;
extern const std::array<std::string_view, 12> lists;

extern const std::array<const char*, 4> unknown_names;

// A change to a right request, by its sender or somebody in the middle, and what answers it lawfully.
struct Oddity {
  enum class In { kAny, kTc3, kV1, kJson, kText, kToken };
  In in;
  bool of_credentials;  // it means nothing where nobody checks them
  std::string_view clause;
  scenario::ReplyMatch reply;
  void (*make)(scenario::Step& step);  // the call deletes $a; the world has a second image $b
  std::string_view choice = {};        // of choices.json, where "refused" or "accepted" answers it
};
std::span<const Oddity> oddities();

// Other bytes that mean the same: texts to be replaced in target and body.
struct Rewriting {
  std::string_view from, json, text;
};
extern const std::array<Rewriting, 4> rewritings;

}  // namespace diconform::probe::sites
