#include "reference/faults.h"

#include <map>
#include <set>

#include "base/json_place.h"
#include "lab.h"

namespace diconform::reference {
namespace {

struct Clause {
  bool gates = false;
  std::set<std::string> editions;  // empty = all
  bool excluded = false;
};

// cases/requirements.json, as far as it is needed here.
std::map<std::string, Clause> clauses() {
  std::map<std::string, Clause> all;
  Json json = read_json_file(SOURCE_DIR "/cases/requirements.json").value();
  for (const Json& clause : *json.find("clauses")->array()) {
    Clause& one = all[*clause.find("id")->string()];
    one.gates = clause.find("gates") && *clause.find("gates")->boolean();
    one.excluded = clause.find("excluded") != nullptr;
    if (const Json* editions = clause.find("editions"))
      for (const Json& edition : *editions->array()) one.editions.insert(*edition.string());
  }
  return all;
}

std::vector<std::string> editions() { return {"undated", "2023-03-27", "2025-11-19"}; }

TEST(Faults, HaveNamesOfTheirOwn) {
  for (const std::string& edition : editions()) {
    std::set<std::string> names;
    for (const Fault& fault : faults(edition_of(edition))) {
      EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
      EXPECT_EQ(fault.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos)
          << fault.name;
      EXPECT_FALSE(fault.group.empty()) << fault.name;
      EXPECT_FALSE(fault.description.empty()) << fault.name;
    }
  }
}

TEST(Faults, BreakClausesThatExist) {
  std::map<std::string, Clause> known = clauses();
  for (const std::string& edition : editions())
    for (const Fault& fault : faults(edition_of(edition)))
      EXPECT_TRUE(known.contains(fault.clause)) << fault.name << ": " << fault.clause;
}

TEST(Faults, AreAtLeastTwoForEveryGatingClauseAndOneOfThemConditional) {
  std::map<std::string, int> all, conditional;
  for (const std::string& edition : editions()) {
    for (const Fault& fault : faults(edition_of(edition))) {
      ++all[fault.clause];
      if (fault.conditional) ++conditional[fault.clause];
    }
  }
  for (const auto& [id, clause] : clauses()) {
    if (!clause.gates || clause.excluded) continue;
    EXPECT_GE(all[id], 2) << id;
    EXPECT_GE(conditional[id], 1) << id;
  }
}

TEST(Faults, OfAnEditionBreakClausesOfThatEdition) {
  std::map<std::string, Clause> known = clauses();
  for (const std::string& edition : editions()) {
    for (const Fault& fault : faults(edition_of(edition))) {
      const std::set<std::string>& of = known[fault.clause].editions;
      EXPECT_TRUE(of.empty() || of.contains(edition))
          << edition << ": " << fault.name << ": " << fault.clause;
    }
  }
}

TEST(Faults, AreFoundByName) {
  api::Edition edition = edition_of();
  ASSERT_TRUE(fault_named("dry-run-deletes", edition));
  EXPECT_EQ(fault_named("dry-run-deletes", edition)->clause, "dry-run.changes-nothing");
  EXPECT_FALSE(fault_named("no-such-fault", edition));
}

TEST(Faults, ThatComeLaterShowWithTheFirstCallAfterASecond) {
  struct Expectation {
    std::string name, params;
    std::size_t at_once, later;  // images
  };
  const std::string good = R"({"ImageIds": ["img-00000001"])",
                    refused = R"({"ImageIds": ["img-00000001", "img-0000000f"]})";
  for (const auto& [name, params, at_once, later] :
       {Expectation{"comes-back-later", good + "}", 1, 2},
        Expectation{"tried-and-done-later", good + R"(, "DryRun": true})", 2, 1},
        Expectation{"refused-and-done-later", refused, 2, 1}}) {
    Lab lab({.virtual_clocks = true, .fault = fault_named(name, edition_of())->bend},
            R"("images": [{"ImageId": "img-00000001"}, {"ImageId": "img-00000002"}])");
    lab.call(params);
    lab.embedded().worlds().advance(std::string(kSecretId), 999).value();
    lab.call(R"({"ImageIds": ["img-0000000e"]})");
    EXPECT_EQ(lab.world().images.size(), at_once) << name;
    lab.embedded().worlds().advance(std::string(kSecretId), 1).value();
    lab.call(R"({"ImageIds": ["img-0000000e"]})");
    EXPECT_EQ(lab.world().images.size(), later) << name;
  }
}

}  // namespace
}  // namespace diconform::reference
