#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace yoso::testing {

/// A folder with small ListOps data and a smoke configuration, in which `lra` is run as a user
/// would.
class LraTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = new TempFolder;
    const Outcome made = run_program(
        {program(), "generate", "listops", "--output", "listops", "--train", "300", "--dev", "50",
         "--test", "50", "--min-length", "4", "--max-length", "24", "--quiet"},
        data_->path(""));
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  static void TearDownTestSuite() {
    delete data_;
    data_ = nullptr;
  }

  static std::string program() { return bin_dir() + "/lra"; }
  static std::string data() { return data_->path("listops"); }
  static std::string smoke() { return source_dir() + "/configs/smoke/listops.yaml"; }

  /// `lra ARGUMENTS...` in the test's folder.
  Outcome lra(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program());
    return run_program(arguments, folder_.path(""));
  }

  std::vector<std::string> train_arguments(const std::string& output,
                                           std::vector<std::string> extra = {}) const {
    std::vector<std::string> arguments = {"train",    smoke(), "--set",     "task.data=" + data(),
                                          "--output", output,  "--threads", "1"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return arguments;
  }

  Outcome train(const std::string& output, std::vector<std::string> extra = {}) const {
    return lra(train_arguments(output, std::move(extra)));
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.path(name), std::ios::binary).rdbuf();
    return text.str();
  }

  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(read(name)); }

  /// Exit code and message of a mistake: one line on stderr after "error: ", no trace, nothing
  /// else.
  void expect_error(const Outcome& outcome, int exit_code, const std::string& part) const {
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_NE(outcome.err.find("error: "), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("Exception"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("frame #"), std::string::npos) << outcome.err;
  }

  TempFolder folder_;

 private:
  static inline TempFolder* data_ = nullptr;
};

}  // namespace yoso::testing
