#include "client/place.h"

#include <stdlib.h>

#include <filesystem>

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "client/trust.h"

namespace diconform::client {
namespace {

const std::string kHostNames[] = {
    kDefaultHost,
    "cvm.ap-guangzhou.tencentcloudapi.com",
    "cvm.ap-shanghai.tencentcloudapi.com",
    "cvm.ap-beijing.tencentcloudapi.com",
    "cvm.ap-singapore.tencentcloudapi.com",
    "cvm.ap-shanghai-fsi.tencentcloudapi.com",
    "cvm.ap-shenzhen-fsi.tencentcloudapi.com",
    "cvm.intl.tencentcloudapi.com",
    "cvm.internal.tencentcloudapi.com",
    kElsewhere,
};

Result<void> make_certificates(Place& place) {
  std::vector<std::string> names(std::begin(kHostNames), std::end(kHostNames));
  names.insert(names.end(), {"localhost", "127.0.0.1"});
  const std::string wrong[] = {"not-the-one.example"};
  TRY(place.trusted, wire::make_authority());
  TRY(place.other, wire::make_authority());
  TRY(place.certificate, place.trusted.issue(names));
  TRY(place.untrusted, place.other.issue(names));
  TRY(place.wrong_name, place.trusted.issue(wrong));
  TRY(place.expired, place.trusted.issue(names, wire::Authority::Validity::kExpired));
  return {};
}

// The date of a signature is that of UTC. Where it is always another day, a local date is noticed.
const char* zone_of_another_day() {
  const std::int64_t hour = SystemClock().unix_ms() / 3'600'000 % 24;
  return hour < 12 ? "Etc/GMT+12" : "Etc/GMT-14";  // their signs are the other way round
}

// What would lead an SDK elsewhere, or lend it what nobody gave it.
void forget_the_surroundings() {
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                           "ALL_PROXY", "NO_PROXY", "TENCENTCLOUD_REGION", "TENCENTCLOUD_SECRET_ID",
                           "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"})
    unsetenv(name);
  setenv("TZ", zone_of_another_day(), 1);
}

// From here on this process lives in a place of its own, and with it all that it starts.
Result<void> isolate(Place& place, const Trust& trust) {
  TRY_VOID(enter_namespaces(trust.overlays));
  for (const auto& [name, value] : trust.environment) setenv(name.c_str(), value.c_str(), 1);
  place.isolated = true;
  // Drivers make mounts once more, with tools of the system.
  auto tried = run_process(place.command(0, {"true"}), "", 10'000'000);
  if (tried && tried->exit == ProcessExit{}) return {};
  place.isolated = false;
  return failure("an isolated place",
                 tried ? "unshare(1) or mount(1): " + tried->errors : tried.error().message());
}

}  // namespace

std::span<const std::string> host_names() { return kHostNames; }

std::string Place::address(std::size_t lane) const {
  return isolated ? "127.0.1." + std::to_string(lane + 1) : "127.0.0.1";
}

// In an isolated place a driver sees a file of hosts of its own, on which every name leads to its lane.
std::vector<std::string> Place::command(std::size_t lane, std::vector<std::string> driver) const {
  if (!isolated) return driver;
  std::string hosts = "127.0.0.1 localhost\n";
  for (const std::string& name : kHostNames) hosts += address(lane) + " " + name + "\n";
  std::vector<std::string> command = {
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-c",
      "printf %s \"$1\" >\"$0\" && mount --bind \"$0\" /etc/hosts && shift && exec \"$@\"",
      scratch + "/hosts-" + std::to_string(lane),
      hosts};
  std::ranges::move(driver, std::back_inserter(command));
  return command;
}

Result<Place> open_place(Isolation isolation, std::span<const std::string> more_bundles) {
  Place place;
  std::error_code none;
  std::string scratch = (std::filesystem::temp_directory_path(none) / "diconform-client-XXXXXX").string();
  if (!mkdtemp(scratch.data())) return failure(scratch, "the folder cannot be made", "is TMPDIR writable?");
  place.scratch = scratch;
  forget_the_surroundings();
  TRY_VOID(make_certificates(place));
  TRY(const Trust trust, trust_in(place.trusted.self.certificate_pem, scratch, more_bundles));
  if (isolation == Isolation::kNever) {
    place.why_not = "that was asked for";
  } else if (auto isolated = isolate(place, trust); !isolated) {
    if (isolation == Isolation::kAlways) return std::unexpected(isolated.error());
    place.why_not = isolated.error().message();
  }
  if (!place.isolated) place.authority_file = scratch + "/authority.pem";
  return place;
}

void close(const Place& place) {
  std::error_code ignored;
  if (!place.scratch.empty()) std::filesystem::remove_all(place.scratch, ignored);
}

}  // namespace diconform::client
