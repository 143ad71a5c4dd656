#include "yoso/commands/glue_submit.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/train/result.h"

namespace yoso::train {
namespace {

using testing::error_text;

class GlueSubmit : public ::testing::Test {
 protected:
  /// A finished run of MRPC whose checkpoint was chosen by loss.
  void run(const std::string& name, double accuracy, double loss) const {
    RunResult result;
    result.status = "complete";
    result.task = "MRPC";
    result.metric = "loss";
    result.dev = Evaluation{
        .loss = loss, .scores = {{"f1", accuracy}, {"accuracy", accuracy}}, .examples = 10};
    folder_.write(name + "/config.yaml", "task: glue\n");
    write_result(result, folder_.path(name + "/result.json"));
  }

  std::string submit() const {
    return error_text(
        [&] { commands::submit_command({.runs = {folder_.root()}, .output = "x.zip"}); },
        ExitCode::data);
  }

  testing::TempFolder folder_;
};

TEST_F(GlueSubmit, TheRunOfTheBestScoreIsTaken) {
  run("a", 0.6, 0.9);
  run("b", 0.8, 0.3);
  run("c", 0.7, 0.5);
  const std::string text = submit();
  EXPECT_NE(text.find("MRPC.tsv (`finetune predict " + folder_.path("b") + "` writes it)"),
            std::string::npos)
      << text;
}

TEST_F(GlueSubmit, ADamagedResultIsLeftOut) {
  run("a", 0.6, 0.9);
  folder_.write("b/config.yaml", "task: glue\n");
  folder_.write("b/result.json", "{");
  ::testing::internal::CaptureStderr();
  const std::string text = submit();
  EXPECT_NE(text.find("finetune predict " + folder_.path("a")), std::string::npos) << text;
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "left out: " + folder_.path("b/result.json") +
                ": is no result of a run (truncated, or a key is missing)\n");
}

}  // namespace
}  // namespace yoso::train
