#include "target/static_provider.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::target {

// A member of FILE: what its images look like, and what else DescribeImages may call their state.
struct StaticProvider::Role {
  std::string_view member, state, type;
  bool shared_out;
  std::string_view facet;
  std::string_view other_state;

  bool plays(const api::Image& wanted) const {
    return wanted.state == state && wanted.type == type && wanted.shared_to.empty() != shared_out &&
           !wanted.task_running;
  }
  // An image that is told less of than expected is believed.
  bool looks_like(const api::Image& seen) const {
    const bool right_state = seen.state.empty() || seen.state == state || seen.state == other_state;
    return right_state && (seen.type.empty() || seen.type == type);
  }
};

namespace {

using Role = StaticProvider::Role;
using Entry = StaticProvider::Entry;

// Editions from 2025-11-19 on know no USING: such an image is shown as NORMAL.
constexpr std::array<Role, 6> kRoles = {{
    {"normal", "NORMAL", "PRIVATE_IMAGE", false, "", ""},
    {"creating", "CREATING", "PRIVATE_IMAGE", false, "", ""},
    {"using", "USING", "PRIVATE_IMAGE", false, "", "NORMAL"},
    {"sharedOut", "NORMAL", "PRIVATE_IMAGE", true, "SharedTo", ""},
    {"sharedIn", "NORMAL", "SHARED_IMAGE", false, "ImageType", ""},
    {"public", "NORMAL", "PUBLIC_IMAGE", false, "ImageType", ""},
}};

Result<Entry> entry_from_json(const Json& json, const JsonPlace& place) {
  Entry entry;
  if (const std::string* id = json.string()) {
    entry.id = *id;
  } else {
    ObjectReader members(json, place);
    members.required("id", entry.id);
    members.optional("snapshots", entry.snapshots);
    TRY_VOID(members.finish());
  }
  const bool plain =
      !entry.id.empty() && std::ranges::all_of(entry.id, [](char c) { return c > ' ' && c < 0x7f; });
  if (!plain) return place.failure("is no image id: " + quoted(entry.id), "such as \"img-1a2b3c4d\"");
  return entry;
}

Result<std::vector<Entry>> entries_from_json(const Json& json, const JsonPlace& place) {
  std::vector<Entry> entries;
  ObjectReader members(json, place);
  for (const Role& role : kRoles) {
    std::vector<Entry> some;
    members.optional(role.member, some, each(entry_from_json));
    for (Entry& entry : some) {
      if (std::ranges::find(entries, entry.id, &Entry::id) != entries.end())
        members.refuse(role.member, "names " + quoted(entry.id) + " a second time", "an image has one role");
      entry.role = &role;
      entries.push_back(std::move(entry));
    }
  }
  TRY_VOID(members.finish());
  if (entries.empty()) return place.failure("names no image", "as in {\"normal\": [\"img-1a2b3c4d\"]}");
  return entries;
}

std::string system_problem(std::string_view what) { return std::string(what) + ": " + std::strerror(errno); }

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// That a new file is there after a crash is the folder's to remember.
void flush_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::vector<std::string> ids_of(const std::vector<Entry*>& entries) {
  std::vector<std::string> ids;
  for (const Entry* entry : entries) ids.push_back(entry->id);
  return ids;
}

std::unexpected<CannotMake> cannot(std::string reason) {
  return std::unexpected(CannotMake{std::move(reason)});
}

}  // namespace

Result<std::unique_ptr<StaticProvider>> StaticProvider::open(const std::string& file,
                                                             DescribeImages describe) {
  TRY(Json json, read_json_file(file));
  std::unique_ptr<StaticProvider> provider(new StaticProvider(file, std::move(describe)));
  TRY(provider->entries_, entries_from_json(json, file));
  TRY_VOID(provider->open_used());
  return provider;
}

StaticProvider::~StaticProvider() {
  if (used_ >= 0) ::close(used_);  // and with it the lock
}

Result<void> StaticProvider::open_used() {
  const std::string path = file_ + ".used";
  used_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (used_ < 0)
    return failure(path, system_problem("cannot be opened"), "used images must be written down there");
  if (::flock(used_, LOCK_EX | LOCK_NB) != 0)
    return failure(path, "is locked by another run", "give each run a file and images of its own");
  flush_folder_of(path);
  TRY(std::string text, read_file(path));
  used_ends_a_line_ = text.empty() || text.ends_with('\n');
  for (std::string_view line : split(text, '\n')) {
    auto used = std::ranges::find(entries_, trimmed(line), &Entry::id);
    if (used != entries_.end()) used->unusable = "used";
  }
  return {};
}

std::vector<std::string> StaticProvider::ids() const {
  std::vector<std::string> ids;
  for (const Entry& entry : entries_) ids.push_back(entry.id);
  return ids;
}

Result<Capabilities> StaticProvider::hello() {
  Capabilities capabilities;
  capabilities.isolated = false;
  capabilities.actions = {"DeleteImages", "DescribeImages"};
  capabilities.states.clear();
  for (const Entry& entry : entries_) {
    capabilities.states.emplace(entry.role->state);
    if (!entry.role->facet.empty()) capabilities.facets.emplace(entry.role->facet);
  }
  return capabilities;
}

std::string StaticProvider::stock(const Role& role) const {
  std::string gone;
  std::size_t listed = 0, used = 0;
  for (const Entry& entry : entries_) {
    if (entry.role != &role) continue;
    ++listed;
    if (entry.unusable == "used")
      ++used;
    else if (!entry.unusable.empty())
      gone += ", " + entry.id + " " + entry.unusable;
  }
  return fmt::format("{} has no image left for the role \"{}\": {} listed, {} used{}", file_, role.member,
                     listed, used, gone);
}

StaticProvider::Choice StaticProvider::pick(const std::vector<api::Image>& wanted) {
  std::vector<Entry*> chosen;
  for (const api::Image& image : wanted) {
    if (!image.id.empty())
      return std::unexpected(CannotMake{"the case wants an image " + quoted(image.id) +
                                        ", and existing images have ids of their own"});
    auto role = std::ranges::find_if(kRoles, [&](const Role& one) { return one.plays(image); });
    if (role == kRoles.end())
      return std::unexpected(
          CannotMake{fmt::format("no role of a static file is like an image in state {} of type {}{}",
                                 image.state, image.type, image.task_running ? " with a task running" : "")});
    auto fits = [&](Entry& entry) {
      return entry.role == &*role && entry.unusable.empty() &&
             std::ranges::find(chosen, &entry) == chosen.end() &&
             (image.snapshots.empty() || image.snapshots.size() == entry.snapshots.size());
    };
    auto entry = std::ranges::find_if(entries_, fits);
    if (entry == entries_.end()) return cannot(stock(*role));
    chosen.push_back(&*entry);
  }
  return chosen;
}

// Strikes off those that are not what the file says, and tells whether there was none.
Result<bool> StaticProvider::still_there(const std::vector<Entry*>& chosen) {
  TRY(std::vector<api::Image> seen, look_at(describe_, ids_of(chosen)));
  bool all = true;
  for (Entry* entry : chosen) {
    auto found = std::ranges::find(seen, entry->id, &api::Image::id);
    if (found == seen.end())
      entry->unusable = "is gone";
    else if (!entry->role->looks_like(*found))
      entry->unusable = fmt::format("is {} and {} by now", found->state, found->type);
    all = all && entry->unusable.empty();
  }
  return all;
}

Result<void> StaticProvider::mark_used(const std::vector<Entry*>& chosen) {
  std::string lines = used_ends_a_line_ ? "" : "\n";
  for (const Entry* entry : chosen) lines += entry->id + "\n";
  if (!write_all(used_, lines) || ::fsync(used_) != 0)
    return failure(file_ + ".used", system_problem("cannot be written"),
                   "nothing is deleted that is not written down there first");
  used_ends_a_line_ = true;
  for (Entry* entry : chosen) entry->unusable = "used";
  return {};
}

std::expected<std::vector<api::Image>, PutProblem> StaticProvider::choose(std::vector<api::Image> wanted,
                                                                          bool deletes) {
  std::lock_guard lock(mutex_);
  Choice chosen;
  for (bool all_there = false; !all_there;) {  // each turn strikes off an entry, or is the last
    chosen = pick(wanted);
    if (!chosen) return std::unexpected(std::move(chosen).error());
    TRY(all_there, still_there(*chosen));
  }
  if (deletes && !chosen->empty()) TRY_VOID(mark_used(*chosen));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    wanted[i].id = (*chosen)[i]->id;
    wanted[i].snapshots = (*chosen)[i]->snapshots;
  }
  return wanted;
}

std::expected<void, PutProblem> StaticProvider::put(const Account& account) {
  std::lock_guard lock(mutex_);
  if (account.token) return cannot("an account that exists cannot be given a token");
  for (const api::Image& image : account.world.images) {
    if (std::ranges::find(entries_, image.id, &Entry::id) == entries_.end())
      return cannot("an image " + quoted(image.id) + " cannot be made: " + file_ + " lists what there is");
  }
  worlds_[account.secret_id] = account.world;
  return {};
}

Result<api::World> StaticProvider::get(const std::string& secret_id) {
  std::lock_guard lock(mutex_);
  auto known = worlds_.find(secret_id);
  if (known == worlds_.end()) return failure(file_, "no world was put for " + quoted(secret_id), "");
  std::vector<std::string> ids;
  for (const api::Image& image : known->second.images) ids.push_back(image.id);
  TRY(std::vector<api::Image> seen, look_at(describe_, ids));
  api::World world;
  for (const api::Image& image : known->second.images) {
    auto found = std::ranges::find(seen, image.id, &api::Image::id);
    if (found == seen.end()) continue;
    world.images.push_back(image);
    if (image.state == "NORMAL" && !found->state.empty()) world.images.back().state = found->state;
    world.snapshots.insert(image.snapshots.begin(), image.snapshots.end());
  }
  return world;
}

Result<void> StaticProvider::drop(const std::string& secret_id) {
  std::lock_guard lock(mutex_);
  worlds_.erase(secret_id);
  return {};
}

Result<std::int64_t> StaticProvider::advance(const std::string&, std::int64_t) {
  return failure(file_, "images that exist have a real clock", "");
}

}  // namespace diconform::target
