#include "judge/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/chance.h"

namespace diconform::judge {
namespace {

using Kind = HistoryCall::Kind;
using Heard = HistoryCall::Heard;
using Verdict = HistoryVerdict::Kind;

HistoryCall deletes(std::set<std::string> ids, Heard heard, std::int64_t sent_us, std::int64_t heard_us) {
  return {.ids = std::move(ids), .heard = heard, .sent_us = sent_us, .heard_us = heard_us};
}

HistoryCall look(std::set<std::string> ids, std::set<std::string> seen, std::int64_t sent_us,
                 std::int64_t heard_us) {
  return {.kind = Kind::kLook,
          .ids = std::move(ids),
          .seen = std::move(seen),
          .sent_us = sent_us,
          .heard_us = heard_us};
}

Verdict check(std::vector<HistoryCall> calls) { return check_history({"a", "b", "c"}, calls).kind; }

TEST(History, LetsOneOfTwoSimultaneousDeletesWin) {
  EXPECT_EQ(check({deletes({"a"}, Heard::kDone, 0, 10), deletes({"a"}, Heard::kMissing, 1, 9)}),
            Verdict::kLinearizable);
}

TEST(History, LetsNobodyDeleteAnImageTwice) {
  std::vector<HistoryCall> calls = {deletes({"b"}, Heard::kDone, 0, 10), deletes({"a"}, Heard::kDone, 0, 10),
                                    deletes({"a"}, Heard::kDone, 1, 9)};
  HistoryVerdict verdict = check_history({"a", "b"}, calls);
  EXPECT_EQ(verdict.kind, Verdict::kImpossible);
  EXPECT_EQ(verdict.calls, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(verdict.images, std::set<std::string>{"a"});
}

TEST(History, DoesNotLetACallBeforeTheWinnerMissTheImage) {
  EXPECT_EQ(check({deletes({"a"}, Heard::kMissing, 0, 1), deletes({"a"}, Heard::kDone, 2, 3)}),
            Verdict::kImpossible);
}

TEST(History, WantsBatchesWhole) {
  // Each of the two batches was refused for the image that only the other could have taken.
  EXPECT_EQ(check({deletes({"a", "b"}, Heard::kMissing, 0, 10), deletes({"b", "a"}, Heard::kMissing, 0, 10)}),
            Verdict::kImpossible);
  EXPECT_EQ(check({deletes({"a", "b"}, Heard::kDone, 0, 10), deletes({"b", "c"}, Heard::kMissing, 0, 10),
                   look({"a", "b", "c"}, {"c"}, 11, 12)}),
            Verdict::kLinearizable);
  EXPECT_EQ(check({deletes({"a", "b"}, Heard::kDone, 0, 10), deletes({"b", "c"}, Heard::kMissing, 0, 10),
                   look({"a", "b", "c"}, {}, 11, 12)}),
            Verdict::kImpossible);
}

TEST(History, LetsALostCallTakeEffectLaterOrNever) {
  HistoryCall lost = deletes({"a"}, Heard::kNothing, 0, 0);
  EXPECT_EQ(check({lost, look({"a"}, {"a"}, 5, 6), look({"a"}, {}, 90, 91)}), Verdict::kLinearizable);
  EXPECT_EQ(check({lost, look({"a"}, {"a"}, 90, 91)}), Verdict::kLinearizable);
  EXPECT_EQ(check({lost, look({"a"}, {}, 5, 6), look({"a"}, {"a"}, 90, 91)}), Verdict::kImpossible);
  lost.sent_us = 50;
  EXPECT_EQ(check({lost, look({"a"}, {}, 5, 6)}), Verdict::kImpossible);
}

TEST(History, LetsADryRunTakeNothing) {
  HistoryCall dry = deletes({"a"}, Heard::kDone, 0, 1);
  dry.kind = Kind::kDryRun;
  EXPECT_EQ(check({dry, deletes({"a"}, Heard::kDone, 2, 3)}), Verdict::kLinearizable);
  EXPECT_EQ(check({dry, look({"a"}, {}, 2, 3)}), Verdict::kImpossible);
}

TEST(History, SaysWhenItCannotTell) {
  std::vector<HistoryCall> calls(65, deletes({"a"}, Heard::kMissing, 0, 1));
  EXPECT_EQ(check(calls), Verdict::kTooLarge);
}

TEST(History, SearchesThirtyTwoOverlappingCallsQuickly) {
  std::vector<HistoryCall> calls;
  for (int i = 0; i < 32; ++i)
    calls.push_back(deletes({"a", "b"}, i == 20 ? Heard::kDone : Heard::kMissing, i, 1000 - i));
  EXPECT_EQ(check(calls), Verdict::kLinearizable);
  calls[3].heard = Heard::kDone;
  EXPECT_EQ(check(calls), Verdict::kImpossible);
}

// The definition, by trying every order and every subset of the lost calls.
bool by_definition(const std::set<std::string>& there, const std::vector<HistoryCall>& calls) {
  std::vector<std::size_t> order(calls.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto before = [&](std::size_t a, std::size_t b) {
    return calls[a].heard != Heard::kNothing && calls[a].heard_us < calls[b].sent_us;
  };
  auto possible = [&](unsigned never) {
    std::set<std::string> left = there;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const HistoryCall& call = calls[order[i]];
      for (std::size_t j = i + 1; j < order.size(); ++j)
        if (before(order[j], order[i])) return false;
      bool lost = call.heard == Heard::kNothing;
      if (lost && never >> order[i] & 1) continue;
      bool complete = std::ranges::includes(left, call.ids);
      if (call.kind == Kind::kLook) {
        std::set<std::string> seen;
        std::ranges::set_intersection(left, call.ids, std::inserter(seen, seen.end()));
        if (!lost && seen != call.seen) return false;
        continue;
      }
      if (call.heard == Heard::kDone && !complete) return false;
      if (call.heard == Heard::kMissing && complete) return false;
      bool goes = call.kind == Kind::kDelete && complete && call.heard != Heard::kMissing;
      if (goes)
        for (const std::string& id : call.ids) left.erase(id);
    }
    return true;
  };
  do {
    for (unsigned never = 0; never < 1u << calls.size(); ++never)
      if (possible(never)) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

TEST(History, AgreesWithTheDefinitionOnSmallHistories) {
  Chance chance(7);
  int impossible = 0;
  for (int round = 0; round < 1500; ++round) {
    std::vector<HistoryCall> calls(1 + chance.below(5));
    for (HistoryCall& call : calls) {
      for (const char* id : {"a", "b", "c"})
        if (chance.one_in(2)) call.ids.insert(id);
      if (call.ids.empty()) call.ids.insert("a");
      call.kind = chance.one_in(3) ? Kind::kLook : chance.one_in(5) ? Kind::kDryRun : Kind::kDelete;
      for (const std::string& id : call.ids)
        if (call.kind == Kind::kLook && chance.one_in(2)) call.seen.insert(id);
      bool look = call.kind == Kind::kLook;
      call.heard = chance.one_in(5)           ? Heard::kNothing
                   : look || chance.one_in(2) ? Heard::kDone
                                              : Heard::kMissing;
      call.sent_us = static_cast<std::int64_t>(chance.below(20));
      call.heard_us = call.sent_us + 1 + static_cast<std::int64_t>(chance.below(20));
    }
    bool expected = by_definition({"a", "b", "c"}, calls);
    impossible += !expected;
    ASSERT_EQ(check(calls) == Verdict::kLinearizable, expected) << "round " << round;
  }
  EXPECT_GT(impossible, 300);
  EXPECT_LT(impossible, 1200);
}

}  // namespace
}  // namespace diconform::judge
