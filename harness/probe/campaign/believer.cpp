#include "probe/campaign/believer.h"

#include <algorithm>

#include "wire/decode.h"
#include "wire/http_reader.h"

namespace diconform::probe {
namespace {

using reference::Asked;
using scenario::Step;

Way too_many() {
  Way way;
  way.code = kTooManyCalls;
  way.reply.codes = {way.code};
  return way;
}

reference::Request plain_request(const Step& step, const std::string& region) {
  reference::Request request;
  request.call.region = region;
  request.call.params = *step.call;
  const scenario::CommonPlan& common = step.common;
  if (common.action) request.call.action = common.action->value_or("");
  if (common.version) request.call.version = common.version->value_or("");
  if (common.region) request.call.region = *common.region;
  return request;
}

}  // namespace

bool is_learnable(std::string_view question) {
  return !question.starts_with("batch.") || question == "batch.duplicates";
}

bool is_modelled(const Step& step) {
  return step.kind == Step::Kind::kCall && step.expect.reply.empty() && step.expect.choice.empty() &&
         !step.expect.winners;
}

Believer::Believer(const reference::Manual& manual, const std::string& region, const reference::Pins& pins,
                   wire::Encoding encoding)
    : manual_(manual), region_(region), pins_(pins), encoding_(encoding) {
  pins_["errors.precedence"] = "any";
}

void Believer::begin(const api::World& mine, const api::World* other,
                     std::optional<std::int64_t> rate_limit) {
  rate_limit_ = rate_limit;
  beliefs_[0] = {Belief{{mine, {}}, {}}};
  if (other) beliefs_[1] = {Belief{{*other, {}}, {}}};
}

bool Believer::may_be_too_many(const Step& step) const {
  if (!rate_limit_) return false;
  auto certain = static_cast<std::size_t>(std::max<std::int64_t>(1, *rate_limit_ - 1));
  return calls_[step.as_other ? 1 : 0] + step.times * step.together > certain;
}

std::optional<Believer::Ways> Believer::ways(const result::StepObservation& seen, const std::string& sent,
                                             bool modelled) {
  std::optional<reference::Request> request;
  if (modelled) request = read(seen.step, sent);
  if (modelled && !request) return std::nullopt;
  Ways all;
  std::vector<Belief>& beliefs = of(seen.step);
  for (std::size_t i = 0; i < beliefs.size(); ++i) {
    auto some =
        modelled ? ways_of(manual_, *request, beliefs[i], pins_) : ways_of(seen, beliefs[i].state.world);
    for (Way& way : some) all.emplace_back(i, std::move(way));
    if (modelled && may_be_too_many(seen.step)) all.emplace_back(i, too_many());
  }
  return all;
}

std::vector<std::string> Believer::look(std::size_t account, const api::World& world,
                                        const api::WorldFacets& facets) {
  std::vector<std::string> least;
  std::vector<Belief> kept;
  for (const Belief& belief : beliefs_[account]) {
    auto differences = api::difference(belief.state.world, world, facets);
    if (differences.empty()) kept.push_back(belief);
    if (least.empty() || differences.size() < least.size()) least = std::move(differences);
  }
  if (kept.empty()) return least;
  beliefs_[account] = std::move(kept);
  return {};
}

std::vector<Asked> Believer::settled() const {
  std::vector<Asked> settled;
  for (const auto& beliefs : beliefs_) {
    if (beliefs.empty()) continue;
    for (const Asked& asked : beliefs.front().assumed) {
      bool everywhere = std::ranges::all_of(beliefs, [&](const Belief& belief) {
        return std::ranges::find(belief.assumed, asked) != belief.assumed.end();
      });
      if (everywhere && is_learnable(asked.name)) settled.push_back(asked);
    }
  }
  return settled;
}

std::optional<reference::Request> Believer::read(const Step& step, const std::string& sent) const {
  if (encoding_ == wire::Encoding::kJson && step.call && step.http == scenario::HttpChange{})
    return plain_request(step, region_);
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  if (reader.feed(sent) != wire::ReadState::kDone) return std::nullopt;
  auto decoded = wire::decode(reader.request(), {.form_with_tc3 = false, .index_gaps = false});
  if (!decoded) return std::nullopt;
  return reference::Request{std::move(decoded->call), "", 0};
}

}  // namespace diconform::probe
