// Ids that are like a lawful one: as another image has them, and as a slip or a looser pattern makes them.
//
// Whether the result is still an id, and of which image, is for the model to say.
#pragma once

#include <string>
#include <string_view>

#include "base/chance.h"

namespace diconform::probe {

inline constexpr std::string_view kIdCharacters = "0123456789abcdefghijklmnopqrstuvwxyz";
std::string some_id(Chance& chance, std::size_t length = 8);  // "img-" and so many characters

// Another id that shares its beginning, its end, or all but a character. `id`: one of eight characters.
std::string look_alike(const std::string& id, Chance& chance);

// What is done to an id. kAround: something stands before or behind it.
enum class IdChange { kLength, kCharacter, kInsertion, kOmission, kSeparator, kPrefix, kCase, kAround };
std::string changed_id(std::string id, IdChange change, Chance& chance);

}  // namespace diconform::probe
