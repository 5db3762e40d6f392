#include "target/rate_episode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace diconform::target {
namespace {

// Connections to nowhere: each knows how many calls it has carried, and answers after a while.
class Switchboard {
 public:
  explicit Switchboard(std::int64_t answers_after_us) : answers_after_us_(answers_after_us) {}

  wire::TransportFactory factory() {
    return [this] {
      std::lock_guard lock(mutex_);
      carried_.push_back(0);
      return std::make_unique<Line>(*this, carried_.size() - 1);
    };
  }
  std::vector<int> carried() const { return carried_; }

 private:
  class Line : public wire::Transport {
   public:
    Line(Switchboard& board, std::size_t number) : board_(board), number_(number) {}
    wire::Exchange exchange(std::string_view bytes, std::int64_t) override {
      SystemClock clock;
      wire::Exchange exchange;
      exchange.sent = bytes;
      exchange.started_us = clock.now_us();
      exchange.connection = static_cast<int>(number_) + 1;
      clock.sleep_us(board_.answers_after_us_);
      std::lock_guard lock(board_.mutex_);
      ++board_.carried_[number_];
      return exchange;
    }
    Result<void> connect(std::int64_t) override { return {}; }

   private:
    Switchboard& board_;
    std::size_t number_;
  };

  std::int64_t answers_after_us_;
  std::mutex mutex_;
  std::vector<int> carried_;
};

std::vector<EpisodeCall> calls_every(std::int64_t step_us, std::int64_t count) {
  std::vector<EpisodeCall> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back({i * step_us, std::to_string(i)});
  return calls;
}

TEST(RateEpisode, LetsEveryConnectionTakePart) {
  Switchboard board(0);
  SystemClock clock;
  Episode episode = run_episode(calls_every(5'000, 40), board.factory(), clock, 8, 1'000'000);
  ASSERT_EQ(episode.exchanges.size(), 40u);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(episode.exchanges[i].sent, std::to_string(i));
  std::vector<int> carried = board.carried();
  ASSERT_GE(carried.size(), 8u);
  EXPECT_GE(std::ranges::count_if(carried, [](int calls) { return calls > 0; }), 8);
}

TEST(RateEpisode, DelaysNoCallForAReplyThatIsLate) {
  Switchboard board(400'000);
  SystemClock clock;
  Episode episode = run_episode(calls_every(10'000, 12), board.factory(), clock, 2, 1'000'000);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_GE(episode.exchanges[i].started_us, episode.due_us[i]);
    EXPECT_LT(episode.exchanges[i].started_us - episode.due_us[i], 300'000)
        << i;  // two lines alone: 400 ms and more
  }
}

// 25 a second by turns are fewer than nine in each: only a limit over all of them refuses any.
TEST(RateEpisode, MixesEveryEncodingEvenly) {
  std::map<wire::Encoding, int> calls;
  for (std::size_t i = 1; i <= 24; ++i) ++calls[by_turns(i).first];
  EXPECT_EQ(calls.size(), 3u);
  for (const auto& [encoding, count] : calls) EXPECT_EQ(count, 8);
}

TEST(RateEpisode, HasAPlanOfQuietLawfulOverAndRecovery) {
  scenario::RatePlan plan;
  std::vector<std::int64_t> due = due_times(plan);
  EXPECT_EQ(due.size(), 8u * 8u + 25u * 8u + 1u);
  EXPECT_GE(due.front(), plan.quiet_ms * 1000);
  EXPECT_TRUE(std::ranges::is_sorted(due));
  EXPECT_GE(due.back() - due[due.size() - 2], 1'000'000);
}

}  // namespace
}  // namespace diconform::target
