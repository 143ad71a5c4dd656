// What a fine-tuned classifier is called in the folder that `pretrain export` makes of it. That
// transformers computes the same from it is tested by tests/python/finetune_imported_test.py.
#include "apps/finetune_fixture.h"

namespace yoso::testing {
namespace {

using Json = nlohmann::json;

class FinetuneExport : public FinetuneTest {
 protected:
  /// Two steps on a task, out of the run folder or of its checkpoint: config.json.
  Json exported(const std::string& task, const std::string& from = "run",
                const Arguments& options = {}) const {
    Arguments arguments = {
        "train", source_dir() + "/configs/smoke/glue.yaml", "--output", "run", "--threads", "1"};
    // Classifiers of Hugging Face look at the first token, and those of YOSO have GELU.
    for (const std::string& setting :
         {"model.init_from=" + pretrained("bert"), std::string("model.pooling=first"),
          std::string("model.compat=hf"), std::string("train.duration=2"), task}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    const Outcome trained = finetune(arguments);
    EXPECT_EQ(trained.exit_code, 0) << trained.err;
    arguments = {"export", from, "--output", "out", "--quiet"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome done = run("pretrain", arguments);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.exit_code == 0 ? json("out/config.json") : Json();
  }

  static std::string glue() { return "task.data=" + sample("glue"); }

  /// Section `task` of texts of one's own.
  static std::string own_texts(const std::string& rest) {
    return "task={name: labelled_text, dev_share: 0.2, " + rest + "}";
  }
};

TEST_F(FinetuneExport, ClassesOfGlueAreAsItsFilesWriteThem) {
  const Json config = exported(glue());
  EXPECT_EQ(config["architectures"][0], "YosoForSequenceClassification");
  EXPECT_EQ(config["id2label"].dump(), R"({"0":"0","1":"1"})");
  EXPECT_EQ(config["label2id"].dump(), R"({"0":0,"1":1})");
  EXPECT_EQ(config["problem_type"], "single_label_classification");
}

TEST_F(FinetuneExport, ClassesOfOnesOwnAreTheirWords) {
  const Json config =
      exported(own_texts("train: " + sample("labelled_text/train.tsv")), "run/checkpoints/step-2");
  EXPECT_EQ(config["id2label"].dump(), R"({"0":"bad","1":"good"})");
}

TEST_F(FinetuneExport, NamesOnTheCommandLineCount) {
  const Json config = exported(glue(), "run", {"--labels", "different,same"});
  EXPECT_EQ(config["id2label"].dump(), R"({"0":"different","1":"same"})");
}

TEST_F(FinetuneExport, ANumberHasNoName) {
  std::string rows = "text\tlabel\n";
  for (int i = 0; i < 20; ++i) rows += "the sea\t" + std::to_string(i % 3) + "\n";
  folder_.write("numbers.tsv", rows);
  const Json config = exported(own_texts("target: number, train: numbers.tsv"));
  EXPECT_EQ(config["problem_type"], "regression");
  EXPECT_EQ(config["id2label"].dump(), R"({"0":"LABEL_0"})");
}

}  // namespace
}  // namespace yoso::testing
