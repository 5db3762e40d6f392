// Where the drivers live: on loopback as it is, or isolated, in a place of their own where the real host
// names resolve to this machine and a throw-away authority is trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/certificate.h"

namespace diconform::client {

// The names that lead to us in an isolated place: every endpoint that the pages and the SDKs name, and
// `kElsewhere`, which is nobody's.
std::span<const std::string> host_names();
inline constexpr const char* kDefaultHost = "cvm.tencentcloudapi.com";
inline constexpr const char* kElsewhere = "elsewhere.example";

struct Place {
  bool isolated = false;
  std::string why_not;             // isolated; empty where it is, or nobody asked
  std::string scratch;             // a folder of this run
  std::string authority_file;      // PEM in it, of the authority that drivers are told to trust
  wire::Authority trusted, other;  // `other` is trusted by nobody
  wire::Certificate certificate, untrusted, wrong_name, expired;

  // Where the servers of a lane listen. Isolated lanes have an address of their own each, and the real ports.
  std::string address(std::size_t lane) const;
  std::uint16_t port(bool tls) const { return isolated ? (tls ? 443 : 80) : 0; }
  // The command that starts a driver of that lane.
  std::vector<std::string> command(std::size_t lane, std::vector<std::string> driver) const;
};

enum class Isolation { kAuto, kAlways, kNever };

// Makes the place. Certificates are made and the authority is written; the scratch folder is removed when
// `close` is called. In an isolated one the whole process lives from then on: to be called while it has one
// thread. `more_bundles`: files of a driver's own that hold authorities (trust.h). Errors: no folder, or
// `kAlways` where the machine does not allow it.
Result<Place> open_place(Isolation isolation, std::span<const std::string> more_bundles = {});
void close(const Place& place);

}  // namespace diconform::client
