// Ids worth asking about, by hand: what people get wrong.
#pragma once

#include <string>
#include <vector>

namespace diconform::probe {

// About forty: a plain id, the manual's own example, every length near the right one, neighbours of every
// range, letter case, white space and other invisible things at the ends, look-alikes of digits and letters,
// the prefixes of other resources. In no language in particular: ask a DFA what is expected.
std::vector<std::u32string> careful_list();

// Ids, as bytes, that may change on their way, or that one way carries and another does not; the likeliest
// first. No language of an edition has one of them, whichever way it is read.
std::vector<std::string> carried_list();

}  // namespace diconform::probe
