#include "probe/shrink/shrink.h"

#include <array>

#include "probe/shrink/reductions.h"

namespace diconform::probe {
namespace {

// From the coarse to the fine.
constexpr auto kReductions = std::to_array<Reduction>(
    {keep_one_step, barest_step,      drop_steps_behind, drop_step,    join_steps,    repeat_less,
     less_together, less_beside,      simpler_form,      halve_ids,    keep_one_id,   absent_ids,
     drop_id,       absent_id,        drop_member,       plainer_flag, drop_oddities, drop_change,
     drop_header,   from_one_account, drop_account,      drop_image,   drop_role,     simplify_image,
     shorten_text,  write_out_id,     shorten_id,        plainer_role});

}  // namespace

Script shrink(Script script, const std::function<bool(const Script&)>& fails, std::size_t most_attempts) {
  std::size_t attempts = 0;
  for (bool progress = true; progress;) {
    progress = false;
    for (Reduction reduce : kReductions) {
      for (std::size_t n = 0;;) {
        Script smaller = script;
        Made result = reduce(smaller, n);
        if (result == Made::kEnd) break;
        if (result == Made::kSmaller && attempts++ >= most_attempts) return script;
        if (result == Made::kNothing || !fails(smaller)) {
          ++n;
          continue;
        }
        script = std::move(smaller);
        progress = true;
      }
    }
  }
  Script named = with_plain_names(script);
  return fails(named) ? named : script;
}

}  // namespace diconform::probe
