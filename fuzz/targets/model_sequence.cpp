// Sequences of calls: after every step the endpoint's store is what a naive reference makes of it, and dry
// runs and refusals change nothing. An input is a text: the first line says what images there are, one
// character each (n normal, c creating, u in use, s shared out, i shared in, p public, t under a task, 1 2 3
// with snapshots, . none); each further line is a call: a-h name these images, A is malformed, x is absent, ?
// makes it a dry run, + deletes the snapshots, m names the absent one a hundred times.
#include <array>
#include <bitset>
#include <mutex>
#include <vector>

#include "check.h"
#include "input.h"
#include "own.h"
#include "reference/accounts.h"
#include "reference/model.h"

using namespace diconform;
using namespace diconform::fuzz;

namespace {

constexpr std::size_t kImages = 8, kSnapshots = 4;
const std::string kIds[kImages] = {"img-0000000a", "img-0000000b", "img-0000000c", "img-0000000d",
                                   "img-0000000e", "img-0000000f", "img-0000000g", "img-0000000h"};
const std::string kSnapshotIds[kSnapshots] = {"snap-00000001", "snap-00000002", "snap-00000003",
                                              "snap-00000004"};

// The reference: what is there, and why it may not go.
struct Naive {
  std::array<char, kImages> kinds = {};        // '.' = none
  std::bitset<kSnapshots> snapshots = 0b1000;  // the last is nobody's
  static std::bitset<kSnapshots> bound_to(char kind) {
    return kind >= '1' && kind <= '3' ? static_cast<unsigned>(kind - '0') : 0;
  }
};

struct NaiveCall {
  Json::Array ids;  // taken away when the call is made
  std::size_t count = 0;
  std::bitset<kImages> named;
  bool malformed = false, absent = false, dry_run = false, with_snapshots = false;
};

Naive naive_world(std::string_view line) {
  Naive world;
  world.kinds.fill('.');
  for (std::size_t i = 0; i < std::min(line.size(), kImages); ++i) {
    world.kinds[i] = std::string_view("ncusipt123").find(line[i]) == std::string_view::npos ? '.' : line[i];
    world.snapshots |= Naive::bound_to(world.kinds[i]);
  }
  return world;
}

api::World world_of(const Naive& naive) {
  api::World world;
  world.images.reserve(kImages);
  for (std::size_t i = 0; i < kImages; ++i) {
    char kind = naive.kinds[i];
    if (kind == '.') continue;
    api::Image& image = world.images.emplace_back();
    image.id = kIds[i];
    if (kind == 'c') image.state = "CREATING";
    if (kind == 'u') image.state = "USING";
    if (kind == 's') image.shared_to = {"100000000002"};
    if (kind == 'i') image.type = "SHARED_IMAGE";
    if (kind == 'p') image.type = "PUBLIC_IMAGE";
    image.task_running = kind == 't';
    for (std::size_t s = 0; s < kSnapshots; ++s)
      if (Naive::bound_to(kind)[s]) image.snapshots.insert(kSnapshotIds[s]);
  }
  for (std::size_t s = 0; s < kSnapshots; ++s)
    if (naive.snapshots[s]) world.snapshots.insert(kSnapshotIds[s]);
  return world;
}

NaiveCall naive_call(std::string_view line) {
  NaiveCall call;
  call.ids.reserve(line.find('m') == line.npos ? line.size() : line.size() + 100);
  for (char c : line) {
    if (c >= 'a' && c < static_cast<char>('a' + kImages)) {
      call.ids.emplace_back(kIds[c - 'a']);
      call.named.set(static_cast<std::size_t>(c - 'a'));
    } else if (c == 'A') {
      call.ids.emplace_back("img-0000000A");
      call.malformed = true;
    } else if (c == 'x' || (c == 'm' && call.ids.size() < 100)) {
      call.ids.insert(call.ids.end(), c == 'm' ? 100 : 1, Json("img-zzzzzzzz"));
      call.absent = true;
    }
    call.dry_run |= c == '?';
    call.with_snapshots |= c == '+';
  }
  call.count = call.ids.size();
  return call;
}

// The code of the kind of image that refuses, in the default edition.
std::string_view code_of(char kind) {
  switch (kind) {
    case '.':
      return "InvalidImageId.NotFound";
    case 'c':
    case 'u':
      return "InvalidImageId.IncorrectState";
    case 's':
      return "InvalidImageId.InShared";
    case 'i':  // …IsShared
    case 'p':
      return "InvalidParameterValue.InvalidImageId";
    case 't':
      return "MutexOperation.TaskRunning";
    default:
      return "";
  }
}

// Whether the code is that of one thing that is wrong; empty = nothing is.
bool may_answer(const Naive& world, const NaiveCall& call, std::string_view code, bool& good) {
  bool lawful = false;
  good = call.count > 0 && !call.malformed && !call.absent;
  if (call.count == 0) return code == "MissingParameter";
  lawful |= call.malformed && code == "InvalidImageId.Malformed";
  lawful |= call.absent && code == "InvalidImageId.NotFound";
  // The page has a code for too many values and no number; ours is the edition's.
  if (call.count > edition().limits.image_ids) {
    good = false;
    lawful |= code == "InvalidParameterValue.LimitExceeded";
  }
  for (std::size_t i = 0; i < kImages; ++i) {
    if (!call.named[i] || code_of(world.kinds[i]).empty()) continue;
    good = false;
    lawful |= code.starts_with(code_of(world.kinds[i]));
  }
  return good ? code.empty() : lawful;
}

void apply(Naive& world, const NaiveCall& call) {
  for (std::size_t i = 0; i < kImages; ++i) {
    if (!call.named[i]) continue;
    if (call.with_snapshots) world.snapshots &= ~Naive::bound_to(world.kinds[i]);
    world.kinds[i] = '.';
  }
}

// Which of the names it is, or how many there are: they differ in the last character.
template <std::size_t Count>
std::size_t number_of(const std::string& name, const std::string (&names)[Count]) {
  std::size_t number = name.empty() ? Count : static_cast<std::size_t>(name.back() - names[0].back());
  return number < Count && name == names[number] ? number : Count;
}

bool are(const std::set<std::string>& names, std::bitset<kSnapshots> wanted) {
  for (const std::string& name : names) {
    std::size_t number = number_of(name, kSnapshotIds);
    if (number == kSnapshots || !wanted[number]) return false;
  }
  return names.size() == wanted.count();
}

bool same(const api::World& store, const Naive& naive, std::bitset<kSnapshots> gone) {
  std::bitset<kImages> there;
  for (const api::Image& image : store.images) {
    std::size_t number = number_of(image.id, kIds);
    if (number == kImages || there[number]) return false;
    there.set(number);
    if (!are(image.snapshots, Naive::bound_to(naive.kinds[number]) & ~gone)) return false;
  }
  for (std::size_t i = 0; i < kImages; ++i)
    if (there[i] != (naive.kinds[i] != '.')) return false;
  return are(store.snapshots, naive.snapshots);
}

struct Endpoint {
  VirtualClock clock{1'795'307'991'000};
  reference::Manual manual;
  reference::AccountStore store;
  explicit Endpoint(reference::Manual its_manual)
      : manual(std::move(its_manual)), store({.manual = &manual, .clock = &clock, .limiter = {}}) {}
};

Endpoint& endpoint() {
  static Endpoint kEndpoint(*reference::Manual::of(edition()));
  return kEndpoint;
}

reference::Answer perform(reference::Account& account, NaiveCall& call) {
  static const reference::Pins kPins;
  Json::Object params;
  params.reserve(3);
  params.emplace_back("ImageIds", std::move(call.ids));
  if (call.dry_run) params.emplace_back("DryRun", true);
  if (call.with_snapshots) params.emplace_back("DeleteBindedSnap", true);
  reference::Request request;
  request.call.params = std::move(params);
  reference::Chooser chooser(kPins);
  std::scoped_lock lock(account.mutex);
  reference::Outcome outcome = decide(endpoint().manual, account.state, std::move(request), chooser);
  account.state.world = after(std::move(account.state.world), outcome.effect);
  return std::move(outcome.answer);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kSecretId = "AKIDEXAMPLE";
  std::string_view text = text_of(data, size);
  Naive naive = naive_world(take_line(text));
  target::Account made{.secret_id = kSecretId,
                       .secret_key = "k",
                       .token = {},
                       .rate = target::NoRateLimit{},
                       .world = world_of(naive)};
  FUZZ_CHECK(endpoint().store.put(std::move(made)).has_value(), "the store does not take a lawful world");
  std::shared_ptr<reference::Account> account = endpoint().store.find(kSecretId);
  std::bitset<kSnapshots> gone = 0;
  // As many as can delete something.
  for (std::size_t step = 0; step < kImages && !text.empty(); ++step) {
    std::string_view line = take_line(text);
    NaiveCall call = naive_call(line);
    reference::Answer answer = perform(*account, call);
    bool good = false;
    std::string_view code = answer.error ? std::string_view(answer.error->code) : "";
    FUZZ_CHECK(may_answer(naive, call, code, good),
               "call " + shown(line) + " is answered " + std::string(code));
    if (good && !call.dry_run) {
      std::bitset<kSnapshots> before = naive.snapshots;
      apply(naive, call);
      gone |= before & ~naive.snapshots;
    }
    FUZZ_CHECK(same(account->state.world, naive, gone),
               "after call " + shown(line) + " the store is another");
  }
  return 0;
}
