#include "reports/formats.h"
#include "reports/sink.h"

namespace diconform::reports {
namespace {

// `complete` is what the summary says, so an interrupted run leaves a report that nothing will take for a
// whole one.
class JsonReporter final : public WholeReporter {
 public:
  using WholeReporter::WholeReporter;

 protected:
  std::string text_of(const result::Report& report) const override {
    return to_text(result::to_json(report), JsonStyle::kPretty) + "\n";
  }
};

}  // namespace

std::unique_ptr<Reporter> make_json(const Destination& to) { return std::make_unique<JsonReporter>(to); }

}  // namespace diconform::reports
