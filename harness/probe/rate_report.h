// What the rate probe found, as findings and characteristics of a report.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "probe/rate_line.h"
#include "result/outcome.h"

namespace diconform::probe {

// The strict test (probe/rate_refute.h) of every kind of limiter, told to a person line by line, and as
// "strictTest" of the report.
Json rate_strict_test(const RateProbe& probe, const RateRecord& record,
                      const std::function<void(const std::string&)>& tell);
// "rateLimiter" of the report's characteristics: the members of the contract, and beside them how well the
// model fits, and the curve to draw. `strict` may be null.
Json rate_characteristics(const RateProbe& probe, const RateRecord& record, Json strict, std::uint64_t seed);
// Where the limiter contradicts the manual. Where the model is unknown the rate is the one that was observed.
std::vector<result::Finding> rate_findings(const RateProbe& probe, const RateRecord& record);

}  // namespace diconform::probe
