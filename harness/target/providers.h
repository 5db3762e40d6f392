// What `--world` says becomes a provider.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "target/describe.h"
#include "target/world_provider.h"

namespace diconform::target {

// What some of the forms need beside their text.
struct ProviderContext {
  std::string ca_file;      // http: authorities of an https hook; empty = the system's
  DescribeImages describe;  // static: how its images are looked at
};

struct MadeProvider {
  std::unique_ptr<WorldProvider> worlds;
  std::vector<std::string>
      expendable;  // ids that its owner has listed for us (static:FILE), for Guard::know_account
};

// `http://HOST:PORT/PATH` (or https), `exec:COMMAND`, `static:FILE`. Errors: none of these, which are named;
// those of opening one.
Result<MadeProvider> make_provider(const std::string& spec, const ProviderContext& context = {});

}  // namespace diconform::target
