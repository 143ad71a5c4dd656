// pretrain as a user runs it: from text to a model, longer models, predictions.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.h"
#include "support/process.h"
#include "support/shared_data.h"
#include "support/small_text.h"
#include "support/temp_folder.h"

namespace yoso::testing {
namespace {

using Arguments = std::vector<std::string>;

/// A folder with a small text, its shards and a trained model of each objective, made once.
class PretrainTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = new TempFolder;
    data_->write("text.txt", small_text(150));
    for (const std::string objective : {"bert", "roberta"}) {
      Arguments prepare = {"prepare", config(objective), "--quiet"};
      for (const std::string& word : corpus(objective)) prepare.push_back(word);
      const Outcome made = pretrain(prepare);
      ASSERT_EQ(made.exit_code, 0) << made.err;
      const Outcome trained = train(objective, objective);
      ASSERT_EQ(trained.exit_code, 0) << trained.err;
    }
  }
  static void TearDownTestSuite() {
    delete data_;
    data_ = nullptr;
  }

  static std::string config(const std::string& objective) {
    return source_dir() + "/configs/smoke/" + objective + ".yaml";
  }
  static Arguments corpus(const std::string& objective) {
    return {"--set",
            "corpus.tokenizer=" + objective + ":" + sample("tokenizers/" + objective) +
                (objective == "bert" ? "/vocab.txt" : ""),
            "--set",
            "corpus.shards=shards-" + objective,
            "--set",
            "corpus.sources=[{input: text.txt}]"};
  }

  static Outcome pretrain(Arguments arguments) {
    arguments.insert(arguments.begin(), bin_dir() + "/pretrain");
    return run_program(arguments, data_->path(""));
  }

  static Outcome train(const std::string& objective, const std::string& output,
                       const Arguments& extra = {}) {
    Arguments arguments = {"train", config(objective), "--output", output, "--threads", "1"};
    for (const std::string& word : corpus(objective)) arguments.push_back(word);
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return pretrain(arguments);
  }

  static std::string read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(data_->path(name), std::ios::binary).rdbuf();
    return text.str();
  }
  static nlohmann::json json(const std::string& name) { return nlohmann::json::parse(read(name)); }

  static void expect_error(const Outcome& outcome, int exit_code, const std::string& part) {
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_TRUE(outcome.err.find("error: ") != std::string::npos &&
                outcome.err.find(part) != std::string::npos)
        << outcome.err;
    EXPECT_EQ(outcome.err.find("Exception"), std::string::npos) << outcome.err;
  }

  static inline TempFolder* data_ = nullptr;
};

// With whole words as tokens: the small byte-level vocabulary cuts text into letters, from which so
// small a model learns little in seconds. Rows of bert begin with sentences, so that places alone
// tell much; in the blocks of roberta they do not.
TEST_F(PretrainTest, LearnsFromText) {
  for (const std::string objective : {"bert", "roberta"}) {
    const Arguments extra = {"--set", "train.duration=250",          "--set", "train.warmup=25",
                             "--set", "task.objective=" + objective, "--set", "train.select=loss"};
    ASSERT_EQ(train("bert", "long-" + objective, extra).exit_code, 0);
    const nlohmann::json result = json("long-" + objective + "/result.json");
    EXPECT_EQ(result["task"], "mlm");
    EXPECT_EQ(result["metric"], "loss");
    EXPECT_TRUE(result["test"].is_null());
    EXPECT_LT(result["dev"]["perplexity"], 30) << "of 400 tokens";
    const double factor = objective == "bert" ? 1.2 : 1.0;
    EXPECT_GT(result["dev"]["masked_accuracy"], factor * result["majority_rate"].get<double>());
    EXPECT_EQ(result["dev"].contains("sop_accuracy"), objective == "bert");
  }
}

TEST_F(PretrainTest, EvalScoresDevAndTheSameEveryTime) {
  const Outcome one = pretrain({"eval", "bert", "--json", "--threads", "1", "--quiet"});
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const nlohmann::json scored = nlohmann::json::parse(one.out);
  EXPECT_EQ(scored["split"], "dev");
  EXPECT_EQ(scored["results"][0]["masked_accuracy"],
            json("bert/result.json")["dev"]["masked_accuracy"]);
  EXPECT_EQ(pretrain({"eval", "bert", "--json", "--threads", "1", "--quiet"}).out, one.out);
  EXPECT_NE(pretrain({"eval", "bert", "--threads", "1"}).out.find("perplexity"), std::string::npos);
  expect_error(pretrain({"eval", "bert", "--split", "test"}), 2, "no such examples");
}

TEST_F(PretrainTest, EvalOfAllCheckpointsGoesOnWhereItStopped) {
  const Outcome first = pretrain({"eval", "roberta", "--all-checkpoints", "--json", "--quiet"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const nlohmann::json scored = nlohmann::json::parse(first.out);
  EXPECT_EQ(scored["results"].size(), 2U);  // steps 10 and 20
  const std::string stored = read("roberta/evaluations.jsonl");
  EXPECT_EQ(std::count(stored.begin(), stored.end(), '\n'), 2);
  EXPECT_EQ(pretrain({"eval", "roberta", "--all-checkpoints", "--json", "--quiet"}).out, first.out);
  EXPECT_EQ(read("roberta/evaluations.jsonl"), stored);
  // One of the two is missing, as after a stop.
  data_->write("roberta/evaluations.jsonl", stored.substr(0, stored.find('\n') + 1));
  EXPECT_EQ(pretrain({"eval", "roberta", "--all-checkpoints", "--json", "--quiet"}).out, first.out);
  EXPECT_EQ(read("roberta/evaluations.jsonl"), stored);
  const Outcome seeds =
      pretrain({"eval", "roberta", "--all-checkpoints", "--hash-seeds", "1", "--json", "--quiet"});
  EXPECT_EQ(nlohmann::json::parse(seeds.out)["results"].size(), 4U);
}

TEST_F(PretrainTest, FillMaskNamesLikelyTokens) {
  const Outcome bert =
      pretrain({"fill-mask", "bert", "alice said [MASK] the mouse was.", "--top", "3"});
  ASSERT_EQ(bert.exit_code, 0) << bert.err;
  EXPECT_EQ(std::count(bert.out.begin(), bert.out.end(), '\n'), 3) << bert.out;
  EXPECT_NE(bert.out.find("alice said "), std::string::npos) << bert.out;
  const Outcome roberta = pretrain({"fill-mask", "roberta", "alice <mask> that <mask>", "--json"});
  ASSERT_EQ(roberta.exit_code, 0) << roberta.err;
  const nlohmann::json filled = nlohmann::json::parse(roberta.out);
  ASSERT_EQ(filled["masks"].size(), 2U);
  EXPECT_EQ(filled["masks"][0].size(), 5U);
  EXPECT_GE(filled["masks"][0][0]["probability"], filled["masks"][0][1]["probability"]);
  expect_error(pretrain({"fill-mask", "bert", "no mask"}), 2, "has no [MASK]");
  data_->write("lines.txt", "alice said [MASK] the mouse was.\r\nthe [MASK]\n");
  const Outcome lines = pretrain({"fill-mask", "bert", "--input", "lines.txt", "--top", "3"});
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 6) << lines.err;
  EXPECT_TRUE(lines.out.starts_with(bert.out)) << lines.out;
  data_->write("bad.txt", "\n\nno mask\n");
  expect_error(pretrain({"fill-mask", "bert", "--input", "bad.txt"}), 2, "bad.txt:3: `no mask`");
  expect_error(pretrain({"fill-mask", "bert", "--input", "none.txt"}), 3, "none.txt");
  expect_error(pretrain({"fill-mask", "bert", "--input", "bert"}), 3, "bert: cannot be read");
  expect_error(pretrain({"fill-mask", "bert", "x [MASK]", "--checkpoint", "../x"}), 2,
               "--checkpoint ../x: expected best, latest or step-N");
  std::string words;
  for (int i = 0; i < 40; ++i) words += "alice ";
  expect_error(pretrain({"fill-mask", "bert", words + "[MASK]"}), 2, "model.max_length, 32");
  expect_error(pretrain({"fill-mask", "nowhere", "x [MASK]"}), 3, "nowhere: is no run folder");
}

TEST_F(PretrainTest, ExtendedModelsGoOn) {
  for (const std::string objective : {"bert", "roberta"}) {
    const std::string longer = "longer-" + objective;
    const Outcome made = pretrain({"extend", objective, "--length", "80", "--output", longer});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.err.find("32 positions repeated to 80"), std::string::npos) << made.err;
    EXPECT_NE(made.err.find("hashes kept"), std::string::npos) << made.err;
    // Short inputs give the same; so does the text of a mask.
    const std::string mask = objective == "bert" ? "[MASK]" : "<mask>";
    const Arguments fill = {"fill-mask", objective, "the cat was in the " + mask, "--threads", "1"};
    Arguments fill_longer = fill;
    fill_longer[1] = longer;
    EXPECT_EQ(pretrain(fill).out, pretrain(fill_longer).out);
    expect_error(pretrain({"train", longer, "--resume", "--threads", "1"}), 2,
                 "holds weights that were extended or imported, no training to continue");
    const Outcome trained = pretrain({"train", longer, "--output", longer + "-run", "--set",
                                      "train.duration=3", "--threads", "1"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_NE(trained.err.find("weights from "), std::string::npos) << trained.err;
    EXPECT_EQ(json(longer + "-run/result.json")["steps"], 3);
    expect_error(pretrain({"extend", objective, "--length", "80", "--output", longer}), 2,
                 "already");
  }
  const Outcome bits =
      pretrain({"extend", "bert", "--length", "64", "--bits", "7", "--output", "bits"});
  EXPECT_NE(bits.err.find("7 bits; those stored were sampled again"), std::string::npos)
      << bits.err;
  EXPECT_EQ(pretrain({"eval", "bits", "--quiet"}).exit_code, 0);
  expect_error(pretrain({"extend", "bert", "--length", "32", "--output", "x"}), 2, "not longer");
  expect_error(pretrain({"extend", "nowhere", "--length", "64", "--output", "x"}), 3,
               "nowhere: holds no checkpoint");
}

TEST_F(PretrainTest, StoppedRunsEndWithTheBitsOfWholeOnes) {
  const Arguments extra = {"--set", "train.duration=2500 tokens",
                           "--set", "train.save_every=700 tokens",
                           "--set", "train.eval_every=1 epochs"};
  ASSERT_EQ(train("bert", "whole", extra).exit_code, 0);
  Arguments shorter = extra;
  shorter[1] = "train.duration=1300 tokens";
  shorter.insert(shorter.end(), {"--set", "train.schedule=constant"});
  Arguments longer = extra;
  longer.insert(longer.end(), {"--set", "train.schedule=constant"});
  ASSERT_EQ(train("bert", "steady", longer).exit_code, 0);
  ASSERT_EQ(train("bert", "cut", shorter).exit_code, 0);
  longer.push_back("--resume");
  const Outcome resumed = train("bert", "cut", longer);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  const auto weights = [](const std::string& run) {
    std::string latest = read(run + "/checkpoints/latest");
    latest.pop_back();
    return read(run + "/checkpoints/" + latest + "/model.safetensors") +
           read(run + "/checkpoints/" + latest + "/optimizer.safetensors");
  };
  EXPECT_EQ(weights("steady"), weights("cut"));
  EXPECT_NE(weights("steady"), weights("whole"));
}

TEST_F(PretrainTest, MistakesAreOneLine) {
  expect_error(train("bert", "bad", {"--set", "corpus.shards=nowhere"}), 3,
               "nowhere: no shards there");
  expect_error(train("bert", "bad", {"--set", "corpus.shards=shards-roberta"}), 2, "tokenizer");
  expect_error(train("bert", "bad", {"--set", "task.objectiv=bert"}), 2,
               "did you mean `objective`");
  expect_error(train("bert", "bad", {"--set", "task=listops"}), 2,
               "corpus: task listops reads none");
  expect_error(train("bert", "bad", {"--set", "model.vocab_size=100"}), 2, "model.vocab_size: 100");
  expect_error(train("bert", "bad", {"--set", "train.batch_size=7"}), 2, "give one of them");
  expect_error(train("bert", "bad",
                     {"--set", "model.max_length=100000", "--set", "train.batch_tokens=100000",
                      "--set", "task.objective=roberta"}),
               3, "shorter than one row");
  for (const char* other : {"model.vocab_size=500", "model.max_length=64", "model.dim=16"}) {
    expect_error(train("bert", "bad", {"--set", "model.init_from=bert", "--set", other}), 2,
                 "does not fit the model");
  }
  std::filesystem::copy(data_->path("shards-bert"), data_->path("shards-damaged"));
  std::string shard = read("shards-damaged/train-00000.tokens");
  shard[shard.size() / 2] ^= 1;
  data_->write("shards-damaged/train-00000.tokens", shard);
  expect_error(train("bert", "bad", {"--set", "corpus.shards=shards-damaged"}), 3, "checksum");
  EXPECT_FALSE(std::filesystem::exists(data_->path("bad/config.yaml")));
  const Outcome lra = run_program({bin_dir() + "/lra", "fill-mask"}, data_->path(""));
  EXPECT_EQ(lra.exit_code, 2);
}

}  // namespace
}  // namespace yoso::testing
