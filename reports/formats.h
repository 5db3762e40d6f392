// The reporters themselves, for the table in reports.cpp and for tests.
#pragma once

#include <memory>

#include "reports/reports.h"

namespace diconform::reports {

std::unique_ptr<Reporter> make_console(const Destination& to);   // streams
std::unique_ptr<Reporter> make_json(const Destination& to);      // whole
std::unique_ptr<Reporter> make_ndjson(const Destination& to);    // streams
std::unique_ptr<Reporter> make_junit(const Destination& to);     // whole
std::unique_ptr<Reporter> make_markdown(const Destination& to);  // whole
std::unique_ptr<Reporter> make_html(const Destination& to);      // whole

}  // namespace diconform::reports
