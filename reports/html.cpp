#include "base/digest.h"
#include "base/text.h"
#include "reports/formats.h"
#include "reports/html_parts.h"
#include "reports/html_text.h"
#include "reports/sink.h"

namespace diconform::reports {
namespace {

// What a Content-Security-Policy calls a text that may run or style: nothing else does, even if an escape
// were forgotten.
std::string source_hash(std::string_view text) { return "'sha256-" + to_base64(sha256(text)) + "'"; }

// One file, nothing fetched: it opens from a disk, a mail or a CI server's store.
class HtmlReporter final : public WholeReporter {
 public:
  using WholeReporter::WholeReporter;

 protected:
  std::string text_of(const result::Report& report) const override {
    Tally tally;
    for (const result::Outcome& outcome : report.outcomes) tally.add(outcome);
    std::string policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " +
                         source_hash(kPageStyle) + "; script-src " + source_hash(kPageScript);
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    page += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n";
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    page += "<title>" + html(target_name(report.plan)) + " · diconform</title>\n";
    page += "<style>" + std::string(kPageStyle) + "</style>\n</head>\n<body>\n<main>\n";
    page += header_html(report) + counts_html(tally.counts) + complaints_html(report.summary) +
            trials_html(report);
    page += warnings_html(tally) + choices_html(report.summary);
    page += characteristics_html(report.summary.characteristics);
    page += "</main>\n<script>" + std::string(kPageScript) + "</script>\n</body>\n</html>\n";
    return page;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_html(const Destination& to) { return std::make_unique<HtmlReporter>(to); }

}  // namespace diconform::reports
