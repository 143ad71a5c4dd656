#include "yoso/data/glue/read.h"

#include <gtest/gtest.h>

#include <map>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data::glue {
namespace {

using testing::error_text;
using testing::shared_data;
using testing::TempFolder;

class GlueFiles : public ::testing::Test {
 protected:
  TextExamples read(const char* task, Part part) const {
    return Folder(find_task(task), folder_.path("")).read(part);
  }

  /// The message of reading a part, without the folder's name.
  std::string error(const char* task, Part part) const {
    std::string message = error_text([&] { read(task, part); }, ExitCode::data);
    const std::string root = folder_.path("");
    for (size_t at; (at = message.find(root)) != std::string::npos;) message.erase(at, root.size());
    return message;
  }

  TempFolder folder_;
};

TEST_F(GlueFiles, ColaHasNoHeaderButInTest) {
  folder_.write("CoLA/train.tsv", "gj04\t1\t\tOne \"quote.\ngj04\t0\t*\tIs bad.");
  folder_.write("CoLA/test.tsv", "index\tsentence\n7\tA test.\n");
  const TextExamples train = read("CoLA", Part::train);
  ASSERT_EQ(train.examples.size(), 2U) << "the last line needs no end";
  EXPECT_EQ(train.examples[0].text, "One \"quote.");
  EXPECT_EQ(train.examples[1].text, "Is bad.");
  EXPECT_EQ(train.examples[1].label, "0");
  EXPECT_EQ(train.examples[1].location, folder_.path("CoLA/train.tsv:2"));
  const TextExamples test = read("cola", Part::test);
  ASSERT_EQ(test.examples.size(), 1U);
  EXPECT_EQ(test.examples[0].index, 7);
  EXPECT_EQ(test.examples[0].label, "");
}

TEST_F(GlueFiles, ByteOrderMarksLineEndsAndEmptyLines) {
  folder_.write("MRPC/train.tsv",
                "\xef\xbb\xbfQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n"
                "1\t3\t4\tHe said \"so\tShe \"too\"\r\n"
                "\r\n\n"
                "0\t5\t6\tn/a\tNULL\r\n");
  const TextExamples texts = read("MRPC", Part::train);
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.blank, 2);
  EXPECT_EQ(texts.examples[0].text, "He said \"so");
  EXPECT_EQ(texts.examples[0].second, "She \"too\"");
  EXPECT_EQ(texts.examples[1].label, "0");
  EXPECT_EQ(texts.examples[1].second, "NULL");
}

TEST_F(GlueFiles, MrpcFromItsRawFiles) {
  const std::string header = "\xef\xbb\xbfQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n";
  folder_.write("MRPC/msr_paraphrase_train.txt",
                header + "1\t10\t11\ta\tb\r\n0\t12\t13\tc\td\r\n1\t14\t15\te\tf\r\n");
  folder_.write("MRPC/msr_paraphrase_test.txt", header + "1\t20\t21\tg\th\r\n");
  EXPECT_NE(error("MRPC", Part::dev).find("MRPC/mrpc_dev_ids.tsv"), std::string::npos);
  folder_.write("MRPC/mrpc_dev_ids.tsv", "12\t13\n");
  const TextExamples train = read("MRPC", Part::train), dev = read("MRPC", Part::dev),
                     test = read("MRPC", Part::test);
  ASSERT_EQ(train.examples.size(), 2U);
  EXPECT_EQ(train.examples[1].text, "e");
  ASSERT_EQ(dev.examples.size(), 1U);
  EXPECT_EQ(dev.examples[0].second, "d");
  EXPECT_EQ(dev.examples[0].label, "0");
  ASSERT_EQ(test.examples.size(), 1U);
  EXPECT_EQ(test.examples[0].label, "") << "what GLUE hides is hidden";
  EXPECT_EQ(test.examples[0].index, 0);
}

TEST_F(GlueFiles, QqpsBrokenLinesAreCounted) {
  const std::string header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";
  folder_.write("QQP/train.tsv", header +
                                     "1\t2\t3\ta?\tb?\t1\n"
                                     "4\t5\t6\tbroken\n"
                                     "half\t0\n"
                                     "7\t8\t9\tc?\td?\t0\n");
  folder_.write("QQP/test.tsv", "id\tquestion1\tquestion2\n0\ta\tb\n1\tlost\n");
  const TextExamples texts = read("QQP", Part::train);
  EXPECT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.malformed, 2);
  EXPECT_EQ(error("QQP", Part::test),
            "QQP/test.tsv:3: found 2 fields separated by tabs, expected 3");
}

TEST_F(GlueFiles, MnliTakesTheGoldLabelWhateverColumnsPrecedeIt) {
  const std::string before =
      "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\t"
      "sentence1_parse\tsentence2_parse\tsentence1\tsentence2\t";
  folder_.write("MNLI/train.tsv",
                before + "label1\tgold_label\n0\tp\tp\tg\t(\t(\t(\t(\tA\tB\tneutral\tneutral\n");
  const std::string five = "label1\tlabel2\tlabel3\tlabel4\tlabel5\tgold_label\n";
  const std::string line =
      "0\tp\tp\tg\t(\t(\t(\t(\tA\tB\tneutral\tentailment\tneutral\tneutral\t"
      "neutral\tcontradiction\n";
  folder_.write("MNLI/dev_matched.tsv", before + five + line);
  folder_.write("MNLI/dev_mismatched.tsv", before + five + line + line);
  folder_.write("diagnostic/diagnostic.tsv", "index\tsentence1\tsentence2\n3\tx\ty");
  EXPECT_EQ(read("MNLI", Part::train).examples[0].label, "neutral");
  EXPECT_EQ(read("MNLI", Part::dev).examples[0].label, "contradiction");
  EXPECT_EQ(read("MNLI", Part::dev).examples[0].second, "B");
  EXPECT_EQ(read("MNLI", Part::dev_mismatched).examples.size(), 2U);
  EXPECT_EQ(read("MNLI", Part::diagnostic).examples[0].index, 3);
  EXPECT_FALSE(Folder(find_task("MNLI"), folder_.path("")).has(Part::test));
  EXPECT_FALSE(Folder(find_task("MNLI"), folder_.path("MNLI")).has(Part::test_mismatched));
}

TEST_F(GlueFiles, NamesMistakes) {
  EXPECT_NE(error("RTE", Part::dev).find("no RTE data here (train.tsv, dev.tsv)"),
            std::string::npos);
  const std::string header = "index\tsentence1\tsentence2\tlabel\n";
  folder_.write("RTE/dev.tsv", header);
  EXPECT_EQ(error("RTE", Part::dev), "RTE/dev.tsv: holds no examples");
  folder_.write("RTE/dev.tsv", "");
  EXPECT_EQ(error("RTE", Part::dev), "RTE/dev.tsv: the file is empty");
  EXPECT_EQ(error("RTE", Part::train), "RTE/train.tsv: no such file");
  folder_.write("RTE/dev.tsv", header + "0\ta\tb\tentailment\n1\ta\tb\tneutral\n");
  EXPECT_EQ(error("RTE", Part::dev),
            "RTE/dev.tsv:3: the label `neutral` is none of RTE's, "
            "expected entailment or not_entailment");
  folder_.write("RTE/dev.tsv", header + "0\ta\tentailment\n");
  EXPECT_EQ(error("RTE", Part::dev), "RTE/dev.tsv:2: found 3 fields separated by tabs, expected 4");
  folder_.write("RTE/dev.tsv", header + "0\ta\t\xff\tentailment\n");
  EXPECT_EQ(error("RTE", Part::dev),
            "RTE/dev.tsv:2: byte 5 of the line is not UTF-8: convert the "
            "file, as by iconv -f WINDOWS-1252 -t UTF-8");
  folder_.write("RTE/dev.tsv", "sentence\tlabel\nx\t1\n");
  EXPECT_EQ(error("RTE", Part::dev),
            "RTE/dev.tsv:1: these are not the columns of RTE: "
            "expected sentence1, sentence2, label, found sentence, label");
  folder_.write("CoLA/dev.tsv", "sentence\tlabel\nx\t1\n");
  EXPECT_EQ(error("CoLA", Part::dev),
            "CoLA/dev.tsv:1: found 2 fields separated by tabs, expected 4");
  folder_.write("STS-B/dev.tsv", "sentence1\tsentence2\tscore\na\tb\t5.2\n");
  EXPECT_EQ(error("STS-B", Part::dev),
            "STS-B/dev.tsv:2: expected a score from 0 to 5, found `5.2`");
  folder_.write("WNLI/test.tsv", "index\tsentence1\tsentence2\nx\ta\tb\n");
  EXPECT_EQ(error("WNLI", Part::test), "WNLI/test.tsv:2: expected an example's number, found `x`");
  EXPECT_NE(error_text([] { find_task("SST2"); }).find("did you mean `SST-2`"), std::string::npos);
}

TEST(GlueTables, HoldNineTasksAndElevenFiles) {
  EXPECT_EQ(tasks().size(), 9U);
  ASSERT_EQ(submission_files().size(), 11U);
  for (const SubmissionFile& file : submission_files()) {
    const GlueTask& task = find_task(file.task);
    if (file.part != Part::test) continue;
    EXPECT_EQ(file.examples, task.published[2]) << file.name;
  }
}

TEST(GlueData, OfficialFilesHaveTheirPublishedExamples) {
  const auto root = shared_data("glue");
  if (!root) GTEST_SKIP() << "no official files here";
  const std::map<std::string, int64_t> ones = {
      {"CoLA", 721}, {"SST-2", 444}, {"MRPC", 279}, {"RTE", 131}, {"STS-B", -1}};
  for (const auto& [name, count] : ones) {
    const GlueTask& task = find_task(name);
    const Folder folder(task, *root);
    const TextExamples dev = folder.read(Part::dev);
    EXPECT_EQ(static_cast<int64_t>(folder.read(Part::train).examples.size()), task.published[0]);
    EXPECT_EQ(static_cast<int64_t>(dev.examples.size()), task.published[1]);
    const TextExamples test = folder.read(Part::test);
    EXPECT_EQ(static_cast<int64_t>(test.examples.size()), task.published[2]);
    for (size_t i = 0; i < test.examples.size(); ++i)
      ASSERT_EQ(test.examples[i].index, static_cast<int64_t>(i));
    int64_t found = 0;
    double sum = 0;
    for (const TextExample& example : dev.examples) {
      if (task.is_regression()) sum += std::stod(example.label);
      found += task.class_of(example.label) == 1;
    }
    if (task.is_regression()) {
      EXPECT_NEAR(sum / static_cast<double>(dev.examples.size()), 2.3639, 1e-4);
    } else {
      EXPECT_EQ(found, count) << name;
    }
  }
}

TEST(GlueData, SamplesOfTheLargeTasksAreRead) {
  const auto root = shared_data("glue-kshot");
  if (!root) GTEST_SKIP() << "no sample of the large tasks here";
  for (const char* name : {"MNLI", "QQP", "QNLI"}) {
    const GlueTask& task = find_task(name);
    const Folder folder(task, *root);
    for (const Part part : {Part::train, Part::dev}) {
      const TextExamples texts = folder.read(part);
      EXPECT_GE(texts.examples.size(), 30U);
      EXPECT_EQ(texts.malformed, 0);
      for (const TextExample& example : texts.examples) {
        EXPECT_FALSE(example.text.empty() || example.second.empty()) << example.location;
        EXPECT_GE(task.class_of(example.label), 0);
      }
    }
  }
}

}  // namespace
}  // namespace yoso::data::glue
