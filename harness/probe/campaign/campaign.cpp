#include "probe/campaign/campaign.h"

#include <algorithm>
#include <memory>
#include <set>
#include <thread>
#include <unordered_set>

#include "base/text.h"
#include "probe/campaign/generate.h"
#include "probe/campaign/investigate.h"
#include "probe/campaign/rates.h"
#include "probe/campaign/seeds.h"

namespace diconform::probe {
namespace {

using reference::Pins;

constexpr std::size_t kMostOfCorpus = 2000;
constexpr std::size_t kMostRequestIds = 1u
                                        << 22;  // 32 MB of hashes; after that repeats of new ones go unseen
constexpr std::size_t kMostErrorsInARow = 5;
constexpr std::int64_t kGraceUs = 2'000'000;  // shrinking may end so much later than the campaign
constexpr std::int64_t kLineUs = 1'000'000;
// Before episodes of the rate begin on a real clock: by then it is known how quick the endpoint is. They are
// a fifth of what it gets, and are left out where they would be more than it bears.
constexpr std::int64_t kBeforeRatesUs = 400'000;
constexpr double kLoadOfAnEpisode = 25, kShareOfEpisodes = 0.2;
// By then what is easy is found, and a slow endpoint does not come so far.
constexpr std::size_t kBeforeSendingAhead = 500, kMostSpoiled = 2;
constexpr std::size_t kLawfulCalls = 9;  // of one account, where its rate cannot be lifted

// What all threads share.
class Campaign {
 public:
  Campaign(const target::EndpointSetup& setup, const reference::Manual& manual, const judge::Rules& rules,
           const CampaignOptions& options, CampaignListener& listener)
      : setup_(setup),
        rules_(rules),
        options_(options),
        listener_(listener),
        oracle_(manual, *setup.catalogue, setup.region),
        abilities_{&manual.edition(), setup.capabilities,
                   setup.capabilities.facets.contains("rateLimit") ? 8 : kLawfulCalls},
        seeds_(options.seeds, options.seed),
        corpus_(options.earlier.corpus),
        learned_(std::make_shared<const Pins>(options.pins)),
        start_us_(setup.clock->now_us()) {
    const Earlier& earlier = options.earlier;
    if (!earlier.ended) {
      start_us_ -= static_cast<std::int64_t>(earlier.seconds * 1e6);
      requests_ = earlier.requests;
      scenarios_ = earlier.scenarios;
    }
    deadline_us_ = options.time_us ? start_us_ + options.time_us : INT64_MAX;
  }

  CampaignResult run() {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < options_.jobs; ++i) threads.emplace_back([this, i] { work(i); });
      if (options_.rates && !setup_.pacer) threads.emplace_back([this] { try_rates(); });
    }
    tell_progress(true);
    result_.progress = progress();
    result_.learned = *learned_;
    result_.decisions = guide_.decisions();
    return std::move(result_);
  }

 private:
  // One thread's tools.
  struct Worker {
    Worker(Campaign& campaign, std::size_t place)
        : name("campaign/" + std::to_string(place)),
          patience(campaign.setup_, campaign.usual_),
          fast(patience.setup(), {.looks_after_each_step = false, .ends_in_silence = true, .account = name}),
          ahead(patience.setup(), {.looks_after_each_step = false, .sends_ahead = true, .account = name}),
          prover(patience.setup(), campaign.oracle_, campaign.rules_, name + "/proof"),
          investigator(prover, patience, campaign.findings_, campaign.touchstone_),
          generator(campaign.abilities_, campaign.guide_, seed_for(campaign.options_.seed, name)),
          chance(seed_for(campaign.options_.seed, name + "/corpus")) {}

    std::string name;
    Patience patience;
    target::EndpointTarget fast, ahead;  // one account, used in turn
    Prover prover;
    Investigator investigator;
    Generator generator;
    Chance chance;
    std::size_t number = 0, errors = 0;
  };

  bool is_over() const {
    return stopped_.load() || (options_.interrupted && options_.interrupted->load()) ||
           setup_.clock->now_us() >= deadline_us_ ||
           (options_.requests && requests_.load() >= options_.requests);
  }

  void work(std::size_t number) {
    Worker worker(*this, number);
    if (number == 0) replay_earlier(worker);
    while (!is_over()) {
      // The first round of seeds, one of each kind, is over soon; then a few go on among the others.
      std::size_t every = seeds_used_ < seeds_.first_round ? 3 : 16;
      worker.patience.be(Patience::For::kAScript);
      bool seed = !seeds_.trials.empty() && worker.number % every == every - 1;
      seed ? try_seed(worker) : try_script(worker);
      ++worker.number;
      tell_progress(false);
    }
    for (std::size_t account = 0; account < 2; ++account)
      if (setup_.capabilities.isolated)
        (void)setup_.worlds->drop(target::secret_id_of(setup_, worker.name, account));
  }

  // Findings of the campaign that this one goes on with are told again if they still are some.
  void replay_earlier(Worker& worker) {
    for (const std::vector<Script>& scripts : options_.earlier.findings) {
      if (scripts.size() != 1) continue;  // a contradiction will show itself again
      const Script& script = scripts.front();
      auto trial = trial_of(script, "earlier", abilities_.edition->id);
      finish(worker.investigator.look_into(trial, Sent(), options_.pins, limit()), "earlier");
    }
  }

  Script some_script(Worker& worker) {
    if (!worker.chance.one_in(4)) return worker.generator.next();
    std::lock_guard lock(mutex_);
    if (corpus_.empty()) return worker.generator.next();
    return worker.generator.changed(corpus_[worker.chance.below(corpus_.size())]);
  }

  void try_script(Worker& worker) {
    Script script = some_script(worker);
    bool ahead = may_send_ahead(script);
    auto seen = perform(worker, script, ahead);
    if (!seen) return not_performed(worker, seen.error());
    worker.errors = errors_ = 0;
    ++scenarios_;
    hook_calls_ += script.body.has_other ? 4 : 2;
    for (const auto& step : seen->steps) {
      requests_ += step.exchanges.size();
      if (!script.body.account.rate_limit)
        for (const wire::Exchange& exchange : step.exchanges) {
          usual_.note(exchange.elapsed_us);
          if (exchange.elapsed_us > kSlowUs) last_slow_us_ = setup_.clock->now_us();
        }
    }
    auto pins = learned();
    Opinion opinion = oracle_.check(script.body, *seen, script.encoding, *pins);
    if (opinion.mismatch) return suspect(worker, script, *seen, *opinion.mismatch, *pins, ahead);
    if (repeats_request_id(opinion.request_ids)) {
      Mismatch twice{0, "envelope.request-id-unique", "a RequestId of its own", "one seen before"};
      suspect(worker, script, *seen, twice, *pins, ahead);
    }
    learn(opinion.settled, script);
    if (guide_.note(opinion.decisions)) keep(script);
  }

  // Where the endpoint is quick, most scripts are sent without waiting for the replies in between: it is the
  // line that costs.
  bool may_send_ahead(const Script& script) const {
    bool quick = sends_ahead_ && scenarios_ >= kBeforeSendingAhead && scenarios_ % 8 != 0;
    return quick && !setup_.pacer && setup_.capabilities.facets.contains("rateLimit") &&
           !script.body.account.rate_limit &&
           std::ranges::all_of(script.body.steps, [](const scenario::Step& step) {
             return step.kind == scenario::Step::Kind::kCall && step.at_once() == 1;
           });
  }

  std::expected<result::Observation, target::NotPerformed> perform(Worker& worker, const Script& script,
                                                                   bool& ahead) {
    auto trial = trial_of(script, worker.name + "/" + std::to_string(worker.number), abilities_.edition->id);
    if (ahead) {
      if (auto seen = worker.ahead.perform(trial)) return seen;
      // No server has to take calls so: one that often does not is left alone.
      ahead = false;
      if (++spoiled_ > kMostSpoiled + scenarios_ / 100) sends_ahead_ = false;
    }
    return worker.fast.perform(trial);
  }

  void not_performed(Worker& worker, const target::NotPerformed& why) {
    if (why.kind == target::NotPerformed::Kind::kUntestable || ++worker.errors < kMostErrorsInARow) return;
    fail({"", why.reason, ""});
  }

  void fail(Error error) {
    std::lock_guard lock(mutex_);
    if (!result_.error) result_.error = std::move(error);
    stopped_ = true;
  }

  // --- Suspicions

  Investigator::Limit limit() const { return {*setup_.clock, shrink_until_us()}; }
  std::int64_t shrink_until_us() const { return std::min(deadline_us_, INT64_MAX - kGraceUs) + kGraceUs; }

  void suspect(Worker& worker, const Script& script, const result::Observation& seen,
               const Mismatch& mismatch, const Pins& pins, bool ahead) {
    std::string kind = kind_of(mismatch.clause, mismatch.expected, mismatch.observed);
    if (!findings_.claims(mismatch.clause, kind)) return;
    Investigator::Inquiry inquiry;
    bool learned_only = pins != options_.pins &&
                        !oracle_.check(script.body, seen, script.encoding, options_.pins).mismatch &&
                        mismatch.clause != "envelope.request-id-unique";
    if (learned_only) {
      for (const Script& witness : witnesses(script, seen, pins)) {
        inquiry = worker.investigator.look_into_contradiction(witness, script, options_.pins, limit());
        if (inquiry.proved || inquiry.error) break;
      }
      if (inquiry.finding && inquiry.finding->clause != mismatch.clause) findings_.give_back(kind);
    } else {
      Script repeated = script;
      if (mismatch.clause == "envelope.request-id-unique")
        for (auto& step : repeated.body.steps)
          if (step.together == 1 && step.expect.choice.empty())
            step.times = std::max<std::size_t>(step.times, 12);
      inquiry = worker.investigator.look_into(repeated, Sent(seen), options_.pins, limit());
    }
    // It may be that the endpoint answers in another order what comes all at once (a GET, lawfully).
    if (ahead && !inquiry.proved && !inquiry.error) sends_ahead_ = false;
    finish(std::move(inquiry), kind);
  }

  void finish(Investigator::Inquiry inquiry, const std::string& kind) {
    requests_ += inquiry.calls;
    if (inquiry.error && ++errors_ >= kMostErrorsInARow) return fail(*std::move(inquiry.error));
    if (!inquiry.proved) {
      ++unproved_;
      findings_.give_back(kind);
    }
    if (!inquiry.finding) return;
    inquiry.finding->found_after_seconds = static_cast<double>(setup_.clock->now_us() - start_us_) / 1e6;
    std::lock_guard lock(mutex_);
    listener_.found(*inquiry.finding);
    result_.findings.push_back(*std::move(inquiry.finding));
  }

  void try_seed(Worker& worker) {
    const scenario::Trial& trial = *seeds_.trials[seeds_used_++ % seeds_.trials.size()];
    if (target::missing_for(trial, setup_)) return;
    Trying trying = worker.prover.perform(trial);
    requests_ += trying.calls;
    if (trying.error && ++worker.errors >= kMostErrorsInARow) return fail(*trying.error);
    if (!trying.proof) return;
    const result::Finding& finding = trying.proof->finding;
    std::string kind = kind_of(finding);
    if (!findings_.claims(finding.clause, kind)) return;
    finish(worker.investigator.look_into(trial, trying.proof->sent, options_.pins, limit()), kind);
  }

  // --- The rate limit

  void try_rates() {
    RateScripts scripts = rate_scripts(abilities_);
    bool real = !setup_.capabilities.virtual_clock;
    std::size_t side_by_side = 1;
    if (real) {
      setup_.clock->sleep_us(kBeforeRatesUs);
      double per_second = static_cast<double>(requests_ + hook_calls_) * 1e6 / kBeforeRatesUs;
      side_by_side = static_cast<std::size_t>(per_second * kShareOfEpisodes / kLoadOfAnEpisode);
    }
    RateTrials::Surroundings around;
    around.time_left_us = [&] { return is_over() ? 0 : shrink_until_us() - setup_.clock->now_us(); };
    around.calm_since = [&](std::int64_t us) { return last_slow_us_.load() < us; };
    auto tell = [&](Investigator::Inquiry inquiry, const std::string& kind) {
      finish(std::move(inquiry), kind);
    };
    auto run = [&](const std::vector<Script>& some, const std::string& name) {
      if (side_by_side > 0)
        RateTrials(setup_, oracle_, rules_, findings_, "campaign/" + name)
            .run(some, side_by_side, around, tell);
    };
    std::jthread brief([&] { run(scripts.brief, "brief"); });
    run(scripts.steady, "steady");
  }

  // --- What was learned

  std::shared_ptr<const Pins> learned() {
    std::lock_guard lock(mutex_);
    return learned_;
  }

  void learn(const std::vector<reference::Asked>& settled, const Script& script) {
    if (settled.empty()) return;
    std::lock_guard lock(mutex_);
    std::shared_ptr<Pins> more;
    for (const reference::Asked& asked : settled) {
      if (learned_->contains(asked.name)) continue;
      if (!more) more = std::make_shared<Pins>(*learned_);
      more->emplace(asked.name, asked.answer);
      witnesses_.emplace(asked.name, script);
    }
    if (more) learned_ = std::move(more);
  }

  // Scripts that answered a question otherwise than this one does.
  std::vector<Script> witnesses(const Script& script, const result::Observation& seen, const Pins& pins) {
    std::vector<Script> some;
    std::lock_guard lock(mutex_);
    for (const auto& [question, witness] : witnesses_) {
      Pins without = pins;
      without.erase(question);
      if (!oracle_.check(script.body, seen, script.encoding, without).mismatch) some.push_back(witness);
    }
    return some;
  }

  bool repeats_request_id(const std::vector<std::string>& ids) {
    std::lock_guard lock(ids_mutex_);
    bool repeats = false;
    for (const std::string& id : ids) {
      if (request_ids_.size() >= kMostRequestIds) break;
      repeats = !request_ids_.insert(seed_for(0, id)).second || repeats;
    }
    return repeats;
  }

  void keep(const Script& script) {
    std::lock_guard lock(mutex_);
    if (corpus_.size() < kMostOfCorpus) corpus_.push_back(script);
    listener_.kept(script);
  }

  // --- Progress

  CampaignProgress progress() {
    CampaignProgress now;
    now.seconds = static_cast<double>(setup_.clock->now_us() - start_us_) / 1e6;
    now.requests = requests_;
    now.hook_calls = hook_calls_;
    now.scenarios = scenarios_;
    now.unproved = unproved_;
    now.findings = result_.findings.size();
    now.coverage = guide_.coverage();
    return now;
  }

  void tell_progress(bool last) {
    std::int64_t now_us = setup_.clock->now_us(), due_us = next_line_us_.load();
    if (!last && (now_us < due_us || !next_line_us_.compare_exchange_strong(due_us, now_us + kLineUs)))
      return;
    std::lock_guard lock(mutex_);
    listener_.progressed(progress());
  }

  const target::EndpointSetup& setup_;
  const judge::Rules& rules_;
  const CampaignOptions& options_;
  CampaignListener& listener_;
  const Oracle oracle_;
  Touchstone touchstone_{*setup_.catalogue, oracle_, rules_};
  UsualTime usual_;
  const Abilities abilities_;
  const Seeds seeds_;
  Guide guide_;
  Findings findings_;
  std::atomic<bool> stopped_ = false, sends_ahead_ = true;
  std::atomic<std::size_t> errors_ = 0, requests_ = 0, hook_calls_ = 0, scenarios_ = 0, unproved_ = 0,
                           seeds_used_ = 0, spoiled_ = 0;
  std::atomic<std::int64_t> next_line_us_ = 0, last_slow_us_ = -1;
  std::mutex ids_mutex_;
  std::unordered_set<std::uint64_t> request_ids_;
  std::mutex mutex_;  // guards all below
  std::vector<Script> corpus_;
  std::shared_ptr<const Pins> learned_;
  std::map<std::string, Script> witnesses_;
  CampaignResult result_;
  std::int64_t start_us_, deadline_us_;
};

}  // namespace

std::string CampaignFinding::label() const {
  if (failed == replayed) return "always";
  return "sometimes " + std::to_string(failed) + "/" + std::to_string(replayed);
}

std::string CampaignFinding::suite() const {
  return scenario::suite_text("findings", "What a campaign found.", proof.cases);
}

CampaignResult run_campaign(const target::EndpointSetup& setup, const reference::Manual& manual,
                            const judge::Rules& rules, const CampaignOptions& options,
                            CampaignListener& listener) {
  return Campaign(setup, manual, rules, options, listener).run();
}

}  // namespace diconform::probe
