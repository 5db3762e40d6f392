// The linearizability checker against all orders there are, one by one, of small histories. An input is a
// text: the first line names the images (of a, b, c) that are there; each further line is a call: D deletes,
// R is a dry run, L a look (at its first image); a b c what it names, A B C what a look saw; ! done, -
// missing, ~ refused, ? no reply; two digits, when it was sent and when it was answered.
#include "judge/history.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "input.h"

using namespace diconform::fuzz;
using diconform::judge::HistoryCall;
using diconform::judge::HistoryVerdict;
using Kind = HistoryCall::Kind;
using Heard = HistoryCall::Heard;

namespace {

using Images = std::set<std::string>;
constexpr std::size_t kMostCalls = 6;  // 720 orders

HistoryCall read_call(std::string_view line) {
  HistoryCall call;
  bool sent = false;
  for (char c : line) {
    if (c == 'R') call.kind = Kind::kDryRun;
    if (c == 'L') call.kind = Kind::kLook;
    if (c >= 'a' && c <= 'c') call.ids.insert(std::string(1, c));
    if (c >= 'A' && c <= 'C') call.seen.insert(std::string(1, static_cast<char>(c + 32)));
    if (c == '-') call.heard = Heard::kMissing;
    if (c == '~') call.heard = Heard::kRefused;
    if (c == '?') call.heard = Heard::kNothing;
    if (c >= '0' && c <= '9') {
      (sent ? call.heard_us : call.sent_us) = c - '0';
      sent = true;
    }
  }
  if (call.ids.empty()) call.ids = {"a"};
  call.heard_us = std::max(call.heard_us, call.sent_us);
  if (call.kind != Kind::kLook) {
    call.seen.clear();
    return call;
  }
  call.ids = {*call.ids.begin()};
  std::erase_if(call.seen, [&](const std::string& id) { return !call.ids.contains(id); });
  if (call.heard == Heard::kMissing) call.heard = Heard::kDone;
  return call;
}

// Whether the call hears this where these images are there; they become what it leaves.
bool hears(const HistoryCall& call, Images& there) {
  bool all = std::ranges::all_of(call.ids, [&](const std::string& id) { return there.contains(id); });
  if (call.heard == Heard::kRefused) return true;
  if (call.heard == Heard::kMissing) return !all;
  if (call.kind == Kind::kLook)
    return call.heard == Heard::kNothing || there.contains(*call.ids.begin()) == !call.seen.empty();
  if (call.heard == Heard::kDone && !all) return false;
  if (call.kind == Kind::kDelete && all)
    for (const std::string& id : call.ids) there.erase(id);
  return true;
}

bool is_order(const std::vector<HistoryCall>& calls, const std::vector<std::size_t>& order, Images there) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const HistoryCall& call = calls[order[i]];
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      const HistoryCall& later = calls[order[j]];
      if (later.heard != Heard::kNothing && later.heard_us < call.sent_us) return false;
    }
    if (!hears(call, there)) return false;
  }
  return true;
}

// Every choice of the calls without a reply that took effect, every order.
bool has_order(const std::vector<HistoryCall>& calls, const Images& there) {
  for (std::size_t chosen = 0; chosen < (std::size_t{1} << calls.size()); ++chosen) {
    std::vector<std::size_t> order;
    bool lawful = true;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (chosen >> i & 1)
        order.push_back(i);
      else
        lawful = lawful && calls[i].heard == Heard::kNothing;
    }
    if (!lawful) continue;
    do {
      if (is_order(calls, order, there)) return true;
    } while (std::ranges::next_permutation(order).found);
  }
  return false;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = text_of(data, size);
  Images there;
  for (char c : take_line(text))
    if (c >= 'a' && c <= 'c') there.insert(std::string(1, c));
  std::vector<HistoryCall> calls;
  while (!text.empty() && calls.size() < kMostCalls) calls.push_back(read_call(take_line(text)));
  HistoryVerdict verdict = diconform::judge::check_history(there, calls);
  bool right = has_order(calls, there);
  FUZZ_CHECK(
      verdict.kind == (right ? HistoryVerdict::Kind::kLinearizable : HistoryVerdict::Kind::kImpossible),
      std::string(right ? "an order exists" : "no order exists") +
          ", the checker says otherwise: " + shown(text_of(data, size)));
  // What it blames is enough: without the rest there is no order either.
  std::vector<HistoryCall> blamed;
  for (std::size_t i : verdict.calls) blamed.push_back(calls[i]);
  FUZZ_CHECK(right || !has_order(blamed, there),
             "the calls it blames have an order: " + shown(text_of(data, size)));
  return 0;
}
