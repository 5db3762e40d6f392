#include <algorithm>

#include "base/text.h"
#include "reports/console_text.h"
#include "reports/formats.h"
#include "reports/sink.h"

namespace diconform::reports {
namespace {

using result::Verdict;

constexpr std::int64_t kRedrawUs = 100'000;  // at most ten times a second: more only flickers
constexpr std::size_t kToldInFull = 100;  // a target that fails everywhere must not bury its first failures
constexpr std::string_view kClearLine = "\r\x1b[2K";

class ConsoleReporter final : public Reporter {
 public:
  explicit ConsoleReporter(const Destination& to) : to_(to), stream_(to), paint_{to.colour} {}

  void run_started(const result::Plan& plan) override {
    plan_ = plan;
    started_us_ = to_.clock ? to_.clock->now_us() : 0;
    note(stream_.write(opening(plan)));
    draw_progress();
  }

  void trial_finished(const result::Outcome& outcome) override {
    tally_.add(outcome);
    bool told = outcome.verdict == Verdict::kFail || outcome.verdict == Verdict::kError ||
                outcome.verdict == Verdict::kInconclusive;
    if (told) {
      clear_progress();
      note(stream_.write(++told_ <= kToldInFull ? full_text(outcome, paint_) : one_line(outcome, paint_)));
    }
    draw_progress();
  }

  void run_finished(const result::Summary& summary) override {
    clear_progress();
    note(stream_.write(closing(plan_, tally_, summary, paint_)));
  }

 private:
  bool shows_progress() const { return to_.terminal && to_.clock && !plan_.trials.empty(); }

  void clear_progress() {
    if (drawn_) note(stream_.write(kClearLine));
    drawn_ = false;
  }

  void draw_progress() {
    if (!shows_progress()) return;
    std::int64_t now = to_.clock->now_us();
    if (drawn_ && now - drawn_us_ < kRedrawUs) return;
    double seconds = static_cast<double>(now - started_us_) * 1e-6;
    std::string line = progress_line(plan_.trials.size(), tally_.counts, seconds);
    line.resize(std::min(line.size(), to_.columns - 1));  // ASCII: a line that wraps could not be cleared
    note(stream_.write(std::string(kClearLine) + line));
    drawn_ = true;
    drawn_us_ = now;
  }

  Destination to_;
  Stream stream_;
  Paint paint_;
  result::Plan plan_;
  Tally tally_;
  std::size_t told_ = 0;
  bool drawn_ = false;
  std::int64_t started_us_ = 0, drawn_us_ = 0;
};

}  // namespace

std::unique_ptr<Reporter> make_console(const Destination& to) {
  return std::make_unique<ConsoleReporter>(to);
}

}  // namespace diconform::reports
