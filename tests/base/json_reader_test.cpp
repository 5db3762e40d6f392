#include "base/json_reader.h"

#include <array>

#include "base/file.h"

namespace diconform {
namespace {

enum class Colour { kRed, kBlue };
constexpr std::array<std::pair<std::string_view, Colour>, 2> kColours = {
    {{"red", Colour::kRed}, {"blue", Colour::kBlue}}};

struct Car {
  std::string name;
  std::uint8_t doors = 4;
  std::optional<double> price;
  std::vector<std::string> owners;
  std::set<std::string> plates;
  std::map<std::string, std::int64_t> parts;
  std::vector<Colour> colours;
  Json extra;
  bool fast = false;
};

Result<Car> car_from_json(const Json& json, const JsonPlace& place) {
  Car car;
  ObjectReader members(json, place);
  members.required("name", car.name);
  members.optional("doors", car.doors);
  members.optional("price", car.price);
  members.optional("owners", car.owners);
  members.optional("plates", car.plates);
  members.optional("parts", car.parts);
  members.optional("colours", car.colours, each(word<Colour>(kColours)));
  members.optional("extra", car.extra);
  members.optional("fast", car.fast);
  TRY_VOID(members.finish());
  return car;
}

Result<Car> car(std::string_view text) { return car_from_json(parse_json(text).value(), "car.json"); }

TEST(JsonReader, ReadsEveryKindOfMember) {
  auto read = car(R"({"name": "a", "doors": 255, "price": 1.5e3, "owners": ["x", "y"], "plates": ["p", "q"],
                      "parts": {"wheel": 4}, "colours": ["blue", "red"], "extra": [null], "fast": true})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->name, "a");
  EXPECT_EQ(read->doors, 255);
  EXPECT_EQ(read->price, 1500);
  EXPECT_EQ(read->owners, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(read->plates, (std::set<std::string>{"p", "q"}));
  EXPECT_EQ(read->parts.at("wheel"), 4);
  EXPECT_EQ(read->colours, (std::vector<Colour>{Colour::kBlue, Colour::kRed}));
  EXPECT_EQ(to_text(read->extra), "[null]");
  EXPECT_TRUE(read->fast);
}

TEST(JsonReader, LeavesWhatIsAbsentAsItWas) {
  auto read = car(R"({"name": "a"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->doors, 4);
  EXPECT_FALSE(read->price);
}

TEST(JsonReader, TakesANullForWhatMayBeNothing) {
  EXPECT_FALSE(car(R"({"name": "a", "price": null})")->price);
}

struct Mistake {
  const char* text;
  const char* message;
};

TEST(JsonReader, SaysWhereAndWhatAndWhatToDo) {
  for (const auto& [text, message] : {
           Mistake{"[1]", "car.json: is an array, expected an object"},
           Mistake{"{}", "car.json: lacks the member \"name\""},
           Mistake{R"({"name": 7})", "car.json: /name: is a number (7), expected a string"},
           Mistake{R"({"name": null})", "car.json: /name: is null, expected a string"},
           Mistake{R"({"name": "a", "doors": 256})",
                   "car.json: /doors: is a number (256), expected a whole number from 0 to 255"},
           Mistake{R"({"name": "a", "doors": 1.0})",
                   "car.json: /doors: is a number (1.0), expected a whole number from 0 to 255"},
           Mistake{R"({"name": "a", "doors": "4"})",
                   "car.json: /doors: is \"4\", expected a whole number from 0 to 255"},
           Mistake{R"({"name": "a", "owners": ["x", false]})",
                   "car.json: /owners/1: is a Boolean (false), expected a string"},
           Mistake{R"({"name": "a", "plates": ["p", "p"]})",
                   "car.json: /plates/1: repeats \"p\" (list it once)"},
           Mistake{R"({"name": "a", "parts": {"a/b~c": "x"}})",
                   "car.json: /parts/a~1b~0c: is \"x\", expected a whole number from -9223372036854775808 to "
                   "9223372036854775807"},
           Mistake{R"({"name": "a", "colours": ["green"]})",
                   "car.json: /colours/0: is \"green\", expected one of \"red\", \"blue\""},
           Mistake{R"({"name": "a", "fast": "True"})",
                   "car.json: /fast: is \"True\", expected true or false"},
           Mistake{R"({"name": "a", "dors": 4})",
                   "car.json: /dors: is a member that nothing reads (known here: name, doors, price, owners, "
                   "plates, "
                   "parts, colours, extra, fast)"},
       }) {
    auto read = car(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().message(), message);
  }
}

TEST(JsonReader, KeepsTheFirstMistake) {
  auto read = car(R"({"doors": "x", "fast": 1})");
  EXPECT_EQ(read.error().message(), "car.json: lacks the member \"name\"");
}

TEST(JsonReader, LetsUnknownMembersBeWhereOthersExtendTheProtocol) {
  Json json = parse_json(R"({"a": 1, "b": 2})").value();
  int a = 0;
  ObjectReader members(json, "x");
  members.required("a", a);
  EXPECT_TRUE(members.finish_ignoring_unknown());
  EXPECT_EQ(a, 1);
}

TEST(JsonReader, TellsMistakesTheCallerFound) {
  Json json = parse_json(R"({"a": 1})").value();
  ObjectReader members(json, JsonPlace("x") / 3);
  EXPECT_TRUE(members.member("a"));
  members.refuse("a", "is odd", "make it even");
  EXPECT_TRUE(members.failed());
  EXPECT_EQ(members.finish().error().message(), "x: /3/a: is odd (make it even)");
}

TEST(JsonReader, RefusesAFileInWhichAMemberAppearsTwice) {
  std::string path = testing::TempDir() + "/twice.json";
  ASSERT_TRUE(write_file(path, R"({"a": {"b": 1, "b": 2}})"));
  EXPECT_EQ(read_json_file(path).error().message(),
            path + ": /a/b: the member appears twice (keep one of them)");
}

}  // namespace
}  // namespace diconform
