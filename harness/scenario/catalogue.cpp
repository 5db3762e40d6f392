#include "scenario/catalogue.h"

#include <algorithm>
#include <set>

#include "base/json_reader.h"
#include "base/text.h"
#include "scenario/bind.h"
#include "scenario/case_reader.h"
#include "scenario/filling.h"

namespace diconform::scenario {
namespace {

using Pair = std::pair<wire::Encoding, wire::Scheme>;
using enum wire::Encoding;
using enum wire::Scheme;

constexpr Pair kEveryForm[] = {{kJson, kTc3},       {kQuery, kTc3},   {kQuery, kV1Sha1},
                               {kQuery, kV1Sha256}, {kForm, kV1Sha1}, {kForm, kV1Sha256}};
constexpr Pair kEveryEncoding[] = {{kJson, kTc3}, {kQuery, kTc3}, {kForm, kV1Sha256}};

Result<std::vector<Pair>> read_over(const Json& json, const JsonPlace& place) {
  if (json.string()) {
    if (*json.string() == "every-form")
      return std::vector<Pair>(std::begin(kEveryForm), std::end(kEveryForm));
    if (*json.string() == "every-encoding")
      return std::vector<Pair>(std::begin(kEveryEncoding), std::end(kEveryEncoding));
    return place.failure("is " + quoted(*json.string()),
                         "\"every-form\", \"every-encoding\" or {\"encoding\", \"signature\"}");
  }
  std::vector<std::string> encodings = {"json"}, signatures;
  ObjectReader members(json, place);
  members.optional("encoding", encodings);
  members.optional("signature", signatures);
  for (const std::string& name : encodings) {
    if (!wire::encoding_named(name)) members.refuse("encoding", "has no encoding " + quoted(name));
  }
  for (const std::string& name : signatures) {
    if (!wire::scheme_named(name)) members.refuse("signature", "has no signature " + quoted(name));
  }
  TRY_VOID(members.finish());
  std::vector<Pair> pairs;
  for (const Pair& pair : kEveryForm) {
    bool encoding = std::ranges::find(encodings, wire::name_of(pair.first)) != encodings.end();
    bool scheme = signatures.empty()
                      ? pair.second == (pair.first == kForm ? kV1Sha256 : kTc3)
                      : std::ranges::find(signatures, wire::name_of(pair.second)) != signatures.end();
    if (encoding && scheme) pairs.push_back(pair);
  }
  if (pairs.empty()) return place.failure("has no lawful pair of encoding and signature");
  return pairs;
}

class SuiteReader {
 public:
  SuiteReader(const SourceFile& file, const Catalogue& catalogue) : file_(file), catalogue_(catalogue) {}

  Result<std::vector<CaseInfo>> read() {
    TRY(Json json, parse_json(file_.text, file_.path, {.duplicates = false}));
    ObjectReader members(json, file_.path);
    members.member("$schema");
    members.required("suite", suite_);
    members.required("purpose", purpose_);
    std::vector<CaseInfo> cases;
    members.required("cases", cases, each([&](const Json& value, const JsonPlace& place) {
                       return read_case(value, place);
                     }));
    TRY_VOID(members.finish());
    if (!is_slug(suite_))
      return (JsonPlace(file_.path) / "suite").failure("is " + quoted(suite_) + ", which is no slug");
    return cases;
  }

 private:
  Result<CaseInfo> read_case(const Json& json, const JsonPlace& place) {
    CaseInfo info;
    ObjectReader members(json, place);
    std::string name;
    std::vector<Pair> pairs = {{kJson, kTc3}};
    members.required("name", name);
    members.optional("why", info.why);
    members.optional("editions", info.editions);
    members.optional("over", pairs, read_over);
    const Json* variables = members.member("forEach");
    if (members.failed()) return std::unexpected(members.finish().error());
    if (!is_slug(name)) return (place / "name").failure("is " + quoted(name) + ", which is no slug");
    for (const std::string& edition : info.editions) {
      if (!catalogue_.edition(edition))
        return (place / "editions").failure("names no edition " + quoted(edition));
    }
    info.name = suite_ + "/" + name;
    info.file = file_.path;
    info.purpose = purpose_;
    info.source = json;
    TRY(std::vector<Filling> fillings, read_fillings(variables, place / "forEach"));
    for (const Filling& filling : fillings) {
      if (auto added = add_trials(info, filling, pairs, place); !added)
        return std::unexpected(as_written(std::move(added).error(), json, filling, place));
    }
    info.covers = info.trials.front().body->covers;
    return info;
  }

  Result<void> add_trials(CaseInfo& info, const Filling& filling, std::span<const Pair> pairs,
                          const JsonPlace& place) {
    Json filled = filling.values.empty() ? info.source : fill(info.source, filling);
    ObjectReader members(filled, place);
    for (const char* known : {"name", "why", "editions", "over", "forEach"}) members.member(known);
    Vocabulary vocabulary{catalogue_.clauses, catalogue_.choices};
    TRY(Body body, read_body(members, filled, vocabulary));
    TRY_VOID(members.finish());
    auto shared = std::make_shared<const Body>(std::move(body));
    for (const api::Edition& edition : catalogue_.editions) {
      if (!info.editions.empty() && std::ranges::find(info.editions, edition.id) == info.editions.end())
        continue;
      for (const auto& [encoding, scheme] : pairs) {
        std::string id = info.name + "[" + edition.id + "," + std::string(wire::name_of(encoding)) + "," +
                         std::string(wire::name_of(scheme)) + filling.label + "]";
        info.trials.push_back({std::move(id), info.name, edition.id, encoding, scheme, shared});
      }
    }
    return {};
  }

  const SourceFile& file_;
  const Catalogue& catalogue_;
  std::string suite_, purpose_;
};

Result<void> check_unique(const std::vector<CaseInfo>& cases) {
  std::set<std::string_view> names;
  for (const CaseInfo& info : cases) {
    if (!names.insert(info.name).second)
      return failure(info.file, "the case " + quoted(info.name) + " exists already", "rename one");
  }
  return {};
}

}  // namespace

const api::Edition* Catalogue::edition(std::string_view id) const {
  auto found = std::ranges::find(editions, id, &api::Edition::id);
  return found == editions.end() ? nullptr : &*found;
}

const CaseInfo* Catalogue::find_case(std::string_view name) const {
  auto found = std::ranges::find(cases, name, &CaseInfo::name);
  return found == cases.end() ? nullptr : &*found;
}

Result<std::vector<CaseInfo>> read_suite(const SourceFile& file, const Catalogue& catalogue) {
  return SuiteReader(file, catalogue).read();
}

Result<Catalogue> read_vocabulary(std::span<const SourceFile> files) {
  Catalogue catalogue;
  auto read = [](const SourceFile& file) { return parse_json(file.text, file.path, {.duplicates = false}); };
  for (const SourceFile& file : files) {
    if (file.path.starts_with("editions/")) {
      TRY(Json json, read(file));
      TRY(api::Edition edition, api::edition_from_json(json, file.path));
      catalogue.editions.push_back(std::move(edition));
    } else if (file.path == "requirements.json") {
      TRY(Json json, read(file));
      TRY(catalogue.clauses, clauses_from_json(json, file.path));
    } else if (file.path == "choices.json") {
      TRY(Json json, read(file));
      TRY(catalogue.choices, choices_from_json(json, file.path));
    }
  }
  if (catalogue.editions.empty())
    return failure("editions/", "holds no edition", "is this the folder of a catalogue?");
  return catalogue;
}

Result<Catalogue> read_catalogue(std::span<const SourceFile> files) {
  TRY(Catalogue catalogue, read_vocabulary(files));
  for (const SourceFile& file : files) {
    if (!file.path.starts_with("endpoint/")) continue;
    TRY(std::vector<CaseInfo> cases, read_suite(file, catalogue));
    std::ranges::move(cases, std::back_inserter(catalogue.cases));
  }
  if (catalogue.cases.empty())
    return failure("endpoint/", "holds no case", "an empty catalogue proves nothing");
  TRY_VOID(check_unique(catalogue.cases));
  return catalogue;
}

bool matches_any(std::string_view trial, std::string_view case_name, std::span<const std::string> patterns) {
  if (patterns.empty()) return true;
  std::string_view suite = case_name.substr(0, case_name.find('/'));
  std::string_view name = case_name.substr(suite.size() + 1);
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return pattern == trial || matches_glob(pattern, trial) || matches_glob(pattern, case_name) ||
           (pattern.find('/') == pattern.npos &&
            (matches_glob(pattern, suite) || matches_glob(pattern, name)));
  });
}

std::vector<Trial> select(std::span<const CaseInfo> cases, std::string_view edition,
                          std::span<const std::string> patterns) {
  std::vector<Trial> trials;
  for (const CaseInfo& info : cases) {
    for (const Trial& trial : info.trials) {
      if (trial.edition == edition && matches_any(trial.id, trial.case_name, patterns))
        trials.push_back(trial);
    }
  }
  return trials;
}

}  // namespace diconform::scenario
