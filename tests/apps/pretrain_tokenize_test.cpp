// `pretrain tokenize` as a user meets it.
#include <algorithm>

#include "apps/pretrain_fixture.h"

namespace yoso::testing {
namespace {

class PretrainTokenize : public PretrainTest {
 protected:
  Outcome tokenize(const std::string& kind, const std::string& text,
                   std::vector<std::string> extra = {}) const {
    std::vector<std::string> arguments = {"tokenize", "--tokenizer", small(kind),
                                          folder_.write("text", text)};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return pretrain(arguments);
  }
};

int64_t lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST_F(PretrainTokenize, WritesALineOfIdsForEachLine) {
  for (const char* kind : {"albert", "bert", "roberta"}) {
    const auto cases =
        nlohmann::json::parse(std::ifstream(source_dir() + "/tests/golden/tokenizers/small.json"));
    std::string text, expected;
    for (size_t i = 0; i < cases["texts"].size(); ++i) {
      text += cases["texts"][i].get<std::string>() + "\n";
      std::string line;
      for (const int id : cases["ids"][kind][i]) {
        line += (line.empty() ? "" : " ") + std::to_string(id);
      }
      expected += line + "\n";
    }
    const Outcome outcome = tokenize(kind, text);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, expected) << kind;
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_F(PretrainTokenize, EndsLinesAtLineFeedsOnly) {
  EXPECT_EQ(lines_of(tokenize("bert",
                              "a\rb\x0c\u2028\u0085"
                              "c\n\nd")
                         .out),
            3);
  EXPECT_EQ(tokenize("bert", "").out, "");
  EXPECT_EQ(tokenize("bert", "\n").out, "\n");
  EXPECT_EQ(tokenize("bert", "the").out, tokenize("bert", "the\n").out);
  // Longer than what is read at a time.
  const Outcome outcome = tokenize("roberta", std::string(3 << 20, 'a') + "\nb\n");
  EXPECT_EQ(lines_of(outcome.out), 2);
}

TEST_F(PretrainTokenize, PutsSpecialTokensAround) {
  EXPECT_EQ(tokenize("bert", "\n", {"--special"}).out, "2 3\n");
  EXPECT_EQ(tokenize("albert", "[MASK]\n", {"--special"}).out, "2 4 3\n");
  EXPECT_EQ(tokenize("roberta", "<mask>\n", {"--special"}).out, "0 4 2\n");
  EXPECT_NE(tokenize("roberta", "<mask>\n").out.find(' '), std::string::npos);
}

TEST_F(PretrainTokenize, ReadsStandardInputAndReplacesBadUtf8) {
  folder_.write("text", "caf\xe9\n");
  const std::string command = bin_dir() + "/pretrain tokenize --tokenizer " + small("roberta");
  const Outcome outcome = run_program({"/bin/sh", "-c", command + " < text"}, folder_.path(""));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, tokenize("roberta", "caf\ufffd\n").out);
}

TEST_F(PretrainTokenize, NamesMistakes) {
  const std::string text = folder_.write("text", "a\n");
  const auto with = [&](const std::string& tokenizer, std::vector<std::string> extra = {}) {
    std::vector<std::string> arguments = {"tokenize", "--tokenizer", tokenizer, text};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return pretrain(arguments);
  };
  expect_error(pretrain({"tokenize"}), 2, "--tokenizer is required");
  expect_error(with("brt:x"), 2, "did you mean `bert`?");
  expect_error(with("bert"), 2, "expected KIND:PATH");
  expect_error(with("bert:nowhere"), 3, "nowhere: cannot be read: No such file");
  expect_error(with("albert:" + text), 3, "text: no sentencepiece model");
  expect_error(with("bert:" + text), 3, "not a BERT vocabulary: it has no [UNK]");
  expect_error(with("roberta:" + text), 3, "text: no JSON");
  expect_error(with(small("roberta"), {"--cased"}), 2, "cased is not one of roberta");
  expect_error(with(small("bert"), {"nowhere"}), 3, "nowhere: cannot be read: No such file");
  const std::string command = bin_dir() + "/pretrain tokenize --tokenizer " + small("bert");
  expect_error(run_program({"/bin/sh", "-c", command + " text > /dev/full"}, folder_.path("")), 1,
               "standard output: cannot be written: No space left on device");
}

}  // namespace
}  // namespace yoso::testing
