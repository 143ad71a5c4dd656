// `~` where no shell replaces it: in a file, behind `=`, behind KIND:.
#include "support/home.h"

#include <filesystem>
#include <optional>

#include "apps/lra_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

class Home : public LraTest {
 protected:
  void SetUp() override {
    fs::create_directory(folder_.path("home"));
    fs::create_directory_symlink(data(), folder_.path("home/listops"));
    home_.emplace(folder_.path("home").c_str());
  }
  void TearDown() override { EXPECT_FALSE(fs::exists(folder_.path("~"))); }

  std::string home(const std::string& name) const { return folder_.path("home/" + name); }

  std::string config(const std::vector<std::string>& arguments) const {
    const Outcome outcome = lra(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }

  std::optional<HomeIs> home_;
};

void expect_has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << " is not in:\n" << text;
}

TEST_F(Home, PathsInAFileAndBehindSetAreStoredWhole) {
  folder_.write("home/fragment.yaml", "model: {layers: 1}\n");
  const std::string file = folder_.write(
      "a.yaml",
      "include: ~/fragment.yaml\ntask: {name: listops, data: ~/listops, prepared: \"~/p\"}\n"
      "attention: yoso\nrun: {output: ~/runs/a}\n");
  const std::string written = config({"train", file, "--dump-config", "full"});
  expect_has(written, "data: " + home("listops"));
  expect_has(written, "prepared: " + home("p"));
  expect_has(written, "output: " + home("runs/a"));
  expect_has(written, "layers: 1");
  const std::string overridden = config(
      {"train", file, "--dump-config", "full", "--set", "task.prepared=~/q", "--output=~/runs/b"});
  expect_has(overridden, "prepared: " + home("q"));
  expect_has(overridden, "output: " + home("runs/b"));
}

TEST_F(Home, TrainingAndItsRunAreFound) {
  const Outcome trained = train("~/run", {"--set", "train.duration=2 steps", "--quiet"});
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_TRUE(fs::exists(home("run/config.yaml")));
  EXPECT_EQ(lra({"table", "~/run", "--curves=~/curves.svg"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(home("curves.svg")));
  const Outcome scored = lra({"eval", "~/run", "--data=~/listops", "--quiet"});
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
}

TEST_F(Home, GeneratedAndPreparedData) {
  const Outcome generated =
      lra({"generate", "listops", "--output=~/small", "--train", "20", "--dev", "5", "--test", "5",
           "--min-length", "4", "--max-length", "24", "--quiet"});
  EXPECT_EQ(generated.exit_code, 0) << generated.err;
  const Outcome prepared =
      lra({"prepare", "listops", "--input=~/small", "--output=~/rows", "--quiet"});
  EXPECT_EQ(prepared.exit_code, 0) << prepared.err;
  EXPECT_TRUE(fs::exists(home("rows/prepared.json")));
}

TEST_F(Home, Sweeps) {
  folder_.write("home/a.yaml", "task: {name: listops, data: ~/listops}\nattention: yoso\n");
  const std::string file =
      folder_.write("sweep.yaml", "output: ~/sweep\nexperiments: [~/a.yaml]\n");
  const Outcome listed = lra({"sweep", file, "--dry-run"});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  expect_has(listed.out + listed.err, home("sweep"));
}

TEST_F(Home, Tokenizers) {
  fs::copy(source_dir() + "/tests/support/samples/tokenizers", home("tokenizers"),
           fs::copy_options::recursive);
  const Outcome outcome = run("pretrain", {"tokenize", "--tokenizer=roberta:~/tokenizers/roberta",
                                           folder_.write("text", "a\n")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  folder_.write("home/text", "One.\nTwo.\n\nThree.\n");
  const std::string file =
      folder_.write("corpus.yaml",
                    "corpus:\n  tokenizer: roberta:~/tokenizers/roberta\n  shards: ~/shards\n"
                    "  sources: [{input: ~/text, format: blank_line}]\n");
  const Outcome prepared = run("pretrain", {"prepare", file, "--quiet"});
  EXPECT_EQ(prepared.exit_code, 0) << prepared.err;
  EXPECT_TRUE(fs::exists(home("shards/manifest.json")));
}

TEST_F(Home, OthersHomesAreRefusedWithTheLine) {
  const std::string file = folder_.write(
      "a.yaml", "task: {name: listops, data: x}\nattention: yoso\nrun:\n  output: ~bob/runs\n");
  expect_error(lra({"train", file}), 2, file + ":4: run.output: ~bob/runs: `~bob`");
  expect_error(lra({"train", smoke(), "--output=~bob/runs"}), 2, "--output: run.output: ~bob/runs");
  expect_error(lra({"train", smoke(), "--set", "task.data=~bob"}), 2,
               "--set task.data=~bob: task.data: ~bob: `~bob`");
  expect_error(lra({"generate", "listops", "--output=~bob/x"}), 2, "--output: ~bob/x: `~bob`");
  expect_error(run("pretrain", {"tokenize", "--tokenizer=bert:~bob/vocab.txt"}), 2,
               "--tokenizer: ~bob/vocab.txt: `~bob`");
  EXPECT_FALSE(fs::exists(folder_.path("~bob")));
}

}  // namespace
}  // namespace yoso::testing
