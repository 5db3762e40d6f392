#include "probe/id_oracle.h"

#include <algorithm>
#include <thread>

namespace diconform::probe {
namespace {

using Kind = IdReply::Kind;

// How many ids a call may take: the likely limits. Smaller batches are not worth a calibration of three
// calls.
constexpr std::size_t kBatches[] = {100, 50, 25, 10, 5};

std::vector<std::string> texts_of(std::span<const automata::Word> words) {
  std::vector<std::string> texts;
  for (const automata::Word& word : words) texts.push_back(automata::utf8_of(word).value_or(""));
  return texts;
}

}  // namespace

IdOracle::IdOracle(const target::EndpointSetup& setup, std::size_t lines, bool dry_run, IdJournal* journal,
                   const std::atomic<bool>* stop, IdPatience patience)
    : stop_(stop), patience_(patience), journal_(journal) {
  if (setup.capabilities.max_image_ids)
    most_ids_ = static_cast<std::size_t>(*setup.capabilities.max_image_ids);
  for (std::size_t i = 0; i < std::max<std::size_t>(lines, 1); ++i)
    lines_.push_back(std::make_unique<IdLine>(setup, i, dry_run, patience.waits));
}

bool IdOracle::note(const std::string& id, const IdReply& reply) {
  std::lock_guard lock(mutex_);
  const bool unclear = reply.kind == Kind::kBroken || reply.kind == Kind::kTooMany;
  if (unclear) unclear_.push_back({id, reply.said});
  unclear_in_a_row_ = unclear ? unclear_in_a_row_ + 1 : 0;
  forbidden_ += reply.kind == Kind::kForbidden;
  return unclear_in_a_row_ < patience_.unclear_in_a_row && unclear_.size() < patience_.unclear;
}

Result<std::vector<bool>> IdOracle::ask(std::span<const automata::Word> words) {
  const std::vector<std::string> ids = texts_of(words);
  std::vector<char> accepted(ids.size());
  std::atomic<std::size_t> next = 0;
  std::optional<Error> problem;
  auto give_up = [&](Error error) {
    std::lock_guard lock(mutex_);
    if (!problem) problem = std::move(error);
    next = ids.size();
  };
  auto work = [&](IdLine& line) {
    for (std::size_t i; (i = next++) < ids.size();) {
      if (stop_ && *stop_) return give_up({"probe ids", "was interrupted", "a journal lets it go on"});
      auto reply = line.ask({&ids[i], 1}, Carrier::kJson);
      if (!reply) return give_up(reply.error());
      accepted[i] = static_cast<char>(reply->kind == Kind::kAccepted);
      if (!note(ids[i], *reply))
        return give_up({"probe ids", "too many ids got no answer that tells: " + reply->said, ""});
    }
  };
  const std::size_t threads = std::min(lines_.size(), (ids.size() + 1) / 2);
  if (threads <= 1) {
    work(*lines_[0]);
  } else {
    std::vector<std::jthread> team;
    for (std::size_t i = 0; i < threads; ++i) team.emplace_back(work, std::ref(*lines_[i]));
  }
  if (problem) return std::unexpected(*std::move(problem));
  if (journal_) {
    for (std::size_t i = 0; i < words.size(); ++i) journal_->append(words[i], accepted[i]);
    journal_->flush();
  }
  return std::vector<bool>(accepted.begin(), accepted.end());
}

// Whether a call with one malformed id among absent ones is refused, first, last and in between.
Result<bool> IdOracle::refuses_among(const std::vector<std::string>& ids, const std::string& malformed,
                                     bool held) {
  for (std::size_t place : {ids.size() - 1, std::size_t{0}, ids.size() / 2}) {
    std::vector<std::string> mixed = ids;
    mixed[place] = malformed;
    if (held) {
      TRY(bool holds, lines_[0]->hold(mixed));
      if (!holds) return false;
    }
    TRY(IdReply reply, lines_[0]->ask(mixed, Carrier::kJson));
    if (reply.kind != Kind::kRefused) return false;
  }
  return true;
}

// One of them that is refused by itself, found by halves; nothing where only the call as a whole was.
Result<std::optional<automata::Word>> IdOracle::refused_of(std::span<const automata::Word> words) {
  while (!words.empty()) {
    const std::size_t half = (words.size() + 1) / 2;
    TRY(IdReply reply, lines_[0]->ask(texts_of(words.first(half)), Carrier::kJson));
    const bool refused = reply.kind == Kind::kRefused;
    if (words.size() == 1) return refused ? std::optional(words[0]) : std::nullopt;
    words = refused ? words.first(half) : words.subspan(half);
  }
  return std::nullopt;
}

Result<std::optional<automata::Word>> IdOracle::calibrate(std::span<const automata::Word> accepted,
                                                          const automata::Word& malformed) {
  const std::vector<std::string> all = texts_of(accepted);
  const std::string wrong = automata::utf8_of(malformed).value_or("");
  for (std::size_t size : kBatches) {
    if (size > std::min(all.size(), most_ids_)) continue;
    batch_size_ = size;
    const std::vector<std::string> some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(batch_size_));
    TRY(IdReply reply, lines_[0]->ask(some, Carrier::kJson));
    if (reply.kind == Kind::kTooMany) continue;
    if (reply.kind == Kind::kAccepted) {
      TRY(bool refused, refuses_among(some, wrong, false));
      if (refused) batching_ = Batching::kByNotFound;
    }
    if (batching_ != Batching::kUnsound) return std::nullopt;
    if (reply.kind == Kind::kRefused) {
      TRY(std::optional<automata::Word> one, refused_of(accepted.first(size)));
      if (one) {
        batch_size_ = 1;
        return one;
      }
    }
    TRY(bool holds, lines_[0]->hold(some));
    if (holds) {
      TRY(IdReply held, lines_[0]->ask(some, Carrier::kJson));
      TRY(bool refused, refuses_among(some, wrong, true));
      if (held.said == "success" && refused) batching_ = Batching::kByWorld;
      TRY_VOID(lines_[0]->hold({}));
    }
    break;
  }
  if (batching_ == Batching::kUnsound) batch_size_ = 1;
  return std::nullopt;
}

Result<bool> IdOracle::all_accepted(std::span<const automata::Word> words) {
  const std::vector<std::string> ids = texts_of(words);
  const bool held = batching_ == Batching::kByWorld;
  if (held) {
    TRY(bool holds, lines_[0]->hold(ids));
    if (!holds) return false;
  }
  TRY(IdReply reply, lines_[0]->ask(ids, Carrier::kJson));
  if (held) {
    TRY_VOID(lines_[0]->hold({}));
  }
  // Held images make a call succeed; where they do not, nobody knows about each.
  const bool all =
      reply.kind == Kind::kAccepted && (!held || reply.said == "success" || reply.said == "DryRunOperation");
  if (all && journal_) {
    for (const automata::Word& word : words) journal_->append(word, true);
    journal_->flush();
  }
  return all;
}

Result<IdReply> IdOracle::ask_in(Carrier carrier, const std::string& id) {
  return lines_[0]->ask({&id, 1}, carrier);
}

std::uint64_t IdOracle::requests() const {
  std::uint64_t sum = 0;
  for (const auto& line : lines_) sum += line->requests();
  return sum;
}

}  // namespace diconform::probe
