#include "probe/batch.h"

#include <algorithm>
#include <set>

#include "wire/envelope.h"

namespace diconform::probe {
namespace {

constexpr std::size_t kMostTried = 1024;
constexpr std::string_view kTooMany = "InvalidParameterValue.LimitExceeded";
// Ten a second are promised; where the limit cannot be lifted, so many calls and then a quiet spell.
constexpr std::size_t kLawfulCalls = 9;
constexpr std::int64_t kQuietUs = 1'200'000;

// One kind of error, and the image of which it is true (or none).
struct Fault {
  std::string_view code, clause;
  std::string_view facet;  // that a world must have
  void (*spoil)(api::Image&);
  bool absent, malformed;
};

constexpr auto kNothing = [](api::Image&) {};
constexpr Fault kFaults[] = {
    {"InvalidImageId.Malformed", "errors.malformed", "", kNothing, false, true},
    {"InvalidImageId.NotFound", "errors.not-found", "", kNothing, true, false},
    {"InvalidImageId.IncorrectState", "errors.incorrect-state", "CREATING",
     [](api::Image& image) { image.state = "CREATING"; }, false, false},
    {"InvalidImageId.InShared", "errors.in-shared", "SharedTo",
     [](api::Image& image) { image.shared_to = {"100000000002"}; }, false, false},
    {"MutexOperation.TaskRunning", "errors.task-running", "TaskRunning",
     [](api::Image& image) { image.task_running = true; }, false, false},
};

class Prober {
 public:
  Prober(const target::EndpointSetup& setup, const api::Edition& edition)
      : setup_(setup),
        edition_(edition),
        action_(edition.action("DeleteImages")),
        account_(setup, "probe batch"),
        line_(setup.transports()) {
    dry_run_ = action_ && action_->parameter("DryRun");
    if (setup.capabilities.facets.contains("rateLimit")) rate_ = target::NoRateLimit{};
  }

  Result<BatchProbe> run() {
    TRY(makes_, account_.hold({}, rate_));
    TRY_VOID(find_most());
    TRY_VOID(find_precedence());
    TRY_VOID(find_duplicates());
    return std::move(probe_);
  }

 private:
  // The code of the answer, "" for success; DryRunOperation is a success.
  Result<std::string> ask(const std::vector<std::string>& ids, bool dry_run) {
    if (rate_.index() != 1 && ++calls_ % kLawfulCalls == 0) TRY_VOID(wait());
    Json params;
    params.set("ImageIds", Json::Array(ids.begin(), ids.end()));
    if (dry_run) params.set("DryRun", true);
    TRY(std::string bytes, account_.compose("DeleteImages", std::move(params)));
    for (int tries = 0; tries < 10; ++tries) {
      if (setup_.pacer) setup_.pacer->wait();
      wire::Exchange exchange = line_->exchange(bytes, setup_.timeout_us);
      if (!exchange.reply)
        return failure("probe batch", std::string(wire::name_of(exchange.end)) + ": " + exchange.problem, "");
      auto envelope = wire::decode_envelope(exchange.reply->body);
      if (!envelope) return "HTTP status " + std::to_string(exchange.reply->status);
      std::string code = envelope->error ? envelope->error->code : "";
      if (code == "DryRunOperation") return "";
      if (!code.starts_with("RequestLimitExceeded")) return code;
      TRY_VOID(wait());
    }
    return failure("probe batch", "RequestLimitExceeded, ten times in a row", "");
  }

  Result<void> wait() {
    if (setup_.capabilities.virtual_clock) {
      TRY(std::int64_t now, account_.advance(kQuietUs / 1000));
      (void)now;
    } else {
      setup_.clock->sleep_us(kQuietUs);
    }
    return {};
  }

  // Images with these ids and no fault; without a provider that makes them they stay absent.
  Result<std::vector<std::string>> images(std::size_t count, void (*spoil)(api::Image&) = kNothing) {
    api::World world;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(account_.absent_id());
      api::Image image;
      image.id = ids.back();
      spoil(image);
      world.images.push_back(std::move(image));
    }
    TRY(bool made, account_.hold(std::move(world), rate_));
    (void)made;
    return ids;
  }

  Result<bool> takes(std::size_t count) {
    probe_.tried = std::max(probe_.tried, count);
    TRY(std::vector<std::string> ids, images(count));
    TRY(std::string code, ask(ids, dry_run_));
    bool taken = code.empty() || (!makes_ && code == "InvalidImageId.NotFound");
    if (!taken) probe_.too_many = code;
    return taken;
  }

  Result<void> find_most() {
    std::size_t taken = 1, refused = 2;
    TRY(bool one, takes(1));
    if (!one) {
      add("errors.limit-exceeded", "a call with one id is taken", probe_.too_many, "one image");
      return {};
    }
    for (;; refused *= 2) {
      if (refused > kMostTried) return {};
      TRY(bool more, takes(refused));
      if (!more) break;
      taken = refused;
    }
    while (refused - taken > 1) {
      std::size_t middle = taken + (refused - taken) / 2;
      TRY(bool more, takes(middle));
      (more ? taken : refused) = middle;
    }
    probe_.most = taken;
    bool listed = action_ && std::ranges::find(action_->codes, kTooMany) != action_->codes.end();
    if (listed && probe_.too_many != kTooMany)
      add("errors.limit-exceeded", std::string(kTooMany), probe_.too_many,
          std::to_string(taken + 1) + " ids, one more than the endpoint takes");
    return {};
  }

  void add(std::string clause, std::string expected, std::string observed, std::string where) {
    if (observed.empty()) observed = "success";
    probe_.findings.push_back({std::move(clause), result::Severity::kFailure, std::move(expected),
                               std::move(observed), std::move(where)});
  }

  bool can_show(const Fault& fault) const {
    if (!action_ || std::ranges::find(action_->codes, fault.code) == action_->codes.end()) return false;
    if (fault.absent || fault.malformed) return true;
    if (fault.facet == "CREATING" && !edition_.undeletable("CREATING")) return false;
    const auto& can = setup_.capabilities;
    return makes_ &&
           (can.facets.contains(std::string(fault.facet)) || can.states.contains(std::string(fault.facet)));
  }

  // A world with an image of each fault, and their ids in order.
  Result<std::vector<std::string>> spoilt(const std::vector<const Fault*>& faults) {
    api::World world;
    std::vector<std::string> ids;
    for (const Fault* fault : faults) {
      std::string id = account_.absent_id();
      if (fault->malformed) id = "img-?" + id.substr(5);
      ids.push_back(id);
      if (fault->absent || fault->malformed) continue;
      api::Image image;
      image.id = id;
      fault->spoil(image);
      world.images.push_back(std::move(image));
    }
    TRY(bool made, account_.hold(std::move(world), rate_));
    (void)made;
    return ids;
  }

  Result<std::string> winner(const std::vector<const Fault*>& faults) {
    TRY(std::vector<std::string> ids, spoilt(faults));
    return ask(ids, dry_run_);
  }

  Result<void> find_precedence() {
    std::vector<std::pair<const Fault*, std::string>> seen;
    for (const Fault& fault : kFaults) {
      if (!can_show(fault)) {
        probe_.untestable.emplace_back(fault.code);
        continue;
      }
      TRY(std::string code, winner({&fault}));
      if (code != fault.code)
        add(std::string(fault.clause), std::string(fault.code), code, "one id with that error");
      if (!code.empty()) seen.emplace_back(&fault, code);
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      for (std::size_t k = i + 1; k < seen.size(); ++k) {
        if (seen[i].second != seen[k].second) TRY_VOID(compare(seen[i], seen[k]));
      }
    }
    for (const auto& [fault, code] : seen) TRY_VOID(compare_with_too_many(*fault, code));
    return {};
  }

  using Seen = std::pair<const Fault*, std::string>;
  Result<void> compare(const Seen& one, const Seen& other) {
    TRY(std::string first, winner({one.first, other.first}));
    TRY(std::string second, winner({other.first, one.first}));
    for (const std::string& code : {first, second}) {
      if (code != one.second && code != other.second)
        add("choices.lawful", one.second + " or " + other.second, code,
            "two ids, each with one of these errors");
    }
    if (first == second) return note(first, one.second, other.second);
    if (first == one.second && second == other.second)
      probe_.by_place.push_back(one.second + " and " + other.second);
    return {};
  }

  Result<void> compare_with_too_many(const Fault& fault, const std::string& code) {
    if (!probe_.most || code == probe_.too_many) return {};
    std::vector<const Fault*> faults(*probe_.most + 1, &kFaults[1]);  // absent ones are as good as any
    faults.back() = &fault;
    if (!fault.absent) {
      static constexpr Fault kPlain = {"", "", "", kNothing, false, false};
      std::ranges::fill(faults, &kPlain);
      faults.front() = &fault;
    }
    if (!makes_ && !fault.absent) return {};
    TRY(std::string named, winner(faults));
    return note(named, code, probe_.too_many);
  }

  Result<void> note(const std::string& named, const std::string& one, const std::string& other) {
    if (named == one) probe_.precedence.emplace_back(one, other);
    if (named == other) probe_.precedence.emplace_back(other, one);
    return {};
  }

  Result<void> find_duplicates() {
    if (!makes_) return {};
    TRY(std::vector<std::string> ids, images(1));
    TRY(std::string code, ask({ids[0], ids[0]}, false));
    probe_.duplicates = code.empty() ? "accepted" : code;
    TRY(api::World after, account_.look());
    bool gone = !after.find(ids[0]);
    if (code.empty() != gone)
      add(code.empty() ? "choices.lawful" : "batch.all-or-nothing",
          code.empty() ? "the image is deleted" : "nothing is deleted",
          gone ? "the image is gone" : "the image is still there", "one id twice");
    return {};
  }

  const target::EndpointSetup& setup_;
  const api::Edition& edition_;
  const api::Action* action_;
  Caller account_;
  std::unique_ptr<wire::Transport> line_;
  target::RateSetting rate_ = target::EndpointsOwnRate{};
  bool dry_run_ = true, makes_ = false;
  std::size_t calls_ = 0;
  BatchProbe probe_;
};

}  // namespace

Order reduced(const Order& order) {
  std::set<std::pair<std::string, std::string>> direct(order.begin(), order.end());
  auto implied = [&](const std::string& from, const std::string& to) {
    std::set<std::string> reached;
    std::vector<std::string> open = {from};
    while (!open.empty()) {
      std::string at = std::move(open.back());
      open.pop_back();
      for (const auto& [above, below] : order) {
        if (above != at || (above == from && below == to) || below == from) continue;
        if (below == to) return true;
        if (reached.insert(below).second) open.push_back(below);
      }
    }
    return false;
  };
  Order out;
  for (const auto& [above, below] : direct) {
    if (!implied(above, below)) out.emplace_back(above, below);
  }
  return out;
}

Result<BatchProbe> probe_batch(const target::EndpointSetup& setup, const api::Edition& edition) {
  return Prober(setup, edition).run();
}

}  // namespace diconform::probe
