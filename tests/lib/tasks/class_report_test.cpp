#include "yoso/tasks/class_report.h"

#include <gtest/gtest.h>

#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "yoso/config/read.h"

namespace yoso::tasks {
namespace {

using testing::LogCapture;
using testing::sample;

/// What is logged of the classes in the training file `rows`, with a dev file of its first rows.
std::string report(const std::string& rows, const std::string& dev) {
  const testing::TempFolder folder;
  LogCapture capture;
  config::ModelConfig model;
  const auto task = testing::open_task(
      config::parse("name: labelled_text\ntrain: " + folder.write("train.tsv", rows) +
                        "\ndev: " + folder.write("dev.tsv", dev) +
                        "\ntokenizer: bert:" + sample("tokenizers/bert/vocab.txt") + "\n",
                    "test.yaml"),
      model, capture.log);
  report_classes(*task, {data::Split::train, data::Split::dev}, capture.log);
  return capture.text();
}

TEST(ClassReport, CountsEverySplit) {
  const std::string text = report("text\tlabel\na\tx\nb\ty\nc\ty\n", "text\tlabel\na\tx\n");
  EXPECT_NE(text.find("class  train  dev"), std::string::npos) << text;
  EXPECT_NE(text.find("y          2    0"), std::string::npos) << text;
  EXPECT_NE(text.find("warning: dev has no example of class `y`"), std::string::npos) << text;
}

TEST(ClassReport, WarnsOfNamesThatMayBeMistakes) {
  const std::string rows = "text\tlabel\na\tbad\nb\tbad \nc\tnan\nd\tgood\n";
  const std::string text = report(rows, rows);
  EXPECT_NE(text.find("warning: the classes `bad`, `bad ` differ only in case, spaces"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("warning: the class `nan` is what programs write for a missing value"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"bad \""), std::string::npos) << "the space is seen: " << text;
  EXPECT_EQ(text.find("is the label column"), std::string::npos) << text;
}

TEST(ClassReport, WarnsOfNearlyAsManyClassesAsExamples) {
  std::string rows = "text\tlabel\n";
  for (int i = 0; i < 30; ++i) rows += "a\tid" + std::to_string(i) + "\n";
  const std::string text = report(rows, rows);
  EXPECT_NE(text.find("30 classes in 30 examples: is the label column one of texts or numbers?"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("and 10 rarer classes"), std::string::npos) << text;
}

}  // namespace
}  // namespace yoso::tasks
