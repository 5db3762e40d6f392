// An endpoint in this process, and all that a campaign needs to try it.
#pragma once

#include <memory>
#include <string>

#include "judge/judge.h"
#include "probe/campaign/generate.h"
#include "probe/campaign/oracle.h"
#include "reference/embedded.h"
#include "reference/faults.h"
#include "target/endpoint_target.h"

namespace diconform::probe {

inline const scenario::Catalogue& catalogue() {
  static const auto kCatalogue = scenario::read_catalogue(scenario::embedded_files());
  return *kCatalogue;
}

struct Bench {
  explicit Bench(const std::string& fault = "", reference::Pins choices = {})
      : Bench(fault.empty() ? reference::Bend{} : bend_of(fault), std::move(choices)) {}
  explicit Bench(reference::Bend bend, reference::Pins choices = {})
      : edition(*catalogue().edition("2023-03-27")) {
    reference::EndpointOptions options;
    options.edition = edition;
    options.virtual_clocks = true;
    options.clock = &clock;
    options.choices = std::move(choices);
    options.fault = std::move(bend);
    embedded = *reference::Embedded::make(std::move(options));
    setup.transports = embedded->transports();
    setup.worlds = &embedded->worlds();
    setup.capabilities = *embedded->worlds().hello();
    setup.clock = &clock;
    setup.catalogue = &catalogue();
    setup.host = "cvm.tencentcloudapi.com";
    abilities.edition = &edition;
    abilities.world = setup.capabilities;
  }

  static reference::Bend bend_of(const std::string& fault) {
    return reference::fault_named(fault, *catalogue().edition("2023-03-27"))->bend;
  }

  SystemClock clock;
  api::Edition edition;
  reference::Manual manual = *reference::Manual::of(edition);
  Oracle oracle{manual, catalogue(), "ap-guangzhou"};
  judge::Rules rules{catalogue().clauses, edition, false};
  std::unique_ptr<reference::Embedded> embedded;
  target::EndpointSetup setup;
  Abilities abilities;
};

}  // namespace diconform::probe
