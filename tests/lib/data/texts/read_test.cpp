#include "yoso/data/texts/read.h"

#include <gtest/gtest.h>

#include "support/process.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/data/texts/labels.h"
#include "yoso/util/file.h"

namespace yoso::data {
namespace {

using testing::error_text;
using testing::TempFolder;
using Labels = std::vector<std::string>;

class LabelledTexts : public ::testing::Test {
 protected:
  /// A message, without the folder's name.
  std::string error(const std::string& path, const TextLayout& layout = {},
                    ExitCode code = ExitCode::data) const {
    const std::string message = error_text([&] { read_labelled_texts(path, layout); }, code);
    const std::string root = folder_.path("");
    return message.starts_with(root) ? message.substr(root.size()) : message;
  }

  /// The texts of a file, joined by |.
  std::string texts_of(const std::string& path, const TextLayout& layout = {}) const {
    std::string joined;
    for (const TextExample& example : read_labelled_texts(path, layout).examples)
      joined += (joined.empty() ? "" : "|") + example.text;
    return joined;
  }

  TempFolder folder_;
};

TEST_F(LabelledTexts, TablesWithNamedColumns) {
  const std::string file =
      folder_.write("a.tsv", "id\tbody\tkind\ttitle\r\n1\tone \"x\tpos\tA\r\n2\ttwo\tneg\tB\r\n");
  const TextExamples texts =
      read_labelled_texts(file, {.text = "body", .second = "title", .label = "kind"});
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.examples[0].text, "one \"x");
  EXPECT_EQ(texts.examples[0].second, "A");
  EXPECT_EQ(texts.examples[1].label, "neg");
  EXPECT_EQ(texts.examples[1].index, 1);
  EXPECT_EQ(texts.examples[1].location, file + ":3");
  EXPECT_EQ(labels_of(texts), (Labels{"neg", "pos"}));
  EXPECT_EQ(error(file),
            "a.tsv:1: no column `text`, the columns are id, body, kind, title (task.text names "
            "another)");
}

TEST_F(LabelledTexts, TablesWithNumberedColumns) {
  const std::string file = folder_.write("a.tsv", "10\tx\n9\ty\n");
  const TextLayout layout{.header = false, .text = "2", .second = "", .label = "1"};
  EXPECT_EQ(texts_of(file, layout), "x|y");
  EXPECT_EQ(labels_of(read_labelled_texts(file, layout)), (Labels{"9", "10"}))
      << "whole numbers in their order";
  EXPECT_EQ(error(file, {.header = false, .text = "3", .second = "", .label = "1"}),
            "a.tsv:1: found 2 fields separated by tabs, expected 3");
  EXPECT_NE(error(file, {.header = false, .second = ""}, ExitCode::usage)
                .find("numbers from 1, not `text`"),
            std::string::npos);
}

TEST_F(LabelledTexts, CommasAndQuotesAsSpreadsheetsWriteThem) {
  const std::string body = "\"a, \"\"b\"\"\nc\",pos\nplain,neg\n";
  const std::string file = folder_.write("a.csv", "text,label\n" + body);
  const TextExamples texts = read_labelled_texts(file, {});
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.examples[0].text, "a, \"b\"\nc");
  EXPECT_EQ(texts.examples[1].location, file + ":4") << "behind a field of two lines";
  EXPECT_EQ(texts_of(folder_.write("unnamed", "text,label\nx,pos\n")), "x");
  EXPECT_EQ(texts_of(folder_.write("b.csv", "text;label\r\nx;pos\r\n")), "x");
  EXPECT_EQ(error(folder_.write("c.csv", "text,label\na, b,pos\n")),
            "c.csv:2: found 3 fields separated by commas, expected 2 (a field that holds `,` must "
            "be in quotes)");
  EXPECT_EQ(error(folder_.write("d.csv", "text,label\n\"a,pos\nb,neg\n")),
            "d.csv:2: the quote at the beginning of a field is not closed (quotes within a quoted "
            "field are doubled)");
}

TEST_F(LabelledTexts, QuotesBetweenTabsHoldWhereTheWholeFileAgrees) {
  EXPECT_EQ(texts_of(folder_.write("a.tsv", "text\tlabel\n\"x \"\"y\"\"\"\tpos\nz\tneg\n")),
            "x \"y\"|z");
  // A quote that is text, as in MRPC.
  EXPECT_EQ(texts_of(folder_.write("b.tsv", "text\tlabel\n\"x\tpos\nz\tneg\n")), "\"x|z");
  const TextExamples texts = read_labelled_texts(
      folder_.write("c.tsv", "text\tlabel\n\"y\"\tpos\n\"x\tpos\nz\tneg\n"), {});
  ASSERT_EQ(texts.examples.size(), 3U);
  EXPECT_EQ(texts.examples[1].text, "\"x");
  ASSERT_EQ(texts.warnings.size(), 1U);
  EXPECT_NE(texts.warnings[0].find("c.tsv:3: "), std::string::npos) << texts.warnings[0];
  EXPECT_EQ(texts_of(folder_.path("a.tsv"), {.format = TextFormat::tsv, .second = ""}),
            "\"x \"\"y\"\"\"|z");
}

TEST_F(LabelledTexts, JsonLinesAndArrays) {
  const std::string file = folder_.write(
      "a.jsonl", "{\"text\": \"tab\\there\", \"label\": 1}\n\n{\"text\": \"b\", \"label\": \"x\"}");
  const TextExamples texts = read_labelled_texts(file, {});
  ASSERT_EQ(texts.examples.size(), 2U);
  EXPECT_EQ(texts.examples[0].text, "tab\there");
  EXPECT_EQ(texts.examples[0].label, "1");
  EXPECT_EQ(texts.blank, 1);
  const std::string array =
      "[{\"text\": \"a\", \"label\": 0},\n {\"text\": \"}]\\\"\", \"label\": 1}]\n";
  EXPECT_EQ(texts_of(folder_.write("a.json", array)), "a|}]\"");
  EXPECT_EQ(texts_of(folder_.write("unnamed", array)), "a|}]\"");
  EXPECT_EQ(error(folder_.write("cut.json", array.substr(0, 50))),
            "cut.json:2: no JSON object: syntax error while parsing object key - invalid string: "
            "missing closing quote; last read: '\"lab'; expected string liter…");
}

TEST_F(LabelledTexts, WhatIsWrongWithJsonIsSaid) {
  const auto wrong = [&](const std::string& line) {
    return error(folder_.write("b.jsonl", line + "\n"));
  };
  EXPECT_EQ(wrong("{\"text\": \"a\"}"), "b.jsonl:1: no key `label`, the keys are text");
  EXPECT_EQ(wrong("[1]"), "b.jsonl:1: no JSON object");
  EXPECT_EQ(wrong("{\"text\": [], \"label\": 1}"),
            "b.jsonl:1: expected text under the key `text`, found a list");
  EXPECT_EQ(wrong("{\"text\": \"a\", \"label\": null}"),
            "b.jsonl:1: expected text under the key `label`, found null");
}

TEST_F(LabelledTexts, CompressedFilesAndByteOrderMarks) {
  const std::string table = "\xef\xbb\xbftext\tlabel\nx\tpos\n";
  EXPECT_EQ(texts_of(folder_.write("a.tsv", table)), "x");
  const std::string file = folder_.write("b.tsv", table + "y\tneg\n");
  ASSERT_EQ(testing::run_program({"/bin/gzip", file}, folder_.root()).exit_code, 0);
  const std::string member = read_file(file + ".gz");
  EXPECT_EQ(texts_of(file + ".gz"), "x|y");
  // Files of gzip joined are one file of gzip.
  const std::string more = folder_.write("more", "z\tneg\n");
  ASSERT_EQ(testing::run_program({"/bin/gzip", more}, folder_.root()).exit_code, 0);
  EXPECT_EQ(texts_of(folder_.write("c.tsv.gz", member + read_file(more + ".gz"))), "x|y|z");
}

TEST_F(LabelledTexts, AFolderALabel) {
  folder_.write("set/pos/1.txt", "good\nfilm");
  folder_.write("set/neg/0.txt", "bad");
  folder_.write("set/unsup/0.txt", "unknown");
  folder_.write("set/.ipynb_checkpoints/0.txt", "notebook");
  folder_.write("set/pos/._1.txt", "resource fork");
  folder_.write("set/pos/.gitkeep", "");
  folder_.write("set/pos/more/2.txt", "deeper");
  const TextExamples all = read_labelled_texts(folder_.path("set"), {});
  EXPECT_EQ(labels_of(all), (Labels{"neg", "pos", "unsup"}));
  EXPECT_EQ(all.examples.size(), 3U);
  ASSERT_EQ(all.warnings.size(), 1U);
  EXPECT_NE(all.warnings[0].find("set/pos/more: 1 files lie deeper"), std::string::npos);
  const TextExamples two = read_labelled_texts(folder_.path("set"), {}, {"pos", "neg"});
  ASSERT_EQ(two.examples.size(), 2U);
  EXPECT_EQ(two.examples[0].text, "good\nfilm");
  EXPECT_NE(
      error_text([&] { read_labelled_texts(folder_.path("set"), {}, {"none"}); }, ExitCode::data)
          .find("none: no such folder"),
      std::string::npos);
  folder_.write("set/neg/0.txt", "\xff");
  EXPECT_EQ(error(folder_.path("set")), "set/neg/0.txt: byte 1 is not UTF-8");
}

TEST_F(LabelledTexts, LabelsThatAreNone) {
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\nx\tpos\ny\t \n")),
            "a.tsv:3: the label is empty: give one, or remove the row");
  const std::string twice =
      "a.tsv:3: the header stands here again, as where files were joined: "
      "remove the line";
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\nx\tpos\ntext\tlabel\n")), twice);
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\nx\tpos\n\xef\xbb\xbftext\tlabel\n")), twice);
}

TEST_F(LabelledTexts, WhatIsNoTextIsNamed) {
  EXPECT_NE(error(folder_.path("none.tsv")).find("none.tsv"), std::string::npos);
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\n")), "a.tsv: holds no examples");
  EXPECT_EQ(error(folder_.write("a.tsv", "")), "a.tsv: the file is empty");
  EXPECT_EQ(error(folder_.write("a.tsv", std::string("\xff\xfet\0", 4))),
            "a.tsv: is UTF-16: convert it (iconv -f UTF-16 -t UTF-8)");
  EXPECT_NE(error(folder_.write("a.tsv", "PAR1")).find("is a Parquet file"), std::string::npos);
  EXPECT_EQ(error(folder_.write("a.tsv", "text\tlabel\rx\tpos\r")),
            "a.tsv: lines end at CR alone: convert it (tr '\\r' '\\n')");
}

TEST(Labels, ThatDifferLittleAreFound) {
  const auto near = near_equal_labels({"bad", "bad ", "BAD", "1", "1.0", "good", "2"});
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0], (Labels{"1", "1.0"}));
  EXPECT_EQ(near[1], (Labels{"bad", "bad ", "BAD"}));
  EXPECT_TRUE(is_missing_word("nan"));
  EXPECT_FALSE(is_missing_word("none of these"));
}

}  // namespace
}  // namespace yoso::data
