// How programs of every language are made to trust a throw-away authority in an isolated place.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/namespaces.h"

namespace diconform::client {

struct Trust {
  std::vector<Overlay> overlays;                   // the bundles of this machine
  std::map<std::string, std::string> environment;  // what tells those who bring bundles of their own
};

// Writes the authority (PEM) into the folder in the forms it is wanted in. `more_bundles` are files of a
// program's own that hold authorities, such as certifi's.
Result<Trust> trust_in(std::string_view authority_pem, const std::string& folder,
                       std::span<const std::string> more_bundles);

// A key store as Java reads it without a password (its JKS format, version 2), that holds one authority.
Result<std::string> java_key_store(std::string_view authority_pem);

}  // namespace diconform::client
