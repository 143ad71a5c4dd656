#include "yoso/data/texts/read.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data {
namespace {

using testing::error_text;
using testing::TempFolder;
using Labels = std::vector<std::string>;

class LabelledTexts : public ::testing::Test {
 protected:
  /// A message, without the folder's name.
  std::string error(const std::string& path, const TextLayout& layout,
                    ExitCode code = ExitCode::data) const {
    const std::string message =
        error_text([&] { read_texts(path, layout, /*labelled=*/true); }, code);
    const std::string root = folder_.path("");
    return message.starts_with(root) ? message.substr(root.size()) : message;
  }

  TempFolder folder_;
};

TEST_F(LabelledTexts, TablesWithNamedColumns) {
  const std::string file =
      folder_.write("a.tsv", "id\tbody\tkind\ttitle\r\n1\tone \"x\tpos\tA\r\n2\ttwo\tneg\tB\r\n");
  const TextExamples texts =
      read_texts(file, {.text = "body", .second = "title", .label = "kind"}, true);
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.examples[0].text, "one \"x");
  EXPECT_EQ(texts.examples[0].second, "A");
  EXPECT_EQ(texts.examples[1].label, "neg");
  EXPECT_EQ(texts.examples[1].index, 1);
  EXPECT_EQ(texts.examples[1].location, file + ":3");
  EXPECT_EQ(labels_of(texts), (Labels{"neg", "pos"}));
  EXPECT_EQ(error(file, {}), "a.tsv:1: no column `text`, the columns are id, body, kind, title");
}

TEST_F(LabelledTexts, TablesWithNumberedColumns) {
  const std::string file = folder_.write("a.tsv", "10\tx\n9\ty\n");
  const TextLayout layout{.header = false, .text = "2", .second = "", .label = "1"};
  const TextExamples texts = read_texts(file, layout, true);
  EXPECT_EQ(texts.examples[1].text, "y");
  EXPECT_EQ(labels_of(texts), (Labels{"9", "10"})) << "whole numbers in their order";
  EXPECT_EQ(error(file, {.header = false, .text = "3", .second = "", .label = "1"}),
            "a.tsv:1: found 2 fields separated by tabs, expected 3");
  EXPECT_NE(error(file, {.header = false, .second = ""}, ExitCode::usage)
                .find("numbers from 1, not `text`"),
            std::string::npos);
}

TEST_F(LabelledTexts, JsonLines) {
  const std::string file = folder_.write(
      "a.jsonl", "{\"text\": \"tab\\there\", \"label\": 1}\n\n{\"text\": \"b\", \"label\": \"x\"}");
  const TextExamples texts = read_texts(file, {}, true);
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.examples[0].text, "tab\there");
  EXPECT_EQ(texts.examples[0].label, "1");
  EXPECT_EQ(texts.blank, 1);
  folder_.write("b.jsonl", "{\"text\": \"a\"}\n");
  EXPECT_EQ(error(folder_.path("b.jsonl"), {}), "b.jsonl:1: no key `label`");
  folder_.write("b.jsonl", "[1]\n");
  EXPECT_EQ(error(folder_.path("b.jsonl"), {}), "b.jsonl:1: no JSON object");
  folder_.write("b.jsonl", "{\"text\": [], \"label\": 1}\n");
  EXPECT_EQ(error(folder_.path("b.jsonl"), {}), "b.jsonl:1: expected text under the key `text`");
}

TEST_F(LabelledTexts, AFolderALabel) {
  folder_.write("set/pos/1.txt", "good\nfilm");
  folder_.write("set/neg/0.txt", "bad");
  folder_.write("set/unsup/0.txt", "unknown");
  const TextExamples all = read_texts(folder_.path("set"), {}, true);
  EXPECT_EQ(labels_of(all), (Labels{"neg", "pos", "unsup"}));
  const TextExamples two = read_texts(folder_.path("set"), {}, true, {"pos", "neg"});
  ASSERT_EQ(two.examples.size(), 2U);
  EXPECT_EQ(two.examples[0].text, "good\nfilm");
  EXPECT_NE(error_text([&] { read_texts(folder_.path("set"), {}, true, {"none"}); }, ExitCode::data)
                .find("none: no such folder"),
            std::string::npos);
  folder_.write("set/neg/0.txt", "\xff");
  EXPECT_EQ(error(folder_.path("set"), {}), "set/neg/0.txt: byte 1 is not UTF-8");
}

TEST_F(LabelledTexts, MissingAndEmptyFiles) {
  EXPECT_NE(error(folder_.path("none.tsv"), {}).find("none.tsv"), std::string::npos);
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\n"), {}), "a.tsv: holds no examples");
  EXPECT_EQ(error(folder_.write("a.tsv", ""), {}), "a.tsv: the file is empty");
}

TEST(PlainTexts, AreTakenForWhatTheyAre) {
  const TextLayout single, pair{.text = "a", .second = "b"};
  EXPECT_EQ(read_plain("x", "one\ttwo\nthree", single).examples[0].text, "one\ttwo");
  EXPECT_EQ(read_plain("x", "one\ttwo\n", pair).examples[0].second, "two");
  EXPECT_EQ(read_plain("x", "b\tn\ta\n1\t2\t3\n", pair).examples[0].text, "3");
  EXPECT_EQ(read_plain("x", "{\"text\": \"y\"}\n", single).examples[0].text, "y");
  EXPECT_EQ(error_text([&] { read_plain("x", "one\n", pair); }, ExitCode::data),
            "x:1: found 1 fields separated by tabs, expected 2");
  EXPECT_EQ(error_text([&] { read_plain("x", "", pair); }, ExitCode::data), "x: the file is empty");
}

}  // namespace
}  // namespace yoso::data
