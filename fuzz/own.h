// What our own code offers to the targets beyond the adapter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/edition.h"
#include "naive_decoder.h"
#include "scenario/catalogue.h"

namespace diconform::fuzz {

// The catalogue of this binary, read once.
const scenario::Catalogue& catalogue();
const api::Edition& edition();  // the default one

// The call as our encoder writes it in a query or form.
std::string encoded_pairs(const Call& call);
// Aborts unless RE2 and our automaton say of the bytes what the table of kIdLanguages[language] says:
// `matches`.
void check_id_language(std::size_t language, std::string_view bytes, bool matches);

}  // namespace diconform::fuzz
