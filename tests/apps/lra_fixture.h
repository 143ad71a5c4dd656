#pragma once

#include <string>
#include <vector>

#include "apps/program_test.h"

namespace yoso::testing {

/// A folder with small ListOps data and a smoke configuration, in which `lra` is run as a user
/// would.
class LraTest : public ProgramTest {
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
  Outcome lra(std::vector<std::string> arguments) const { return run("lra", std::move(arguments)); }

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

 private:
  static inline TempFolder* data_ = nullptr;
};

}  // namespace yoso::testing
