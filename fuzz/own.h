// What our own code offers to the targets beyond the adapter.
#pragma once

#include <span>
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
// Aborts unless RE2 and our automata say the same of the bytes, for every language of every edition, as the
// tables do.
void check_id_languages(std::string_view bytes);

}  // namespace diconform::fuzz
