#include "api/world.h"

namespace diconform::api {
namespace {

World world_of(std::string_view text) { return world_from_json(parse_json(text).value(), "world").value(); }

std::string problem_of(std::string_view text) {
  auto world = world_from_json(parse_json(text).value(), "world");
  return world ? "" : world.error().message();
}

TEST(World, FillsInAPlainImageThatCanBeDeleted) {
  World world = world_of(R"({"images": [{"ImageId": "img-1"}]})");
  ASSERT_TRUE(world.find("img-1"));
  EXPECT_EQ(*world.find("img-1"), (Image{.id = "img-1", .name = "", .shared_to = {}, .snapshots = {}}));
  EXPECT_EQ(world.find("img-1")->state, "NORMAL");
  EXPECT_EQ(world.find("img-1")->type, "PRIVATE_IMAGE");
  EXPECT_FALSE(world.find("img-2"));
}

TEST(World, CountsTheSnapshotsOfImagesAmongItsOwn) {
  World world = world_of(R"({"images": [{"ImageId": "a", "SnapshotSet": ["s1"]}], "snapshots": ["s2"]})");
  EXPECT_EQ(world.snapshots, (std::set<std::string>{"s1", "s2"}));
}

TEST(World, SurvivesItsJsonForm) {
  World world = world_of(R"({"images": [
      {"ImageId": "a", "ImageName": "n", "ImageState": "USING", "ImageType": "SHARED_IMAGE", "SharedTo": ["1", "2"],
       "SnapshotSet": ["s1"], "TaskRunning": true}, {"ImageId": "b"}], "snapshots": ["s2"]})");
  EXPECT_EQ(world_from_json(to_json(world), "again").value(), world);
}

TEST(World, IgnoresMembersItDoesNotKnow) {
  EXPECT_EQ(problem_of(R"({"secretKey": "x", "images": [{"ImageId": "a", "Architecture": "x86_64"}]})"), "");
}

TEST(World, SaysWhereATypeIsWrong) {
  EXPECT_EQ(problem_of(R"({"images": [{"ImageId": "a"}, {"ImageId": 7}]})"),
            "world: /images/1/ImageId: is a number (7), expected a string");
  EXPECT_EQ(problem_of(R"({"images": [{}]})"), "world: /images/0: lacks the member \"ImageId\"");
  EXPECT_EQ(problem_of(R"({"images": [{"ImageId": "a", "TaskRunning": "no"}]})"),
            "world: /images/0/TaskRunning: is \"no\", expected true or false");
  EXPECT_EQ(problem_of(R"({"images": [{"ImageId": "a"}, {"ImageId": "a"}]})"),
            "world: /images: image \"a\" is there twice (list it once)");
}

TEST(World, LosesTheNamedImagesAndKeepsTheirSnapshots) {
  World world = world_of(R"({"images": [{"ImageId": "a", "SnapshotSet": ["s"]}, {"ImageId": "b"}]})");
  World after = without_images(world, std::vector<std::string>{"a", "nobody", "a"}, false);
  EXPECT_EQ(difference(world_of(R"({"images": [{"ImageId": "b"}], "snapshots": ["s"]})"), after, {}),
            std::vector<std::string>());
}

TEST(World, LosesTheBoundSnapshotsToo) {
  World world = world_of(R"({"images": [{"ImageId": "a", "SnapshotSet": ["s", "shared"]},
                                        {"ImageId": "b", "SnapshotSet": ["shared", "t"]}], "snapshots": ["loose"]})");
  World after = without_images(world, std::vector<std::string>{"a"}, true);
  EXPECT_EQ(after.snapshots, (std::set<std::string>{"loose", "t"}));
  EXPECT_EQ(after.find("b")->snapshots, (std::set<std::string>{"t"}));
}

TEST(World, SaysWhatDiffersInSentences) {
  World expected =
      world_of(R"({"images": [{"ImageId": "a"}, {"ImageId": "b", "SharedTo": ["1"]}], "snapshots": ["s"]})");
  World actual = world_of(
      R"({"images": [{"ImageId": "b", "ImageState": "USING"}, {"ImageId": "c"}], "snapshots": ["t"]})");
  EXPECT_EQ(difference(expected, actual, {}),
            (std::vector<std::string>{"image \"a\" is gone, expected it to be there",
                                      "image \"b\": ImageState is \"USING\", expected \"NORMAL\"",
                                      "image \"b\": SharedTo is {}, expected {\"1\"}",
                                      "image \"c\" is there, expected it to be gone",
                                      "snapshot \"s\" is gone, expected it to be there",
                                      "snapshot \"t\" is there, expected it to be gone"}));
}

TEST(World, ComparesOnlyWhatCanBeObserved) {
  World expected = world_of(R"({"images": [{"ImageId": "a", "ImageName": "one", "SnapshotSet": ["s"]}]})");
  World actual = world_of(R"({"images": [{"ImageId": "a", "ImageName": "two", "ImageType": "PUBLIC_IMAGE",
                                          "SharedTo": ["1"], "TaskRunning": true}]})");
  WorldFacets none{.shared_to = false, .task_running = false, .snapshot_set = false, .image_type = false};
  EXPECT_TRUE(difference(expected, actual, none).empty());
  EXPECT_EQ(difference(expected, actual, {}).size(), 5u);
}

TEST(World, ComparesListsAsSets) {
  World one = world_of(R"({"images": [{"ImageId": "a"}, {"ImageId": "b"}]})");
  World other = world_of(R"({"images": [{"ImageId": "b"}, {"ImageId": "a"}]})");
  EXPECT_TRUE(difference(one, other, {}).empty());
}

TEST(World, TakesNullForWhatIsNotThere) {
  EXPECT_EQ(world_of(R"({"images":[{"ImageId":"img-1","ImageName":null,"SharedTo":null}],"snapshots":null})"),
            world_of(R"({"images":[{"ImageId":"img-1"}]})"));
}

}  // namespace
}  // namespace diconform::api
