#include "probe/rate_report.h"

#include <fmt/format.h>

#include <cmath>

#include "probe/rate_refute.h"

namespace diconform::probe {
namespace {

// As the gate of the catalogue: half a call of room, for a rate that is measured.
constexpr double kMost = 10.5, kLeast = 8.5;

Json curve_of(const RateRecord& record, const Identification& found, std::uint64_t seed) {
  Json::Array sent, accepted, fitted;
  std::int64_t start = record.calls().empty() ? 0 : record.calls().front().sent_us;
  for (const RateCall& call : record.calls()) {
    sent.push_back((call.sent_us - start) / 1000);
    accepted.push_back(call.accepted ? 1 : 0);
  }
  for (double calls : record.expected(found.best, seed)) fitted.push_back(std::round(calls * 10) / 10);
  Json curve;
  curve.set("sentMs", std::move(sent));
  curve.set("accepted", std::move(accepted));
  if (!fitted.empty()) curve.set("fitted", std::move(fitted));
  return curve;
}

// What of a setup means something for its kind.
void describe(const reference::LimiterSetup& setup, std::string_view model, Json& json) {
  bool windows = model.ends_with("-window") || model.starts_with("sliding-");
  bool buckets = model == "token-bucket" || model == "leaky-queue";
  auto seconds = static_cast<double>(setup.window_us) / 1e6;
  if (windows) {
    json.set("perSecond", static_cast<double>(setup.per_second) / seconds);
    json.set("windowSeconds", seconds);
    json.set("burst", setup.per_second);
    if (shows_what_counts(setup)) json.set("refusedCallsCount", setup.refused_calls_count);
  } else if (buckets) {
    json.set("perSecond", setup.per_second);
    json.set("burst", setup.burst);
    json.set("refusedCallsCount", false);
  } else if (model == "concurrency") {
    json.set("atOnce", setup.per_second);
    json.set("serviceSeconds", static_cast<double>(setup.service_us) / 1e6);
  }
}

// "sliding-log 10/s, refused calls count"
std::string in_words(const reference::LimiterSetup& setup) {
  std::string text(setup.kind);
  if (setup.kind == "none") return text;
  text += setup.kind == "concurrency" ? fmt::format(" of {}", setup.per_second)
                                      : fmt::format(" {}/s", static_cast<double>(setup.per_second) * 1e6 /
                                                                 static_cast<double>(setup.window_us));
  if (setup.kind == "token-bucket" || setup.kind == "leaky-queue")
    text += fmt::format(", burst {}", setup.burst);
  if (shows_what_counts(setup))
    text += setup.refused_calls_count ? ", refused calls count" : ", refused calls do not count";
  return text;
}

// How many calls a second the model accepts in the long run.
double long_run(const RateProbe& probe, const RateRecord& record) {
  const reference::LimiterSetup& setup = probe.found.best.setup;
  auto most = static_cast<double>(setup.per_second);
  if (!probe.found.known()) return record.sustained();
  if (probe.found.model == "none") return INFINITY;
  if (probe.found.model == "concurrency") return most * 1e6 / static_cast<double>(setup.service_us);
  return most * 1e6 / static_cast<double>(setup.window_us);
}

}  // namespace

Json rate_strict_test(const RateProbe& probe, const RateRecord& record,
                      const std::function<void(const std::string&)>& tell) {
  Json::Array all;
  const std::int64_t window_us = probe.found.best.setup.window_us;
  for (const Hypothesis& one : hypotheses(record, window_us)) {
    const std::string name = in_words(one.fit.setup);
    const std::string others =
        one.tried == 1 ? "" : fmt::format(" ({} of {} variants stand)", one.standing, one.tried);
    tell(one.refuted.empty() ? fmt::format("possible: {}{}, {:.2f} calls off", name, others, one.fit.distance)
                             : fmt::format("refuted: {}{}: {}", name, others, one.refuted));
    Json json;
    json.set("model", std::string(one.fit.setup.kind));
    json.set("variant", name);
    json.set("distance", std::round(one.fit.distance * 100) / 100);
    json.set("tried", std::uint64_t{one.tried});
    json.set("standing", std::uint64_t{one.standing});
    if (!one.refuted.empty()) json.set("refuted", one.refuted);
    all.push_back(std::move(json));
  }
  return all;
}

Json rate_characteristics(const RateProbe& probe, const RateRecord& record, Json strict, std::uint64_t seed) {
  Json json;
  json.set("model", probe.found.model);
  describe(probe.found.best.setup, probe.found.model, json);
  json.set("confidence", std::min(0.99, probe.found.known() ? probe.found.confidence : 0.0));
  json.set("episodes", std::uint64_t{probe.episodes});
  json.set("requests", std::uint64_t{record.calls().size()});
  json.set("refused", std::uint64_t{record.refused()});
  if (!probe.key.empty()) json.set("key", probe.key);
  if (probe.executes) json.set("refusedCallsExecute", *probe.executes);
  if (probe.recovers) json.set("recovers", *probe.recovers);
  json.set("distance", probe.found.best.distance);
  if (probe.found.second) {
    json.set("nextBest", std::string(probe.found.second->setup.kind));
    json.set("nextBestDistance", probe.found.second->distance);
  }
  if (!probe.found.known()) json.set("nearest", std::string(probe.found.best.setup.kind));
  if (strict.array()) json.set("strictTest", std::move(strict));
  json.set("curve", curve_of(record, probe.found, seed));
  Json all;
  all.set("rateLimiter", std::move(json));
  return all;
}

std::vector<result::Finding> rate_findings(const RateProbe& probe, const RateRecord& record) {
  std::vector<result::Finding> out;
  auto add = [&](std::string clause, std::string expected, std::string observed) {
    out.push_back({std::move(clause), result::Severity::kFailure, std::move(expected), std::move(observed),
                   "the rate episodes"});
  };
  double rate = long_run(probe, record);
  std::string seen = probe.found.model == "none"
                         ? fmt::format("none of {} calls was refused", record.calls().size())
                         : fmt::format("{}, {:.1f} a second in the long run", probe.found.model, rate);
  if (rate > kMost) {
    add("rate.ten-per-second", "at most ten a second, refused beyond", seen);
  } else if (probe.found.model == "leaky-queue") {
    add("rate.ten-per-second", "calls over the limit are refused", seen + ": delayed");
  } else if (probe.found.known() && rate < kLeast) {
    add("rate.not-below-ten", "ten a second are accepted", seen);
  }
  if (!probe.code.empty() && probe.code != "RequestLimitExceeded")
    add("rate.code", "RequestLimitExceeded", probe.code);
  if (probe.executes.value_or(false))
    add("rate.no-effect", "a refused call deletes nothing", "its image is gone");
  if (!probe.recovers.value_or(true))
    add("rate.recovers", "a call after a quiet spell is accepted", probe.code);
  return out;
}

}  // namespace diconform::probe
