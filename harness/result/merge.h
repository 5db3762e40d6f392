// The verb `report merge`: the shards of one run as one report.
#pragma once

#include <vector>

#include "base/error.h"
#include "result/report.h"

namespace diconform::result {

// All shards I/N of one run, each once and in any order: same verb, version, target, edition and seed, trials
// disjoint. Anything else is an Error that says which shard is at odds with which. The shard of the whole is
// 1/1; counts are made anew.
//
// A target that answers a choice differently in two shards contradicts itself: the first trial of the later
// shard that saw the other answer fails on `choices.consistent`. (RequestIds that repeat between shards are
// not seen: a report holds the bytes of what did not pass only.) Where characteristics differ, those of the
// first shard that has them stay and a complaint says so.
Result<Report> merge(std::vector<Report> shards);

}  // namespace diconform::result
