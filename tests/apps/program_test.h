#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace yoso::testing {

/// A folder in which a program is run as a user would.
class ProgramTest : public ::testing::Test {
 protected:
  /// `NAME ARGUMENTS...` in the test's folder.
  Outcome run(const std::string& name, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), bin_dir() + "/" + name);
    return run_program(arguments, folder_.path(""));
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.path(name), std::ios::binary).rdbuf();
    return text.str();
  }

  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(read(name)); }

  /// Exit code and message of a mistake: behind what was logged, "error: " and as many lines as
  /// there are mistakes, `part` among them; no trace, nothing else.
  void expect_error(const Outcome& outcome, int exit_code, const std::string& part,
                    int lines = 1) const {
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    const size_t begin = outcome.err.find("error: ");
    ASSERT_NE(begin, std::string::npos) << outcome.err;
    EXPECT_TRUE(begin == 0 || outcome.err[begin - 1] == '\n') << outcome.err;
    const std::string message = outcome.err.substr(begin);
    EXPECT_NE(message.find(part), std::string::npos) << outcome.err;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), lines) << outcome.err;
    EXPECT_EQ(message.find("Exception"), std::string::npos) << outcome.err;
    EXPECT_EQ(message.find("internal failure"), std::string::npos) << outcome.err;
  }

  TempFolder folder_;
};

}  // namespace yoso::testing
