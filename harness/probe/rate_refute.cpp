#include "probe/rate_refute.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probe/rate_identify.h"

namespace diconform::probe {
namespace {

using reference::LimiterSetup;

constexpr std::int64_t kSecond = 1'000'000;
// A limiter's clock may count in milliseconds, and drift a little while the episodes last: so much earlier or
// later than observed a call may have arrived.
constexpr std::int64_t kClock = 2'000;

// A call between the earliest and the latest moment at which it can have arrived.
struct Span {
  std::int64_t from = 0, to = 0;
  bool accepted = false;
};

using Reason = std::optional<std::string>;

class Strict {
 public:
  Strict(const RateRecord& record, const LimiterSetup& setup)
      : limit_(setup.per_second), window_(setup.window_us), setup_(setup) {
    for (const RateCall& call : record.calls())
      spans_.push_back({call.sent_us - kClock, call.heard_us + kClock, call.accepted});
    start_ = spans_.empty() ? 0 : spans_.front().from;
    for (const Span& one : spans_) longest_ = std::max(longest_, one.to - one.from);
  }

  Reason none() const {
    auto first = std::ranges::find(spans_, false, &Span::accepted);
    return first == spans_.end() ? Reason() : at(*first, "was refused, and nothing is limited");
  }

  // At most `burst` and what is refilled passes; what is refused found the bucket empty. It was full at
  // first.
  Reason bucket(std::int64_t per_second, std::int64_t burst) const {
    if (Reason too_many = passes_too_much(per_second, burst)) return too_many;
    for (const Span& one : spans_) {
      if (!one.accepted && !empties(one, per_second, burst))
        return at(one,
                  fmt::format("was refused, and a bucket of {} that gets {} a second cannot have been empty",
                              burst, per_second));
    }
    return {};
  }

  // Calls leave evenly spaced, and are answered when they leave; else it is a bucket with a place more.
  Reason queue() const {
    const std::int64_t places = setup_.burst > 0 ? setup_.burst : limit_;
    if (passes_too_much(limit_, 1))
      return fmt::format("more were answered at once than a queue lets go at {} a second", limit_);
    return bucket(limit_, places + 1);
  }

  // A call passes where less than the limit were counted in the window before it.
  Reason log() const {
    for (const Span& first : spans_) {
      auto within = [&](const Span& one) {
        return one.accepted && one.from >= first.from && one.to < first.from + window_;
      };
      if (first.accepted && std::ranges::count_if(spans_, within) > limit_)
        return at(first, fmt::format("is one of more than {} that were accepted within a window", limit_));
    }
    for (const Span& one : spans_) {
      auto counts = [&](const Span& other) {
        return &other != &one && (other.accepted || setup_.refused_calls_count);
      };
      auto possible = [&](std::int64_t t) {
        return std::ranges::count_if(spans_, [&](const Span& other) {
          return counts(other) && other.to > t - window_ && other.from <= t;
        });
      };
      auto sure = [&](std::int64_t t) {
        return std::ranges::count_if(spans_, [&](const Span& other) {
          return counts(other) && other.from > t - window_ && other.to < t;
        });
      };
      const bool fits = one.accepted ? any_moment(one, window_, [&](auto t) { return sure(t) < limit_; })
                                     : any_moment(one, 0, [&](auto t) { return possible(t) >= limit_; });
      if (!fits)
        return at(one, one.accepted ? fmt::format("was accepted after {} that surely counted", limit_)
                                    : fmt::format("was refused, and less than {} can have counted", limit_));
    }
    return {};
  }

  // A slot is taken at most from sending to answer.
  Reason concurrency() const {
    for (const Span& one : spans_) {
      auto under_way = [&](std::int64_t t) {
        return std::ranges::count_if(
            spans_, [&](const Span& other) { return other.accepted && other.from <= t && other.to >= t; });
      };
      if (!one.accepted && !any_moment(one, 0, [&](auto t) { return under_way(t) >= limit_; }))
        return at(one, fmt::format("was refused, and less than {} were under way", limit_));
    }
    return {};
  }

  // Windows of a clock, whatever its phase: what holds changes only where the end of a window meets the end
  // of a span. Between two such phases only a counter's share of the window before moves, by their distance.
  Reason clock(bool counter) const {
    std::set<std::int64_t> phases = {0};
    for (const Span& one : spans_)
      for (std::int64_t moment : {one.from, one.from + 1, one.to, one.to + 1})
        phases.insert(moment % window_);
    Reason last;
    for (auto phase = phases.begin(); phase != phases.end(); ++phase) {
      const std::int64_t end = std::next(phase) == phases.end() ? window_ : *std::next(phase);
      last = counter ? counter_at(*phase, end - 1 - *phase) : windows_at(*phase);
      if (!last) return {};
    }
    return *last + ", and so with every phase";
  }

  // Windows that begin with the first call after the one before.
  Reason anchored() const {
    if (spans_.empty()) return {};
    std::int64_t low = start_, high = first_heard_from(start_);
    std::vector<std::pair<std::int64_t, std::int64_t>> begins;  // of each window: earliest, latest
    while (low != kNever) {
      begins.emplace_back(low, high == kNever ? last() : high);
      if (high == kNever) break;  // there may be another, or not
      low = first_possible_from(low + window_);
      high = first_heard_from(high + window_);
    }
    return judged_by(begins);
  }

 private:
  static constexpr std::int64_t kNever = INT64_MAX;

  std::string at(const Span& one, const std::string& what) const {
    return fmt::format("the call at {:.3f} s {}", static_cast<double>(one.from + kClock - start_) / 1e6,
                       what);
  }

  // Whether something holds at a moment of the span: it changes only when others begin, or `later` after
  // that.
  template <class Holds>
  bool any_moment(const Span& one, std::int64_t later, const Holds& holds) const {
    if (holds(one.from)) return true;
    return std::ranges::any_of(spans_, [&](const Span& other) {
      const std::int64_t t = other.from + later;
      return t > one.from && t <= one.to && holds(t);
    });
  }

  Reason passes_too_much(std::int64_t per_second, std::int64_t burst) const {
    std::vector<Span> accepted;
    std::ranges::copy_if(spans_, std::back_inserter(accepted), &Span::accepted);
    std::ranges::sort(accepted, {}, &Span::to);
    for (const Span& first : accepted) {
      std::int64_t count = 0;
      for (const Span& one : accepted) {
        if (one.from < first.from) continue;
        if (++count * kSecond > burst * kSecond + per_second * (one.to - first.from))
          return at(first,
                    fmt::format("is one of {} that passed within {:.3f} s, and {} at once and {} a second "
                                "are less",
                                count, static_cast<double>(one.to - first.from) / 1e6, burst, per_second));
      }
    }
    return {};
  }

  // A bucket is empty where since some moment more was taken than it held and got.
  bool empties(const Span& refused, std::int64_t per_second, std::int64_t burst) const {
    return any_moment(refused, 0, [&](std::int64_t t) {
      std::vector<std::int64_t> taken;
      for (const Span& one : spans_)
        if (one.accepted && one.from <= t) taken.push_back(std::min(one.to, t));
      std::ranges::sort(taken, std::greater());
      for (std::size_t i = 0; i < taken.size(); ++i) {
        const auto count = static_cast<std::int64_t>(i) + 1;
        if (count * kSecond > (burst - 1) * kSecond + per_second * (t - taken[i])) return true;
      }
      return false;
    });
  }

  std::int64_t window_of(std::int64_t t, std::int64_t phase) const { return (t - phase) / window_; }

  Reason windows_at(std::int64_t phase) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> begins;
    const std::int64_t first = window_of(start_, phase) * window_ + phase;
    for (std::int64_t begin = first; !spans_.empty() && begin <= last(); begin += window_)
      begins.emplace_back(begin, begin);
    return judged_by(begins);
  }
  std::int64_t last() const { return std::ranges::max(spans_, {}, &Span::to).to; }

  // Holds the calls against windows that begin between two moments each.
  Reason judged_by(const std::vector<std::pair<std::int64_t, std::int64_t>>& begins) const {
    std::vector<bool> may_be(spans_.size());  // refused with reason, in some window
    std::vector<bool> seen(spans_.size());
    for (const auto& [low, high] : begins) {
      std::int64_t sure = 0;
      std::vector<std::int64_t> possible;
      auto from = std::ranges::lower_bound(spans_, low - longest_, {}, &Span::from);
      for (auto one = from; one != spans_.end() && one->from < high + window_; ++one) {
        if (one->to < low) continue;
        seen[static_cast<std::size_t>(one - spans_.begin())] = true;
        if (!one->accepted) continue;
        possible.push_back(one->from);
        if (one->from >= high && one->to < low + window_ && ++sure > limit_)
          return at(*one, fmt::format("is one of more than {} that were accepted in one window", limit_));
      }
      for (auto one = from; one != spans_.end() && one->from < high + window_; ++one) {
        if (one->accepted || one->to < low) continue;
        const std::int64_t latest = std::min(one->to, high + window_ - 1);
        auto before = std::ranges::count_if(possible, [&](std::int64_t sent) { return sent <= latest; });
        if (before >= limit_) may_be[static_cast<std::size_t>(one - spans_.begin())] = true;
      }
    }
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      if (!spans_[i].accepted && seen[i] && !may_be[i])
        return at(spans_[i],
                  fmt::format("was refused, and less than {} can have passed in its window", limit_));
    }
    return {};
  }

  bool counts(const Span& one) const { return one.accepted || setup_.refused_calls_count; }

  // How many calls count in each window, from the one before the first: surely, and possibly.
  struct Counts {
    std::int64_t first = 0;
    std::vector<std::int64_t> sure, possible;
  };
  Counts counts_at(std::int64_t phase) const {
    Counts out{window_of(start_, phase) - 1, {}, {}};
    out.sure.resize(static_cast<std::size_t>(window_of(last(), phase) - out.first + 1));
    out.possible = out.sure;
    for (const Span& one : spans_) {
      if (!counts(one)) continue;
      const std::int64_t from = window_of(one.from, phase), to = window_of(one.to, phase);
      if (from == to) ++out.sure[static_cast<std::size_t>(from - out.first)];
      for (std::int64_t k = from; k <= to; ++k) ++out.possible[static_cast<std::size_t>(k - out.first)];
    }
    return out;
  }

  // Calls that count before this one in the window that begins there: surely; or possibly, and how many of
  // these may as well be of the window before.
  std::int64_t surely_before(const Span& one, std::int64_t begin) const {
    auto from = std::ranges::lower_bound(spans_, begin, {}, &Span::from);
    return std::count_if(from, spans_.end(), [&](const Span& other) {
      return other.to < one.from && &other != &one && counts(other);
    });
  }
  std::pair<std::int64_t, std::int64_t> possibly_before(const Span& one, std::int64_t begin) const {
    std::int64_t now = 0, either = counts(one) && one.from < begin ? 1 : 0;  // it is not before itself
    auto from = std::ranges::lower_bound(spans_, begin - longest_, {}, &Span::from);
    for (auto other = from; other != spans_.end() && other->from <= one.to; ++other) {
      if (&*other == &one || !counts(*other) || other->to < begin || other->from >= begin + window_) continue;
      ++now;
      either += other->from < begin;
    }
    return {now, either};
  }

  // `moves`: how much later than with this phase windows may begin.
  Reason counter_at(std::int64_t phase, std::int64_t moves) const {
    if (spans_.empty()) return {};
    const Counts known = counts_at(phase);
    const std::int64_t all = limit_ * window_;
    auto fits = [&](const Span& one, std::int64_t window) {
      const std::int64_t begin = window * window_ + phase;
      const auto before = static_cast<std::size_t>(window - 1 - known.first);
      if (one.accepted) {
        const std::int64_t share = window_ - (std::min(one.to, begin + window_ - 1) - begin);
        const std::int64_t used = known.sure[before] * share + surely_before(one, begin) * window_;
        return setup_.counts_itself ? used + window_ <= all : used < all;
      }
      const auto [now, either] = possibly_before(one, begin);
      const std::int64_t share = std::min(window_, window_ - (std::max(one.from, begin) - begin) + moves);
      const std::int64_t used = (known.possible[before] - either) * share + now * window_;
      return setup_.counts_itself ? used + window_ > all : used >= all;
    };
    for (const Span& one : spans_) {
      bool any = false;
      for (std::int64_t k = window_of(one.from, phase); k <= window_of(one.to, phase) && !any; ++k)
        any = fits(one, k);
      if (!any)
        return at(one, one.accepted ? "was accepted, and too much was counted already"
                                    : "was refused, and too little can have been counted");
    }
    return {};
  }

  std::int64_t first_possible_from(std::int64_t moment) const {
    std::int64_t first = kNever;
    for (const Span& one : spans_)
      if (one.to >= moment) first = std::min(first, std::max(one.from, moment));
    return first;
  }
  std::int64_t first_heard_from(std::int64_t moment) const {
    std::int64_t first = kNever;
    for (const Span& one : spans_)
      if (one.from >= moment) first = std::min(first, one.to);
    return first;
  }

  std::vector<Span> spans_;  // by their beginning
  std::int64_t limit_, window_, start_ = 0, longest_ = 0;
  LimiterSetup setup_;
};

}  // namespace

std::optional<std::string> refuted(const RateRecord& record, const LimiterSetup& setup) {
  const Strict strict(record, setup);
  if (setup.kind == "none" || setup.per_second <= 0) return strict.none();
  if (setup.kind == "token-bucket")
    return strict.bucket(setup.per_second, setup.burst > 0 ? setup.burst : setup.per_second);
  if (setup.kind == "leaky-queue") return strict.queue();
  if (setup.kind == "sliding-log") return strict.log();
  if (setup.kind == "concurrency") return strict.concurrency();
  if (setup.kind == "anchored-window") return strict.anchored();
  return strict.clock(setup.kind == "sliding-counter");
}

std::vector<Hypothesis> hypotheses(const RateRecord& record, std::int64_t window_us) {
  std::vector<Hypothesis> all;
  for (const LimiterSetup& setup : all_candidates(record, window_us)) {
    auto found =
        std::ranges::find_if(all, [&](const Hypothesis& one) { return same_kind(one.fit.setup, setup); });
    if (found == all.end()) {
      all.emplace_back().fit = {.setup = setup, .distance = 1e9};
      found = all.end() - 1;
    }
    ++found->tried;
    const auto reason = refuted(record, setup);
    found->standing += !reason;
    const Fit fit = record.fit(setup);
    const bool first_to_stand = !reason && found->standing == 1;
    if (first_to_stand || (!reason == (found->standing > 0) && fit.distance < found->fit.distance)) {
      found->fit = fit;
      found->refuted = reason.value_or("");
    }
  }
  std::ranges::sort(all, {},
                    [](const Hypothesis& one) { return std::pair(one.standing == 0, one.fit.distance); });
  return all;
}

}  // namespace diconform::probe
