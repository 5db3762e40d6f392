// Everything a verb needs to talk to one target: the catalogue, the edition, the line, the worlds and the
// guard.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "judge/judge.h"
#include "reference/embedded.h"
#include "run/options.h"
#include "scenario/catalogue.h"
#include "target/endpoint_target.h"
#include "target/guard.h"
#include "target/providers.h"

namespace diconform::run {

// Whether a verb needs the cases of the built-in catalogue. A folder of `--cases` is always read whole, so
// that what is wrong with it is said.
enum class Cases { kAll, kNone };

// The catalogue of `--cases`, or the one built in.
Result<scenario::Catalogue> open_catalogue(const std::string& folder, Cases cases = Cases::kAll);

// A target file: `{"endpoint","host","world","edition","choices":{},"acknowledge":"HOST"}`.
struct TargetFile {
  std::string endpoint, host, world, edition, acknowledge;
  std::map<std::string, std::string> choices;
};
Result<TargetFile> read_target_file(const std::string& path);

// Why a session did not open: the message, and the exit code that it calls for.
struct NotOpened {
  Error error;
  int code;
};

class Session {
 public:
  static std::expected<std::unique_ptr<Session>, NotOpened> open(const TargetOptions& options,
                                                                 Cases cases = Cases::kAll);

  const scenario::Catalogue& catalogue() const { return catalogue_; }
  const api::Edition& edition() const { return *edition_; }
  std::uint64_t seed() const { return setup_.seed; }
  std::size_t jobs() const { return jobs_; }
  const std::map<std::string, std::string>& pinned() const { return pinned_; }
  const target::EndpointSetup& setup() const { return setup_; }
  Clock& clock() { return clock_; }
  const std::string& url() const { return url_; }  // empty = embedded
  std::vector<std::string> secrets() const;        // to be redacted
  Json describe() const;                           // the report's "target"
  target::TargetFactory targets() const;
  judge::Rules rules(bool strict) const { return {catalogue_.clauses, *edition_, strict}; }

 private:
  Session() = default;
  std::expected<void, NotOpened> configure(const TargetOptions& options, Cases cases);
  std::expected<void, NotOpened> open_embedded();
  std::expected<void, NotOpened> open_endpoint(const TargetOptions& options, const TargetFile& file);
  std::expected<void, NotOpened> open_worlds(const std::string& spec, const target::ProviderContext& context,
                                             std::vector<std::string>& expendable);

  SystemClock clock_;
  scenario::Catalogue catalogue_;
  const api::Edition* edition_ = nullptr;
  std::string wanted_edition_, url_, world_;
  std::map<std::string, std::string> pinned_;
  std::size_t jobs_ = 1;
  std::unique_ptr<reference::Embedded> embedded_;
  std::unique_ptr<target::Guard> guard_;
  std::unique_ptr<target::WorldProvider> worlds_;
  std::unique_ptr<target::Pacer> pacer_;
  target::EndpointSetup setup_;
};

}  // namespace diconform::run
