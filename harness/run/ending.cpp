#include "run/ending.h"

#include <csignal>
#include <cstdlib>

#include "base/json_place.h"

namespace diconform::run {
namespace {

std::atomic<bool> interrupted = false;

}  // namespace

const std::atomic<bool>& watch_for_interrupts() {
  auto stop = [](int signal) {
    if (interrupted.exchange(true)) std::_Exit(128 + signal);
  };
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  return interrupted;
}

Result<Ending> Ending::open(const ReportOptions& options, Clock& clock) {
  TRY(MinVerified least, parse_min_verified(options.min_verified));
  std::vector<result::KnownFailure> entries;
  if (!options.known_failures.empty()) {
    TRY(Json json, read_json_file(options.known_failures));
    TRY(entries, result::known_failures_from_json(json, options.known_failures));
  }
  result::KnownFailures known(std::move(entries), utc_date(clock.unix_ms() / 1000));
  return Ending(std::move(known), least, options.allow_inconclusive, clock);
}

int Ending::tell(RunnerResult done, Reporting& reporting, const std::vector<std::string>& planned,
                 const std::vector<std::string>& catalogue, bool empty_shard) {
  result::Summary& summary = done.summary;
  if (summary.complete) summary.complaints = known_.complaints(planned, catalogue);
  const Judged judged{
      interrupted.load(), done.forbidden, !summary.complaints.empty(), allow_inconclusive_, empty_shard,
      planned.size(),     least_};
  summary.exit_code = exit_code(summary, judged, summary.complaints);
  summary.seconds = static_cast<double>(clock_->now_us() - start_us_) / 1e6;
  reporting.listener().run_finished(summary);
  if (auto problem = reporting.problem())
    return complain(*problem, summary.exit_code == 0 ? int{kUnusable} : summary.exit_code);
  return summary.exit_code;
}

}  // namespace diconform::run
