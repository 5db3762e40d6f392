#include "probe/shrink/touchstone.h"

#include <algorithm>

#include "base/clock.h"
#include "probe/campaign/prove.h"
#include "reference/embedded.h"

namespace diconform::probe {
namespace {

constexpr std::size_t kEndpoints = 3;  // most questions have two answers or three

// The n-th answer to each question, or its last.
reference::Pins answers(std::size_t n, const std::string& edition) {
  reference::Pins pins;
  for (const reference::Question& question : reference::questions())
    if (reference::arises_in(question.name, edition))
      pins[std::string(question.name)] = question.answers[std::min(n, question.answers.size() - 1)];
  return pins;
}

}  // namespace

struct Touchstone::Right {
  SystemClock clock;
  std::unique_ptr<reference::Embedded> endpoint;
  target::EndpointSetup setup;
  std::unique_ptr<Prover> prover;
};

Touchstone::Touchstone(const scenario::Catalogue& catalogue, const Oracle& oracle, const judge::Rules& rules)
    : catalogue_(catalogue), oracle_(oracle), rules_(rules) {}

Touchstone::~Touchstone() = default;

void Touchstone::make_endpoints() {
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    auto right = std::make_unique<Right>();
    reference::EndpointOptions options;
    options.edition = oracle_.edition();
    options.virtual_clocks = true;
    options.clock = &right->clock;
    options.choices = answers(i, oracle_.edition().id);
    auto endpoint = reference::Embedded::make(std::move(options));
    if (!endpoint) continue;
    right->endpoint = std::move(*endpoint);
    target::EndpointSetup& setup = right->setup;
    setup.transports = right->endpoint->transports();
    setup.worlds = &right->endpoint->worlds();
    if (auto capabilities = setup.worlds->hello()) setup.capabilities = *std::move(capabilities);
    setup.clock = &right->clock;
    setup.catalogue = &catalogue_;
    setup.host = "cvm.tencentcloudapi.com";
    right->prover = std::make_unique<Prover>(setup, oracle_, rules_, "touchstone/" + std::to_string(i));
    right_.push_back(std::move(right));
  }
}

bool Touchstone::passes(const scenario::WrittenCase& written) {
  std::lock_guard lock(mutex_);
  if (right_.empty()) make_endpoints();
  return !right_.empty() && std::ranges::all_of(right_, [&](const auto& right) {
    Trying trying = right->prover->perform(written);
    return trying.calls > 0 && !trying.error && !trying.proof;
  });
}

}  // namespace diconform::probe
