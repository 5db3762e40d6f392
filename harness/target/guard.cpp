#include "target/guard.h"

#include <arpa/inet.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "base/text.h"
#include "target/readings.h"

namespace diconform::target {
namespace {

constexpr std::string_view kPrefix = "img-";

// Every "img-" of a text in lower case, with all that could still belong to the id.
std::vector<std::string_view> ids_in(std::string_view text) {
  constexpr std::string_view kInside = "0123456789abcdefghijklmnopqrstuvwxyz-_";
  std::vector<std::string_view> ids;
  for (std::size_t at = text.find(kPrefix); at != std::string_view::npos; at = text.find(kPrefix, at + 1)) {
    const std::size_t end = text.find_first_not_of(kInside, at);
    ids.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
  }
  return ids;
}

// Whether a request can only be a DescribeImages, or an action that the guard does not know.
struct Actions {
  bool describes_only = true;
  std::string unknown;
};

Actions actions_of(std::span<const std::string> texts) {
  Actions actions;
  bool describes = false;
  for (const std::string& text : texts) {
    if (squeezed(text).find("deleteimage") != std::string::npos) actions.describes_only = false;
    for (std::string& word : actions_in(text)) {
      if (word == "describeimages")
        describes = true;
      else if (word.find("deleteimage") == std::string::npos)
        actions.unknown = std::move(word);
    }
  }
  actions.describes_only = actions.describes_only && describes && actions.unknown.empty();
  return actions;
}

}  // namespace

bool is_loopback(std::string_view numeric_address) {
  const std::string text(numeric_address);
  if (text.find('\0') != std::string::npos) return false;
  if (in_addr four; inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return six.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&six);
}

void Guard::know_account(std::span<const std::string> listed, std::span<const std::string> expendable) {
  std::unique_lock lock(mutex_);
  for (const std::string& id : expendable) ours_.insert(lower_case(id));
  for (const std::string& id : listed) {
    if (std::ranges::find(expendable, id) != expendable.end()) continue;
    std::string letters = squeezed(id);
    foreign_[letters.size()].emplace(std::move(letters), id);
  }
  listed_ = true;
}

Result<void> Guard::allow(std::string_view id) {
  std::unique_lock lock(mutex_);
  if (const std::string* foreign = foreign_in(squeezed(id)))
    return failure("image id " + quoted(id), "belongs to the account: it is, or holds, " + quoted(*foreign),
                   "mint another");
  ours_.insert(lower_case(id));
  return {};
}

const std::string* Guard::foreign_in(std::string_view squeezed_text) const {
  for (const auto& [length, ids] : foreign_) {
    if (length == 0) return &ids.begin()->second;  // an id of separators only could stand anywhere
    for (std::size_t at = 0; at + length <= squeezed_text.size(); ++at) {
      auto found = ids.find(squeezed_text.substr(at, length));
      if (found != ids.end()) return &found->second;
    }
  }
  return nullptr;
}

std::optional<std::string> Guard::permit(std::string_view numeric_address, std::string_view bytes) const {
  if (is_loopback(numeric_address)) return std::nullopt;
  const std::string there = quoted(numeric_address) + " is not this machine, and ";
  if (!settings_.allow_destructive) return there + "--allow-destructive was not given";
  if (settings_.host.empty() || !equal_ignoring_case(settings_.host, settings_.acknowledged))
    return there + "the target file acknowledges " + quoted(settings_.acknowledged) + ", not " +
           quoted(settings_.host);
  Refusal refusal = judge(bytes);
  if (refusal) *refusal = there + *refusal;
  return refusal;
}

Guard::Refusal Guard::judge(std::string_view bytes) const {
  const auto texts = readings_of(bytes);
  if (!texts) return "the request " + texts.error();
  const Actions actions = actions_of(*texts);
  if (actions.describes_only) return std::nullopt;
  if (!actions.unknown.empty())
    return "the request names the action " + quoted(actions.unknown) + ", of which the guard knows nothing";
  return judge_delete(*texts);
}

Guard::Refusal Guard::judge_delete(std::span<const std::string> texts) const {
  std::shared_lock lock(mutex_);
  if (!listed_) return "nobody knows yet which images of the account are not ours";
  bool names_ours = false;
  for (const std::string& text : texts) {
    if (const std::string* foreign = foreign_in(squeezed(text)))
      return "the request could be read as naming " + quoted(*foreign) + ", which is not ours";
    const std::string folded = lower_case(text);
    for (std::string_view id : ids_in(folded)) {
      if (!ours_.contains(id))
        return "the request could be read as naming " + quoted(id) + ", which is not ours";
      names_ours = true;
    }
  }
  if (names_ours) return std::nullopt;
  return "the request could delete, and names no image of ours";
}

}  // namespace diconform::target
