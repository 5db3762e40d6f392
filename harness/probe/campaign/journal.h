// What a campaign writes down while it goes, so that it can go on after a kill.
//
// JSON Lines, each written whole and at once; a last line that was cut off is ignored. The first names the
// campaign (target, edition, seed), `progress` lines say how far it came, `corpus` lines hold scripts that
// showed something new, `learned` lines answers to open questions, `found` lines findings. A journal whose
// last line says `done` belongs to a campaign that ended; naming it begins a new one, with the corpus of the
// old.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "probe/campaign/campaign.h"

namespace diconform::probe {

// Reads a journal; nothing is there = an ended campaign without corpus. Errors: a line that is no journal's,
// or the campaign of another `identity` that has not ended.
Result<Earlier> read_journal(const std::string& path, const Json& identity,
                             const scenario::Catalogue& catalogue);

// Appends. Thread-safe through the listener's lock.
class Journal {
 public:
  // Begins a new journal, or goes on with the one that is there.
  static Result<Journal> open(const std::string& path, const Json& identity, bool go_on);

  void kept(const Script& script);
  void found(const CampaignFinding& finding);
  void progressed(const CampaignProgress& progress);
  void done();

 private:
  void write(std::string_view kind, Json value);

  std::ofstream file_;
};

}  // namespace diconform::probe
