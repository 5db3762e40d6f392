// Whether a case is right: the reference endpoint, which is, must pass it, however it answers what the
// manual leaves open.
//
// What the model makes of a scenario is right by itself. A case that says what it expects, and is then made
// smaller, may end as one that no endpoint passes: with the image left out that it expects to be deleted.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "judge/judge.h"
#include "probe/campaign/oracle.h"
#include "scenario/case_writer.h"

namespace diconform::probe {

// Thread-safe; one case at a time.
class Touchstone {
 public:
  // What is pointed to must outlive it.
  Touchstone(const scenario::Catalogue& catalogue, const Oracle& oracle, const judge::Rules& rules);
  ~Touchstone();

  // False also where the reference endpoint cannot perform it.
  bool passes(const scenario::WrittenCase& written);

 private:
  struct Right;
  void make_endpoints();

  const scenario::Catalogue& catalogue_;
  const Oracle& oracle_;
  const judge::Rules& rules_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Right>> right_;  // made when first asked for
};

}  // namespace diconform::probe
