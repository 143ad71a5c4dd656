// `pretrain prepare` as a user meets it: its two forms, its figures, and what can go wrong.
#include <signal.h>

#include <filesystem>

#include "apps/pretrain_fixture.h"
#include "support/small_disk.h"
#include "support/wait_until.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

class PretrainPrepare : public PretrainTest {
 protected:
  static std::vector<std::string> arguments(const std::string& input, const std::string& output,
                                            const std::vector<std::string>& extra = {}) {
    std::vector<std::string> all = {"prepare",     "--input",  input,  "--tokenizer",
                                    small("bert"), "--output", output, "--quiet"};
    all.insert(all.end(), extra.begin(), extra.end());
    return all;
  }

  Outcome prepare(const std::string& input, const std::string& output,
                  const std::vector<std::string>& extra = {}) const {
    return pretrain(arguments(input, output, extra));
  }

  /// Some megabytes of text in documents.
  std::string write_text(int64_t megabytes) const {
    std::string text;
    for (int64_t i = 0; static_cast<int64_t>(text.size()) < megabytes << 20; ++i) {
      text += "Alice was beginning to get very tired of " + std::to_string(i * 7919) + ".\n";
      if (i % 7 == 0) text += "\n";
    }
    return folder_.write("text", text);
  }

  void expect_same_folders(const std::string& a, const std::string& b) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path(a))) {
      names.push_back(entry.path().filename().string());
    }
    ASSERT_GE(names.size(), 3u);
    for (const std::string& name : names) {
      EXPECT_TRUE(read(a + "/" + name) == read(b + "/" + name)) << name << " differs";
    }
  }
};

TEST_F(PretrainPrepare, PrintsStatistics) {
  const Outcome outcome =
      prepare(sample("corpus/books.zip"), "out", {"--stats", "--validation", "0"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* part :
       {"train               3          5", "50 % have at most", "99 %", "left out: 0"}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << "\n" << outcome.out;
  }
  // The same again from what is there.
  EXPECT_EQ(prepare(sample("corpus/books.zip"), "out", {"--stats", "--validation", "0"}).out,
            outcome.out);
}

TEST_F(PretrainPrepare, TakesAConfigurationFile) {
  const std::string config = folder_.write("a.yaml", "corpus:\n  tokenizer: " + small("bert") +
                                                         "\n  shards: out\n  validation: 0\n"
                                                         "  sources:\n    - input: " +
                                                         sample("corpus/plain.txt") + "\n");
  EXPECT_EQ(pretrain({"prepare", config, "--quiet"}).exit_code, 0);
  EXPECT_EQ(prepare(sample("corpus/plain.txt"), "same", {"--validation", "0"}).exit_code, 0);
  expect_same_folders("out", "same");
  EXPECT_EQ(pretrain({"prepare", config, "--quiet", "--set", "corpus.shards=cased", "--set",
                      "corpus.tokenizer_options.cased=true"})
                .exit_code,
            0);
  EXPECT_NE(json("cased/manifest.json")["tokenizer"], json("out/manifest.json")["tokenizer"]);

  expect_error(pretrain({"prepare", config, "--rate", "0.5"}), 2, "--rate is for a corpus without");
  const auto with = [&](const std::string& text) {
    return pretrain({"prepare", folder_.write("b.yaml", text)});
  };
  expect_error(with("model: {dim: 8}\n"), 2, "b.yaml: has no section `corpus`");
  expect_error(with("corpus:\n  tokeniser: x\n"), 2, "b.yaml:2: corpus.tokeniser: unknown key");
  expect_error(with("corpus:\n  tokenizer: " + small("bert") +
                    "\n  shards: x\n  sources:\n"
                    "    - {input: x, fromat: file}\n"),
               2, "b.yaml:5: corpus.sources[0].fromat: unknown key");
  expect_error(with("corpus:\n  tokenizer: " + small("bert") +
                    "\n  shards: x\n  sources:\n"
                    "    - {format: file}\n"),
               2, "b.yaml:5: corpus.sources[0].input: missing");
}

TEST_F(PretrainPrepare, NamesMistakesAndOverwritesNothing) {
  const std::string text = sample("corpus/plain.txt");
  expect_error(pretrain({"prepare"}), 2, "expected CONFIG or --input");
  expect_error(prepare(text, "out", {"--format", "files"}), 2, "--format");
  expect_error(prepare("nowhere", "out"), 3, "nowhere: no such file or folder");
  expect_error(prepare(folder_.write("empty", ""), "out"), 3, "no text to take");
  expect_error(prepare(folder_.write("latin", "a\ncaf\xe9\n"), "out"), 3,
               "latin: bad UTF-8 at byte 5 (line 2)");
  EXPECT_EQ(prepare(folder_.path("latin"), "replaced", {"--bad-utf8", "replace"}).exit_code, 0);
  expect_error(prepare(folder_.write("a.json", "x\n"), "out", {"--format", "jsonl"}), 3,
               "a.json:1: no JSON object, it begins with `x`");
  EXPECT_FALSE(fs::exists(folder_.path("out")));
  expect_error(prepare(text, "/proc/out"), 1, "/proc/out: cannot be created");
  folder_.write("notes/mine.txt", "mine");
  expect_error(prepare(text, "notes"), 2, "notes: not empty");
  ASSERT_EQ(prepare(text, "out").exit_code, 0);
  const std::string before = read("out/manifest.json");
  expect_error(prepare(text, "out", {"--seed", "2"}), 2, "holds a corpus made with other settings");
  EXPECT_EQ(read("out/manifest.json"), before);
  EXPECT_EQ(read("notes/mine.txt"), "mine");
}

TEST_F(PretrainPrepare, SaysWhatIsLeftOutAndWhatIsOdd) {
  const std::string rows = folder_.write(
      "rows.txt",
      "{\"text\": \"one\"}\n{\"text\": \"\\ud83d\"}\n{\"text\": NaN}\n{\"text\": \"tw\n");
  expect_error(prepare(rows, "out"), 3, "rows.txt:2: a lone surrogate (\\ud83d)");
  expect_error(
      prepare(rows, "out", {"--skip-bad-rows", "2"}), 3,
      "rows.txt:4: the object does not end; more bad lines than `skip_bad_rows: 2` allows");
  const Outcome skipped = prepare(rows, "out", {"--skip-bad-rows", "3"});
  ASSERT_EQ(skipped.exit_code, 0) << skipped.err;
  for (const char* part :
       {"3 bad lines passed over (1 NaN, 1 lone surrogates, 1 unfinished)",
        "rows.txt:2: a lone surrogate", "no document was drawn for validation, of 1 document"})
    EXPECT_NE(skipped.err.find(part), std::string::npos) << part << "\n" << skipped.err;
  // The same is said of what is there already; fewer may not be passed over.
  EXPECT_EQ(prepare(rows, "out", {"--skip-bad-rows", "3"}).err, skipped.err);
  expect_error(prepare(rows, "out"), 2, "`skip_bad_rows: 3` accepts that");

  const std::string latin = folder_.write("latin", "caf\xe9 \xe9\nb\n");
  const Outcome replaced = prepare(latin, "replaced", {"--bad-utf8", "replace"});
  EXPECT_NE(replaced.err.find("2 malformed characters replaced by U+FFFD"), std::string::npos)
      << replaced.err;
  EXPECT_NE(replaced.err.find("latin:1"), std::string::npos) << replaced.err;
  expect_error(prepare(folder_.write("wide", "\xff\xfe" + std::string("a\0b\0", 4)), "wide-out",
                       {"--bad-utf8", "replace"}),
               3, "wide: is UTF-16: convert it");
}

TEST_F(PretrainPrepare, WarnsOfTextThatMakesNoPairs) {
  std::string articles;
  for (int i = 0; i < 30; ++i) {
    for (int j = 0; j < 20; ++j) articles += "Alice was beginning to get very tired of it. ";
    articles += "\n";
  }
  const std::string file = folder_.write("articles.txt", articles);
  const std::string config = folder_.write(
      "a.yaml",
      "model: {max_length: 64, layers: 1, dim: 16, heads: 2, token_types: 2}\n"
      "attention: softmax\ntask: {name: mlm, objective: bert}\ncorpus:\n  tokenizer: " +
          small("bert") + "\n  shards: out\n  validation: 0.2\n  sources:\n    - {input: " + file +
          ", format: line}\ntrain: {duration: 1 steps, batch_size: 2}\n"
          "run: {output: run}\n");
  const std::string share = "100.0 % of the documents have one sentence";
  const Outcome made = pretrain({"prepare", config, "--quiet"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Outcome dry = pretrain({"train", config, "--dry-run", "--quiet"});
  ASSERT_EQ(dry.exit_code, 0) << dry.err;
  for (const Outcome* outcome : {&made, &dry}) {
    EXPECT_NE(outcome->err.find(share), std::string::npos) << outcome->err;
    EXPECT_NE(outcome->err.find("`sentences: punctuation`"), std::string::npos) << outcome->err;
  }
  const Outcome cut =
      pretrain({"prepare", config, "--quiet", "--set", "corpus.shards=cut", "--set",
                "corpus.sources=[{input: " + file + ", format: line, sentences: punctuation}]"});
  ASSERT_EQ(cut.exit_code, 0) << cut.err;
  EXPECT_EQ(cut.err.find("have one sentence"), std::string::npos) << cut.err;
}

TEST_F(PretrainPrepare, TakesNoMoreMemoryForMoreText) {
  const auto peak = [&](int64_t megabytes) {
    const std::string output = "out-" + std::to_string(megabytes);
    const Outcome made =
        prepare(write_text(megabytes), output, {"--threads", "2", "--shard-tokens", "100000"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.peak_bytes;
  };
  const int64_t little = peak(4);
  EXPECT_LT(peak(64), little + (8 << 20));
}

TEST_F(PretrainPrepare, GoesOnWhenKilledOrStopped) {
  const std::string text = write_text(8);
  const std::vector<std::string> extra = {"--shard-tokens", "50000", "--validation", "0.1",
                                          "--threads",      "2"};
  ASSERT_EQ(prepare(text, "whole", extra).exit_code, 0);
  std::vector<std::string> command = arguments(text, "cut", extra);
  command.insert(command.begin(), bin_dir() + "/pretrain");
  for (const int signal : {SIGKILL, SIGTERM}) {
    const std::string shard =
        signal == SIGKILL ? "cut/train-00002.tokens" : "cut/train-00008.tokens";
    Process process(command, folder_.path(""));
    wait_until([&] { return fs::exists(folder_.path(shard)); });
    process.signal(signal);
    EXPECT_EQ(process.wait().exit_code, 128 + signal);
    EXPECT_FALSE(json("cut/manifest.json")["complete"].get<bool>());
  }
  const Outcome outcome = prepare(text, "cut", extra);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  expect_same_folders("whole", "cut");
}

TEST_F(PretrainPrepare, GoesOnAfterAFullDisk) {
  const std::string text = write_text(4);
  const std::vector<std::string> extra = {"--shard-tokens", "50000"};
  ASSERT_EQ(prepare(text, "whole", extra).exit_code, 0);
  fs::create_directories(folder_.path("disk"));
  const bool mounted = on_small_disk(folder_.path("disk"), 600, [&](const std::string& disk) {
    expect_error(prepare(text, "disk/out", extra), 1, "No space left on device");
    resize_disk(disk, 64 << 10);
    const Outcome outcome = prepare(text, "disk/out", extra);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    expect_same_folders("whole", "disk/out");
  });
  if (!mounted) GTEST_SKIP() << "no tmpfs can be mounted here";
}

}  // namespace
}  // namespace yoso::testing
