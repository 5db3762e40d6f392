#include "probe/campaign/image_ids.h"

#include <array>
#include <span>

namespace diconform::probe {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPrefix = 3;  // of "img"

// By kind, since it is a kind that a pattern, a filter or a fold lets through. No '$': it would name an
// image.
constexpr auto kSpace =
    std::to_array<std::string_view>({" "sv, " "sv, "  "sv, "\t"sv, "\n"sv, "\r"sv, "\r\n"sv, "\xC2\xA0"sv});
constexpr auto kPunctuation = std::to_array<std::string_view>(
    {"-"sv, "_"sv, "."sv, "-"sv, "_"sv, "."sv, "!"sv,  "\""sv, "#"sv, "%"sv, "&"sv, "'"sv,  "*"sv,
     "+"sv, ","sv, "("sv, ";"sv, "="sv, "?"sv, "\\"sv, "]"sv,  "^"sv, "|"sv, "~"sv, "%20"sv});
constexpr auto kBesideARange = std::to_array<std::string_view>({"/"sv, ":"sv, "@"sv, "["sv, "`"sv, "{"sv});
constexpr auto kCapital = std::to_array<std::string_view>({"A"sv, "F"sv, "G"sv, "Z"sv});
constexpr auto kControl = std::to_array<std::string_view>({"\0"sv, "\x01"sv, "\x7F"sv, "\xE2\x80\x8B"sv});
constexpr auto kUnicode =
    std::to_array<std::string_view>({"\xC3\xA9"sv, "\xD0\xB0"sv, "\xD9\xA3"sv, "\xC5\xBF"sv, "\xE2\x84\xAA"sv,
                                     "\xEF\xBD\x81"sv, "\xF0\x9F\x98\x80"sv});
constexpr auto kOdd = std::to_array<std::span<const std::string_view>>(
    {kSpace, kPunctuation, kBesideARange, kCapital, kControl, kUnicode});

constexpr auto kSeparators =
    std::to_array<std::string_view>({"", "_", "--", " ", ".", ":", "/", "+", ",", "- ", "\xE2\x80\x93"});
constexpr auto kPrefixes =
    std::to_array<std::string_view>({"", "im", "mg", "imgs", "image", "ins", "snap", "disk", "lb", "vpc",
                                     "ami", "mgi", "i", "img-img", "img2"});
// Characters after the separator: short, just too long, and what other ids have.
constexpr auto kLengths = std::to_array<std::size_t>(
    {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 20, 24, 32, 36, 40, 64, 100, 128, 256, 1000});

template <class List>
auto one_of(const List& list, Chance& chance) {
  return list[chance.below(list.size())];
}

void raise(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && i < text.size(); ++i)
    if (text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
}

void raise_some(std::string& id, Chance& chance) {
  std::size_t at = id.find_first_of("abcdefghijklmnopqrstuvwxyz", chance.below(id.size()));
  if (at == id.npos || chance.one_in(3)) return raise(id, 0, kPrefix);
  if (chance.one_in(2)) return raise(id, chance.one_in(2) ? 0 : at, id.size());
  raise(id, at, at + 1);
}

}  // namespace

std::string some_id(Chance& chance, std::size_t length) {
  return "img-" + chance.text(kIdCharacters, length);
}

std::string look_alike(const std::string& id, Chance& chance) {
  std::string other = id;
  switch (chance.below(3)) {
    case 0:
      return id.substr(0, 8) + chance.text(kIdCharacters, 4);
    case 1:
      return "img-" + chance.text(kIdCharacters, 4) + id.substr(8);
    default:
      other.back() = other.back() == 'z' ? '0' : 'z';
      return other;
  }
}

std::string changed_id(std::string id, IdChange change, Chance& chance) {
  // The last place is where patterns end too early: it is as likely as all others.
  std::size_t last = id.size() - 1, at = chance.one_in(2) ? last : kPrefix + 1 + chance.below(last - kPrefix);
  switch (change) {
    case IdChange::kLength: {
      std::size_t length = kPrefix + 1 + one_of(kLengths, chance);
      if (length > id.size()) id += chance.text(kIdCharacters, length - id.size());
      return id.substr(0, length);
    }
    case IdChange::kCharacter:
      return id.replace(at, 1, one_of(one_of(kOdd, chance), chance));
    case IdChange::kInsertion:
      return id.insert(at, one_of(one_of(kOdd, chance), chance));
    case IdChange::kOmission:
      return chance.one_in(4) ? id.substr(kPrefix + 1) : id.erase(chance.below(id.size()), 1);
    case IdChange::kSeparator:
      return id.replace(kPrefix, 1, one_of(kSeparators, chance));
    case IdChange::kPrefix:
      return id.replace(0, kPrefix, one_of(kPrefixes, chance));
    case IdChange::kCase:
      raise_some(id, chance);
      return id;
    case IdChange::kAround:
      if (chance.one_in(3)) id.insert(0, chance.text(kIdCharacters, 1 + chance.below(3)));
      return chance.one_in(2) ? id.append(one_of(one_of(kOdd, chance), chance))
                              : id.insert(0, one_of(one_of(kOdd, chance), chance));
  }
  return id;
}

}  // namespace diconform::probe
