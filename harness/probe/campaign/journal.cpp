#include "probe/campaign/journal.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"

namespace diconform::probe {
namespace {

constexpr std::size_t kMostBytes = 256u << 20;

// A script in a journal is a suite of one case each. Steps that leave everything to the model have no
// expectation there, which a case must have: it is put in for the file and taken out again.
constexpr std::string_view kOpen = "choices.lawful";

std::string text_of(const Script& script) {
  scenario::WrittenCase written{"kept", "", "", script.encoding, script.scheme, script.body};
  if (written.body.covers.empty()) written.body.covers = {std::string(kOpen)};
  for (scenario::Step& step : written.body.steps) {
    scenario::Expectation& expect = step.expect;
    if (expect.reply.empty() && expect.choice.empty() && !expect.winners) {
      expect.reply.success = expect.reply.any_error = true;
      expect.clause = kOpen;
    }
  }
  return scenario::suite_text("journal", "Kept by a campaign.", {written});
}

Result<std::vector<Script>> scripts_of(const std::string& text, const scenario::Catalogue& catalogue,
                                       bool open) {
  TRY(std::vector<scenario::CaseInfo> cases, scenario::read_suite({"journal", text}, catalogue));
  std::vector<Script> scripts;
  for (const scenario::CaseInfo& info : cases) {
    const scenario::Trial& trial = info.trials.front();
    Script script{*trial.body, trial.encoding, trial.scheme};
    for (scenario::Step& step : script.body.steps)
      if (open && step.expect.clause == kOpen) step.expect = {};
    scripts.push_back(std::move(script));
  }
  return scripts;
}

// Reads one line into what is known so far.
Result<void> read_line(const Json& line, const Json& identity, const scenario::Catalogue& catalogue,
                       const std::string& where, Earlier& earlier, bool& same) {
  auto number = [](const Json* json) { return json && json->integer() ? *json->integer() : 0; };
  if (const Json* begun = line.find("campaign")) {
    earlier = {};
    earlier.ended = false;
    same = *begun == identity;
  } else if (const Json* progress = line.find("progress")) {
    earlier.seconds = static_cast<double>(number(progress->find("ms"))) / 1000;
    earlier.requests = static_cast<std::size_t>(number(progress->find("requests")));
    earlier.scenarios = static_cast<std::size_t>(number(progress->find("scenarios")));
  } else if (const Json* kept = line.find("corpus"); kept && kept->string()) {
    TRY(std::vector<Script> scripts, scripts_of(*kept->string(), catalogue, true));
    std::ranges::move(scripts, std::back_inserter(earlier.corpus));
  } else if (const Json* found = line.find("found"); found && found->string()) {
    TRY(std::vector<Script> scripts, scripts_of(*found->string(), catalogue, false));
    earlier.findings.push_back(std::move(scripts));
  } else if (line.find("done")) {
    earlier.ended = true;
  } else {
    return failure(where, "is no line of a journal: " + diconform::quoted(to_text(line)),
                   "name another file");
  }
  return {};
}

}  // namespace

Result<Earlier> read_journal(const std::string& path, const Json& identity,
                             const scenario::Catalogue& catalogue) {
  Earlier earlier;
  earlier.ended = true;
  if (!std::filesystem::exists(path)) return earlier;
  TRY(std::string text, read_file(path, kMostBytes));
  earlier.ended = text.empty();
  bool same = true;
  std::size_t number = 0;
  std::vector<std::string_view> lines = split(text, '\n');
  lines.pop_back();  // what a kill cut off, or nothing
  for (std::string_view line : lines) {
    std::string where = path + ", line " + std::to_string(++number);
    TRY(Json json, parse_json(line, where));
    TRY_VOID(read_line(json, identity, catalogue, where, earlier, same));
  }
  if (!same && !earlier.ended)
    return failure(path, "is the journal of another campaign, which has not ended",
                   "go on with that one, or name another file");
  if (earlier.ended) earlier.findings.clear();
  return earlier;
}

Result<Journal> Journal::open(const std::string& path, const Json& identity, bool go_on) {
  Journal journal;
  if (go_on && std::filesystem::exists(path)) {
    TRY(std::string text, read_file(path, kMostBytes));
    std::filesystem::resize_file(path, text.rfind('\n') + 1);
  }
  journal.file_.open(path, go_on ? std::ios::app : std::ios::trunc);
  if (!journal.file_) return failure(path, "cannot be written", "name a file in a folder that exists");
  if (!go_on) journal.write("campaign", identity);
  return journal;
}

void Journal::kept(const Script& script) { write("corpus", text_of(script)); }

void Journal::found(const CampaignFinding& finding) { write("found", finding.suite()); }

void Journal::progressed(const CampaignProgress& progress) {
  write("progress", Json::Object{{"ms", static_cast<std::int64_t>(progress.seconds * 1000)},
                                 {"requests", std::uint64_t{progress.requests}},
                                 {"scenarios", std::uint64_t{progress.scenarios}}});
}

void Journal::done() { write("done", true); }

void Journal::write(std::string_view kind, Json value) {
  Json line = Json::Object{{std::string(kind), std::move(value)}};
  file_ << to_text(line) + '\n' << std::flush;
}

}  // namespace diconform::probe
