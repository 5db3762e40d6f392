// A partial order, drawn: which of two errors that are both true is the one that is named.
#pragma once

#include <string>

#include "base/json.h"

namespace diconform::reports {

// `pairs`: [["above", "below"], …], without those that others imply; empty where there are none.
// `standalone`: a file of its own, else an element of a page.
std::string order_svg(const Json& pairs, bool standalone);
// For Graphviz.
std::string order_dot(const Json& pairs);

}  // namespace diconform::reports
