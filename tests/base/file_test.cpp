#include "base/file.h"

#include <filesystem>

namespace diconform {
namespace {

TEST(File, ReadsWhatItWrote) {
  std::string path = testing::TempDir() + "/file_test.bin", bytes("a\0\r\n\xFF", 5);
  ASSERT_TRUE(write_file(path, bytes));
  EXPECT_EQ(read_file(path).value(), bytes);
  ASSERT_TRUE(write_file(path, ""));
  EXPECT_EQ(read_file(path).value(), "");
}

TEST(File, BoundsWhatItReads) {
  std::string path = testing::TempDir() + "/file_test.bin";
  ASSERT_TRUE(write_file(path, "12345"));
  EXPECT_TRUE(read_file(path, 5));
  EXPECT_EQ(read_file(path, 4).error().message(), path + ": is larger than 4 bytes");
}

TEST(File, SaysWhatStoodInTheWay) {
  EXPECT_EQ(read_file("/nowhere/x").error().message(),
            "/nowhere/x: No such file or directory (check the path)");
  EXPECT_EQ(read_file("/").error().message(), "/: is a folder, not a file");
  EXPECT_FALSE(write_file("/nowhere/x", ""));
}

}  // namespace
}  // namespace diconform
