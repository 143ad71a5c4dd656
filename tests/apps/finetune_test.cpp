// finetune as a user runs it: from a pretrained model to predictions, scores, tables and a zip.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "apps/finetune_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

TEST_F(FinetuneTest, TrainsFromAPretrainedRunAndSaysWhatItTook) {
  const Outcome trained = train("run");
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_NE(trained.err.find("weights from "), std::string::npos) << trained.err;
  EXPECT_NE(trained.err.find("not in the file, initial values kept: classifier.weight"),
            std::string::npos)
      << trained.err;
  EXPECT_NE(trained.err.find("not in the model, left out: "), std::string::npos) << trained.err;
  const nlohmann::json result = json("run/result.json");
  EXPECT_EQ(result["task"], "MRPC");
  EXPECT_EQ(result["metric"], "average");
  EXPECT_EQ(result["attention"], "yoso hashes=4") << "the pretrained model's";
  EXPECT_TRUE(result["test"].is_null());
  EXPECT_GE(result["dev"]["accuracy"], 0.3);
  EXPECT_NEAR(result["majority_rate"], (0.8 + 16.0 / 24) / 2, 1e-9);
  const std::string config = read("run/config.yaml");
  EXPECT_NE(config.find("bert:" + sample("tokenizers/bert/vocab.txt")), std::string::npos);
  EXPECT_NE(config.find("pooling"), std::string::npos);
  // The run is whole in itself: the same again without the experiment's file.
  const Outcome again = finetune({"train", "run", "--output", "again", "--threads", "1"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(json("again/result.json")["dev"], result["dev"]);
}

TEST_F(FinetuneTest, StartsFromAnotherFinetunedRunAndFromRandomWeights) {
  ASSERT_EQ(train("first").exit_code, 0);
  const Outcome second =
      train("second", {"--set", "model.init_from=first", "--set", "train.duration=2"});
  ASSERT_EQ(second.exit_code, 0) << second.err;
  fs::remove_all(folder_.path("first"));
  const Outcome eval = finetune({"eval", "second", "--quiet"});
  EXPECT_EQ(eval.exit_code, 0) << "a run needs nothing of what it started from: " << eval.err;
  // Neither when it was saved by a version that knew fewer keys.
  std::string config = read("second/config.yaml");
  const std::string line = "  positions: learned\n";
  ASSERT_NE(config.find(line), std::string::npos) << config;
  folder_.write("second/config.yaml", config.erase(config.find(line), line.size()));
  const std::vector<Arguments> uses = {
      {"eval", "second"},
      {"predict", "second"},
      {"train", "second", "--resume", "--set", "train.duration=3"}};
  for (const Arguments& arguments : uses) {
    const Outcome used = finetune(arguments);
    EXPECT_EQ(used.exit_code, 0) << arguments[0] << ": " << used.err;
  }
  const Outcome random =
      train("random", {"--set", "model.init_from=\"\"", "--set", "attention=yoso", "--set",
                       "task.tokenizer=" + tokenizer("roberta"), "--set", "train.duration=2"});
  ASSERT_EQ(random.exit_code, 0) << random.err;
  EXPECT_EQ(random.err.find("weights from"), std::string::npos);
  const Outcome roberta =
      train("roberta", {"--set", "model.init_from=" + pretrained("roberta"), "--set",
                        "train.duration=2", "--set", "train.precision=bfloat16"});
  EXPECT_EQ(roberta.exit_code, 0) << roberta.err;
}

TEST_F(FinetuneTest, PredictionsOfDevScoreAsEvalDoes) {
  ASSERT_EQ(train("run").exit_code, 0);
  const Outcome eval = finetune({"eval", "run", "--json", "--quiet", "--threads", "1"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  const nlohmann::json scored = nlohmann::json::parse(eval.out)["results"][0];
  const Outcome predicted =
      finetune({"predict", "run", "--split", "dev", "--quiet", "--threads", "1"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  const Outcome score =
      finetune({"score", "MRPC", "run/predictions-dev/MRPC.tsv", sample("glue/MRPC/dev.tsv")});
  ASSERT_EQ(score.exit_code, 0) << score.err;
  const nlohmann::json json = nlohmann::json::parse(score.out);
  ASSERT_EQ(json.size(), 2U) << score.out;
  EXPECT_EQ(json["f1"], scored["f1"]);
  EXPECT_EQ(json["accuracy"], scored["accuracy"]);
}

TEST_F(FinetuneTest, ConstantPredictionsAreToldWhereTheScoreIsACorrelation) {
  folder_.write("cola.tsv", "gj04\t1\t\tThe cat sat.\ngj04\t0\t*\tCat the sat.\n");
  folder_.write("mrpc.tsv",
                "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\ta b\tb a\n0\t3\t4\tc\td\n");
  folder_.write("constant.tsv", "index\tprediction\n0\t1\n1\t1\n");
  const Outcome cola = finetune({"score", "CoLA", "constant.tsv", "cola.tsv"});
  EXPECT_EQ(cola.out, "{\"mcc\":0.0}\n");
  EXPECT_EQ(cola.err, "warning: constant.tsv: all predictions are alike; correlations are 0\n");
  const Outcome mrpc = finetune({"score", "MRPC", "constant.tsv", "mrpc.tsv"});
  EXPECT_EQ(mrpc.exit_code, 0) << mrpc.err;
  EXPECT_EQ(mrpc.err, "");
}

TEST_F(FinetuneTest, PredictWritesTheSubmissionsFile) {
  ASSERT_EQ(train("run").exit_code, 0);
  ASSERT_EQ(finetune({"predict", "run", "--quiet"}).exit_code, 0);
  const std::string file = read("run/predictions/MRPC.tsv");
  EXPECT_TRUE(file.starts_with("index\tprediction\n0\t"));
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 10);
}

TEST_F(FinetuneTest, PredictTakesPlainFiles) {
  ASSERT_EQ(train("run").exit_code, 0);
  folder_.write("plain.txt", "the cat saw her\ther the cat saw\na mouse\tthe queen\n");
  const Outcome plain = finetune({"predict", "run", "--input", "plain.txt", "--quiet"});
  ASSERT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_TRUE(plain.out.starts_with("index\tprediction\n0\t")) << plain.out;
  EXPECT_EQ(std::count(plain.out.begin(), plain.out.end(), '\n'), 3);
  folder_.write("in.jsonl",
                "{\"#1 String\": \"the cat saw her\", \"#2 String\": \"her the cat saw\"}\n");
  const Outcome json = finetune({"predict", "run", "--input", "in.jsonl", "--probabilities",
                                 "--output", "out.tsv", "--quiet"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const std::string out = read("out.tsv");
  EXPECT_TRUE(out.starts_with("index\tprediction\t0\t1\n0\t")) << out;
  // The same text gets the same prediction, however it comes.
  EXPECT_EQ(out.substr(out.find('\n') + 1, 3), plain.out.substr(plain.out.find('\n') + 1, 3));
}

TEST_F(FinetuneTest, PredictAnswersEveryLineInOrder) {
  ASSERT_EQ(train("run").exit_code, 0);
  folder_.write("in.txt", "the cat saw her\ther the cat saw\n\na mouse\tthe queen\n");
  const Outcome predicted = finetune({"predict", "run", "--input", "in.txt", "--quiet"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 4) << predicted.out;
  EXPECT_NE(predicted.out.find("\n1\t\n2\t"), std::string::npos) << predicted.out;
  EXPECT_NE(predicted.err.find("in.txt: 1 lines hold no text"), std::string::npos) << predicted.err;
  folder_.write("other.csv", "first,second\nthe cat,a mouse\n");
  expect_error(finetune({"predict", "run", "--input", "other.csv"}), 3,
               "other.csv:1: no column `#1 String`, the columns are first, second (--text names");
  const Outcome named = finetune({"predict", "run", "--input", "other.csv", "--text", "first",
                                  "--second", "second", "--quiet"});
  EXPECT_EQ(named.exit_code, 0) << named.err;
  std::string words;
  for (int i = 0; i < 400; ++i) words += "cat ";
  folder_.write("long.txt", words + "\t" + words + "\n");
  const Outcome cut = finetune({"predict", "run", "--input", "long.txt", "--quiet"});
  EXPECT_NE(cut.err.find("1 of 1 texts are longer than the model's"), std::string::npos) << cut.err;
}

TEST_F(FinetuneTest, TheClassOfF1IsNamedAndChosen) {
  std::string rows = "text,label\n";
  for (int i = 0; i < 40; ++i)
    rows += i % 5 == 0 ? "the queen cried,spam\n" : "a mouse ran off,\"ham\"\n";
  folder_.write("mail.csv", rows);
  const auto trained = [&](const std::string& positive) {
    return finetune({"train", source_dir() + "/configs/smoke/glue.yaml", "--set",
                     "task={name: labelled_text, train: mail.csv, positive: " + positive + "}",
                     "--set", "model.init_from=" + pretrained("bert"), "--output", positive,
                     "--threads", "1"});
  };
  const Outcome spam = trained("spam");
  ASSERT_EQ(spam.exit_code, 0) << spam.err;
  EXPECT_NE(spam.err.find("f1 of spam"), std::string::npos) << spam.err;
  EXPECT_NE(spam.err.find("ham       29    3"), std::string::npos)
      << "the classes are counted: " << spam.err;
  EXPECT_EQ(json("spam/result.json")["dev"]["positive"], "spam");
  const Outcome ham = trained("ham");
  ASSERT_EQ(ham.exit_code, 0) << ham.err;
  const Outcome eval = finetune({"eval", "ham", "--json", "--quiet"});
  const nlohmann::json scored = nlohmann::json::parse(eval.out)["results"][0];
  EXPECT_EQ(scored["positive"], "ham");
  ASSERT_EQ(scored["classes"].size(), 2U);
  EXPECT_EQ(scored["classes"][0]["class"], "ham");
  EXPECT_EQ(scored["classes"][0]["f1"], scored["f1"]);
  EXPECT_EQ(scored["classes"][0]["support"], 3);
  expect_error(trained("eggs"), 2, "task.positive: `eggs` is no class, expected ham or spam");
}

TEST_F(FinetuneTest, SubmitChecksAndZips) {
  ASSERT_EQ(train("run").exit_code, 0);
  const Outcome unpredicted = finetune({"submit", "run"});
  expect_error(unpredicted, 3,
               "missing: CoLA.tsv, SST-2.tsv, MRPC.tsv (`finetune predict run` "
               "writes it), STS-B.tsv");
  ASSERT_EQ(finetune({"predict", "run", "--quiet"}).exit_code, 0);
  expect_error(finetune({"submit", "run"}), 3, "MRPC.tsv: 9 predictions, expected 1,725");
  // Files of the right size.
  std::string rows = "index\tprediction\n";
  for (int i = 0; i < 146; ++i) rows += std::to_string(i) + "\t1\n";
  folder_.write("files/WNLI.tsv", rows);
  expect_error(finetune({"submit", "files"}), 3, "QNLI.tsv, RTE.tsv, AX.tsv; --partial");
  EXPECT_FALSE(fs::exists(folder_.path("submission.zip")));
  const Outcome partial = finetune({"submit", "files", "--partial", "--output", "part.zip"});
  ASSERT_EQ(partial.exit_code, 0) << partial.err;
  EXPECT_NE(partial.out.find("1 files of 11; missing: CoLA.tsv"), std::string::npos) << partial.out;
  EXPECT_TRUE(read("part.zip").starts_with("PK"));
  const Outcome filled = finetune({"submit", "files", "--constant", "--output", "full.zip"});
  ASSERT_EQ(filled.exit_code, 0) << filled.err;
  EXPECT_NE(filled.out.find("CONSTANT"), std::string::npos) << filled.out;
  EXPECT_NE(filled.out.find("11 files of 11"), std::string::npos) << filled.out;
}

TEST_F(FinetuneTest, SweepsAndTables) {
  folder_.write("sweep.yaml", "output: runs\nexperiments: {mrpc: " + source_dir() +
                                  "/configs/smoke/glue.yaml}\nset: {task.data: " + sample("glue") +
                                  ", model.init_from: " + pretrained("bert") +
                                  ", train.duration: 4 steps, train.eval_every: 2 steps}\n"
                                  "grid: {run.seed: [1, 2]}\n");
  const Outcome swept = finetune({"sweep", "sweep.yaml", "--quiet"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const Outcome again = finetune({"sweep", "sweep.yaml"});
  EXPECT_NE(again.err.find("sweep 2/2 " + folder_.path("runs/mrpc/seed=2") + ": complete"),
            std::string::npos)
      << again.err;
  const Outcome table = finetune({"table", "runs"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  EXPECT_NE(table.out.find("yoso hashes=4, 2x32, from bert"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find(" ± "), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("BERT-Small (published, test)"), std::string::npos);
  EXPECT_NE(table.out.find("71.2"), std::string::npos) << table.out;
  const Outcome each = finetune({"table", "--each", "runs/mrpc/seed=1", "runs/mrpc/seed=2"});
  EXPECT_NE(each.out.find("seed=2"), std::string::npos) << each.out;
}

TEST_F(FinetuneTest, LearnsLabelledTextsOfOnesOwn) {
  folder_.write("own.yaml",
                "model: {init_from: " + pretrained("bert") +
                    "}\ntask: {name: labelled_text, train: " + sample("labelled_text/train.tsv") +
                    ", dev: " + sample("labelled_text/dev.tsv") +
                    ", test: " + sample("labelled_text/test.tsv") +
                    "}\ntrain: {duration: 120, batch_size: 8, lr: 1e-3, eval_every: 40}\n");
  const Outcome trained = finetune({"train", "own.yaml", "--output", "own", "--threads", "1"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const nlohmann::json result = json("own/result.json");
  EXPECT_EQ(result["task"], "labelled_text");
  EXPECT_GT(result["test"]["accuracy"], 0.8) << "one word tells the label";
  EXPECT_TRUE(result["test"].contains("f1"));
  EXPECT_NE(read("own/config.yaml").find("good"), std::string::npos) << "the labels found";
  folder_.write("new.txt", "a lovely story\na dull story\n");
  const Outcome predicted = finetune({"predict", "own", "--input", "new.txt", "--quiet"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.err;
  EXPECT_EQ(predicted.out, "index\tprediction\n0\tgood\n1\tbad\n");
  expect_error(finetune({"predict", "own"}), 2, "--input: missing");
  expect_error(finetune({"train", "own.yaml", "--output", "x", "--set", "task.labels=[good]"}), 2,
               "task.labels: `good` alone, at least two are needed");
}

TEST_F(FinetuneTest, StoppedRunsEndWithTheBitsOfWholeOnes) {
  const Arguments extra = {"--set", "train.duration=3 epochs", "--set", "train.save_every=7 steps",
                           "--set", "train.schedule=constant"};
  ASSERT_EQ(train("whole", extra).exit_code, 0);
  Arguments shorter = extra;
  shorter[1] = "train.duration=9 steps";
  ASSERT_EQ(train("parts", shorter).exit_code, 0);
  Arguments longer = extra;
  longer.emplace_back("--resume");
  const Outcome resumed = train("parts", longer);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_NE(resumed.err.find("resuming after step 9"), std::string::npos) << resumed.err;
  const std::string weights = "checkpoints/step-" +
                              std::to_string(json("whole/result.json")["steps"].get<int>()) +
                              "/model.safetensors";
  EXPECT_TRUE(read("parts/" + weights) == read("whole/" + weights));
}

// Stopped by a signal in the midst, with whatever step that came to.
TEST_F(FinetuneTest, ASignalStopsAndResumeEndsTheSame) {
  const Arguments extra = {"--set", "train.duration=40 epochs", "--set",
                           "train.eval_every=5 epochs"};
  ASSERT_EQ(train("whole", extra).exit_code, 0);
  Arguments arguments = train_arguments("stopped", extra);
  arguments.insert(arguments.begin(), bin_dir() + "/finetune");
  int code = 0;
  {
    Process process(arguments, folder_.path(""));
    while (!fs::exists(folder_.path("stopped/metrics.jsonl"))) usleep(1000);
    process.signal(SIGTERM);
    code = process.wait().exit_code;
  }
  ASSERT_TRUE(code == 128 + SIGTERM || code == 0) << code;
  Arguments again = extra;
  again.emplace_back("--resume");
  ASSERT_EQ(train("stopped", again).exit_code, 0);
  EXPECT_EQ(json("stopped/result.json")["dev"], json("whole/result.json")["dev"]);
}

}  // namespace
}  // namespace yoso::testing
