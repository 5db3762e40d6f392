// The independent endpoint of tests/second, as a child process.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/process.h"

namespace diconform::target {

class SecondEndpoint {
 public:
  explicit SecondEndpoint(const std::vector<std::string>& flags = {}) : process_(start(flags)) {
    std::string line, ready, name;
    EXPECT_EQ(process_.read_line(line, 30'000'000), Process::Wait::kDone) << process_.take_errors();
    std::istringstream(line) >> ready >> url >> name >> world;
    EXPECT_EQ(ready, "ready") << line;
  }
  std::string url, world;

 private:
  static Process start(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"python3", SOURCE_DIR "/tests/second/endpoint.py", "--port", "0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    auto process = Process::start(arguments);
    if (!process) ADD_FAILURE() << process.error().message();
    return std::move(*process);
  }
  Process process_;
};

}  // namespace diconform::target
