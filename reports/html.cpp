#include "reports/formats.h"
#include "reports/sink.h"
namespace diconform::reports {
std::unique_ptr<Reporter> make_html(const Destination& to) { return make_markdown(to); }
}  // namespace diconform::reports
