// Every mistake a user can make with `finetune` gets one clear line and the documented exit code.
#include <filesystem>

#include "apps/finetune_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;
using FinetuneErrors = FinetuneTest;

TEST_F(FinetuneErrors, CommandLine) {
  expect_error(finetune({}), 2, "A subcommand is required");
  expect_error(finetune({"prdict"}), 2, "did you mean `predict`");
  expect_error(finetune({"predict"}), 2, "run");
  expect_error(finetune({"score", "CoLA", "x.tsv"}), 2, "gold");
  expect_error(finetune({"submit"}), 2, "runs");
  expect_error(finetune({"score", "SST2", "x.tsv", "y.tsv"}), 2, "did you mean `SST-2`");
}

TEST_F(FinetuneErrors, WrongFolderTaskAndLabels) {
  expect_error(train("run", {"--set", "task.data=nowhere"}), 3, "nowhere: no such folder");
  fs::create_directories(folder_.path("empty"));
  expect_error(train("run", {"--set", "task.data=empty"}), 3, "no MRPC data here");
  expect_error(train("run", {"--set", "task.subset=MPRC"}), 2, "did you mean `MRPC`");
  // RTE's files are looked for in MRPC's folder.
  expect_error(
      train("run", {"--set", "task.subset=RTE", "--set", "task.data=" + sample("glue/MRPC")}), 3,
      ".tsv:1: these are not the columns of RTE");
  fs::copy(sample("glue/MRPC"), folder_.path("MRPC"));
  const std::string dev = read("MRPC/dev.tsv");
  folder_.write("MRPC/dev.tsv", dev + "\n2\t1\t2\tx\ty\n");
  expect_error(train("run", {"--set", "task.data=" + folder_.path("")}), 3,
               "dev.tsv:26: the label `2` is none of MRPC's, expected 0 or 1");
  folder_.write("MRPC/dev.tsv", dev.substr(0, dev.find('\n') + 1));
  expect_error(train("run", {"--set", "task.data=" + folder_.path("")}), 3,
               "dev.tsv: holds no examples");
  fs::remove(folder_.path("MRPC/dev.tsv"));
  expect_error(train("run", {"--set", "task.data=" + folder_.path("")}), 3,
               "dev.tsv: no such file");
  EXPECT_FALSE(fs::exists(folder_.path("run/config.yaml")))
      << "a failed start must leave the folder free";
}

TEST_F(FinetuneErrors, APairThatCannotBeCutIsNamed) {
  const std::string rows = "text\tother\tlabel\nalice\tthe cat\ta\nalice\t";
  std::string second;
  for (int i = 0; i < 40; ++i) second += "the mouse ";
  folder_.write("pairs.tsv", rows + second + "\tb\nalice\tthe cat\tb\n");
  const Outcome outcome = finetune(
      {"train", "--set",
       "task={name: labelled_text, train: pairs.tsv, dev: pairs.tsv, text: text, second: other, "
       "truncation: only_first, max_tokens: 24}",
       "--set", "model.init_from=" + pretrained("bert"), "--output", "run", "--threads", "1",
       source_dir() + "/configs/smoke/glue.yaml"});
  expect_error(outcome, 2, "pairs.tsv:3: a pair of 1 and ");
}

TEST_F(FinetuneErrors, CheckpointsThatDoNotFit) {
  expect_error(train("run", {"--set", "model.init_from=nowhere"}), 3,
               "nowhere: holds no checkpoint");
  expect_error(train("run", {"--set", "model.init_from=\"\""}), 2,
               "model.init_from: missing, expected a checkpoint to start from, or `attention`");
  expect_error(train("run", {"--set", "model.init_from=\"\"", "--set", "attention=yoso"}), 2,
               "task.tokenizer: missing");
  expect_error(train("run", {"--set", "task.tokenizer=" + tokenizer("roberta")}), 2,
               "is not the tokenizer that");
  expect_error(train("run", {"--set", "task.tokenizer=bert:none.txt"}), 3, "none.txt");
  expect_error(train("run", {"--set", "model.vocab_size=10"}), 2, "model.vocab_size: 10");
  expect_error(train("run", {"--set", "model.vocab_size=4000"}), 2,
               "embeddings.word_embeddings.weight");
  expect_error(train("run", {"--set", "model.layers=3"}), 2, "does not fit the model");
  expect_error(train("run2", {"--set", "attention={kind: yoso, conv_window: 3}"}), 2,
               "does not fit the model");
}

TEST_F(FinetuneErrors, PredictScoreAndTable) {
  expect_error(finetune({"predict", "nowhere"}), 3, "nowhere: is no run folder");
  ASSERT_EQ(train("run", {"--set", "train.duration=2"}).exit_code, 0);
  expect_error(finetune({"predict", "run", "--input", "none.txt"}), 3, "none.txt");
  expect_error(finetune({"predict", "run", "--split", "train"}), 2, "expected test or dev");
  expect_error(finetune({"predict", "run", "--checkpoint", "step-7"}), 3, "step-7");
  expect_error(finetune({"predict", "run", "--checkpoint", "../x"}), 2,
               "--checkpoint ../x: expected best, latest or step-N");
  expect_error(finetune({"predict", "run", "--data", "nowhere"}), 3, "nowhere: no such folder");
  folder_.write("one.txt", "only one text\n");
  expect_error(finetune({"predict", "run", "--input", "one.txt"}), 3,
               "one.txt:1: found 1 fields separated by tabs, expected the 2 texts of a pair");
  expect_error(finetune({"predict", pretrained("bert")}), 2, "no task on texts");
  folder_.write("p.tsv", "index\tprediction\n0\t1\n");
  expect_error(finetune({"score", "MRPC", "p.tsv", sample("glue/MRPC/dev.tsv")}), 3,
               "1 predictions, but ");
  expect_error(finetune({"score", "MRPC", "none.tsv", sample("glue/MRPC/dev.tsv")}), 3, "none.tsv");
  expect_error(finetune({"score", "RTE", "p.tsv", sample("glue/MRPC/dev.tsv")}), 3,
               "not the columns of RTE");
  expect_error(finetune({"table", "nowhere"}), 3, "nowhere: no such run folder");
  expect_error(finetune({"table", pretrained("bert")}), 3, "no finished run of a GLUE task");
}

}  // namespace
}  // namespace yoso::testing
