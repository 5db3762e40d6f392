#include "client/place.h"

#include <stdlib.h>

#include <filesystem>

#include "base/file.h"

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
  return {};
}

}  // namespace

std::span<const std::string> host_names() { return kHostNames; }

std::string Place::address(std::size_t lane) const {
  return isolated ? "127.0.1." + std::to_string(lane + 1) : "127.0.0.1";
}

std::vector<std::string> Place::command(std::size_t, std::vector<std::string> driver) const { return driver; }

Result<Place> open_place(Isolation isolation) {
  Place place;
  std::error_code none;
  std::string scratch = (std::filesystem::temp_directory_path(none) / "diconform-client-XXXXXX").string();
  if (!mkdtemp(scratch.data())) return failure(scratch, "the folder cannot be made", "is TMPDIR writable?");
  place.scratch = scratch;
  TRY_VOID(make_certificates(place));
  place.authority_file = scratch + "/authority.pem";
  TRY_VOID(write_file(place.authority_file, place.trusted.self.certificate_pem));
  place.why_not = "not asked for";
  if (isolation == Isolation::kAlways) return failure("--isolated", "is not there yet", "--isolated never");
  return place;
}

void close(const Place& place) {
  std::error_code ignored;
  if (!place.scratch.empty()) std::filesystem::remove_all(place.scratch, ignored);
}

}  // namespace diconform::client
