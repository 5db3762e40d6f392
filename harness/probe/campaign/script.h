// What a campaign sends: the runnable part of a case, and one wire form for all of it.
#pragma once

#include <string>
#include <vector>

#include "base/chance.h"
#include "scenario/case_writer.h"
#include "scenario/catalogue.h"

namespace diconform::probe {

struct Script {
  scenario::Body body;
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
};

// As a trial of its own. Its needs are not worked out: whoever made the script knows what is there.
scenario::Trial trial_of(const Script& script, const std::string& id, const std::string& edition);

// Different calls of these images at one moment, each a list of some of them.
scenario::Step race_of(const std::vector<std::string>& images, bool dry_runs, Chance& chance);

// How much there is to read in it: steps, calls, ids, members, characters, in this order of importance.
std::size_t weight_of(const Script& script);

// The same case, its images called a, b, c in the order in which they are used, and its snapshots numbered:
// with other names it is no other case.
Script with_plain_names(const Script& script);

}  // namespace diconform::probe
