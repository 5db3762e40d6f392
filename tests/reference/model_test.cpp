#include "reference/model.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "lab.h"

namespace diconform::reference {
namespace {

// One image of every sort.
api::World sorts() {
  return world_of(R"("images": [
    {"ImageId": "img-000good1", "SnapshotSet": ["snap-1", "snap-2"]}, {"ImageId": "img-000good2", "SnapshotSet": ["snap-3"]},
    {"ImageId": "img-creating", "ImageState": "CREATING"}, {"ImageId": "img-000using", "ImageState": "USING"},
    {"ImageId": "img-00syncin", "ImageState": "SYNCING"}, {"ImageId": "img-0failed0", "ImageState": "CREATEFAILED"},
    {"ImageId": "img-00shared", "SharedTo": ["100000000002"]}, {"ImageId": "img-00000job", "TaskRunning": true},
    {"ImageId": "img-00public", "ImageType": "PUBLIC_IMAGE"}, {"ImageId": "img-sharedin", "ImageType": "SHARED_IMAGE"}],
    "snapshots": ["snap-loose"])");
}

struct Ran {
  std::string reply;  // "success" or a code
  api::World after;
  std::vector<Asked> asked;
};

Ran run(std::string_view params, const Pins& pins = {}, const std::string& edition = "2023-03-27",
        api::World world = sorts(), api::Call call = {}) {
  Manual manual = manual_of(edition);
  State state{world, {}};
  api::World before = std::move(world);
  call.params = json_of(params);
  Chooser chooser(pins);
  Outcome outcome = decide(manual, state, {.call = call, .host = "cvm.tencentcloudapi.com"}, chooser);
  EXPECT_EQ(state.world, before) << "deciding is not doing";
  return {outcome.answer.error ? outcome.answer.error->code : "success",
          after(std::move(state.world), outcome.effect), chooser.asked()};
}

std::string reply(std::string_view params, const Pins& pins = {}, const std::string& edition = "2023-03-27") {
  return run(params, pins, edition).reply;
}

std::string ids(std::string_view id) { return R"({"ImageIds": [")" + std::string(id) + R"("]})"; }

TEST(Model, DeletesTheImagesThatACallNamesAndNoOther) {
  Ran ran = run(R"({"ImageIds": ["img-000good2", "img-000good1"]})");
  EXPECT_EQ(ran.reply, "success");
  EXPECT_FALSE(ran.after.find("img-000good1"));
  EXPECT_FALSE(ran.after.find("img-000good2"));
  EXPECT_EQ(ran.after.images.size(), sorts().images.size() - 2);
  EXPECT_EQ(ran.asked, std::vector<Asked>{});
}

TEST(Model, KeepsBoundSnapshotsUnlessAskedToDeleteThem) {
  EXPECT_EQ(run(ids("img-000good1")).after.snapshots, sorts().snapshots);
  Ran ran = run(R"({"ImageIds": ["img-000good1"], "DeleteBindedSnap": true})");
  EXPECT_EQ(ran.after.snapshots, (std::set<std::string>{"snap-3", "snap-loose"}));
}

TEST(Model, ChangesNothingInADryRun) {
  Ran ran = run(R"({"ImageIds": ["img-000good1"], "DryRun": true, "DeleteBindedSnap": true})");
  EXPECT_EQ(ran.reply, "success");
  EXPECT_EQ(ran.after, sorts());
}

TEST(Model, ChecksADryRunLikeADelete) {
  for (std::string_view id :
       {"img-creating", "img-00shared", "img-00000job", "img-00public", "img-nothing0", "img-?"})
    EXPECT_EQ(reply(R"({"DryRun": true, "ImageIds": [")" + std::string(id) + R"("]})"), reply(ids(id))) << id;
}

TEST(Model, NamesWhatIsWrongWithAnImageAsTheEditionDoes) {
  struct Row {
    std::string_view id, undated, of_2023, of_2025;
  };
  for (const auto& [id, undated, of_2023, of_2025] : std::vector<Row>{
           {"img-nothing0", "InvalidImageId.NotFound", "InvalidImageId.NotFound", "InvalidImageId.NotFound"},
           {"img-1234567", "InvalidImageId.Malformed", "InvalidImageId.Malformed",
            "InvalidImageId.Malformed"},
           {"IMG-00000000", "InvalidImageId.Malformed", "InvalidImageId.Malformed",
            "InvalidImageId.Malformed"},
           {"img-creating", "InvalidImageId.IncorrectState", "InvalidImageId.IncorrectState",
            "InvalidImageId.IncorrectState"},
           {"img-000using", "InvalidImageId.IncorrectState", "InvalidImageId.IncorrectState", "success"},
           {"img-00syncin", "success", "success", "InvalidImageId.IncorrectState"},
           {"img-0failed0", "success", "success", "success"},
           {"img-00shared", "InvalidImageId.InShared", "InvalidImageId.InShared", "InvalidImageId.InShared"},
           {"img-00000job", "InvalidImageId.IncorrectState", "MutexOperation.TaskRunning",
            "MutexOperation.TaskRunning"},
           {"img-00public", "InvalidImageId.IncorrectState", "InvalidParameterValue.InvalidImageId",
            "InvalidParameterValue.InvalidImageId"},
           {"img-sharedin", "InvalidImageId.InShared", "InvalidParameterValue.InvalidImageId",
            "InvalidParameterValue.InvalidImageIdIsShared"}}) {
    EXPECT_EQ(reply(ids(id), {}, "undated"), undated) << id;
    EXPECT_EQ(reply(ids(id), {}, "2023-03-27"), of_2023) << id;
    EXPECT_EQ(reply(ids(id), {}, "2025-11-19"), of_2025) << id;
  }
}

TEST(Model, DoesAllOrNothing) {
  for (std::string_view bad :
       {"img-nothing0", "img-?", "img-creating", "img-00shared", "img-00000job", "img-00public"}) {
    for (std::string_view list : {R"(["img-000good1", "?"])", R"(["?", "img-000good1"])"}) {
      Ran ran = run(replaced(R"({"ImageIds": )" + std::string(list) + "}", "?", bad));
      EXPECT_NE(ran.reply, "success") << bad;
      EXPECT_EQ(ran.after, sorts()) << bad;
    }
  }
}

TEST(Model, CountsTheIds) {
  std::string list;
  for (int i = 0; i < 101; ++i)
    list.append(i ? ", \"img-" : "\"img-").append(std::to_string(10'000'000 + i)).append("\"");
  EXPECT_EQ(reply(R"({"ImageIds": [)" + list + "]}"), "InvalidParameterValue.LimitExceeded");
}

TEST(Model, TellsOneOfSeveralTrueErrorsByTheRuleThatIsPinned) {
  std::string_view params = R"({"ImageIds": ["img-00shared", "img-creating", "img-nothing0"]})";
  EXPECT_EQ(reply(params), "InvalidImageId.NotFound");
  EXPECT_EQ(reply(params, {{"errors.precedence", "by-kind"}}), "InvalidImageId.NotFound");
  EXPECT_EQ(reply(params, {{"errors.precedence", "by-place"}}), "InvalidImageId.InShared");
}

TEST(Model, AnswersOpenQuestionsAsPinned) {
  struct Row {
    std::string_view params, name, answer, reply;
  };
  for (const auto& [params, name, answer, expected] : std::vector<Row>{
           {R"({"ImageIds": ["img-000good1"], "DryRun": true})", "dry-run.passing-answer", "success",
            "success"},
           {R"({"ImageIds": ["img-000good1"], "DryRun": true})", "dry-run.passing-answer", "DryRunOperation",
            "DryRunOperation"},
           {R"({"ImageIds": ["img-000good1"], "DryRun": "True"})", "boolean.quoted", "accepted", "success"},
           {R"({"ImageIds": ["img-000good1"], "DryRun": "True"})", "boolean.quoted", "refused",
            "InvalidParameter"},
           {R"({"ImageIds": ["img-34vaef8fe"]})", "image-id.nine-characters", "accepted",
            "InvalidImageId.NotFound"},
           {R"({"ImageIds": ["img-34vaef8fe"]})", "image-id.nine-characters", "malformed",
            "InvalidImageId.Malformed"},
           {R"({"ImageIds": ["img-000good1", "img-000good1"]})", "batch.duplicates", "accepted", "success"},
           {R"({"ImageIds": ["img-000good1", "img-000good1"]})", "batch.duplicates", "refused",
            "InvalidParameterValue"},
           {R"({"ImageIds": ["img-000good1"], "Color": 1})", "parameter.unknown", "refused",
            "UnknownParameter"},
           {R"({"ImageIds": ["img-000good1"], "Color": 1})", "parameter.unknown", "ignored", "success"},
           {R"({"ImageIds": ["img-000good1"], "DryRun": null})", "parameter.null", "absent", "success"},
           {R"({"ImageIds": ["img-000good1"], "DryRun": null})", "parameter.null", "refused",
            "InvalidParameter"},
           {R"({"ImageIds": []})", "image-ids.empty", "missing", "MissingParameter"},
           {R"({"ImageIds": []})", "image-ids.empty", "invalid", "InvalidParameter"}}) {
    Ran ran = run(params, {{std::string(name), std::string(answer)}});
    EXPECT_EQ(ran.reply, expected) << name << ' ' << answer;
    EXPECT_EQ(std::ranges::count(ran.asked, Asked{name, answer}), 1) << name;
  }
}

TEST(Model, AsksAboutEverySpellingOfABooleanThatIsNoPlainOne) {
  struct Row {
    std::string_view value, name, answer, reply;
    bool in_text = false;
  };
  for (const auto& [value, name, answer, expected, in_text] :
       std::vector<Row>{{R"("true")", "boolean.quoted-lower", "accepted", "success"},
                        {R"("TRUE")", "boolean.quoted-upper", "refused", "InvalidParameter"},
                        {R"("1")", "boolean.quoted-digit", "as-true", "success"},
                        {R"("0")", "boolean.quoted-zero", "refused", "InvalidParameter"},
                        {R"("off")", "boolean.quoted-no", "as-false", "success"},
                        {R"("maybe")", "boolean.quoted-not-one", "refused", "InvalidParameter"},
                        {R"("")", "boolean.quoted-empty", "as-false", "success"},
                        {"1", "boolean.number", "as-true", "success"},
                        {"0", "boolean.number-zero", "as-false", "success"},
                        {"2", "boolean.number-two", "refused", "InvalidParameter"},
                        {"[]", "boolean.array", "invalid-parameter", "InvalidParameter"},
                        {R"("True")", "boolean.text-capitalised", "refused", "InvalidParameter", true},
                        {R"("TRUE")", "boolean.text-upper", "accepted", "success", true},
                        {R"("0")", "boolean.text-zero", "as-false", "success", true},
                        {R"("")", "boolean.text-empty", "refused", "InvalidParameter", true}}) {
    api::Call call;
    call.text_values = in_text;
    Ran ran = run(R"({"ImageIds": ["img-000good1"], "DeleteBindedSnap": )" + std::string(value) + "}",
                  {{std::string(name), std::string(answer)}}, "2023-03-27", sorts(), call);
    EXPECT_EQ(ran.reply, expected) << value;
    EXPECT_EQ(ran.asked, (std::vector<Asked>{{name, answer}})) << value;
    if (ran.reply == "success") {
      EXPECT_EQ(ran.after.snapshots.contains("snap-1"), answer == "as-false") << value;
    }
  }
}

TEST(Model, AsksAboutStatesThatThePageDoesNotName) {
  for (auto [answer, expected] :
       {std::pair("deleted", "success"), std::pair("refused", "InvalidImageId.IncorrectState")}) {
    EXPECT_EQ(reply(ids("img-00syncin"), {{"state.syncing", answer}}), expected);
    EXPECT_EQ(reply(ids("img-000using"), {{"state.using-2025", answer}}, "2025-11-19"), expected);
  }
  EXPECT_EQ(reply(ids("img-00000job"), {{"task-running.undated", "deleted"}}, "undated"), "success");
}

TEST(Model, IgnoresTheRegionWhereItIsNotRequiredUnlessPinned) {
  for (auto [region, question] : {std::pair("", "region.empty"), std::pair("AP-GUANGZHOU", "region.case"),
                                  std::pair("guang zhou!", "region.malformed")}) {
    api::Call call{.region = region, .language = {}};
    EXPECT_EQ(run(ids("img-000good1"), {}, "2023-03-27", sorts(), call).reply, "success") << region;
    EXPECT_EQ(run(ids("img-000good1"), {}, "undated", sorts(), call).reply, "InvalidParameterValue")
        << region;
    EXPECT_EQ(run(ids("img-000good1"), {{question, "refused"}}, "2023-03-27", sorts(), call).reply,
              "InvalidParameterValue");
    EXPECT_EQ(run(ids("img-000good1"), {{question, "ignored"}}, "undated", sorts(), call).reply, "success")
        << region;
  }
}

TEST(Model, AsksNothingWhereThePageSpeaks) {
  for (std::string_view params :
       {R"({"ImageIds": ["img-000good1"]})", R"({"ImageIds": ["img-nothing0"], "DryRun": true})",
        R"({"ImageIds": ["img-000good1"], "DryRun": false, "DeleteBindedSnap": true})", "{}"})
    EXPECT_EQ(run(params).asked, std::vector<Asked>{}) << params;
}

TEST(Model, LeavesASharedSnapshotToAChoice) {
  api::World world = world_of(R"("images": [{"ImageId": "img-0000000a", "SnapshotSet": ["snap-1", "snap-2"]},
                                            {"ImageId": "img-0000000b", "SnapshotSet": ["snap-2", "snap-3"]}])");
  std::string_view params = R"({"ImageIds": ["img-0000000a"], "DeleteBindedSnap": true})";
  auto with = [&](const char* answer) {
    return run(params, {{"snapshot.shared", answer}}, "2023-03-27", world);
  };
  EXPECT_EQ(with("deleted").after.snapshots, std::set<std::string>{"snap-3"});
  EXPECT_EQ(with("deleted").after.images[0].snapshots, std::set<std::string>{"snap-3"});
  EXPECT_EQ(with("kept").after.snapshots, (std::set<std::string>{"snap-2", "snap-3"}));
  EXPECT_EQ(with("kept").after.images[0].snapshots, (std::set<std::string>{"snap-2", "snap-3"}));
  EXPECT_EQ(with("refused").reply, "ResourceInUse");
  EXPECT_EQ(with("refused").after, world);
}

TEST(Model, LeavesASnapshotOfTwoThatGoTogetherToAChoice) {
  api::World world = world_of(R"("images": [{"ImageId": "img-0000000a", "SnapshotSet": ["snap-1", "snap-2"]},
                                            {"ImageId": "img-0000000b", "SnapshotSet": ["snap-2", "snap-3"]}])");
  std::string_view params = R"({"ImageIds": ["img-0000000a", "img-0000000b"], "DeleteBindedSnap": true})";
  auto with = [&](const char* answer) {
    return run(params, {{"snapshot.shared-by-both", answer}}, "2023-03-27", world);
  };
  EXPECT_EQ(with("deleted").after.snapshots, std::set<std::string>{});
  EXPECT_EQ(with("kept").after.snapshots, std::set<std::string>{"snap-2"});
  EXPECT_EQ(with("kept").after.images.size(), 0u);
  EXPECT_EQ(with("refused").reply, "ResourceInUse");
  EXPECT_EQ(with("refused").after, world);
}

TEST(Model, LeavesLaterParametersOfTheUndatedEditionToAChoice) {
  std::string_view dry = R"({"ImageIds": ["img-000good1"], "DryRun": true})";
  EXPECT_EQ(run(dry, {}, "undated").reply, "UnknownParameter");
  EXPECT_FALSE(run(dry, {{"undated.dry-run", "ignored"}}, "undated").after.find("img-000good1"));
  EXPECT_TRUE(run(dry, {{"undated.dry-run", "honoured"}}, "undated").after.find("img-000good1"));
  EXPECT_EQ(run(dry, {{"undated.dry-run", "honoured"}}, "undated").reply, "success");
  std::string_view snapshots = R"({"ImageIds": ["img-000good1"], "DeleteBindedSnap": true})";
  EXPECT_TRUE(run(snapshots, {{"undated.delete-binded-snap", "ignored"}}, "undated")
                  .after.snapshots.contains("snap-1"));
  EXPECT_FALSE(run(snapshots, {{"undated.delete-binded-snap", "honoured"}}, "undated")
                   .after.snapshots.contains("snap-1"));
}

TEST(Model, ChecksVersionActionAndRegionBeforeTheParameters) {
  api::Call call;
  call.version = "2019-07-22";
  EXPECT_EQ(run("{}", {}, "2023-03-27", sorts(), call).reply, "NoSuchVersion");
  call = {.action = "DeleteImage", .region = {}, .language = {}};
  EXPECT_EQ(run("{}", {}, "2023-03-27", sorts(), call).reply, "InvalidAction");
  EXPECT_EQ(run("{}", {{"action.singular", "accepted"}}, "2023-03-27", sorts(), call).reply, "InvalidAction");
  EXPECT_EQ(run("{}", {{"action.singular", "accepted"}}, "undated", sorts(), call).reply, "MissingParameter");
  call = {.region = {}, .language = {}};
  EXPECT_EQ(run(ids("img-?"), {}, "undated", sorts(), call).reply, "MissingParameter");
  EXPECT_EQ(run(ids("img-?"), {}, "2023-03-27", sorts(), call).reply, "InvalidImageId.Malformed");
}

TEST(Model, ReadsDeleteImageOnlyInTheEditionWhoseExampleSaysSo) {
  api::Call call{.action = "DeleteImage", .language = {}};
  Ran ran = run(ids("img-000good1"), {{"action.singular", "accepted"}}, "undated", sorts(), call);
  EXPECT_EQ(ran.reply, "success");
  EXPECT_FALSE(ran.after.find("img-000good1"));
}

TEST(Model, WantsTheFinanceDomainForAFinanceRegionWhereThatIsPinned) {
  api::Call call{.region = "ap-shanghai-fsi", .language = {}};
  EXPECT_EQ(run(ids("img-000good1"), {}, "undated", sorts(), call).reply, "success");
  EXPECT_EQ(run(ids("img-000good1"), {{"finance.region", "refused"}}, "undated", sorts(), call).reply,
            "UnsupportedRegion");
}

TEST(Model, CountsEveryCallAgainstTheLimiterOfItsAction) {
  Manual manual = manual_of();
  State state{sorts(), {}};
  state.limiters.emplace("DeleteImages", Limiter(limiter_named("fixed-window", 2)));
  Pins none;
  auto call = [&](std::string action, std::int64_t unix_us) {
    Chooser chooser(none);
    api::Call asked{.action = std::move(action), .language = {}};
    Outcome outcome = decide(manual, state, {.call = asked, .host = "", .unix_us = unix_us}, chooser);
    return outcome.answer.error ? outcome.answer.error->code : "success";
  };
  EXPECT_EQ(call("DeleteImages", 1), "MissingParameter");
  EXPECT_EQ(call("DescribeImages", 2), "success");
  EXPECT_EQ(call("DeleteImages", 3), "MissingParameter");
  EXPECT_EQ(call("DeleteImages", 4), "RequestLimitExceeded");
  EXPECT_EQ(call("DeleteImages", 1'000'000), "MissingParameter");
}

// --- Every lawful outcome
// -----------------------------------------------------------------------------------

std::set<std::string> replies(std::string_view params, const Pins& pins = {}) {
  api::Call call;
  call.params = json_of(params);
  std::set<std::string> found;
  for (const LawfulOutcome& lawful : lawful_outcomes(manual_of(), {sorts(), {}}, {.call = call}, pins))
    found.insert(lawful.outcome.answer.error ? lawful.outcome.answer.error->code : "success");
  return found;
}

TEST(LawfulOutcomes, AreOneWhereThePageSpeaks) {
  EXPECT_EQ(replies(ids("img-000good1")), std::set<std::string>{"success"});
  EXPECT_EQ(replies(ids("img-creating")), std::set<std::string>{"InvalidImageId.IncorrectState"});
}

TEST(LawfulOutcomes, AreAllThatTheOpenQuestionsOfTheRequestAllow) {
  EXPECT_EQ(replies(R"({"ImageIds": ["img-000good1"], "DryRun": "True"})"),
            (std::set<std::string>{"success", "DryRunOperation", "InvalidParameter"}));
  EXPECT_EQ(replies(R"({"ImageIds": ["img-34vaef8fe", "img-34vaef8fe"]})"),
            (std::set<std::string>{"InvalidImageId.NotFound", "InvalidImageId.Malformed",
                                   "InvalidParameterValue"}));
}

TEST(LawfulOutcomes, HaveEveryTrueErrorWhereNoRuleIsPinned) {
  std::string_view params = R"({"ImageIds": ["img-00shared", "img-creating", "img-nothing0"]})";
  EXPECT_EQ(replies(params),
            (std::set<std::string>{"InvalidImageId.InShared", "InvalidImageId.IncorrectState",
                                   "InvalidImageId.NotFound"}));
  EXPECT_EQ(replies(params, {{"errors.precedence", "by-place"}}),
            std::set<std::string>{"InvalidImageId.InShared"});
}

TEST(LawfulOutcomes, AreNarrowedByPins) {
  EXPECT_EQ(replies(R"({"ImageIds": ["img-000good1"], "DryRun": "True"})",
                    {{"boolean.quoted", "accepted"}, {"dry-run.passing-answer", "DryRunOperation"}}),
            std::set<std::string>{"DryRunOperation"});
}

TEST(LawfulOutcomes, SayWhichAnswersLedToThemAndWhatComesNext) {
  api::Call call;
  call.params = json_of(R"({"ImageIds": ["img-000good1", "img-000good1"]})");
  std::vector<LawfulOutcome> all = lawful_outcomes(manual_of(), {sorts(), {}}, {.call = call}, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].choices, (std::vector<Asked>{{"batch.duplicates", "accepted"}}));
  EXPECT_FALSE(all[0].next.world.find("img-000good1"));
  EXPECT_EQ(all[1].choices, (std::vector<Asked>{{"batch.duplicates", "refused"}}));
  EXPECT_TRUE(all[1].next.world.find("img-000good1"));
}

TEST(LawfulOutcomes, SayWhereAnotherEndpointMayNameAnotherCode) {
  auto open = [](std::string_view params) {
    api::Call call;
    call.params = json_of(params);
    bool any = false;
    for (const LawfulOutcome& lawful : lawful_outcomes(manual_of(), {sorts(), {}}, {.call = call}, {}))
      any = any || (lawful.outcome.any_code && lawful.outcome.answer.error);
    return any;
  };
  EXPECT_TRUE(open(R"({"ImageIds": ["img-000good1", "img-000good1"]})"));
  EXPECT_TRUE(open(R"({"ImageIds": ["img-000good1"], "DryRun": "perhaps"})"));
  EXPECT_TRUE(open(ids("img-00public")));
  EXPECT_TRUE(open(ids("")));
  EXPECT_FALSE(open(ids("img-nothing0")));
  EXPECT_FALSE(open(ids("img-creating")));
  EXPECT_FALSE(open(R"({"ImageIds": [7]})"));
}

// --- The chooser
// --------------------------------------------------------------------------------------------

TEST(Chooser, MeetsEveryCombinationOnce) {
  std::vector<std::string> seen;
  for_every_answer({}, [&](Chooser& chooser) {
    std::string path(chooser.ask("snapshot.shared"));
    if (path == "kept") path += "," + std::string(chooser.ask("boolean.quoted"));
    path += "," + std::to_string(chooser.pick(2));
    chooser.ask("snapshot.shared");
    seen.push_back(path);
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"deleted,0", "deleted,1", "kept,accepted,0", "kept,accepted,1",
                                            "kept,refused,0", "kept,refused,1", "refused,0", "refused,1"}));
}

TEST(Chooser, RefusesPinsThatAreNoAnswer) {
  EXPECT_TRUE(check_pins({{"boolean.quoted", "refused"}}));
  EXPECT_EQ(check_pins({{"boolean.quoted", "maybe"}}).error().message(),
            "choice \"boolean.quoted\": \"maybe\" is no answer to it (one of \"accepted\", \"refused\")");
  EXPECT_FALSE(check_pins({{"boolean.unquoted", "refused"}}));
}

TEST(Chooser, AsksTheQuestionsOfTheCatalogue) {
  Json json = read_json_file(SOURCE_DIR "/cases/choices.json").value();
  for (const Question& question : questions()) {
    const Json* found = nullptr;
    for (const Json& choice : *json.find("choices")->array())
      if (*choice.find("name")->string() == question.name) found = &choice;
    ASSERT_TRUE(found) << question.name;
    std::set<std::string_view> lawful, ours(question.answers.begin(), question.answers.end());
    for (const auto& [answer, meaning] : *found->find("answers")->object()) lawful.insert(answer);
    EXPECT_EQ(ours, lawful) << question.name;
  }
}

}  // namespace
}  // namespace diconform::reference
