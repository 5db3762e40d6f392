// What the rate probe saw, drawn: offered and accepted calls against time, the fitted model, and what it
// leaves unexplained.
#pragma once

#include <string>

#include "base/json.h"

namespace diconform::reports {

// An SVG of `characteristics.rateLimiter`; empty where that has no "curve" to draw. The curve is
// {"sentMs": […], "accepted": [0 or 1, …], "fitted": [calls, …]}, as long as each other, in the order of
// sending; "fitted" counts the calls that the model would have accepted, and may be missing.
// `standalone`: a file of its own, else an element of a page.
std::string rate_plot_svg(const Json& rate_limiter, bool standalone);

}  // namespace diconform::reports
