// The endpoint as a membership oracle: asked on several lines at once, one id or many in a call.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "automata/oracle.h"
#include "probe/id_journal.h"
#include "probe/id_line.h"

namespace diconform::probe {

// Why many ids may be asked about at once: success, or "not found", then says that each of them is an image
// ID.
enum class Batching {
  kUnsound,     // it may not: [absent, malformed] was not seen to be refused
  kByNotFound,  // [absent, malformed] was refused wherever the malformed one stood
  kByWorld,     // the world holds all of them, and with one malformed it was refused
};

// An id about which the endpoint said nothing that tells.
struct Unclear {
  std::string id;
  std::string said;
};

// The endpoint, as the probe asks it.
class IdSource : public automata::MembershipOracle {
 public:
  // Finds out how many of these ids, all of the language, may be asked about at once. To be called first.
  // Where it cannot be because one of them is refused: that one.
  virtual Result<std::optional<automata::Word>> calibrate(std::span<const automata::Word> accepted,
                                                          const automata::Word& malformed) = 0;
  virtual Batching batching() const = 0;
  virtual std::size_t batch_size() const = 0;
  // Whether all are image IDs, at most batch_size() of them; only where batching is sound.
  virtual Result<bool> all_accepted(std::span<const automata::Word> words) = 0;
  // A single call in a carrier of choice; the id as bytes.
  virtual Result<IdReply> ask_in(Carrier carrier, const std::string& id) = 0;

  virtual std::uint64_t requests() const = 0;
  virtual const std::vector<Unclear>& unclear() const = 0;
  virtual std::size_t forbidden() const = 0;  // ids that the guard would not let out
};

// How much trouble a probe puts up with.
struct IdPatience {
  std::size_t unclear_in_a_row = 20, unclear = SIZE_MAX;  // ids; then it is given up
  bool waits = true;                                      // where the endpoint says "too fast"
};

class IdOracle final : public IdSource {
 public:
  // `lines` at once; `stop` is looked at before each call. `setup` outlives it, `journal` and `stop` may be
  // null.
  IdOracle(const target::EndpointSetup& setup, std::size_t lines, bool dry_run, IdJournal* journal,
           const std::atomic<bool>* stop, IdPatience patience = {});

  // An id that gets no answer that tells is not accepted, and listed as unclear; one that the guard refuses
  // counts as refused and is counted. Errors: the world does not work, too many unclear, too fast, or it was
  // told to stop.
  Result<std::vector<bool>> ask(std::span<const automata::Word> words) override;
  Result<std::optional<automata::Word>> calibrate(std::span<const automata::Word> accepted,
                                                  const automata::Word& malformed) override;
  Batching batching() const override { return batching_; }
  std::size_t batch_size() const override { return batch_size_; }
  Result<bool> all_accepted(std::span<const automata::Word> words) override;
  Result<IdReply> ask_in(Carrier carrier, const std::string& id) override;  // on the first line

  std::uint64_t requests() const override;
  const std::vector<Unclear>& unclear() const override { return unclear_; }
  std::size_t forbidden() const override { return forbidden_; }
  const wire::Exchange& last() const { return lines_[0]->last(); }  // of the first line

 private:
  bool note(const std::string& id, const IdReply& reply);
  Result<std::optional<automata::Word>> refused_of(std::span<const automata::Word> words);
  Result<bool> refuses_among(const std::vector<std::string>& ids, const std::string& malformed, bool held);

  const std::atomic<bool>* stop_;
  IdPatience patience_;
  IdJournal* journal_;
  std::vector<std::unique_ptr<IdLine>> lines_;
  Batching batching_ = Batching::kUnsound;
  std::size_t batch_size_ = 1, most_ids_ = SIZE_MAX;  // most: as announced
  std::mutex mutex_;                                  // over what follows, while lines run side by side
  std::vector<Unclear> unclear_;
  std::size_t unclear_in_a_row_ = 0, forbidden_ = 0;
};

}  // namespace diconform::probe
