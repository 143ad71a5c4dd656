#include "yoso/data/glue/predictions.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/data/archive/locate.h"
#include "yoso/util/file.h"

namespace yoso::data::glue {
namespace {

using testing::error_text;
using testing::TempFolder;

const SubmissionFile& file_named(const std::string& name) {
  for (const SubmissionFile& file : submission_files()) {
    if (file.name == name) return file;
  }
  throw std::invalid_argument(name);
}

TEST(GluePredictions, AreWrittenToTheByteAndReadBack) {
  const TempFolder folder;
  const std::string text = predictions_text({{0, "entailment"}, {1, "not_entailment"}});
  EXPECT_EQ(text, "index\tprediction\n0\tentailment\n1\tnot_entailment\n");
  const auto read = read_predictions(find_task("RTE"), folder.write("RTE.tsv", text));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].index, 1);
  EXPECT_EQ(read[1].text, "not_entailment");
  EXPECT_EQ(score_text(5.7), "5.000");
  EXPECT_EQ(score_text(-0.1), "0.000");
  EXPECT_EQ(score_text(2.34567), "2.346");
}

TEST(GluePredictions, MistakesNameFileAndLine) {
  const TempFolder folder;
  const auto error = [&](const char* task, const std::string& text) {
    const std::string path = folder.write("a.tsv", text);
    const std::string message =
        error_text([&] { read_predictions(find_task(task), path); }, ExitCode::data);
    return message.substr(message.find("a.tsv"));
  };
  EXPECT_EQ(error("RTE", "0\tentailment\n"), "a.tsv:1: expected the header index, prediction");
  EXPECT_EQ(error("RTE", "index\tprediction\r\n0\tentailment\r\n"),
            "a.tsv: lines end in CR LF, a submission's in LF alone");
  EXPECT_EQ(error("RTE", "index\tprediction\n0\t1\n"),
            "a.tsv:2: prediction `1`, expected entailment or not_entailment");
  EXPECT_EQ(error("CoLA", "index\tprediction\n0\t1\n2\t1\n"), "a.tsv:3: index 2, expected 1");
  EXPECT_EQ(error("STS-B", "index\tprediction\n0\thigh\n"),
            "a.tsv:2: prediction `high`, expected a number");
  EXPECT_EQ(error("CoLA", "index\tprediction\n0\n"),
            "a.tsv:2: found 1 fields separated by tabs, expected 2");
}

TEST(GluePredictions, FilesOfASubmissionHaveTheirExamples) {
  const TempFolder folder;
  const SubmissionFile& wnli = file_named("WNLI.tsv");
  const std::string content = constant_predictions(wnli);
  EXPECT_EQ(read_submission_file(wnli, folder.write("WNLI.tsv", content)), content);
  const std::string shorter = content.substr(0, content.rfind("145"));
  EXPECT_NE(error_text([&] { read_submission_file(wnli, folder.write("WNLI.tsv", shorter)); },
                       ExitCode::data)
                .find("WNLI.tsv: 145 predictions, expected 146"),
            std::string::npos);
  for (const SubmissionFile& file : submission_files()) {
    if (file.examples > 10'000) continue;
    const std::string path = folder.write(file.name, constant_predictions(file));
    EXPECT_NO_THROW(read_submission_file(file, path)) << file.name;
  }
}

TEST(GluePredictions, ZipsAreFlatAndTheSameEveryTime) {
  const TempFolder folder;
  const std::vector<std::pair<std::string, std::string>> files = {
      {"B.tsv", "index\n"}, {"A.tsv", std::string(9000, 'x')}};
  write_zip(folder.path("one.zip"), files);
  write_zip(folder.path("two.zip"), files);
  const std::string bytes = read_file(folder.path("one.zip"));
  EXPECT_TRUE(bytes.starts_with("PK"));
  EXPECT_TRUE(bytes == read_file(folder.path("two.zip")));
  std::vector<std::pair<std::string, std::string>> read;
  read_archive(
      folder.path("one.zip"), [](const std::string&) { return true; },
      [&](const std::string& name, const std::string& content) {
        read.emplace_back(name, content);
      });
  EXPECT_EQ(read, files);
  EXPECT_NE(error_text([&] { write_zip("/proc/x.zip", files); }, ExitCode::failure).find("/proc"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::data::glue
