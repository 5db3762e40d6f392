// Ways to make a script smaller, one at a time: what shrink() (shrink.h) chooses from.
//
// A step that says itself what it expects is reduced like any other. It may then expect what is no longer
// right: whoever judges the result must see to that (touchstone.h).
#pragma once

#include <cstddef>
#include <vector>

#include "probe/campaign/script.h"

namespace diconform::probe {

// kEnd: there is no n-th; kNothing: it changes nothing.
enum class Made { kEnd, kNothing, kSmaller };
inline Made made(bool changed) { return changed ? Made::kSmaller : Made::kNothing; }

// A kind of reduction: makes the n-th of its kind.
using Reduction = Made (*)(Script& script, std::size_t n);

// The list of a step's call; null where it has none.
Json::Array* ids_of(scenario::Step& step);
// The lists of all calls of a step.
std::vector<Json::Array*> lists_of(scenario::Step& step);

// Steps and calls.
Made keep_one_step(Script& script, std::size_t n);
Made barest_step(Script& script, std::size_t n);  // of the only one all at once: its list, or its members
Made drop_steps_behind(Script& script, std::size_t n);
Made drop_step(Script& script, std::size_t n);
Made join_steps(Script& script, std::size_t n);  // the same twice is one that is repeated
Made repeat_less(Script& script, std::size_t n);
Made less_together(Script& script, std::size_t n);
Made less_beside(Script& script, std::size_t n);  // of different calls at one moment: one, or what it says

// Ids, and their characters.
Made halve_ids(Script& script, std::size_t n);
Made keep_one_id(Script& script, std::size_t n);
Made drop_id(Script& script, std::size_t n);
Made absent_id(Script& script, std::size_t n);     // whatever it named: it names nothing any more
Made absent_ids(Script& script, std::size_t n);    // the same of a whole list
Made write_out_id(Script& script, std::size_t n);  // of an image that need not be there
Made shorten_id(Script& script, std::size_t n);    // by a character, or one is plainer
Made plainer_role(Script& script, std::size_t n);  // a character of an id that an image was given

// What a request says beside its list.
Made drop_member(Script& script, std::size_t n);
Made plainer_flag(Script& script, std::size_t n);   // true, however it was spelt
Made drop_oddities(Script& script, std::size_t n);  // all that is odd about a step, and its expectation
Made drop_change(Script& script, std::size_t n);    // one thing that is odd
Made drop_header(Script& script, std::size_t n);    // a change of one
Made shorten_text(Script& script, std::size_t n);  // of a body or target that is written out, or of raw bytes
Made simpler_form(Script& script, std::size_t n);

// The world.
Made drop_image(Script& script, std::size_t n);  // with all calls of it
Made drop_role(Script& script, std::size_t n);
Made drop_account(Script& script, std::size_t n);
Made from_one_account(Script& script, std::size_t n);
Made simplify_image(Script& script, std::size_t n);

}  // namespace diconform::probe
