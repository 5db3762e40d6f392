// Which well-known mistake explains a signature that does not verify: the detective work behind `inspect`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/sign.h"

namespace diconform::wire {

// "example.com:8080" -> "example.com"; a host without a port stays as it is.
std::string_view without_port(std::string_view host);

// The smallest set of mistakes under which the signature of the request verifies, joined by " + ": empty
// where it verifies as it is, nothing where no set helps. Sets have at most three members, of a request over
// 64 KB one. Tried are: host without its port, canonical URI '/', and the other rows of a table in the
// source. `scope` is what the request claims, its signature included. Costs some hundred signatures: for
// people only.
std::optional<std::string> tc3_leniency(const HttpRequest& request, std::string_view secret_key,
                                        const Tc3Authorization& scope, std::string_view timestamp);
std::optional<std::string> v1_leniency(const HttpRequest& request, std::string_view secret_key, Scheme scheme,
                                       std::string_view received);

}  // namespace diconform::wire
