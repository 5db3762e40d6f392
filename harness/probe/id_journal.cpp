#include "probe/id_journal.h"

#include <filesystem>

#include "base/file.h"
#include "base/json_reader.h"
#include "base/text.h"

namespace diconform::probe {
namespace {

Json to_json(const JournalHead& head) {
  Json json;
  json.set("journal", "diconform-ids/1");
  json.set("endpoint", head.endpoint);
  json.set("edition", head.edition);
  json.set("level", head.level);
  json.set("seed", head.seed);
  return json;
}

Result<JournalHead> head_from_json(const Json& json, const JsonPlace& place) {
  JournalHead head;
  std::string schema;
  std::int64_t seed = 0;
  ObjectReader members(json, place);
  members.required("journal", schema);
  members.required("endpoint", head.endpoint);
  members.required("edition", head.edition);
  members.required("level", head.level);
  members.required("seed", seed);
  TRY_VOID(members.finish());
  head.seed = static_cast<std::uint64_t>(seed);
  return head;
}

}  // namespace

Result<IdJournal> IdJournal::open(const std::string& path, JournalHead head) {
  IdJournal journal;
  journal.head_ = std::move(head);
  std::string text;
  if (std::filesystem::exists(path)) {
    TRY(text, read_file(path));
  }
  const std::size_t whole = text.rfind('\n');
  text.resize(whole == text.npos ? 0 : whole + 1);
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const std::string where = path + ", line " + std::to_string(++number);
    TRY(Json json, parse_json(line, where));
    if (number == 1) {
      TRY(JournalHead old, head_from_json(json, where));
      journal.head_.seed = old.seed;
      if (!(old == journal.head_))
        return failure(path, "is the journal of another endpoint, edition or level", "name another file");
      continue;
    }
    const Json *id = json.find("id"), *accepted = json.find("accepted");
    auto word = id && id->string() ? automata::word_of_utf8(*id->string()) : std::nullopt;
    if (!word || !accepted || !accepted->boolean()) return failure(where, "is no answer");
    journal.answers_.emplace_back(*std::move(word), *accepted->boolean());
  }
  std::error_code ignored;
  if (number > 0) std::filesystem::resize_file(path, text.size(), ignored);  // the line that was cut off
  journal.out_.open(path, number > 0 ? std::ios::app : std::ios::trunc);
  if (number == 0) journal.out_ << to_text(to_json(journal.head_)) << '\n';
  journal.out_.flush();
  if (!journal.out_) return failure(path, "cannot be written");
  return journal;
}

void IdJournal::append(const automata::Word& word, bool accepted) {
  Json json;
  json.set("id", automata::utf8_of(word).value_or(""));
  json.set("accepted", accepted);
  out_ << to_text(json) << '\n';
}

}  // namespace diconform::probe
