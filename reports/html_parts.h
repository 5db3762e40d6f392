// The parts of the HTML report.
#pragma once

#include <string>
#include <string_view>

#include "reports/words.h"
#include "result/report.h"

namespace diconform::reports {

// html/page.css and html/page.js, compiled in.
extern const std::string_view kPageStyle;
extern const std::string_view kPageScript;

// What is being tested, the conclusion, the facts of the run.
std::string header_html(const result::Report& report);
// The bar and the tiles, which are filters too.
std::string counts_html(const result::Counts& counts);
// Every trial, what needs attention first.
std::string trials_html(const result::Report& report);
std::string complaints_html(const result::Summary& summary);
std::string warnings_html(const Tally& tally);
std::string choices_html(const result::Summary& summary);
// Any JSON as nested tables.
std::string characteristics_html(const Json& characteristics);

}  // namespace diconform::reports
