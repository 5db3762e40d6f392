// What was seen of a trial, held against its case. Pure.
#pragma once

#include <string>
#include <vector>

#include "client/case.h"
#include "client/seen.h"
#include "judge/judge.h"
#include "result/outcome.h"

namespace diconform::client {

struct Judgement {
  std::vector<result::Finding> findings;
  std::vector<result::ChoiceAnswer> choices;
  std::string broken;       // the driver broke the protocol: nothing can be said
  std::string unsupported;  // the SDK cannot do what the case asks for
};

Judgement judge(const Trial& trial, const Seen& seen, const judge::Rules& rules);

}  // namespace diconform::client
