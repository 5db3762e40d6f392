#include "api/edition.h"

#include "api/image_id.h"

namespace diconform::api {
namespace {

std::string path_of(const std::string& id) { return SOURCE_DIR "/cases/editions/" + id + ".json"; }
Json json_of(const std::string& id) { return read_json_file(path_of(id)).value(); }
Edition edition(const std::string& id) { return edition_from_json(json_of(id), id).value(); }

std::vector<std::string> parameters_of(const Edition& edition) {
  std::vector<std::string> names;
  for (const Parameter& parameter : edition.action("DeleteImages")->parameters)
    names.push_back(parameter.name);
  return names;
}

TEST(Edition, HoldsWhatTheUndatedPageSays) {
  Edition page = edition("undated");
  EXPECT_EQ(page.id, "undated");
  EXPECT_EQ(page.version, "2017-03-12");
  const Action& action = *page.action("DeleteImages");
  EXPECT_EQ(parameters_of(page), (std::vector<std::string>{"ImageIds"}));
  EXPECT_TRUE(action.parameter("ImageIds")->required);
  EXPECT_EQ(action.parameter("ImageIds")->type, ParameterType::kStringArray);
  EXPECT_TRUE(action.region_required);
  EXPECT_EQ(action.calls_per_second, 10);
  EXPECT_EQ(action.codes.size(), 4u);
  EXPECT_EQ(page.finance_regions, (std::vector<std::string>{"ap-shanghai-fsi", "ap-shenzhen-fsi"}));
  EXPECT_TRUE(page.undeletable("CREATING"));
  EXPECT_TRUE(page.undeletable("USING"));
  EXPECT_FALSE(page.undeletable("NORMAL"));
}

TEST(Edition, HoldsWhatThePageOf2023Says) {
  Edition page = edition("2023-03-27");
  const Action& action = *page.action("DeleteImages");
  EXPECT_EQ(parameters_of(page), (std::vector<std::string>{"ImageIds", "DeleteBindedSnap", "DryRun"}));
  EXPECT_FALSE(action.parameter("DryRun")->required);
  EXPECT_EQ(action.parameter("DryRun")->type, ParameterType::kBoolean);
  EXPECT_FALSE(action.region_required);
  EXPECT_EQ(action.codes.size(), 7u);
  EXPECT_EQ(page.undeletable_states, (std::vector<std::string>{"CREATING", "USING"}));
  EXPECT_EQ(page.action("DescribeImages")->calls_per_second, 40);
  EXPECT_EQ(page.action("DeleteImage"), nullptr);
  EXPECT_EQ(action.parameter("dryRun"), nullptr);
}

TEST(Edition, HoldsWhatWasReportedIn2025) {
  Edition page = edition("2025-11-19");
  EXPECT_EQ(page.action("DeleteImages")->codes.size(), 9u);
  EXPECT_TRUE(page.undeletable("SYNCING"));
  EXPECT_TRUE(page.undeletable("IMPORTING"));
  EXPECT_FALSE(page.undeletable("USING"));
}

TEST(Edition, HasImageIdLanguagesThatCompile) {
  for (const char* id : {"undated", "2023-03-27", "2025-11-19"}) {
    Edition page = edition(id);
    EXPECT_TRUE(IdMatcher::compile(page.image_id)->matches("img-1a2b3c4d"));
    for (const IdLanguage& candidate : page.image_id_candidates) {
      EXPECT_TRUE(IdMatcher::compile(candidate)->matches("img-34vaef8fe")) << "the manual's own example";
    }
  }
}

TEST(Edition, NamesEveryMistakeWithItsPlace) {
  struct Mistake {
    std::string_view from, to, message;
  };
  std::string text = to_text(json_of("2023-03-27"));
  for (const auto& [from, to, message] : {
           Mistake{R"("version":)", R"("verzion":)", "e: lacks the member \"version\""},
           Mistake{R"("limits":{)", R"("limits":{"x":1,)", "e: /limits/x: is a member that nothing reads"},
           Mistake{R"("type":"Boolean")", R"("type":"Bool")",
                   "e: /actions/0/parameters/1/type: is \"Bool\", expected one of \"String\", \"Integer\", "
                   "\"Boolean\", "
                   "\"Array of String\", \"Array of Filter\""},
           Mistake{R"("name":"DryRun")", R"("name":"ImageIds")",
                   "e: /actions/0/parameters/2/name: repeats an earlier name"},
           Mistake{R"("name":"DescribeImages")", R"("name":"DeleteImages")",
                   "e: /actions/1/name: repeats an earlier name"},
           Mistake{R"("callsPerSecond":40)", R"("callsPerSecond":-1)",
                   "e: /actions/1/callsPerSecond: is negative"},
           Mistake{R"("regionRequired":false)", R"("regionRequired":"No")",
                   "e: /actions/0/regionRequired: is \"No\", expected true or false"},
       }) {
    std::string changed = text;
    ASSERT_NE(changed.find(from), changed.npos) << from;
    changed.replace(changed.find(from), from.size(), to);
    auto read = edition_from_json(parse_json(changed).value(), "e");
    ASSERT_FALSE(read) << to;
    EXPECT_TRUE(read.error().message().starts_with(message)) << read.error().message();
  }
}

}  // namespace
}  // namespace diconform::api
