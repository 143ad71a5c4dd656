#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {
namespace {

using yoso::testing::error_text;
using yoso::testing::LogCapture;
using yoso::testing::sample;
using yoso::testing::shared_data;
using yoso::testing::TempFolder;

class ListOpsTask : public ::testing::Test {
 protected:
  ListOpsTask() {
    for (const char* file : {"basic_train.tsv", "basic_val.tsv", "basic_test.tsv"}) {
      folder_.write(file, "Source\tTarget\r\n[MAX 1 2 ]\t2\r\n[MIN 3 4 5 ]\t3\r\n[SM 1 1 ]\t2\r\n");
    }
  }

  std::unique_ptr<Task> open(const std::string& options) {
    const config::Tree section = config::parse("name: listops\n" + options, "test.yaml");
    return testing::open_task(section, model_, capture_.log);
  }
  std::unique_ptr<Task> open() { return open("data: " + folder_.path("") + "\n"); }

  /// Lines logged that hold `text`.
  int logged(const std::string& text) const {
    int count = 0;
    const std::string all = capture_.text();
    for (size_t at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++count;
    return count;
  }

  TempFolder folder_;
  LogCapture capture_;
  config::ModelConfig model_;
};

TEST_F(ListOpsTask, ReadsSplitsWhenTheyAreUsed) {
  const auto task = open();
  EXPECT_EQ(
      logged("listops: data in " + folder_.path("").substr(0, folder_.path("").size() - 1) + "\n"),
      1);
  EXPECT_EQ(logged(".tsv"), 0);
  EXPECT_EQ(task->size(data::Split::test), 3);
  EXPECT_EQ(logged("basic_test.tsv: 3 examples, 13 tokens, the longest 5"), 1) << capture_.text();
  EXPECT_EQ(logged("listops: test is a part of the published set, 3 of 2,000 examples"), 1);
  EXPECT_EQ(logged("basic_train.tsv"), 0);
  EXPECT_EQ(task->vocab_size(), 17);
  EXPECT_DOUBLE_EQ(task->majority_rate(data::Split::test), 2.0 / 3.0);
}

TEST_F(ListOpsTask, ThreadsReadASplitOnce) {
  const auto task = open();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] { EXPECT_EQ(task->size(data::Split::train), 3); });
  }
  EXPECT_EQ(logged("basic_train.tsv: 3 examples"), 1);
}

TEST_F(ListOpsTask, WarnsOfRowsItCuts) {
  model_.max_length = 4;
  const auto task = open();
  EXPECT_EQ(task->batch(data::Split::dev, std::vector<int64_t>{1}, 0, 0).input_ids.size(1), 4);
  EXPECT_EQ(logged("warning: " + folder_.path("basic_val.tsv") +
                   ": 1 examples cut to model.max_length, 4 tokens"),
            1)
      << capture_.text();
}

TEST_F(ListOpsTask, VerifiesLabelsOnRequest) {
  const std::string path = folder_.write("basic_val.tsv", "Source\tTarget\r\n[MAX 1 2 ]\t1\r\n");
  EXPECT_EQ(open()->size(data::Split::dev), 1);
  const auto task = open("data: " + folder_.path("") + "\nverify: true\n");
  EXPECT_EQ(task->size(data::Split::train), 3);
  EXPECT_EQ(logged("every label verified"), 1);
  for (int repeat = 0; repeat < 2; ++repeat) {
    EXPECT_EQ(error_text([&] { task->size(data::Split::dev); }, ExitCode::data),
              path + ":2: label 1, but the expression's value is 2");
  }
}

TEST_F(ListOpsTask, SkipsBadRowsOnRequestAlone) {
  const std::string path = folder_.write(
      "basic_train.tsv", "Source\tTarget\r\n[MAX 1 2 ]\t2\r\n[MAX 1\r\n[PM 1 ]\t1\r\n3\t3\r\n");
  const std::string first = path + ":3: expected 2 columns separated by a tab, found 1";
  EXPECT_EQ(error_text([&] { open()->size(data::Split::train); }, ExitCode::data), first);
  const std::string data = "data: " + folder_.path("") + "\nskip_bad_rows: ";
  EXPECT_EQ(error_text([&] { open(data + "1\n")->size(data::Split::train); }, ExitCode::data),
            path +
                ":4: unknown symbol `[PM`, expected 0 to 9, [MIN, [MAX, [MED, [SM or ]; tolerated "
                "before it: " +
                first);
  EXPECT_EQ(open(data + "2\n")->size(data::Split::train), 2);
  EXPECT_EQ(logged("warning: skipped: " + first), 1) << capture_.text();
}

// What was asked of the raw rows is asked of prepared ones too.
TEST_F(ListOpsTask, PreparedRowsAreVerifiedAndSkippedOnRequestAlone) {
  const std::string wrong = folder_.write(
      "basic_val.tsv", "Source\tTarget\r\n[MIN 1 2 ]\t1\r\n[MAX 1 2 ]\t1\r\n3\t11\r\n");
  const std::string options =
      "data: " + folder_.path("") + "\nprepared: " + folder_.path("rows") + "\n";
  EXPECT_EQ(open(options + "skip_bad_rows: 1\n")->size(data::Split::dev), 2);
  EXPECT_EQ(logged("listops: dev is a part of the published set, 2 of 2,000 examples"), 1);
  EXPECT_EQ(logged("warning: skipped: " + wrong + ":4: "), 1) << "when prepared";
  EXPECT_EQ(open(options + "skip_bad_rows: 1\n")->size(data::Split::dev), 2);
  EXPECT_EQ(logged("warning: skipped: " + wrong + ":4: "), 2) << "when opened";
  const std::string why = error_text([&] { open(options); }, ExitCode::usage);
  EXPECT_TRUE(why.starts_with(
      folder_.path("rows/prepared.json") +
      ": bad examples were left out when it was prepared (1, the first: " + wrong + ":4: "))
      << why;
  const auto verified = open(options + "skip_bad_rows: 1\nverify: true\n");
  EXPECT_EQ(verified->size(data::Split::train), 3);
  EXPECT_EQ(error_text([&] { verified->size(data::Split::dev); }, ExitCode::data),
            folder_.path("rows/dev.rows") + ": row 2: label 1, but the expression's value is 2");
}

TEST_F(ListOpsTask, NamesWhatIsMissing) {
  EXPECT_EQ(error_text([&] { open(""); }),
            "test.yaml:1: task.data: missing, expected the folder of a ListOps set (`lra generate "
            "listops` makes one)");
  EXPECT_EQ(error_text([&] { open("data: /nowhere/at/all\n"); }, ExitCode::data),
            "/nowhere/at/all: no such folder or archive");
  std::filesystem::remove(folder_.path("basic_val.tsv"));
  EXPECT_EQ(error_text([&] { open(); }, ExitCode::data),
            folder_.path("basic_val.tsv") + ": no such file");
}

TEST_F(ListOpsTask, FingerprintSeesOneChangedLabel) {
  const std::string before = open()->fingerprint();
  EXPECT_EQ(open()->fingerprint(), before);
  folder_.write("basic_test.tsv",
                "Source\tTarget\r\n[MAX 1 2 ]\t2\r\n[MIN 3 4 5 ]\t3\r\n[SM 1 1 ]\t3\r\n");
  EXPECT_NE(open()->fingerprint(), before);
  folder_.write("basic_test.tsv", "2\t[MAX 1 2 ]\n3\t[MIN 3 4 5 ]\n2\t[SM 1 1 ]\n");
  EXPECT_EQ(open()->fingerprint(), before) << "the layout of the file does not matter";
}

TEST_F(ListOpsTask, RelativePathsAreOfTheCurrentFolder) {
  const config::Tree section = config::parse("name: listops\ndata: some/where/\n", "test.yaml");
  EXPECT_EQ(find_task(section).resolve(section).find("data")->scalar,
            (std::filesystem::current_path() / "some/where").string());
}

TEST_F(ListOpsTask, FindsThePublishedSetInItsArchive) {
  const auto archive = shared_data("lra");
  if (!archive) GTEST_SKIP() << "no YOSO_DATA/lra";
  const auto task = open("data: " + *archive + "\nverify: true\n");
  EXPECT_EQ(logged("listops: data in " + *archive + "/listops-1000\n"), 1) << capture_.text();
  EXPECT_EQ(task->size(data::Split::train), 1000);
  EXPECT_EQ(task->size(data::Split::dev), 200);
  EXPECT_EQ(task->size(data::Split::test), 200);
}

}  // namespace
}  // namespace yoso::tasks
