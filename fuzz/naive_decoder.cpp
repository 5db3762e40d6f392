#include "naive_decoder.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "check.h"
#include "tables.h"

namespace diconform::fuzz {
namespace {

#ifndef DICONFORM_OWN
#define DICONFORM_OWN 0
#endif

// Collects what speaks for a refusal, and tells the code that our decoder names first.
class Doubts {
 public:
  // The manual wants a refusal, or leaves it open. `rank`: which of several codes ours tells.
  void refuse(int rank, const char* code) { add(rank, code, true); }
  void may_refuse(int rank, const char* code) { add(rank, code, false); }
  // A lenient reading is lawful, ours has it, and everybody means the same by it.
  void lenient() { clean_ = false; }
  // As that, but others may mean something else.
  void ambiguous() { clean_ = known_ = false; }

  Opinion opinion(Call call) const {
    Opinion opinion;
    opinion.must = wrong_ ? Must::kRefuse : clean_ ? Must::kAccept : Must::kEither;
    opinion.known = known_ && !wrong_;
    opinion.call = std::move(call);
    opinion.reference = code_;
    return opinion;
  }

 private:
  void add(int rank, const char* code, bool wrong) {
    if (code_.empty() || rank < rank_) {
      code_ = code;
      rank_ = rank;
    }
    certain_ = certain_ || wrong;
    // A name that we do not know may be another spelling of one that we miss; a type that is open is no help.
    open_ = open_ || (!wrong && rank <= 1);
    wrong_ = certain_ && !open_;
    clean_ = known_ = false;
  }

  std::string code_;
  int rank_ = 0;
  bool certain_ = false, open_ = false, wrong_ = false, clean_ = true, known_ = true;
};

// The order in which our decoder looks.
enum Rank { kShape, kUnknown, kMissing, kType };

enum class Word { kTrue, kFalse, kNone };
Word word_of(std::string_view text) {
  if (text == "true" || text == "True") return Word::kTrue;
  return text == "false" || text == "False" ? Word::kFalse : Word::kNone;
}

void read_flag(const Tree& value, bool& out, Doubts& doubts) {
  if (value.kind == Kind::kTrue || value.kind == Kind::kFalse) {
    out = value.kind == Kind::kTrue;
  } else if (value.kind == Kind::kNull || (value.kind == Kind::kArray && value.parts.empty())) {
    doubts.lenient();  // as if it were absent
  } else if (value.kind == Kind::kString) {
    if (word_of(value.text) == Word::kNone) return doubts.may_refuse(kType, "InvalidParameter");
    out = word_of(value.text) == Word::kTrue;
    doubts.lenient();
  } else if (value.kind == Kind::kNumber) {
    doubts.may_refuse(kType, "InvalidParameter");
  } else {
    doubts.refuse(kType, "InvalidParameter");
  }
}

void read_ids(const Tree& value, std::vector<std::string>& out, Doubts& doubts) {
  if (value.kind == Kind::kNull || (value.kind == Kind::kArray && value.parts.empty()))
    return doubts.refuse(kMissing, "MissingParameter");
  if (value.kind == Kind::kString) return doubts.may_refuse(kType, "InvalidParameter");
  if (value.kind != Kind::kArray) return doubts.refuse(kType, "InvalidParameter");
  for (const auto& [name, item] : value.parts) {
    if (item.kind == Kind::kString) {
      if (item.text.empty()) doubts.lenient();
      out.push_back(item.text);
    } else if (item.kind == Kind::kNull) {
      doubts.may_refuse(kType, "InvalidParameter");
    } else {
      doubts.refuse(kType, "InvalidParameter");
    }
  }
}

std::optional<std::string> percent_decoded(std::string_view text) {
  auto digit = [](char c) -> int {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

using Pairs = std::map<std::string, std::string>;

// Nothing where a pair cannot be read.
std::optional<Pairs> read_pairs(std::string_view text, Doubts& doubts) {
  Pairs pairs;
  while (true) {
    std::size_t end = std::min(text.find('&'), text.size());
    std::string_view pair = text.substr(0, end);
    std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) return std::nullopt;
    auto name = percent_decoded(pair.substr(0, equals)), value = percent_decoded(pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    // What has to be percent-encoded and is not, some readers take for something else.
    bool plain = std::ranges::all_of(pair.substr(equals + 1), [](unsigned char byte) {
      return std::isalnum(byte) || (byte != 0 && std::string_view("-_.~%+").find(static_cast<char>(byte)) !=
                                                     std::string_view::npos);
    });
    if (*name != pair.substr(0, equals) || !plain) doubts.ambiguous();
    if (!pairs.emplace(std::move(*name), std::move(*value)).second)
      doubts.may_refuse(kShape, "InvalidParameter");
    if (end == text.size()) return pairs;
    text.remove_prefix(end + 1);
  }
}

void look_for_conflicts(const Pairs& pairs, Doubts& doubts) {
  for (const auto& [name, value] : pairs) {
    if (std::ranges::count(name, '.') >= 64) doubts.may_refuse(kShape, "InvalidParameter");
    for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1))
      if (pairs.contains(name.substr(0, dot))) doubts.may_refuse(kShape, "InvalidParameter");
  }
}

void read_text_flag(const Pairs& pairs, const std::string& name, bool& out, Doubts& doubts) {
  for (auto at = pairs.lower_bound(name + "."); at != pairs.end() && at->first.starts_with(name + "."); ++at)
    doubts.may_refuse(kType, "InvalidParameter");
  auto found = pairs.find(name);
  if (found == pairs.end()) return;
  const std::string& text = found->second;
  if (word_of(text) == Word::kNone && text != "1" && text != "0")
    return doubts.may_refuse(kType, "InvalidParameter");
  out = word_of(text) == Word::kTrue || text == "1";
  if (text == "1" || text == "0") doubts.ambiguous();
  if (text == "True" || text == "False") doubts.lenient();
}

// Nine digits and no leading zero.
std::optional<std::size_t> index_of(std::string_view text) {
  bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!digits || text.size() > 9 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::size_t value = 0;
  for (char c : text) value = value * 10 + static_cast<std::size_t>(c - '0');
  return value;
}

void read_indexed_ids(const Pairs& pairs, std::vector<std::string>& out, Doubts& doubts) {
  static const std::string kPrefix = "ImageIds.";
  std::map<std::size_t, std::string> list;
  bool named = pairs.contains("ImageIds");
  if (named) doubts.may_refuse(kType, "InvalidParameter");
  for (auto at = pairs.lower_bound(kPrefix); at != pairs.end() && at->first.starts_with(kPrefix); ++at) {
    named = true;
    auto index = index_of(std::string_view(at->first).substr(kPrefix.size()));
    if (!index)
      doubts.may_refuse(kType, "InvalidParameter");
    else
      list[*index] = at->second;
  }
  if (!named) return doubts.refuse(kMissing, "MissingParameter");
  for (auto& [index, id] : list) {
    if (index != out.size()) doubts.ambiguous();
    if (id.empty()) doubts.ambiguous();
    if (std::ranges::any_of(id, [](unsigned char byte) { return byte < 0x20 || byte >= 0x7f; }))
      doubts.ambiguous();
    out.push_back(std::move(id));
  }
}

bool is_declared(std::string_view name) {
  return name == "ImageIds" || name == "DeleteBindedSnap" || name == "DryRun";
}

void add_image_id(diconform_call* call, const char* bytes, std::size_t size);

struct Collector : diconform_call {
  std::vector<std::string> ids;
};

void add_image_id(diconform_call* call, const char* bytes, std::size_t size) {
  static_cast<Collector*>(call)->ids.emplace_back(bytes, size);
}

}  // namespace

std::string text_of(const Call& call) {
  std::string text = "ids";
  for (const std::string& id : call.image_ids) text += " " + shown(id);
  return text + (call.dry_run ? ", DryRun" : "") + (call.delete_bound_snapshots ? ", DeleteBindedSnap" : "");
}

Opinion opinion_on_json(const std::optional<ParsedTree>& parsed) {
  Doubts doubts;
  Call call;
  if (!parsed) {  // many readers forgive this or that, and mean what they will
    doubts.may_refuse(kShape, "InvalidRequest");
    return doubts.opinion({});
  }
  if (parsed->byte_order_mark) doubts.lenient();
  if (parsed->repeated_member || parsed->odd_text || parsed->huge_number || parsed->depth > 64)
    doubts.may_refuse(kShape, "InvalidRequest");
  if (parsed->root.kind != Kind::kObject) {
    doubts.refuse(kShape, "InvalidRequest");
    return doubts.opinion({});
  }
  bool has_ids = false;
  for (const auto& [name, value] : parsed->root.parts) {
    if (!is_declared(name)) doubts.may_refuse(kUnknown, "UnknownParameter");
    if (name == "ImageIds") {
      has_ids = true;
      read_ids(value, call.image_ids, doubts);
    }
    if (name == "DeleteBindedSnap") read_flag(value, call.delete_bound_snapshots, doubts);
    if (name == "DryRun") read_flag(value, call.dry_run, doubts);
  }
  if (!has_ids) doubts.refuse(kMissing, "MissingParameter");
  return doubts.opinion(std::move(call));
}

Opinion opinion_on_pairs(std::string_view text) {
  Doubts doubts;
  Call call;
  if (text.empty()) {
    doubts.refuse(kMissing, "MissingParameter");
    return doubts.opinion({});
  }
  auto pairs = read_pairs(text, doubts);
  if (!pairs) {
    doubts.may_refuse(kShape, "InvalidParameter");
    return doubts.opinion({});
  }
  look_for_conflicts(*pairs, doubts);
  for (const auto& [name, value] : *pairs)
    if (!is_declared(name.substr(0, name.find('.')))) doubts.may_refuse(kUnknown, "UnknownParameter");
  read_indexed_ids(*pairs, call.image_ids, doubts);
  read_text_flag(*pairs, "DeleteBindedSnap", call.delete_bound_snapshots, doubts);
  read_text_flag(*pairs, "DryRun", call.dry_run, doubts);
  return doubts.opinion(std::move(call));
}

Verdict ask(diconform_encoding encoding, std::string_view bytes) {
  Collector collector{};
  collector.add_image_id = add_image_id;
  diconform_decode(encoding, bytes.data(), bytes.size(), &collector);
  if (collector.refusal) return {collector.refusal, {}};
  return {"", {std::move(collector.ids), collector.delete_bound_snapshots != 0, collector.dry_run != 0}};
}

void hold(const Verdict& verdict, const Opinion& opinion, std::string_view bytes) {
  bool accepted = verdict.refusal.empty();
  FUZZ_CHECK(accepted || is_documented(verdict.refusal), "no page lists the code " + shown(verdict.refusal));
  FUZZ_CHECK(accepted || opinion.must != Must::kAccept,
             "refused with " + shown(verdict.refusal) + " what is right: " + shown(bytes));
  FUZZ_CHECK(!accepted || opinion.must != Must::kRefuse, "accepted, should be " + opinion.reference + ": " +
                                                             shown(bytes) + " as " + text_of(verdict.call));
  FUZZ_CHECK(
      !accepted || !opinion.known || verdict.call == opinion.call,
      "understood " + text_of(verdict.call) + " where " + shown(bytes) + " says " + text_of(opinion.call));
#if DICONFORM_OWN
  FUZZ_CHECK(verdict.refusal == opinion.reference, "our decoder says " + shown(verdict.refusal) +
                                                       ", naively " + shown(opinion.reference) + ": " +
                                                       shown(bytes));
  FUZZ_CHECK(!accepted || verdict.call == opinion.call, "our decoder understood " + text_of(verdict.call) +
                                                            ", naively " + text_of(opinion.call) + ": " +
                                                            shown(bytes));
#endif
}

bool is_documented(std::string_view code) { return std::ranges::find(kCodes, code) != std::end(kCodes); }

}  // namespace diconform::fuzz
