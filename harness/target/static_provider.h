// Worlds of images that exist already, by role: `static:FILE` (PROTOCOLS.md, section 1).
//
// For the service itself, and for whatever has no hook. Nothing can be made: a trial gets images of the file
// that play its roles (choose), looks at them through DescribeImages, and a trial that deletes uses them up
// for good. Their ids are written to FILE.used, and on disk, before the trial learns them, so that no later
// run, nor one after a crash, takes an image for what it no longer is. FILE.used is locked while we live: two
// runs do not share images.
//
// What an account cannot show of itself is believed: to whom an image is shared out, that one is in use, its
// snapshots. Of a plain image (NORMAL) the state is observed; one that is being created or used may change by
// itself at any time, and that is not the endpoint's doing.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "target/describe.h"
#include "target/world_provider.h"

namespace diconform::target {

// Thread-safe, though one world for everybody leaves little to do at once.
class StaticProvider final : public WorldProvider {
 public:
  // Errors: FILE cannot be read or is not of that form, names an id twice, or is in use by another run.
  static Result<std::unique_ptr<StaticProvider>> open(const std::string& file, DescribeImages describe);
  ~StaticProvider() override;

  // Every id of the file: what the guard may let be deleted though the account held it before us.
  std::vector<std::string> ids() const;

  Result<Capabilities> hello() override;
  bool makes_worlds() const override { return false; }
  // Cannot be made: no such role in the file, none left, an id of the case's own. Images that are gone or
  // have another state by now are passed over.
  std::expected<std::vector<api::Image>, PutProblem> choose(std::vector<api::Image> wanted,
                                                            bool deletes) override;
  // Remembers what the trial was given. Cannot be made: images that were not chosen, a token.
  std::expected<void, PutProblem> put(const Account& account) override;
  Result<api::World> get(const std::string& secret_id) override;
  Result<void> drop(const std::string& secret_id) override;
  Result<std::int64_t> advance(const std::string& secret_id,
                               std::int64_t duration_ms) override;  // always an Error

  struct Role;
  struct Entry {
    const Role* role = nullptr;
    std::string id;
    std::set<std::string> snapshots;
    std::string unusable;  // why it is given to nobody any more; empty = it may be
  };

 private:
  using Choice = std::expected<std::vector<Entry*>, CannotMake>;
  StaticProvider(std::string file, DescribeImages describe)
      : file_(std::move(file)), describe_(std::move(describe)) {}
  Result<void> open_used();
  Result<void> mark_used(const std::vector<Entry*>& chosen);
  Choice pick(const std::vector<api::Image>& wanted);
  Result<bool> still_there(const std::vector<Entry*>& chosen);
  std::string stock(const Role& role) const;

  const std::string file_;
  const DescribeImages describe_;
  int used_ = -1;  // FILE.used, open for appending
  bool used_ends_a_line_ = true;
  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::map<std::string, api::World> worlds_;
};

}  // namespace diconform::target
