// A Hugging Face folder as a user brings it in, continues with it, and takes it out again.
#include <filesystem>

#include "apps/pretrain_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

std::string golden(const std::string& name) {
  return source_dir() + "/tests/golden/hugging_face/" + name;
}

class PretrainInterop : public PretrainTest {
 protected:
  void expect_done(std::vector<std::string> arguments) const {
    const Outcome outcome = pretrain(std::move(arguments));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
};

TEST_F(PretrainInterop, ImportedFoldersAreRunFolders) {
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += "the sea is a house of stone and wind .\nthe house is a sea .\n\n";
  folder_.write("text.txt", text);
  const Outcome imported =
      pretrain({"import", golden("bert_next"), "--output", "in", "--shards", "shards"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_NE(imported.out.find("bert.encoder.layer.0-1.attention.self.query.weight"),
            std::string::npos)
      << imported.out;
  EXPECT_NE(imported.out.find("46 taken, 0 tied, 0 left out, 0 missing"), std::string::npos)
      << imported.out;

  expect_done({"prepare", "in/config.yaml", "--set", "corpus.sources=[{input: text.txt}]", "--set",
               "corpus.validation=0.2", "--quiet"});
  expect_done({"eval", "in", "--quiet"});
  const Outcome filled = pretrain({"fill-mask", "in", "the [MASK] of stone", "--json"});
  EXPECT_EQ(filled.exit_code, 0) << filled.err;
  expect_done({"extend", "in", "--length", "20", "--output", "longer", "--quiet"});
  expect_done({"train", "in", "--output", "on", "--set", "model.init_from=in", "--set",
               "train.duration=2 steps", "--set", "train.batch_size=4", "--quiet"});
  EXPECT_NE(read("on/log.txt").find("46 tensors taken"), std::string::npos) << read("on/log.txt");
  expect_done({"export", "on", "--output", "out", "--quiet"});
  EXPECT_EQ(json("out/config.json")["architectures"][0], "BertForPreTraining");
  EXPECT_TRUE(fs::exists(folder_.path("out/tokenizer.json")));
  EXPECT_TRUE(fs::exists(folder_.path("out/README.md")));
}

TEST_F(PretrainInterop, ClassifiersAreThereForInitFrom) {
  expect_done({"import", golden("roberta_classifier"), "--output", "in", "--quiet"});
  EXPECT_EQ(read("in/labels.txt"), "contradiction\nentailment\nneutral\n");
  expect_error(pretrain({"eval", "in"}), 2, "in: has no examples to score; --data names some");
  expect_done({"export", "in", "--output", "out", "--quiet"});
  EXPECT_EQ(json("out/config.json")["id2label"]["2"], "neutral");
}

// Whatever foreign files hold, a terminal gets one line.
TEST_F(PretrainInterop, NamesInMessagesAreOneLine) {
  folder_.write("foreign/config.json", R"({"a\nb\u001b": 1, "a\nb\u001b": 2})");
  const Outcome outcome = pretrain({"import", "foreign", "--output", "in"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.err, "error: foreign/config.json: a\\nb\\x1b: stands twice\n");
}

TEST_F(PretrainInterop, Mistakes) {
  expect_error(pretrain({"import", "nowhere", "--output", "in"}), 3,
               "nowhere/config.json: cannot be read");
  expect_error(pretrain({"export", "nowhere", "--output", "out"}), 3, "holds no checkpoint");
  expect_done({"import", golden("yoso"), "--output", "in", "--quiet"});
  expect_error(pretrain({"import", golden("yoso"), "--output", "in"}), 2, "is there already");
  expect_error(pretrain({"import", golden("yoso"), "--output", "x", "--attention", "yosso"}), 2,
               "yosso");
  expect_error(pretrain({"export", "in", "--output", "in"}), 2, "is there already");
  expect_error(pretrain({"export", "in", "--output", "out", "--labels", "a,b"}), 2, "no classes");
  EXPECT_FALSE(fs::exists(folder_.path("out")));
  EXPECT_FALSE(fs::exists(folder_.path("x")));
}

}  // namespace
}  // namespace yoso::testing
