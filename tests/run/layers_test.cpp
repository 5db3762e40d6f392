// The one include rule: a file includes its own folder and folders to its left.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace diconform {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kLayers = {"base",  "automata", "api",       "wire",   "scenario", "result",
                                          "judge", "target",   "reference", "client", "probe",    "run"};

std::size_t rank_of(const std::string& layer) {
  return static_cast<std::size_t>(std::ranges::find(kLayers, layer) - kLayers.begin());
}

std::string quoted_include(const std::string& line) {
  const std::string kStart = "#include \"";
  if (!line.starts_with(kStart)) return "";
  return line.substr(kStart.size(), line.find('"', kStart.size()) - kStart.size());
}

// Calls visit(place, included path) for every include of our own below the folder.
template <class Visit>
void each_include(const fs::path& folder, Visit visit) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      if (std::string included = quoted_include(line); !included.empty())
        visit(entry.path(), number, included);
    }
  }
}

TEST(Layers, IncludesPointLeft) {
  const fs::path harness = fs::path(SOURCE_DIR) / "harness";
  std::size_t seen = 0;
  each_include(harness, [&](const fs::path& file, int line, const std::string& included) {
    std::string from = fs::relative(file, harness).begin()->string(),
                to = fs::path(included).begin()->string();
    if (to == "reports") to = "result";  // reports stands beside: whoever sees results may see it
    ++seen;
    ASSERT_LT(rank_of(from), kLayers.size()) << file << " is in no layer";
    EXPECT_LE(rank_of(to), rank_of(from))
        << file.string() << ":" << line << " includes " << included << ", to its right";
  });
  EXPECT_GT(seen, 200u);
}

TEST(Layers, ReportsSeeResultsAndWhatLiesLeftOfThem) {
  each_include(
      fs::path(SOURCE_DIR) / "reports", [&](const fs::path& file, int line, const std::string& included) {
        std::string to = fs::path(included).begin()->string();
        if (to == "reports" || rank_of(to) == kLayers.size()) return;
        EXPECT_LE(rank_of(to), rank_of("result")) << file.string() << ":" << line << " includes " << included;
      });
}

TEST(House, KeepsItsSizes) {
  for (const char* top : {"harness", "reports"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / top)) {
      bool header = entry.path().extension() == ".h";
      if (!header && entry.path().extension() != ".cpp") continue;
      std::ifstream file(entry.path());
      auto lines = std::count(std::istreambuf_iterator<char>(file), {}, '\n');
      EXPECT_LE(lines, header ? 150 : 400) << entry.path().string() << " is too long: split it by idea";
    }
  }
}

}  // namespace
}  // namespace diconform
